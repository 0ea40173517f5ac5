#pragma once
/// Segments the left ventricle in the images of a series: heart located in all of them together, then each
/// segmented about it by six members, and of twelve candidates the preferred one delivered, or one that is
/// predicted to be clearly better. Reference: Gonzales 2024 (thesis, Oxford), chapter 4; Hann et al., Med
/// Image Anal 2021;71:102029.

#include <functional>
#include <optional>
#include <vector>

#include "cmrt1/heart/locate.h"
#include "cmrt1/qcd/measures.h"

namespace cmrt1 {

inline constexpr const char* kSegmentationNetwork = "qcd";
inline constexpr const char* kJudgeNetwork = "judge";            ///< of how good the candidates are
inline constexpr const char* kQualityFile = "qcd_quality.json";  ///< beside the networks

struct QcdOptions {
  double threshold = 0.7;  ///< of the predicted Dice below which an image is flagged
  int threads = 1;         ///< for several images; 0: all cores. Changes no result
  std::function<void()> before_image =
      {};              ///< called before each, on any thread; what it throws ends the call
  void check() const;  ///< throws UsageError
};

/// What is run; all four outlive the call.
struct QcdNetworks {
  const nn::Network& heart;
  const nn::Network& segmentation;
  const nn::Network& judge;
  const QualityModel& quality;
};

struct SliceSegmentation {
  LabelMap labels;                   ///< the delivered candidate, on the slice's grid
  std::vector<LabelMap> candidates;  ///< as candidate_names()
  Agreement agreement = Agreement::Zero();
  Evidence evidence = Evidence::Zero();
  std::array<Prediction, kCandidates> predicted = {};  ///< 0 for a candidate without myocardium
  std::size_t winner = 0;
  SegmentationMeasures measures;
  std::vector<std::string> reasons;  ///< why a person must look at it; empty: accepted
  bool flagged() const { return !reasons.empty(); }
};

struct SeriesSegmentation {
  std::optional<HeartLocation> heart;
  std::vector<SliceSegmentation> slices;
};

/// `images` share grid size, spacing and orientation. Reasons: those of rule_flags(), low_predicted_dice,
/// constant_image, image_too_small (less than 16 pixels across), away_from_series (its centre lies more than
/// three quarters of an LV's diameter from the middle of the series'). Throws NetworkError, and CaseError as
/// Network does.
SeriesSegmentation segment_series(std::span<const Image* const> images, const QcdNetworks& networks,
                                  const QcdOptions& options = {});

}  // namespace cmrt1
