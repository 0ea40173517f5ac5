#include "cmrt1/batch/overlaid.h"

#include <algorithm>
#include <array>

#include "cmrt1/base/error.h"

namespace cmrt1 {
namespace {

constexpr double kSamePlaceMm = 1;

Vector3 opposite(const Vector3& direction) { return {-direction[0], -direction[1], -direction[2]}; }

/// How the pixels of one grid are stored on another one that lies on the same places.
struct Storage {
  bool transposed = false, reversed_rows = false, reversed_columns = false;
};

Geometry stored(Geometry grid, const Storage& how) {
  if (how.reversed_rows) {
    grid.position_mm = patient_from_pixel(grid, grid.columns - 1, 0);
    grid.row_direction = opposite(grid.row_direction);
  }
  if (how.reversed_columns) {
    grid.position_mm = patient_from_pixel(grid, 0, grid.rows - 1);
    grid.column_direction = opposite(grid.column_direction);
  }
  if (how.transposed) {
    std::swap(grid.rows, grid.columns);
    std::swap(grid.spacing_x_mm, grid.spacing_y_mm);
    std::swap(grid.row_direction, grid.column_direction);
  }
  return grid;
}

Pixels stored(Pixels pixels, const Storage& how) {
  if (how.reversed_rows) pixels = pixels.rowwise().reverse().eval();
  if (how.reversed_columns) pixels = pixels.colwise().reverse().eval();
  if (how.transposed) pixels = pixels.transpose().eval();
  return pixels;
}

/// How `grid` stores what `own` does, where both lie on the same places.
std::optional<Storage> storage_on(const Geometry& own, const Geometry& grid) {
  for (const bool transposed : {false, true})
    for (const bool rows : {false, true})
      for (const bool columns : {false, true}) {
        const Storage how{transposed, rows, columns};
        const Geometry seen = stored(own, how);
        if (seen.rows == grid.rows && seen.columns == grid.columns && same_grid(seen, grid, kSamePlaceMm))
          return how;
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
  std::vector<std::pair<const Overlay*, Storage>> same_place;
  for (const Overlay& overlay : overlays_)
    if (const auto how = storage_on(overlay.image.geometry, frame.geometry))
      same_place.emplace_back(&overlay, *how);
  const auto only = [&](const auto& property) -> const std::pair<const Overlay*, Storage>* {
    const std::pair<const Overlay*, Storage>* found = nullptr;
    for (const auto& candidate : same_place) {
      if (!property(*candidate.first)) continue;
      if (found) return nullptr;
      found = &candidate;
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
  for (const auto* found : {only(any), only(same_instance), only(same_series), only(same_number)})
    if (found) return stored(found->first->image.pixels, found->second);
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
