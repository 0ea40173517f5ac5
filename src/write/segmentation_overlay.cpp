#include "cmrt1/write/segmentation_overlay.h"

#include <cmath>
#include <cstdio>
#include <numbers>

#include "cmrt1/base/text.h"
#include "write/image_panels.h"

namespace cmrt1 {
namespace {

constexpr Colour epicardium = {94, 220, 130};
constexpr Colour endocardium = {255, 190, 60};

std::optional<Focus> focus_of(const SegmentationMeasures& measures) {
  if (measures.myocardium_mm2 <= 0) return std::nullopt;
  const double area = measures.myocardium_mm2 + measures.blood_pool_mm2;
  return Focus{measures.centre_px, std::sqrt(area / std::numbers::pi)};
}

std::string verdict(const SegmentationRecord& record, const SliceSegmentation& slice) {
  const Prediction predicted = delivered_prediction(slice);
  char text[160];
  std::snprintf(text, sizeof text, "predicted Dice %.2f (%.0f %% interval %.2f to %.2f)", predicted.dice,
                100 * record.level, predicted.low, predicted.high);
  return slice.measures.myocardium_mm2 > 0 ? std::string(text) + " · " + candidate_names()[slice.winner]
                                           : "no heart found";
}

}  // namespace

std::string segmentation_overlay_png(const SegmentationRecord& record, std::size_t number) {
  const SliceSegmentation& slice = record.slices[number].value();
  const PanelText text = {verdict(record, slice), slice.flagged() ? image_reasons(record, number) : "",
                          "green epicardium, yellow endocardium · image " + std::to_string(number) + " of " +
                              printable(record.series.key)};
  return image_panels_png(record.loaded.images[number].image, text, focus_of(slice.measures),
                          [&](Canvas& canvas, const Panel& panel) {
                            const LabelMap seen = panel.cropped(slice.labels);
                            canvas.outline(panel.area, left_ventricle(seen), epicardium);
                            canvas.outline(panel.area, mask_of(seen, kBloodPool), endocardium);
                          });
}

}  // namespace cmrt1
