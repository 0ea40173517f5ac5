#pragma once
/// What the records of all programs that look at images one by one have in common: `series`, `loaded`, and
/// `slices`, one for each image of the series, each flagged() for `reasons` or absent where the image could
/// not be read.

#include <algorithm>
#include <string>

#include "cmrt1/study/image_series.h"

namespace cmrt1 {

/// "ok", "flagged" or "failed".
template <typename Record>
std::string image_status(const Record& record, std::size_t slice) {
  if (!record.slices[slice]) return "failed";
  return record.slices[slice]->flagged() ? "flagged" : "ok";
}

/// The reasons of a flagged image, joined by ";"; the reason of one that failed.
template <typename Record>
std::string image_reasons(const Record& record, std::size_t slice) {
  if (!record.slices[slice]) return record.loaded.images[slice].reason;
  std::string all;
  for (const std::string& reason : record.slices[slice]->reasons) all += (all.empty() ? "" : ";") + reason;
  return all;
}

template <typename Record>
int flagged_count(const Record& record) {
  return static_cast<int>(std::count_if(record.slices.begin(), record.slices.end(),
                                        [](const auto& slice) { return slice && slice->flagged(); }));
}

/// "2 of 3 images flagged"; empty where none is.
template <typename Record>
std::string flagged_note(const Record& record) {
  const int flagged = flagged_count(record);
  return flagged == 0
             ? ""
             : std::to_string(flagged) + " of " + std::to_string(record.slices.size()) + " images flagged";
}

/// File name of an image's picture: overlay_000.png.
std::string overlay_name(std::size_t slice);

/// From one image's position to the next; along the normal, a slice thickness, where there is one image or
/// none moves. mm, LPS.
Vector3 step_of(const ImageSeries& series);

}  // namespace cmrt1
