#include "cmrt1/dicom/load.h"

#include "cmrt1/base/error.h"
#include "dicom/content_check.h"
#include "dicom/pixels.h"
#include "dicom/source_reader.h"

namespace cmrt1 {
namespace {

using namespace dicom;

/// Fails where frames do not share grid and position: the pixels could not be stacked.
void require_one_grid(const Series& series) {
  const Geometry& first = series.magnitude.front().geometry;
  for (const auto* frames : {&series.magnitude, &series.phase}) {
    for (const Frame& frame : *frames) {
      if (frame.geometry.rows != first.rows || frame.geometry.columns != first.columns) {
        throw CaseError("frames_differ_in_shape", "the images of this series differ in size");
      }
      if (!same_grid(frame.geometry, first, 0.1)) {
        throw CaseError("frames_differ_in_position", "an image lies elsewhere than the others of its series");
      }
    }
  }
}

Stack read_stack(SourceReader& reader, const std::vector<Frame>& frames, bool phase) {
  Stack stack;
  stack.geometry = frames.front().geometry;
  for (const Frame& frame : frames) {
    DcmDataset& dataset = reader.dataset(frame);
    Pixels pixels =
        phase ? phase_pixels(dataset, frame.frame_index) : rescaled_pixels(dataset, frame.frame_index);
    require_scanned_size(pixels, frame);
    stack.frames.push_back(std::move(pixels));
  }
  return stack;
}

}  // namespace

SeriesImages load(const Series& series) {
  if (!series.reason.empty()) throw CaseError(series.reason, series.message);
  if (series.magnitude.empty()) throw CaseError("magnitude_missing", "the series has no images");
  require_one_grid(series);
  SourceReader reader({&series.magnitude, &series.phase});
  SeriesImages images;
  for (const Frame& frame : series.magnitude) images.ti_ms.push_back(frame.inversion_time_ms);
  images.magnitude = read_stack(reader, series.magnitude, false);
  if (!series.phase.empty()) images.phase = read_stack(reader, series.phase, true);
  require_inversion_recovery(images.magnitude);
  for (Pixels& frame : images.magnitude.frames) frame = frame.cwiseMax(0.0f);
  images.header = std::make_shared<const std::string>(header_bytes(reader.dataset(series.magnitude.front())));
  return images;
}

}  // namespace cmrt1
