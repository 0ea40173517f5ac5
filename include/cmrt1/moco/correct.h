#pragma once
/// Motion correction of one series: acquired images in, fields and maps before and after out.

#include <limits>
#include <string>
#include <vector>

#include "cmrt1/fit/t1_map.h"
#include "cmrt1/image/warp.h"
#include "cmrt1/moco/network_motion.h"
#include "cmrt1/study/study.h"

namespace cmrt1 {

enum class MocoMethod {
  none,           ///< reconstruct only
  model,          ///< register each image to the one that the fit predicts, repeat
  network,        ///< the fields of a trained network
  network_model,  ///< the network's fields refined by the model-driven step
  automatic,      ///< of these the one with the best R2 about the heart
};
const char* to_string(MocoMethod method);  ///< as on the command line: network+model, auto, ...
bool needs_network(MocoMethod method);

struct MocoOptions {
  MocoMethod method = MocoMethod::automatic;
  int max_rounds = 6;           ///< of predict -> register, at each of three resolutions, without a network
  int refinement_rounds = 3;    ///< the same after the network, at the finest resolution
  double heart_radius_mm = 60;  ///< radius of the region about its centre that quality is judged in
  std::optional<std::array<double, 2>> heart_centre_px;  ///< (x, y); default: the image centre
  NetworkMotionOptions network;
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

/// One way to correct a series, and what was thought of it.
struct Candidate {
  MocoMethod method = MocoMethod::none;
  bool accepted = false;
  bool clear_motion = false;  ///< the displacements are too large for noise or what the model lacks
  bool found_motion = false;  ///< the images came clearly closer together; else R2 was not looked at
  std::string verdict;        ///< one sentence
  double unexplained_before = 0, unexplained_after = 0;  ///< estimate.h
  RegionQuality before, after;                           ///< over the tissue before and after this correction
};

/// How far a result may be trusted. NaN: not measured.
struct Confidence {
  /// Median over heart region and images of the displacements of the best candidate, delivered or not.
  double motion_before_mm = std::numeric_limits<double>::quiet_NaN();
  /// Median by which one more model-driven round would move the images delivered.
  double motion_after_mm = std::numeric_limits<double>::quiet_NaN();
  /// Median distance between the network's fields and where the model-driven rounds take them.
  double agreement_mm = std::numeric_limits<double>::quiet_NaN();
};

struct MocoResult {
  std::vector<double> ti_ms;
  MocoMethod method = MocoMethod::none;       ///< the one that was asked for
  MocoMethod method_used = MocoMethod::none;  ///< the one whose correction is delivered
  bool corrected = false;                     ///< false: the uncorrected map is delivered
  bool rejected = false;                      ///< motion was found, but correcting it lowered R2
  std::string decision;                       ///< why, one sentence
  std::vector<Candidate> candidates;          ///< in the order in which they were tried
  Confidence confidence;
  std::optional<nn::NetworkIdentity> network;  ///< that was asked
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
  int rounds = 0;  ///< model-driven, of the correction delivered
};

/// Throws CaseError where the series cannot be fitted, or the heart's centre lies outside it, and
/// NetworkError where the method needs a network and there is none, or it fails.
MocoResult correct_motion(const SeriesImages& images, Sequence sequence, const MocoOptions& options = {},
                          const nn::Network* network = nullptr);

}  // namespace cmrt1
