#pragma once
/// Motion correction of one series: acquired images in, fields and maps before and after out.

#include <limits>
#include <string>
#include <vector>

#include "cmrt1/fit/t1_map.h"
#include "cmrt1/image/warp.h"
#include "cmrt1/study/study.h"

namespace cmrt1 {

enum class MocoMethod {
  none,   ///< reconstruct only
  model,  ///< register each image to the one that the fit predicts, repeat
};
const char* to_string(MocoMethod method);

struct MocoOptions {
  MocoMethod method = MocoMethod::model;
  int max_rounds = 6;           ///< of fit -> predict -> register, at each of three resolutions
  double heart_radius_mm = 60;  ///< radius of the region about its centre that quality is judged in
  std::optional<std::array<double, 2>> heart_centre_px;  ///< (x, y); default: the image centre
  FitOptions fit;
  int threads = 0;
  void check() const;  ///< throws UsageError
};

/// Quality of a map over the heart region; NaN where the region is empty.
struct RegionQuality {
  double r2_median = std::numeric_limits<double>::quiet_NaN();
  double r2_p05 = std::numeric_limits<double>::quiet_NaN();  ///< 5th percentile
  int pixels = 0;
};

struct MocoResult {
  std::vector<double> ti_ms;
  MocoMethod method = MocoMethod::none;  ///< the one that was asked for
  bool corrected = false;                ///< false: the uncorrected map is delivered
  bool rejected = false;                 ///< motion was found, but correcting it lowered R2
  std::string decision;                  ///< why, one sentence
  T1Map uncorrected;
  T1Map map;                              ///< what is delivered
  std::vector<DisplacementField> fields;  ///< one an image, order of TI; zero where not corrected
  Stack images;                           ///< warped magnitude images as fitted
  Mask heart_region;
  RegionQuality before;
  RegionQuality after;             ///< of the best candidate, delivered or not
  double min_jacobian = 1;         ///< smallest determinant over all fields delivered
  double max_displacement_mm = 0;  ///< over the heart region, delivered fields
  double mean_displacement_mm = 0;
  int rounds = 0;
};

/// Throws CaseError where the series cannot be fitted, or the heart's centre lies outside it.
MocoResult correct_motion(const SeriesImages& images, Sequence sequence, const MocoOptions& options = {});

}  // namespace cmrt1
