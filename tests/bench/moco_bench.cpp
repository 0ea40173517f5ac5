// Motion correction of a drawn, moving ShMOLLI series of 384 x 288 x 7, whole: fit, estimate, judge, refit.
// By the model alone, and where models/moconet.pt is there, by the network, refined and by the best of both.
// Peer: ITK's diffeomorphic demons against ours, the other six images pairwise to the last one at full resolution,
// without any model of contrast or fit, on one thread.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "cmrt1/moco/correct.h"
#include "moco/moving_heart.h"
#include "support/itk_demons.h"

namespace {

namespace nn = cmrt1::nn;
using cmrt1::MocoMethod;

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

/// Images of a scale of about 1, as demons take them.
std::vector<cmrt1::Pixels> scaled_frames() {
  std::vector<cmrt1::Pixels> frames = series().images.magnitude.frames;
  for (auto& frame : frames) frame /= frames.back().maxCoeff();
  return frames;
}

template <typename Register>
void demons_pairwise(benchmark::State& state, Register register_pair) {
  const auto frames = scaled_frames();
  for (auto _ : state)
    for (std::size_t k = 0; k + 1 < frames.size(); ++k)
      benchmark::DoNotOptimize(register_pair(frames.back(), frames[k]).x.data());
}

void demons_of_cmrt1(benchmark::State& state) {
  demons_pairwise(state, [](const cmrt1::Pixels& fixed, const cmrt1::Pixels& moving) {
    return cmrt1::register_demons(fixed, moving, {0 * fixed, 0 * fixed});
  });
}

void demons_of_itk(benchmark::State& state) {
  demons_pairwise(state, [](const cmrt1::Pixels& fixed, const cmrt1::Pixels& moving) {
    return cmrt1::peer::register_demons(fixed, moving, {});
  });
}

void register_all() {
  for (auto* each : {benchmark::RegisterBenchmark("demons_pairwise/cmrt1", demons_of_cmrt1),
                     benchmark::RegisterBenchmark("demons_pairwise/itk", demons_of_itk)})
    each->Unit(benchmark::kMillisecond);
  std::vector<benchmark::internal::Benchmark*> all = {
      benchmark::RegisterBenchmark("correct_motion/model", correct_motion, MocoMethod::model)};
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
