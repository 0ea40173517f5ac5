#pragma once
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "cmrt1/write/dt1_record.h"
#include "support/landmark_record.h"
#include "support/record.h"

namespace sample {

/// Distance in mm of a pixel from the middle of the sample's heart.
inline double heart_radius_mm(Eigen::Index row, Eigen::Index column) {
  return std::hypot(2.0 * (static_cast<double>(row) - 20), 1.5 * (static_cast<double>(column) - 24));
}

/// T1 in ms of a ring of muscle (8 to 14 mm) about blood, in fat of 300 ms.
inline Pixels t1_ring(float muscle_ms, float blood_ms) {
  return Pixels::NullaryExpr(rows, columns, [&](Eigen::Index row, Eigen::Index column) {
    const double r = heart_radius_mm(row, column);
    return r < 8 ? blood_ms : r < 14 ? muscle_ms : 300.0f;
  });
}

inline Mask muscle_ring() {
  return Mask::NullaryExpr(rows, columns, [](Eigen::Index row, Eigen::Index column) {
    const double r = heart_radius_mm(row, column);
    return r >= 8 && r < 14 ? 1 : 0;
  });
}

inline PairedMap paired_map(const std::string& series_uid, const Pixels& t1_ms, int series_number) {
  PairedMap made;
  made.series.study_uid = made.series.study_key = "1.2.3";
  made.series.series_uid = made.series.key = series_uid;
  made.series.description = "Secret^Person T1MAP";
  made.series.series_number = series_number;
  made.series.kind = FrameKind::t1_map;
  for (int i = 0; i < 2; ++i) made.series.frames.push_back(frame(i, 0, series_uid + ".", FrameKind::t1_map));
  made.slice = 1;
  const auto header = scanner_dataset();
  header->putAndInsertString(DCM_SeriesInstanceUID, series_uid.c_str());
  made.dicom_header = std::make_shared<const std::string>(part10(*header));
  made.map = {t1_ms, oblique()};
  made.error_ms = Pixels::Constant(rows, columns, 12);
  made.frame_of_reference_uid = "1.2.3.99";
  return made;
}

/// A pair that was registered with a network. T1 of the muscle rises from 1000 to 1060 ms; of the muscle two
/// pixels are undefined. A corner lies below the floor, the first row is not covered by the stress map.
inline Dt1Record dt1_record() {
  Dt1Record made;
  made.key = "1.2.3.20_001";
  made.rest = paired_map("1.2.3.20", t1_ring(1000, 1600), 20);
  made.stress = paired_map("1.2.3.30", t1_ring(1060, 1500), 30);
  made.rest.trigger_time_ms = 600;
  made.stress.trigger_time_ms = 480;
  made.distance_mm = -1.5;
  made.tolerance_mm = 4;
  made.heart_source = "landmarks";
  Registration& found = made.registration;
  found.method = found.method_used = RegistrationMethod::network;
  found.decision = "the field aligns the hearts better";
  found.trials = {{RegistrationMethod::network, false, 1.54, 0.8, true},
                  {RegistrationMethod::network, true, 1.5, -0.1, false}};
  found.field = {Pixels::Constant(rows, columns, 0.5f), Pixels::Constant(rows, columns, -1)};
  found.window = {24, 20, 192, {}};
  found.alignment_before = 1.125;
  found.alignment_after = 1.54;
  found.smallest_jacobian = 0.8;
  found.median_displacement_mm = 2.25;
  found.largest_displacement_mm = 6.5;
  found.network = nn::NetworkIdentity{"dt1", "1.0", std::string(64, 'd'), "cpu"};
  Reactivity& map = made.reactivity;
  map.registered_stress_ms = made.stress.map.pixels;
  map.status = Mask::Zero(rows, columns);
  map.status.topLeftCorner(5, 5) = static_cast<std::uint8_t>(Dt1Status::rest_below_floor);
  map.status.row(0) = static_cast<std::uint8_t>(Dt1Status::leaves_image);
  map.status.block(20, 31, 1, 2) = static_cast<std::uint8_t>(Dt1Status::folds);
  map.registered_stress_ms.row(0) = std::numeric_limits<float>::quiet_NaN();
  const Pixels percent = 100 * (made.stress.map.pixels - made.rest.map.pixels) / made.rest.map.pixels;
  map.dt1_percent = (map.status == 0).select(percent, std::numeric_limits<float>::quiet_NaN());
  map.error_percent =
      (map.status == 0)
          .select(Pixels::Constant(rows, columns, 1.5f), std::numeric_limits<float>::quiet_NaN());
  made.myocardium = muscle_ring();
  made.myocardium_source = "qcdseg";
  made.dice_before = 0.5;
  made.dice_after = 0.875;
  made.landmarks = slice_landmarks();
  made.segments = segments(*made.landmarks, Level::mid, oblique(), map.dt1_percent);
  made.segments->from_mask = true;
  made.muscle = statistics_of(map.dt1_percent, made.myocardium);
  made.muscle_error_percent = 1.5;
  made.networks = {*found.network, {"heart", "1.0", std::string(64, 'a'), "cpu"}};
  made.timings_s = {{"register", 0.25}};
  made.options = {{"method", "network"}, {"floor_ms", "200"}};
  made.versions = {{"cmrt1", "0.5.0"}};
  return made;
}

/// The same, not registered and to be looked at.
inline Dt1Record flagged_dt1_record() {
  Dt1Record made = dt1_record();
  made.registration.method_used = RegistrationMethod::none;
  made.registration.decision = "no field aligns the hearts better than none";
  made.registration.field = zero_field(rows, columns);
  made.reasons = {"registration_not_delivered", "poor_alignment"};
  return made;
}

}  // namespace sample
