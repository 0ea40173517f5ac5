#include "cmrt1/qcd/measures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "cmrt1/image/regions.h"

namespace cmrt1 {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeastPiece = 0.02;  // of the myocardium that counts as a piece of it
constexpr int kSectors = 72;

std::array<double, 2> centre_of(const Mask& mask) {
  double x = 0, y = 0;
  for (Eigen::Index row = 0; row < mask.rows(); ++row)
    for (Eigen::Index column = 0; column < mask.cols(); ++column)
      if (mask(row, column)) {
        x += static_cast<double>(column);
        y += static_cast<double>(row);
      }
  const int count = pixel_count(mask);
  return count == 0 ? std::array{kNotANumber, kNotANumber} : std::array{x / count, y / count};
}

/// Share of the sectors about `centre` that hold a pixel of the mask.
double closure(const Mask& mask, const std::array<double, 2>& centre, const Geometry& geometry) {
  std::array<bool, kSectors> seen = {};
  constexpr int samples = 3;  // across a pixel, so that near pixels fill the sectors they cover
  for (Eigen::Index row = 0; row < mask.rows(); ++row)
    for (Eigen::Index column = 0; column < mask.cols(); ++column) {
      if (!mask(row, column)) continue;
      for (int i = 0; i < samples * samples; ++i) {
        const double x = static_cast<double>(column) + (i % samples - 1) / 3.0 - centre[0];
        const double y = static_cast<double>(row) + (i / samples - 1) / 3.0 - centre[1];
        const double turn =
            std::atan2(y * geometry.spacing_y_mm, x * geometry.spacing_x_mm) / (2 * std::numbers::pi) + 0.5;
        seen[static_cast<std::size_t>(std::min(kSectors - 1, static_cast<int>(turn * kSectors)))] = true;
      }
    }
  return static_cast<double>(std::count(seen.begin(), seen.end(), true)) / kSectors;
}

bool reaches_border(const Mask& mask) {
  return (mask.row(0) != 0).any() || (mask.row(mask.rows() - 1) != 0).any() || (mask.col(0) != 0).any() ||
         (mask.col(mask.cols() - 1) != 0).any();
}

int pieces(const Mask& mask) {
  const double least = kLeastPiece * pixel_count(mask);
  const Regions regions = connected_regions(mask);
  return static_cast<int>(
      std::count_if(regions.pixels.begin(), regions.pixels.end(), [&](int size) { return size >= least; }));
}

double mean_of(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += value;
  return values.empty() ? kNotANumber : sum / static_cast<double>(values.size());
}

/// Of the sample (n - 1); NaN for fewer than two values.
double sd_of(const std::vector<float>& values) {
  if (values.size() < 2) return kNotANumber;
  const double mean = mean_of(values);
  double sum = 0;
  for (const float value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

std::vector<float> without_outliers(const std::vector<float>& values) {
  const float first = quantile(values, 0.25), third = quantile(values, 0.75), reach = 1.5f * (third - first);
  std::vector<float> kept = values;
  std::erase_if(kept, [&](float value) { return value < first - reach || value > third + reach; });
  return kept;
}

}  // namespace

SegmentationMeasures measure(const LabelMap& labels, const Geometry& geometry) {
  const Mask muscle = mask_of(labels, kMyocardium), blood = mask_of(labels, kBloodPool),
             lv = left_ventricle(labels);
  const double pixel_mm2 = geometry.spacing_x_mm * geometry.spacing_y_mm;
  SegmentationMeasures measures;
  measures.myocardium_mm2 = pixel_count(muscle) * pixel_mm2;
  measures.blood_pool_mm2 = pixel_count(blood) * pixel_mm2;
  measures.centre_px = centre_of(lv);
  measures.touches_border = lv.size() > 0 && reaches_border(lv);
  if (measures.myocardium_mm2 == 0) return measures;
  const double radius = std::sqrt((measures.myocardium_mm2 + measures.blood_pool_mm2) / std::numbers::pi);
  measures.wall_thickness_mm = radius - std::sqrt(measures.blood_pool_mm2 / std::numbers::pi);
  measures.components = pieces(muscle);
  const bool cavity = measures.blood_pool_mm2 > 0;
  const auto middle = cavity ? centre_of(blood) : measures.centre_px;
  measures.ring_closure = closure(muscle, middle, geometry);
  measures.centre_offset = std::hypot((middle[0] - measures.centre_px[0]) * geometry.spacing_x_mm,
                                      (middle[1] - measures.centre_px[1]) * geometry.spacing_y_mm) /
                           radius;
  return measures;
}

std::vector<std::string> rule_flags(const SegmentationMeasures& measures,
                                    const std::map<std::string, Range>& limits) {
  if (measures.myocardium_mm2 == 0) return {"no_heart_found"};
  std::vector<std::string> flags;
  const auto check = [&](const char* limit, double value, bool too_low, bool too_high, const char* flag) {
    const auto found = limits.find(limit);
    if (found == limits.end()) return;
    if ((too_low && value < found->second.low) || (too_high && value > found->second.high))
      flags.push_back(flag);
  };
  check("myocardium_mm2", measures.myocardium_mm2, true, true, "myocardium_area");
  check("blood_pool_mm2", measures.blood_pool_mm2, true, true, "blood_pool_area");
  check("wall_thickness_mm", measures.wall_thickness_mm, true, true, "wall_thickness");
  check("ring_closure", measures.ring_closure, true, false, "open_ring");
  check("components", measures.components, false, true, "fragmented");
  check("centre_offset", measures.centre_offset, false, true, "off_centre");
  if (measures.touches_border) flags.push_back("cut_by_border");
  return flags;
}

T1Statistics t1_statistics(const Pixels& t1_ms, const Mask& mask) {
  const Pixels defined = defined_t1(t1_ms);
  const std::vector<float> values = masked_values(defined, mask), core = masked_values(defined, eroded(mask));
  T1Statistics statistics;
  statistics.pixels = static_cast<int>(values.size());
  statistics.undefined_pixels = pixel_count(mask) - statistics.pixels;
  statistics.mean_ms = mean_of(values);
  statistics.sd_ms = sd_of(values);
  statistics.median_ms = quantile(values, 0.5);
  statistics.robust_mean_ms = mean_of(without_outliers(values));
  statistics.core_pixels = static_cast<int>(core.size());
  statistics.core_mean_ms = mean_of(core);
  statistics.core_sd_ms = sd_of(core);
  return statistics;
}

}  // namespace cmrt1
