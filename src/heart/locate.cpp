#include "cmrt1/heart/locate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "cmrt1/base/error.h"
#include "cmrt1/image/regions.h"

namespace cmrt1 {
namespace {

constexpr int kSize = 96;  // the network's grid
constexpr std::size_t kMostImages = 24;
constexpr Eigen::Index kLeastPixels = 16;
constexpr std::int64_t kClasses = 4;  // background, LV myocardium, LV blood pool, RV blood pool
constexpr float kLeastShare = 0.3f;   // of the LV, in the series' mean, where there is a heart ...
constexpr float kFaintShare = 0.1f;   // ... and below which there is none
constexpr int kReachCells = 4;        // about the region that counts as the heart
constexpr double kLeastCells = 16;    // of the whole image's grid, across a window
constexpr double kNearer = 4.5;       // diameters of the left ventricle across the second look
constexpr double kRvOfLv = 0.15;      // share of the LV's area from which the RV tells an orientation
constexpr double kTrustedTurn = std::numbers::pi / 5;  // what headers and hearts may differ by

std::array<double, 2> centre_of_mass(const Pixels& weights) {
  double total = 0, x = 0, y = 0;
  for (Eigen::Index row = 0; row < weights.rows(); ++row)
    for (Eigen::Index column = 0; column < weights.cols(); ++column) {
      const double weight = weights(row, column);
      total += weight;
      x += weight * static_cast<double>(column);
      y += weight * static_cast<double>(row);
    }
  return {x / total, y / total};
}

/// The region, of those where the share is not small, that holds most of it, and a little about it.
Mask heart_region(const Pixels& lv) {
  const Mask candidates = (lv > std::min(kLeastShare, 0.5f * lv.maxCoeff())).cast<std::uint8_t>();
  const Regions regions = connected_regions(candidates);
  std::vector<double> mass(regions.pixels.size() + 1, 0);
  for (Eigen::Index i = 0; i < lv.size(); ++i)
    mass[static_cast<std::size_t>(regions.number.data()[i])] += lv.data()[i];
  mass[0] = -1;
  const int heaviest = static_cast<int>(std::max_element(mass.begin(), mass.end()) - mass.begin());
  Mask region = (regions.number == heaviest).cast<std::uint8_t>();
  for (int i = 0; i < kReachCells; ++i) region = dilated(region);
  return region;
}

/// Angle in the view by which the RV's direction from the LV differs from straight left; nothing where too
/// little of an RV is seen near the LV.
std::optional<double> turn_of_rv(const Pixels& lv, const Pixels& rv, const std::array<double, 2>& centre,
                                 double diameter) {
  Pixels near = rv;
  for (Eigen::Index row = 0; row < near.rows(); ++row)
    for (Eigen::Index column = 0; column < near.cols(); ++column)
      if (std::hypot(static_cast<double>(column) - centre[0], static_cast<double>(row) - centre[1]) >
          1.5 * diameter)
        near(row, column) = 0;
  if (near.sum() < kRvOfLv * lv.sum()) return std::nullopt;
  const auto rv_centre = centre_of_mass(near);
  return std::atan2(centre[1] - rv_centre[1], centre[0] - rv_centre[0]);  // of the way from the RV to the LV
}

}  // namespace

HeartView view_of(const Image& image, const Window& window, int size, const nn::Network& network) {
  const Pixels seen = cut(image, window, size);
  nn::Tensor input{{1, 1, size, size}, {seen.data(), seen.data() + seen.size()}};
  const nn::Tensor output = network(input);
  if (output.shape != std::vector<std::int64_t>{1, 1, kClasses + kLandmarks, size, size})
    throw NetworkError("the network " + network.name() +
                       " does not give four class shares and three landmarks a pixel: take the file that "
                       "came with this version");
  const auto plane = [&](std::int64_t number) -> Pixels {
    return Eigen::Map<const Pixels>(output.values.data() + number * size * size, size, size);
  };
  return {plane(1), plane(2), plane(3), {plane(kClasses), plane(kClasses + 1), plane(kClasses + 2)}};
}

std::string obstacle_to_locating(const Image& image) {
  if (std::min(image.pixels.rows(), image.pixels.cols()) < kLeastPixels) return "image_too_small";
  const auto values = masked_values(image.pixels, Mask::Ones(image.pixels.rows(), image.pixels.cols()));
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return values.empty() || *low == *high ? "constant_image" : "";
}

std::vector<const Image*> images_to_look_at(std::span<const Image* const> images) {
  std::vector<const Image*> visible;
  for (const Image* image : images)
    if (obstacle_to_locating(*image).empty()) visible.push_back(image);
  return visible;
}

std::optional<HeartLocation> locate_in_shares(const Pixels& lv, const Pixels& rv,
                                              std::span<const Pixels> lv_of_images, const Window& whole,
                                              const Geometry& geometry, const LocateOptions& options) {
  HeartLocation location;
  location.share = lv.maxCoeff();
  if (location.share < kFaintShare) return std::nullopt;
  const Pixels inside = heart_region(lv).cast<float>();
  const auto centre = centre_of_mass(lv * inside);
  std::vector<float> areas;
  for (const Pixels& own : lv_of_images) areas.push_back((own * inside).sum());
  const int size = static_cast<int>(lv.rows());
  const double cell_mm = whole.side_mm / size;
  const double diameter = 2 * std::sqrt(quantile(areas, 0.75) / std::numbers::pi);
  location.lv_diameter_mm = diameter * cell_mm;
  location.window = location.seen = whole;
  location.window.side_mm =
      std::min(whole.side_mm, std::max(options.diameters * diameter, kLeastCells) * cell_mm);
  const auto at = slice_from_window(whole, geometry, size, centre[0], centre[1]);
  location.window.x = at[0];
  location.window.y = at[1];
  const auto turn = turn_of_rv(lv * inside, rv, centre, diameter);
  if (turn && std::abs(*turn) > kTrustedTurn) {
    location.window.orientation = turned(whole.orientation, *turn);
    location.turned_by_rv = true;
  }
  return location;
}

namespace {

/// What the network sees of the images within `window`.
std::optional<HeartLocation> locate_within(std::span<const Image* const> images, const Window& window,
                                           const nn::Network& network, const LocateOptions& options) {
  Pixels lv = Pixels::Zero(kSize, kSize), rv = lv;
  std::vector<Pixels> lv_of_images;
  for (const Image* image : images) {
    const HeartView view = view_of(*image, window, kSize, network);
    lv_of_images.push_back(view.myocardium + view.blood_pool);
    lv += lv_of_images.back() / static_cast<float>(images.size());
    rv += view.rv / static_cast<float>(images.size());
  }
  return locate_in_shares(lv, rv, lv_of_images, window, images.front()->geometry, options);
}

}  // namespace

std::optional<HeartLocation> locate_heart(std::span<const Image* const> images, const nn::Network& network,
                                          const LocateOptions& options) {
  if (images.empty()) return std::nullopt;
  const Geometry& geometry = images.front()->geometry;
  const std::size_t looked_at = std::min(images.size(), kMostImages);
  std::vector<const Image*> some;
  for (std::size_t i = 0; i < looked_at; ++i) some.push_back(images[i * images.size() / looked_at]);
  const Window whole = whole_window(geometry, standard_orientation(geometry));
  const auto coarse = locate_within(some, whole, network, options);
  if (!coarse) return std::nullopt;
  Window nearer = coarse->window;
  nearer.side_mm = std::min(whole.side_mm, kNearer / options.diameters * nearer.side_mm);
  auto fine = locate_within(some, nearer, network, options);
  // Where few of many images show the heart its size is told too small, and a second look would shrink it on.
  if (!fine || fine->window.side_mm < 0.5 * coarse->window.side_mm) return coarse;
  fine->turned_by_rv = fine->turned_by_rv || coarse->turned_by_rv;
  return fine;
}

}  // namespace cmrt1
