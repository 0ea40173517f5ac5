// The networks in models/: from the file to the first answer, and an answer once it runs, on the manifest's
// example input. Peer: PyTorch and ONNX Runtime running the same weights (tests/bench/network_peers.py, which
// scripts/bench.sh calls in the same session).
#include <benchmark/benchmark.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cmrt1/nn/network.h"

namespace {

using cmrt1::nn::Network;
using cmrt1::nn::Tensor;

const std::filesystem::path models = std::filesystem::path(CMRT1_SOURCE_DIR) / "models";

/// Values between 0 and 1 without a pattern.
Tensor example(const std::vector<std::int64_t>& shape) {
  const auto count = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  Tensor made{shape, std::vector<float>(static_cast<std::size_t>(count))};
  std::uint32_t state = 1;
  for (float& value : made.values)
    value = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) * 0x1p-24f;
  return made;
}

Network network_of(const std::string& name, const benchmark::State& state) {
  return Network(name, {.models = models, .threads = static_cast<int>(state.range(0))});
}

void load_and_first_answer(benchmark::State& state, const std::string& name, const Tensor& input) {
  for (auto _ : state) benchmark::DoNotOptimize(network_of(name, state)(input).values.data());
}

void further_answer(benchmark::State& state, const std::string& name, const Tensor& input) {
  const Network network = network_of(name, state);
  network(input);
  for (auto _ : state) benchmark::DoNotOptimize(network(input).values.data());
}

using Measured = void (*)(benchmark::State&, const std::string&, const Tensor&);

void add(const std::string& what, Measured measured, const std::string& network, const Tensor& input) {
  benchmark::RegisterBenchmark((network + "/" + what).c_str(),
                               [=](benchmark::State& state) { measured(state, network, input); })
      ->ArgName("threads")
      ->Arg(1)
      ->Arg(2)
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const auto networks = nlohmann::json::parse(std::ifstream(models / "manifest.json")).at("networks");
  if (networks.empty()) std::puts("nn_bench: models/manifest.json lists no network");
  for (const auto& [name, entry] : networks.items()) {
    const Tensor input = example(entry.at("input"));
    add("load_and_first_answer", load_and_first_answer, name, input);
    add("further_answer", further_answer, name, input);
  }
  benchmark::RunSpecifiedBenchmarks();
}
