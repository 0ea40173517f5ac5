#include "cmrt1/write/segmentation_record.h"

#include <algorithm>
#include <cstdio>

namespace cmrt1 {

std::string image_status(const SegmentationRecord& record, std::size_t slice) {
  if (!record.slices[slice]) return "failed";
  return record.slices[slice]->flagged() ? "flagged" : "ok";
}

std::string image_reasons(const SegmentationRecord& record, std::size_t slice) {
  if (!record.slices[slice]) return record.loaded.images[slice].reason;
  std::string all;
  for (const std::string& reason : record.slices[slice]->reasons) all += (all.empty() ? "" : ";") + reason;
  return all;
}

Prediction delivered_prediction(const SliceSegmentation& slice) { return slice.predicted[slice.winner]; }

int flagged_count(const SegmentationRecord& record) {
  return static_cast<int>(std::count_if(record.slices.begin(), record.slices.end(),
                                        [](const auto& slice) { return slice && slice->flagged(); }));
}

std::string overlay_name(std::size_t slice) {
  char name[40];
  std::snprintf(name, sizeof name, "overlay_%03zu.png", slice);
  return name;
}

}  // namespace cmrt1
