#pragma once
#include <memory>
#include <string>

#include "cmrt1/write/segmentation_dicom.h"
#include "support/record.h"

namespace sample {

/// Labels of 5 rows x 7 columns (no multiple of 8 pixels) that differ from image to image; both segments
/// occur in each.
inline Mask small_labels(int image) {
  return Mask::NullaryExpr(5, 7, [&](Eigen::Index row, Eigen::Index column) {
    return static_cast<std::uint8_t>((row * 7 + column * column + 2 * image) % 3);
  });
}

/// Three slices of 5 x 7 pixels, 10 mm apart along their normal, stored from the last to the first.
inline LabelledSeries labelled_series() {
  LabelledSeries made;
  made.header = std::make_shared<const std::string>(part10(*scanner_dataset()));
  made.series_uid = "1.2.3.10";
  made.series_number = 12;
  for (int i = 0; i < 3; ++i) {
    Frame source = frame(i, 0, "1.2.3.10.", FrameKind::t1_map);
    source.geometry.rows = 5;
    source.geometry.columns = 7;
    const Vector3 normal = slice_normal(source.geometry);
    for (int axis = 0; axis < 3; ++axis) source.geometry.position_mm[axis] += 10 * (2 - i) * normal[axis];
    made.images.push_back({source, small_labels(i)});
  }
  made.algorithm = "qcd, heart";
  made.algorithm_version = "1.0";
  made.note = "2 of 3 images flagged: to be looked at";
  made.fingerprint = "threshold=0.7|" + std::string(64, 'a');
  made.software_version = "0.3.0";
  return made;
}

}  // namespace sample
