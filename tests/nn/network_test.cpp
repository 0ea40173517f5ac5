#include "cmrt1/nn/network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "cmrt1/base/error.h"
#include "nn/models_folder.h"

using namespace cmrt1;
using nn::Network;
using nn::Tensor;

namespace {

/// `images` images of rows x columns with values from 0 to 1.
Tensor input(std::int64_t images = 1, std::int64_t rows = 4, std::int64_t columns = 6) {
  Tensor made{{1, images, rows, columns},
              std::vector<float>(static_cast<std::size_t>(images * rows * columns))};
  for (std::size_t i = 0; i < made.values.size(); ++i)
    made.values[i] = 0.5f + 0.5f * std::sin(static_cast<float>(i));
  return made;
}

Network doubling(const ModelsFolder& models) { return Network("doubling", models.options()); }

}  // namespace

TEST(Network, AnswersInFloat32FromFloat16Weights) {
  const ModelsFolder models("doubling");
  const Tensor images = input();
  const Tensor answer = doubling(models)(images);
  ASSERT_EQ(answer.shape, (std::vector<std::int64_t>{1, 1, 2, 4, 6}));
  for (std::size_t i = 0; i < images.values.size(); ++i) {
    EXPECT_EQ(answer.values[i], 2 * images.values[i]);
    EXPECT_EQ(answer.values[24 + i], -images.values[i]);
  }
}

TEST(Network, SaysWhatItIsAndWhereItRuns) {
  const ModelsFolder models("doubling");
  const Network network = doubling(models);
  EXPECT_EQ(network.name(), "doubling");
  EXPECT_EQ(network.version(), "3");
  EXPECT_EQ(network.sha256(), sha256(models.read("doubling.pt")));
  EXPECT_EQ(network.device(), "cpu");
}

TEST(Network, TakesAnyNumberAndSizeOfImages) {
  const ModelsFolder models("convolving");
  const Network network("convolving", models.options());
  for (const auto& [count, rows, columns] : {std::array{5, 32, 20}, {16, 8, 48}, {7, 32, 20}})
    EXPECT_EQ(network(input(count, rows, columns)).shape,
              (std::vector<std::int64_t>{1, count, 2, rows, columns}));
}

TEST(Network, CalculatesInBfloat16WhereAsked) {
  const ModelsFolder models("doubling");
  auto options = models.options();
  options.precision = nn::Precision::bfloat16;
  const Tensor close_to_one{{1, 1, 1, 1}, {1.001f}};
  EXPECT_EQ(Network("doubling", options)(close_to_one).values, (std::vector<float>{2, -1}));
  EXPECT_EQ(doubling(models)(close_to_one).values, (std::vector<float>{2.002f, -1.001f}));
}

TEST(Network, AnswersTheSameToSeveralThreadsAtOnce) {
  const ModelsFolder models("convolving");
  const Network network("convolving", models.options());
  const Tensor images = input(7, 48, 64);
  const Tensor expected = network(images);
  std::vector<Tensor> answers(8);
  std::vector<std::thread> threads;
  for (Tensor& answer : answers) threads.emplace_back([&] { answer = network(images); });
  for (auto& thread : threads) thread.join();
  for (const Tensor& answer : answers) EXPECT_EQ(answer.values, expected.values);
}

TEST(Network, FailsTheCaseWhoseInputItCannotTake) {
  const ModelsFolder models("convolving");
  const Network network("convolving", models.options());
  EXPECT_THROW(network({{1, 24}, std::vector<float>(24)}), CaseError);
  EXPECT_THROW(network({{1, 1, 4, 6}, std::vector<float>(23)}), CaseError);
}

TEST(Network, FailsTheCaseToWhichItsAnswerIsNotFinite) {
  const ModelsFolder models("doubling");
  const Network network = doubling(models);
  EXPECT_THROW(network({{1, 1, 1, 1}, {3e38f}}), CaseError);
  EXPECT_THROW(network({{1, 1, 1, 1}, {std::nanf("")}}), CaseError);
}

TEST(Network, RunsOnAGpuAsOnTheProcessor) {
  const ModelsFolder models("convolving");
  std::unique_ptr<Network> gpu;
  try {
    gpu = std::make_unique<Network>("convolving", models.options("cuda"));
    EXPECT_EQ(gpu->device(), "cuda:0");
  } catch (const NetworkError& error) {
    ASSERT_NE(std::string(error.what()).find("no CUDA here"), std::string::npos) << error.what();
    GTEST_SKIP() << error.what();
  }
  const Tensor images = input(7, 96, 128);
  const Tensor on_gpu = (*gpu)(images);
  const Tensor on_cpu = Network("convolving", models.options())(images);
  ASSERT_EQ(on_gpu.shape, on_cpu.shape);
  for (std::size_t i = 0; i < on_cpu.values.size(); ++i)
    EXPECT_NEAR(on_gpu.values[i], on_cpu.values[i], 1e-3);
}

TEST(Network, FallsBackToTheProcessorWhereNoGpuCanBeHad) {
  const ModelsFolder models("doubling");
  std::string named;
  try {
    named = Network("doubling", models.options("cuda")).device();
  } catch (const NetworkError&) {
    named = "cpu";
  }
  EXPECT_EQ(Network("doubling", models.options("auto")).device(), named);
}

TEST(Network, LoadsEachNetworkThatIsPublished) {
  const auto models = std::filesystem::path(CMRT1_SOURCE_DIR) / "models";
  const auto manifest = nlohmann::json::parse(std::ifstream(models / "manifest.json"));
  if (manifest.at("networks").empty()) GTEST_SKIP() << "no network is published yet";
  for (const auto& [name, entry] : manifest.at("networks").items()) {
    const Network network(name, {.models = models, .device = "cpu"});
    EXPECT_EQ(network.device(), "cpu");
    EXPECT_EQ(network.version(), entry.at("version"));
    EXPECT_TRUE(std::filesystem::exists(models / entry.at("card").get<std::string>())) << name;
  }
}
