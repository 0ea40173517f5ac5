#include "cmrt1/moco/network_motion.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/base/error.h"
#include "cmrt1/field/fields.h"
#include "cmrt1/field/resample.h"

namespace cmrt1 {
namespace {

constexpr int kLongestSide = 256, kShortestSide = 32;
constexpr std::size_t kMostImages = 16;

/// A mirror image; its own inverse.
struct View {
  bool left_right;
  bool up_down;
};
constexpr View kViews[] = {{false, false}, {true, false}, {false, true}, {true, true}};

Pixels mirrored(const Pixels& image, const View& view) {
  if (view.left_right && view.up_down) return image.reverse();
  if (view.left_right) return image.rowwise().reverse();
  if (view.up_down) return image.colwise().reverse();
  return image;
}

DisplacementField mirrored(const DisplacementField& field, const View& view) {
  const float x = view.left_right ? -1.0f : 1.0f, y = view.up_down ? -1.0f : 1.0f;
  return {x * mirrored(field.x, view), y * mirrored(field.y, view)};
}

nn::Tensor network_input(const Stack& magnitude, const NetworkGrid& grid, int views) {
  nn::Tensor input{{views, static_cast<std::int64_t>(magnitude.frames.size()), grid.rows, grid.columns}, {}};
  std::vector<Pixels> frames;
  for (const Pixels& frame : magnitude.frames)
    frames.push_back(area_means(frame.isFinite().select(frame, 0.0f), grid.rows, grid.columns));
  for (int view = 0; view < views; ++view)
    for (const Pixels& frame : frames) {
      const Pixels seen = mirrored(frame, kViews[view]);
      input.values.insert(input.values.end(), seen.data(), seen.data() + seen.size());
    }
  return input;
}

void require_fields(const nn::Tensor& output, const nn::Tensor& input, const nn::Network& network) {
  const std::vector<std::int64_t> expected = {input.shape[0], input.shape[1], 2, input.shape[2],
                                              input.shape[3]};
  if (output.shape == expected) return;
  throw NetworkError(
      "the network " + network.name() +
      " does not give two displacements a pixel and image: " + "take the file that came with this version");
}

/// The mean over the views of what the network says of image k.
DisplacementField mean_view(const nn::Tensor& output, const NetworkGrid& grid, std::size_t k) {
  const auto views = static_cast<std::size_t>(output.shape[0]),
             images = static_cast<std::size_t>(output.shape[1]);
  const auto size = static_cast<std::size_t>(grid.rows) * static_cast<std::size_t>(grid.columns);
  DisplacementField mean = zero_field(grid.rows, grid.columns);
  for (std::size_t view = 0; view < views; ++view) {
    const float* values = output.values.data() + 2 * size * (view * images + k);
    const DisplacementField seen{Eigen::Map<const Pixels>(values, grid.rows, grid.columns),
                                 Eigen::Map<const Pixels>(values + size, grid.rows, grid.columns)};
    const DisplacementField straight = mirrored(seen, kViews[view]);
    mean.x += straight.x / static_cast<float>(views);
    mean.y += straight.y / static_cast<float>(views);
  }
  return mean;
}

}  // namespace

void NetworkMotionOptions::check() const {
  if (views != 1 && views != 4) throw UsageError("the number of views must be 1 or 4");
}

NetworkGrid network_grid(const Geometry& geometry) {
  const double width_mm = geometry.columns * geometry.spacing_x_mm;
  const double height_mm = geometry.rows * geometry.spacing_y_mm;
  const double pixel_mm =
      std::max({geometry.spacing_x_mm, geometry.spacing_y_mm, std::max(width_mm, height_mm) / kLongestSide});
  return {static_cast<int>(std::lround(height_mm / pixel_mm)),
          static_cast<int>(std::lround(width_mm / pixel_mm))};
}

std::string network_obstacle(const SeriesImages& images) {
  if (images.ti_ms.size() > kMostImages)
    return "the network takes at most " + std::to_string(kMostImages) + " images";
  const NetworkGrid grid = network_grid(images.magnitude.geometry);
  if (std::min(grid.rows, grid.columns) < kShortestSide)
    return "the network takes images of " + std::to_string(kShortestSide) + " x " +
           std::to_string(kShortestSide) + " pixels or more";
  return {};
}

std::vector<DisplacementField> network_fields(const SeriesImages& images, const nn::Network& network,
                                              const NetworkMotionOptions& options) {
  options.check();
  const NetworkGrid grid = network_grid(images.magnitude.geometry);
  const nn::Tensor input = network_input(images.magnitude, grid, options.views);
  const nn::Tensor output = network(input);
  require_fields(output, input, network);
  std::vector<DisplacementField> fields;
  for (std::size_t k = 0; k < images.ti_ms.size(); ++k)
    fields.push_back(resampled(mean_view(output, grid, k), images.magnitude.geometry.rows,
                               images.magnitude.geometry.columns));
  return made_invertible(without_mean(std::move(fields)));
}

}  // namespace cmrt1
