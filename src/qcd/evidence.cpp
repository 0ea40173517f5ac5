#include "cmrt1/qcd/evidence.h"

#include "cmrt1/image/regions.h"

namespace cmrt1 {
namespace {

double mean_soft_dice(std::span<const Pixels> views, const Mask& mask) {
  double sum = 0;
  for (const Pixels& shares : views) sum += soft_dice(shares, mask);
  return views.empty() ? 0 : sum / static_cast<double>(views.size());
}

}  // namespace

const std::array<std::string, kEvidence>& evidence_names() {
  static const std::array<std::string, kEvidence> names = {"other_scales", "whole_image", "judge"};
  return names;
}

double soft_dice(const Pixels& shares, const Mask& mask) {
  const double sizes = static_cast<double>(shares.sum()) + pixel_count(mask);
  return sizes == 0 ? 0 : 2.0 * (shares * mask.cast<float>()).sum() / sizes;
}

Evidence evidence_of(std::span<const LabelMap> candidates, const OtherViews& views) {
  Evidence evidence = Evidence::Zero();
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Mask muscle = mask_of(candidates[i], kMyocardium);
    if (pixel_count(muscle) == 0) continue;
    evidence.row(static_cast<Eigen::Index>(i)) << mean_soft_dice(views.myocardium_other_scales, muscle),
        soft_dice(views.lv_whole_image, left_ventricle(candidates[i])), views.judged[i];
  }
  return evidence;
}

}  // namespace cmrt1
