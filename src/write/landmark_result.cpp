#include "cmrt1/write/landmark_result.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cmrt1/base/text.h"
#include "cmrt1/write/bullseye.h"
#include "cmrt1/write/landmark_dicom.h"
#include "cmrt1/write/landmark_json.h"
#include "cmrt1/write/landmark_overlay.h"
#include "cmrt1/write/nifti.h"
#include "write/result_files.h"

namespace cmrt1 {
namespace {

/// Segment numbers of all images on the source's grid; 0 where there are none.
std::string segment_label_map(const LandmarkRecord& record) {
  std::vector<Mask> slices;
  for (std::size_t i = 0; i < record.segments.size(); ++i) {
    const Geometry& geometry = record.series.frames[i].geometry;
    slices.push_back(record.segments[i] ? record.segments[i]->map.number
                                        : Mask::Zero(geometry.rows, geometry.columns));
  }
  const std::string note = flagged_note(record);
  const std::string description = "AHA segments 1-16" + (note.empty() ? "" : "; " + note);
  if (!record.loaded.nifti_header.empty())
    return label_map_like(record.loaded.nifti_header, slices, description);
  return nifti_gz(slices, record.series.frames.front().geometry, step_of(record.series), description);
}

/// The range that shows differences: the values' own, at least a tenth of their middle wide.
ColourScale scale_of(const std::array<double, 16>& values) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double value : values)
    if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  if (!(low <= high)) return {ColourMap::viridis, 0, 1};
  const double least = std::max(0.1 * std::abs(low + high) / 2, 1e-3),
               lacking = std::max(0.0, least - (high - low));
  return {ColourMap::viridis, low - lacking / 2, high + lacking / 2};
}

Bullseye bullseye_of(const LandmarkRecord& record) {
  Bullseye bullseye;
  bullseye.title = record.quantity + " of the segments";
  bullseye.unit = record.unit;
  bullseye.values = segment_means(record);
  bullseye.scale = scale_of(bullseye.values);
  bullseye.note = printable(record.series.key);
  const bool assumed = std::any_of(record.segments.begin(), record.segments.end(), [](const auto& slice) {
    return slice && slice->level.source == LevelSource::assumed;
  });
  if (assumed) bullseye.note += " · level assumed";
  if (const std::string note = flagged_note(record); !note.empty()) bullseye.note += " · " + note;
  return bullseye;
}

bool has_values(const LandmarkRecord& record) { return !record.quantity.empty(); }

std::vector<ResultFile> files_of(const LandmarkRecord& record, const LandmarkWriteOptions& options) {
  std::vector<ResultFile> files;
  for (std::size_t i = 0; i < record.slices.size(); ++i)
    if (record.slices[i])
      files.push_back({overlay_name(i), [&record, i] { return landmark_overlay_png(record, i); }});
  files.push_back({"segments.nii.gz", [&record] { return segment_label_map(record); }});
  if (has_values(record)) {
    files.push_back({"bullseye.svg", [&record] { return bullseye_svg(bullseye_of(record)); }});
    files.push_back({"bullseye.png", [&record] { return bullseye_png(bullseye_of(record)); }});
  }
  if (record.loaded.dicom_header)
    files.push_back({"landmarks.dcm", [&record] { return landmark_dicom(record); }});
  files.push_back({"landmarks.json", [&] { return landmark_json(record, options.keep_identifiers); }});
  return files;
}

}  // namespace

void write_landmarks(const LandmarkRecord& record, const std::filesystem::path& folder,
                     const LandmarkWriteOptions& options) {
  write_files(files_of(record, options), folder, options.threads);
}

}  // namespace cmrt1
