#pragma once
#include <array>
#include <cmath>
#include <memory>
#include <string>

#include "cmrt1/write/segmentation_record.h"
#include "support/record.h"

namespace sample {

/// A ring of myocardium about blood, `grown` pixels larger than usual.
inline LabelMap ring(double grown = 0) {
  return LabelMap::NullaryExpr(rows, columns, [&](Eigen::Index row, Eigen::Index column) {
    const double r = std::hypot(static_cast<double>(row) - 20, static_cast<double>(column) - 24);
    return r < 6 + grown ? kBloodPool : r < 10 + grown ? kMyocardium : kBackground;
  });
}

/// One slice whose candidate k has the predicted Dice 0.5 + k / 50, if it shows a heart 0.25 more; the last
/// is delivered.
inline SliceSegmentation slice_segmentation(double grown = 0) {
  SliceSegmentation made;
  for (std::size_t k = 0; k < kCandidates; ++k) {
    made.candidates.push_back(ring(grown + static_cast<double>(k) / 10));
    const double dice = 0.5 + static_cast<double>(k) / 50;
    made.predicted[k] = {dice, dice - 0.125, dice + 0.125, dice + 0.25};
  }
  made.agreement = agreement_of(made.candidates);
  made.evidence.row(3) << 0.5, 0.25, 0.75;
  made.winner = kCandidates - 1;
  made.labels = made.candidates.back();
  made.measures = measure(made.labels, oblique());
  return made;
}

/// A made-up T1-map series of four slices, 12 mm apart along a direction oblique to them: accepted, flagged,
/// not read, without a heart. T1 1000.5 ms in the myocardium.
inline SegmentationRecord segmentation_record() {
  SegmentationRecord made;
  made.series.study_uid = "1.2.3";
  made.series.study_key = "1.2.3";
  made.series.series_uid = made.series.key = "1.2.3.20";
  made.series.description = "Secret^Person T1MAP";
  made.series.series_number = 20;
  made.series.kind = FrameKind::t1_map;
  for (int i = 0; i < 4; ++i) {
    Frame one = frame(i, 0, "1.2.3.20.", FrameKind::t1_map);
    const Vector3 step = {3, 2, 11};
    for (std::size_t axis = 0; axis < 3; ++axis) one.geometry.position_mm[axis] += i * step[axis];
    made.series.frames.push_back(one);
    made.loaded.images.push_back({{map(0.98f).t1_ms, one.geometry}, "", ""});
    made.slices.push_back(slice_segmentation());
  }
  made.loaded.dicom_header = std::make_shared<const std::string>(part10(*scanner_dataset()));
  made.slices[1]->reasons = {"low_predicted_dice", "open_ring"};
  made.slices[1]->predicted[kCandidates - 1] = {0.25, 0.125, 0.375, 0.5};
  made.loaded.images[2] = {
      {{}, made.series.frames[2].geometry}, "truncated_pixel_data", "IM2 ends early, =copy it"};
  made.slices[2].reset();
  SliceSegmentation none;
  none.labels = LabelMap::Zero(rows, columns);
  none.candidates.assign(kCandidates, none.labels);
  none.measures = measure(none.labels, oblique());
  none.reasons = {"no_heart_found"};
  made.slices[3] = none;
  made.heart = HeartLocation{{24, 20, 90, {}}, 0.75, 36, false, false, {}};
  made.threshold = 0.7;
  made.level = 0.9;
  made.networks = {{"qcd", "1.0", std::string(64, 'a'), "cpu"},
                   {"heart", "1.0", std::string(64, 'b'), "cpu"}};
  made.quality_sha256 = std::string(64, 'c');
  made.timings_s = {{"load", 0.1}, {"segment", 0.2}};
  made.versions = {{"cmrt1", "0.3.0"}};
  return made;
}

/// The same slices as read from a NIfTI file with the given header; all read.
inline SegmentationRecord nifti_segmentation_record(const std::string& header) {
  SegmentationRecord made = segmentation_record();
  made.series.study_uid = made.series.study_key = made.series.series_uid = "";
  made.series.key = "image";
  made.series.kind = FrameKind::other;
  made.loaded.dicom_header = nullptr;
  made.loaded.nifti_header = header;
  made.loaded.images[2] = made.loaded.images[0];
  made.slices[2] = made.slices[0];
  for (Frame& one : made.series.frames) {
    one.sop_class_uid = one.sop_instance_uid = "";
    one.source.path = "/study/image.nii.gz";
  }
  return made;
}

}  // namespace sample
