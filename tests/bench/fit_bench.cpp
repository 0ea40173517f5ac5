// Time to fit one ShMOLLI series of 384 x 288 pixels: the public phantom where it is at hand, else a
// synthetic series. The peer is what one writes first: Eigen's Levenberg-Marquardt, pixel by pixel, on
// the same three sample sets.

#include <benchmark/benchmark.h>

#include <array>
#include <unsupported/Eigen/NonLinearOptimization>

#include "support/fit_series.h"
#include "support/phantom.h"

namespace cmrt1 {
namespace {

using namespace cmrt1::testing;

Series synthetic_series() {
  constexpr int kRows = 288, kColumns = 384;
  std::vector<Tissue> tissues;
  for (int i = 0; i < kRows * kColumns; ++i) {
    const bool body = i % 3 == 0;  // the share of pixels above the signal floor in a chest
    const double a = body ? 60 + i % 400 : 3;
    tissues.push_back({.t1_ms = 200.0 + (i * 7) % 1600, .a = a, .b = 1.9 * a});
  }
  return make_series(kShmolliTi, tissues, 2);
}

const Series& series() {
  static const Series loaded = [] {
    if (!std::filesystem::exists(phantom_folder())) return synthetic_series();
    Phantom phantom = read_phantom();
    return Series{phantom.ti_ms, phantom.magnitude, phantom.phase};
  }();
  return loaded;
}

void fit_series(benchmark::State& state, Simd simd, bool with_phase) {
  if (!available(simd)) {
    state.SkipWithError("this processor lacks the instruction set");
    return;
  }
  const FitOptions options{.threads = static_cast<int>(state.range(0)), .simd = simd};
  const std::optional<Stack> phase = with_phase ? series().phase : std::nullopt;
  for (auto _ : state)
    benchmark::DoNotOptimize(fit_t1_map(series().ti_ms, series().magnitude, phase, options));
}

/// Residuals of A - B exp(-TI/T1*) for Eigen's solver.
struct Residuals {
  using Scalar = double;
  using InputType = Eigen::VectorXd;
  using ValueType = Eigen::VectorXd;
  using JacobianType = Eigen::MatrixXd;
  static constexpr int InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic;

  std::vector<double> ti_ms, signal;

  int inputs() const { return 3; }
  int values() const { return static_cast<int>(signal.size()); }
  int operator()(const Eigen::VectorXd& x, Eigen::VectorXd& residuals) const {
    for (int i = 0; i < values(); ++i) residuals[i] = signal[i] - x[0] + x[1] * std::exp(-ti_ms[i] / x[2]);
    return 0;
  }
  int df(const Eigen::VectorXd& x, Eigen::MatrixXd& jacobian) const {
    for (int i = 0; i < values(); ++i) {
      const double e = std::exp(-ti_ms[i] / x[2]);
      jacobian.row(i) << -1, e, x[1] * e * ti_ms[i] / (x[2] * x[2]);
    }
    return 0;
  }
};

double levenberg_marquardt_t1(const std::vector<int>& samples, const std::vector<double>& signal) {
  Residuals residuals;
  for (const int i : samples) {
    residuals.ti_ms.push_back(series().ti_ms[i]);
    residuals.signal.push_back(signal[i]);
  }
  Eigen::VectorXd x(3);
  x << signal.back(), 2 * signal.back(), 1000;
  Eigen::LevenbergMarquardt<Residuals> solver(residuals);
  solver.minimize(x);
  return x[2] * (x[1] / x[0] - 1);
}

void peer_levenberg_marquardt_one_thread(benchmark::State& state) {
  const std::array<std::vector<int>, 3> sets = {{{0, 3, 4, 5, 6}, {0, 1, 3, 4, 5, 6}, {0, 1, 2, 3, 4, 5, 6}}};
  const Pixels mean = mean_image(series().magnitude);
  std::vector<double> signal(series().ti_ms.size());
  for (auto _ : state)
    for (Eigen::Index pixel = 0; pixel < mean.size(); ++pixel) {
      if (mean.data()[pixel] < FitOptions{}.signal_floor) continue;
      for (std::size_t i = 0; i < signal.size(); ++i) {
        const double turn = series().phase->frames[i].data()[pixel] - series().phase->frames[0].data()[pixel];
        const double magnitude = series().magnitude.frames[i].data()[pixel];
        signal[i] = std::cos(turn) > 0 ? -magnitude : magnitude;
      }
      for (const std::vector<int>& set : sets) benchmark::DoNotOptimize(levenberg_marquardt_t1(set, signal));
    }
}

#define CMRT1_FIT_BENCHMARK(simd)                                        \
  BENCHMARK_CAPTURE(fit_series, simd##_with_phase, Simd::simd, true)     \
      ->Arg(1)                                                           \
      ->Arg(2)                                                           \
      ->ArgName("threads")                                               \
      ->Unit(benchmark::kMillisecond)                                    \
      ->UseRealTime()                                                    \
      ->MeasureProcessCPUTime();                                         \
  BENCHMARK_CAPTURE(fit_series, simd##_without_phase, Simd::simd, false) \
      ->Arg(1)                                                           \
      ->Arg(2)                                                           \
      ->ArgName("threads")                                               \
      ->Unit(benchmark::kMillisecond)                                    \
      ->UseRealTime()                                                    \
      ->MeasureProcessCPUTime()
CMRT1_FIT_BENCHMARK(baseline);
CMRT1_FIT_BENCHMARK(avx2);
CMRT1_FIT_BENCHMARK(avx512);
BENCHMARK(peer_levenberg_marquardt_one_thread)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cmrt1

BENCHMARK_MAIN();
