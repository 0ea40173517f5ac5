#include "cmrt1/batch/overlaid.h"

#include <algorithm>
#include <array>

#include "cmrt1/base/error.h"

namespace cmrt1 {
namespace {

constexpr double kSamePlaceMm = 1;

Vector3 opposite(const Vector3& direction) { return {-direction[0], -direction[1], -direction[2]}; }

/// The same pixels with rows and columns exchanged.
Image transposed(const Image& image) {
  Image other = image;
  other.pixels = image.pixels.transpose();
  std::swap(other.geometry.rows, other.geometry.columns);
  std::swap(other.geometry.spacing_x_mm, other.geometry.spacing_y_mm);
  std::swap(other.geometry.row_direction, other.geometry.column_direction);
  return other;
}

/// The same pixels with each row read backwards.
Image reversed_rows(const Image& image) {
  Image other = image;
  other.pixels = image.pixels.rowwise().reverse();
  other.geometry.position_mm = patient_from_pixel(image.geometry, image.geometry.columns - 1, 0);
  other.geometry.row_direction = opposite(image.geometry.row_direction);
  return other;
}

/// The pixels as `grid` stores them, where both lie on the same places.
std::optional<Pixels> stored_as(Image image, const Geometry& grid) {
  for (int turn = 0; turn < 4; ++turn) {
    for (const Image& seen : {image, transposed(image)})
      if (seen.geometry.rows == grid.rows && seen.geometry.columns == grid.columns &&
          same_grid(seen.geometry, grid, kSamePlaceMm))
        return seen.pixels;
    image = transposed(reversed_rows(image));  // by a quarter
  }
  return std::nullopt;
}

/// As read from a file that does not say where it lies.
bool says_no_place(const Geometry& geometry) {
  return geometry.row_direction == Vector3{1, 0, 0} && geometry.column_direction == Vector3{0, 1, 0} &&
         geometry.position_mm[0] == 0 && geometry.position_mm[1] == 0;
}

}  // namespace

OverlaidImages::OverlaidImages(const std::filesystem::path& path) {
  const std::array inputs = {path};
  ImageCases found = find_image_cases(inputs);
  for (ImageCase& one : found.cases) {
    LoadedSeries loaded = load_images(one);
    for (std::size_t i = 0; i < loaded.images.size(); ++i) {
      LoadedImage& own = loaded.images[i];
      if (!own.reason.empty()) throw NoInputError(path.string() + ": " + own.message);
      all_t1_ = all_t1_ && one.series.kind == FrameKind::t1_map;
      if (one.series.kind == FrameKind::t1_map) own.image.pixels = defined_t1(own.image.pixels);
      const Frame& frame = one.series.frames[i];
      overlays_.push_back({std::move(own.image), one.series.series_uid, frame.sop_instance_uid,
                           frame.frame_index, i, loaded.images.size(), one.nifti});
    }
  }
  if (overlays_.empty()) throw NoInputError(path.string() + ": nothing in it can be read");
}

std::optional<Pixels> OverlaidImages::on(const ImageCase& one, std::size_t number) const {
  const Frame& frame = one.series.frames[number];
  const std::size_t count = one.series.frames.size();
  std::vector<std::pair<const Overlay*, Pixels>> same_place;
  for (const Overlay& overlay : overlays_)
    if (auto pixels = stored_as(overlay.image, frame.geometry))
      same_place.emplace_back(&overlay, std::move(*pixels));
  const auto only = [&](const auto& property) -> const Pixels* {
    const Pixels* found = nullptr;
    for (const auto& [overlay, pixels] : same_place) {
      if (!property(*overlay)) continue;
      if (found) return nullptr;
      found = &pixels;
    }
    return found;
  };
  const auto any = [](const Overlay&) { return true; };
  const auto same_instance = [&](const Overlay& overlay) {
    return !frame.sop_instance_uid.empty() && overlay.sop_instance_uid == frame.sop_instance_uid &&
           overlay.frame_index == frame.frame_index;
  };
  const auto same_series = [&](const Overlay& overlay) {
    return !one.series.series_uid.empty() && overlay.series_uid == one.series.series_uid;
  };
  const auto same_number = [&](const Overlay& overlay) {
    return overlay.of == count && overlay.number == number;
  };
  for (const Pixels* found : {only(any), only(same_instance), only(same_series), only(same_number)})
    if (found) return *found;
  if (!same_place.empty() || number >= overlays_.size()) return std::nullopt;
  const Overlay& alike = overlays_[number];
  const bool one_file = alike.nifti && alike.of == count && overlays_.size() == count;
  const Geometry& grid = alike.image.geometry;
  const bool same_size = grid.rows == frame.geometry.rows && grid.columns == frame.geometry.columns;
  if (one_file && same_size && (says_no_place(grid) || says_no_place(frame.geometry)))
    return alike.image.pixels;
  return std::nullopt;
}

}  // namespace cmrt1
