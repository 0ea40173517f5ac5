// Motion correction of a drawn, moving ShMOLLI series of 384 x 288 x 7, whole: fit, estimate, judge, refit.
// By the model alone, and where models/moconet.pt is there, by the network, refined and by the best of both.
// Peer: ITK's demons filter registering the other six images pairwise to the last one at full resolution,
// without any model of contrast or fit (50 iterations, field smoothed by 2 px).
#include <benchmark/benchmark.h>

// GCC 12 misreads the unrolled loops of itk::Size as running past two dimensions.
#pragma GCC diagnostic ignored "-Warray-bounds"
#include <itkDemonsRegistrationFilter.h>
#include <itkImage.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "cmrt1/moco/correct.h"
#include "moco/moving_heart.h"

namespace {

namespace nn = cmrt1::nn;
using cmrt1::MocoMethod;
using ItkImage = itk::Image<float, 2>;
using ItkField = itk::Image<itk::Vector<float, 2>, 2>;

const cmrt1::testing::MovingHeart& series() {
  static const auto heart = cmrt1::testing::moving_heart({.columns = 384, .rows = 288, .spacing_mm = 0.9375});
  return heart;
}

const std::filesystem::path models = CMRT1_SOURCE_DIR "/models";

cmrt1::MocoOptions options_of(const benchmark::State& state, MocoMethod method) {
  cmrt1::MocoOptions options;
  options.method = method;
  options.threads = static_cast<int>(state.range(0));
  return options;
}

nn::Network network_for(const cmrt1::MocoOptions& options) {
  return nn::Network(cmrt1::kMotionNetwork, {.models = models, .device = "cpu", .threads = options.threads});
}

void correct_motion(benchmark::State& state, MocoMethod method) {
  const cmrt1::MocoOptions options = options_of(state, method);
  std::optional<nn::Network> network;
  if (cmrt1::needs_network(method)) network.emplace(network_for(options));
  for (auto _ : state)
    benchmark::DoNotOptimize(cmrt1::correct_motion(series().images, cmrt1::Sequence::shmolli, options,
                                                   network ? &*network : nullptr)
                                 .corrected);
}

/// Without the fits, the judging and the warping: images in, fields out.
void network_fields(benchmark::State& state) {
  const cmrt1::MocoOptions options = options_of(state, MocoMethod::network);
  const nn::Network network = network_for(options);
  for (auto _ : state)
    benchmark::DoNotOptimize(cmrt1::network_fields(series().images, network, options.network).size());
}

ItkImage::Pointer to_itk(const cmrt1::Pixels& pixels) {
  auto image = ItkImage::New();
  ItkImage::SizeType size;
  size[0] = static_cast<itk::SizeValueType>(pixels.cols());
  size[1] = static_cast<itk::SizeValueType>(pixels.rows());
  image->SetRegions(ItkImage::RegionType(size));
  image->Allocate();
  std::copy_n(pixels.data(), pixels.size(), image->GetBufferPointer());
  return image;
}

void itk_demons_pairwise(benchmark::State& state) {
  using Demons = itk::DemonsRegistrationFilter<ItkImage, ItkImage, ItkField>;
  const auto& frames = series().images.magnitude.frames;
  for (auto _ : state)
    for (std::size_t k = 0; k + 1 < frames.size(); ++k) {
      auto demons = Demons::New();
      demons->SetFixedImage(to_itk(frames.back()));
      demons->SetMovingImage(to_itk(frames[k]));
      demons->SetNumberOfIterations(50);
      demons->SetStandardDeviations(2);
      demons->SetNumberOfWorkUnits(static_cast<unsigned>(state.range(0)));
      demons->Update();
      benchmark::DoNotOptimize(demons->GetOutput());
    }
}

void register_all() {
  std::vector<benchmark::internal::Benchmark*> all = {
      benchmark::RegisterBenchmark("correct_motion/model", correct_motion, MocoMethod::model),
      benchmark::RegisterBenchmark("itk_demons_pairwise", itk_demons_pairwise)};
  if (std::filesystem::exists(models / "moconet.pt")) {
    all.push_back(benchmark::RegisterBenchmark("network_fields", network_fields));
    for (const auto method : {MocoMethod::network, MocoMethod::network_model, MocoMethod::automatic})
      all.push_back(benchmark::RegisterBenchmark((std::string("correct_motion/") + to_string(method)).c_str(),
                                                 correct_motion, method));
  }
  for (auto* each : all)
    each->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
}

}  // namespace

int main(int argc, char** argv) {
  register_all();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
