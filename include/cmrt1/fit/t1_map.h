#pragma once
/// T1 reconstruction of a whole series.
///
/// Model S(TI) = A - B exp(-TI/T1*), Look-Locker correction T1 = T1* (B/A - 1).
/// Reference: Piechnik et al., J Cardiovasc Magn Reson 2010;12:69.

#include <cstdint>
#include <optional>
#include <span>

#include "cmrt1/image/image.h"

namespace cmrt1 {

enum class FitStatus : std::uint8_t {
  fitted = 0,
  below_signal_floor = 1,  ///< mean magnitude below FitOptions::signal_floor
  not_converged = 2,       ///< no sample set gave an acceptable fit
  clamped = 3,             ///< T1 lies beyond the range and was clamped to it
  outside_image = 4,       ///< motion correction had to look beyond the image (set by moco)
};
const char* to_string(FitStatus status);

enum class FitModel {
  shmolli,  ///< 7 images, conditional choice of 5, 6 or 7 samples, as the scanner does
  molli,    ///< one 3-parameter fit to all images
};

/// Instruction sets the inner loops exist for. `best` takes what the processor has.
enum class Simd { best, baseline, avx2, avx512 };
bool available(Simd simd);  ///< in this build and on this processor

struct FitOptions {
  FitModel model = FitModel::shmolli;
  float signal_floor = 10;  ///< pixels whose mean magnitude is below are not fitted (stored units)
  float t1_max_ms = 4000;   ///< outputs are clamped to 0...t1_max_ms
  int threads = 0;          ///< 0: all cores. Results do not depend on it.
  Simd simd = Simd::best;
  void check() const;  ///< throws UsageError
};

/// Maps on the grid of the series. Where `status` is neither `fitted` nor `clamped` the float maps
/// hold 0 (as the scanner writes) and must not be read as values.
struct T1Map {
  Geometry geometry;
  Pixels t1_ms;
  Pixels t1_error_ms;  ///< standard deviation from the fit's residual and curvature; NaN if undefined
  Pixels r2;           ///< squared Pearson correlation of |fit| and |signal| over the samples used, 0...1
  Pixels a;            ///< stored units
  Pixels b;            ///< stored units
  Pixels t1_star_ms;
  Mask samples_used;  ///< number of samples the result rests on, 0 where none
  Mask status;        ///< FitStatus
};

/// Fits every pixel. `magnitude` holds one frame per inversion time in `ti_ms` (ascending, distinct,
/// positive); `phase`, if given, has the same shape, in radians.
/// A pixel with a magnitude that is negative or not finite, with a phase that is not finite, or with the
/// same magnitude in all images is `not_converged`.
/// Throws CaseError: `shmolli_needs_7_images`, `too_few_images`, `too_many_images`,
/// `inversion_times_invalid`, `image_shapes_differ`.
T1Map fit_t1_map(std::span<const double> ti_ms, const Stack& magnitude, const std::optional<Stack>& phase,
                 const FitOptions& options = {});

/// The integer that the scanner stores for a map value: cut off below the point, within 0...4000.
int scanner_integer(float value);

}  // namespace cmrt1
