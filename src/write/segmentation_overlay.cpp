#include "cmrt1/write/segmentation_overlay.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cmrt1/base/text.h"
#include "write/canvas.h"

namespace cmrt1 {
namespace {

constexpr Colour background = {18, 21, 26};
constexpr Colour bright = {240, 243, 247};
constexpr Colour muted = {160, 168, 178};
constexpr Colour alarm = {230, 50, 50};
constexpr Colour epicardium = {94, 220, 130};
constexpr Colour endocardium = {255, 190, 60};

constexpr double margin = 24, gap = 16, panel = 400, header_height = 84, footer_height = 34;
constexpr double zoom = 1.9;  // side of the enlarged part, in diameters of the left ventricle

/// A part of an image: rows and columns from the first on.
struct Part {
  Eigen::Index row = 0, column = 0, rows = 0, columns = 0;
};

/// Grey values between the 1st and the 99.5th percentile of what is finite.
ColourScale grey_scale(const Pixels& pixels) {
  const auto values = masked_values(pixels, Mask::Ones(pixels.rows(), pixels.cols()));
  const double low = quantile(values, 0.01), high = quantile(values, 0.995);
  return {ColourMap::grey, std::isfinite(low) ? low : 0,
          high > low ? high : (std::isfinite(low) ? low : 0) + 1};
}

Part about_heart(const SliceSegmentation& slice, const Geometry& geometry) {
  const auto& measures = slice.measures;
  if (measures.myocardium_mm2 <= 0) return {0, 0, geometry.rows, geometry.columns};
  const double radius = std::sqrt((measures.myocardium_mm2 + measures.blood_pool_mm2) / 3.14159);
  const auto span = [&](double centre, double spacing, int count) {
    const double half = std::max(12.0, zoom * radius / spacing);
    const auto first = static_cast<Eigen::Index>(std::clamp(std::floor(centre - half), 0.0, count - 1.0));
    const auto last = static_cast<Eigen::Index>(std::clamp(std::ceil(centre + half), 0.0, count - 1.0));
    return std::pair{first, last - first + 1};
  };
  const auto [column, columns] = span(measures.centre_px[0], geometry.spacing_x_mm, geometry.columns);
  const auto [row, rows] = span(measures.centre_px[1], geometry.spacing_y_mm, geometry.rows);
  return {row, column, rows, columns};
}

/// As large as fits into a panel at the left edge `x`, pixels in their true proportion.
Rectangle placed(double x, const Part& part, const Geometry& geometry) {
  const double width = static_cast<double>(part.columns) * geometry.spacing_x_mm;
  const double height = static_cast<double>(part.rows) * geometry.spacing_y_mm;
  const double scale = panel / std::max(width, height);
  return {x, header_height, std::max(1.0, std::round(scale * width)),
          std::max(1.0, std::round(scale * height))};
}

void draw(Canvas& canvas, const Rectangle& area, const Part& part, const Pixels& pixels,
          const LabelMap& labels, const ColourScale& scale) {
  const auto cropped = [&](const auto& whole) {
    return std::decay_t<decltype(whole)>(whole.block(part.row, part.column, part.rows, part.columns));
  };
  canvas.image(area, cropped(pixels), scale);
  const LabelMap seen = cropped(labels);
  canvas.outline(area, left_ventricle(seen), epicardium);
  canvas.outline(area, mask_of(seen, kBloodPool), endocardium);
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
  const Image& image = record.loaded.images[number].image;
  constexpr double width = 2 * margin + 2 * panel + gap, height = header_height + panel + footer_height;
  Canvas canvas(static_cast<int>(width), static_cast<int>(height), background);
  const double room = width - 2 * margin;
  canvas.text(margin, 36, verdict(record, slice), {19, bright, true}, room);
  canvas.text(margin, 60,
              slice.flagged() ? "Look at it: " + image_reasons(record, number) : "accepted by all checks",
              {14, slice.flagged() ? alarm : muted}, room);
  const Part whole{0, 0, image.pixels.rows(), image.pixels.cols()};
  const Part part = about_heart(slice, image.geometry);
  const ColourScale scale = grey_scale(image.pixels.block(part.row, part.column, part.rows, part.columns));
  draw(canvas, placed(margin, whole, image.geometry), whole, image.pixels, slice.labels, scale);
  draw(canvas, placed(margin + panel + gap, part, image.geometry), part, image.pixels, slice.labels, scale);
  canvas.text(margin, height - 12,
              "Research use only, not for diagnosis · green epicardium, yellow endocardium · image " +
                  std::to_string(number) + " of " + printable(record.series.key),
              {12, muted}, room);
  if (slice.flagged()) canvas.frame({0, 0, width, height}, alarm, 6);
  return canvas.png();
}

}  // namespace cmrt1
