#include "cmrt1/batch/overlaid.h"

#include <array>

#include "cmrt1/base/error.h"

namespace cmrt1 {
namespace {

constexpr double kSamePlaceMm = 1;

bool same_size(const Geometry& a, const Geometry& b) { return a.rows == b.rows && a.columns == b.columns; }

}  // namespace

OverlaidImages::OverlaidImages(const std::filesystem::path& path) {
  const std::array inputs = {path};
  ImageCases found = find_image_cases(inputs);
  for (ImageCase& one : found.cases) {
    Group group{one.nifti, {}};
    for (LoadedImage& loaded : load_images(one).images) {
      if (!loaded.reason.empty()) throw NoInputError(path.string() + ": " + loaded.message);
      if (one.series.kind == FrameKind::t1_map) loaded.image.pixels = defined_t1(loaded.image.pixels);
      group.images.push_back(std::move(loaded.image));
    }
    groups_.push_back(std::move(group));
  }
  if (groups_.empty()) throw NoInputError(path.string() + ": nothing in it can be read");
}

const Pixels* OverlaidImages::on(const ImageCase& one, std::size_t number) const {
  const Geometry& geometry = one.series.frames[number].geometry;
  for (const Group& group : groups_) {
    for (const Image& image : group.images)
      if (same_size(image.geometry, geometry) && same_grid(image.geometry, geometry, kSamePlaceMm))
        return &image.pixels;
    if (group.nifti && group.images.size() == one.series.frames.size() &&
        same_size(group.images[number].geometry, geometry))
      return &group.images[number].pixels;
  }
  return nullptr;
}

}  // namespace cmrt1
