// Motion correction of a drawn, moving ShMOLLI series of 384 x 288 x 7, whole: fit, estimate, refit.
// Peer: ITK's demons filter registering the other six images pairwise to the last one at full resolution,
// without any model of contrast or fit (50 iterations, field smoothed by 2 px).
#include <benchmark/benchmark.h>

// GCC 12 misreads the unrolled loops of itk::Size as running past two dimensions.
#pragma GCC diagnostic ignored "-Warray-bounds"
#include <itkDemonsRegistrationFilter.h>
#include <itkImage.h>

#include <algorithm>

#include "cmrt1/moco/correct.h"
#include "moco/moving_heart.h"

namespace {

using ItkImage = itk::Image<float, 2>;
using ItkField = itk::Image<itk::Vector<float, 2>, 2>;

const cmrt1::testing::MovingHeart& series() {
  static const auto heart = cmrt1::testing::moving_heart({.columns = 384, .rows = 288, .spacing_mm = 0.9375});
  return heart;
}

void correct_motion(benchmark::State& state) {
  cmrt1::MocoOptions options;
  options.threads = static_cast<int>(state.range(0));
  for (auto _ : state)
    benchmark::DoNotOptimize(
        cmrt1::correct_motion(series().images, cmrt1::Sequence::shmolli, options).corrected);
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

}  // namespace

BENCHMARK(correct_motion)->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(itk_demons_pairwise)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_MAIN();
