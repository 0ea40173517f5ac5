#include "cmrt1/heart/locate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "cmrt1/base/error.h"
#include "cmrt1/base/parallel.h"
#include "cmrt1/image/regions.h"
#include "cmrt1/image/short_axis.h"

namespace cmrt1 {
namespace {

constexpr std::size_t kMostImages = 24;
constexpr Eigen::Index kLeastPixels = 16;
constexpr std::int64_t kClasses = 4;  // background, LV myocardium, LV blood pool, RV blood pool
constexpr float kLeastShare = 0.3f;   // of the LV, in the series' mean, where there is a heart ...
constexpr float kFaintShare = 0.1f;   // ... and below which there is none
constexpr std::size_t kMostRegions = 3;
constexpr double kLeastOfHeaviest = 0.15;  // share of the heaviest region's mass that another one must have
constexpr double kMiddle = 0.6;            // of the whole image's side: hearts usually lie in the middle
constexpr int kReachCells = 4;             // about the region that counts as the heart
constexpr double kLeastOfSide = 1.0 / 6;   // of what is looked at, across a window
constexpr double kNearer = 4.5;            // diameters of the left ventricle across the second look
constexpr double kRvOfLv = 0.15;           // share of the LV's area from which the RV tells an orientation
constexpr double kStandardEntry = -0.75 * std::numbers::pi;  // of the anterior insertion in the standard view
constexpr double kMostTurn = 100 * std::numbers::pi / 180;   // by which hearts lie otherwise than usual
constexpr double kOtherDirection = std::numbers::pi / 3;
constexpr double kTrustedTurn = std::numbers::pi / 5;  // what headers and hearts may differ by

/// Of a direction of the slice, from the window's right towards its down.
double angle_in(const Window& window, const Direction& direction) {
  const auto along = [&](const Direction& axis) { return direction[0] * axis[0] + direction[1] * axis[1]; };
  return std::atan2(along(window.orientation.down), along(window.orientation.right));
}

double direction_from(const Place& centre, const Place& other) {
  return std::atan2(other.v - centre.v, other.u - centre.u);
}

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

/// Where the share is not small, and a little about it: the regions that hold most of it, heaviest first.
std::vector<Mask> heart_regions(const Pixels& lv) {
  const Mask candidates = (lv > std::min(kLeastShare, 0.5f * lv.maxCoeff())).cast<std::uint8_t>();
  const Regions regions = connected_regions(candidates);
  std::vector<std::pair<double, int>> mass;
  for (std::size_t i = 0; i < regions.pixels.size(); ++i) mass.emplace_back(0, static_cast<int>(i) + 1);
  for (Eigen::Index i = 0; i < lv.size(); ++i)
    if (const int number = regions.number.data()[i])
      mass[static_cast<std::size_t>(number - 1)].first += lv.data()[i];
  std::stable_sort(mass.begin(), mass.end(), [](const auto& x, const auto& y) { return x.first > y.first; });
  std::vector<Mask> heaviest;
  for (const auto& [own, number] : mass) {
    if (heaviest.size() == kMostRegions || own < kLeastOfHeaviest * mass.front().first) break;
    Mask region = (regions.number == number).cast<std::uint8_t>();
    for (int i = 0; i < kReachCells; ++i) region = dilated(region);
    heaviest.push_back(std::move(region));
  }
  return heaviest;
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

/// True where a right ventricle seen by `turn` round lies on the other side than the plane's place in the
/// patient lets it be expected: something else is taken for one.
bool contradicts_header(double turn, const Window& window, const Geometry& geometry) {
  const auto entry = usual_entry(geometry);
  if (!entry) return false;
  const double usual = angle_in(window, *entry) - kStandardEntry;
  return std::abs(std::remainder(turn - usual, 2 * std::numbers::pi)) > kMostTurn;
}

}  // namespace

HeartView view_of(const Image& image, const Window& window, int size, const nn::Network& network) {
  return view_of(image, window, size, network, usual_entry(image.geometry));
}

HeartView view_of(const Image& image, const Window& window, int size, const nn::Network& network,
                  const std::optional<Direction>& entry) {
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
  HeartView view{plane(1), plane(2), plane(3), {}};
  for (std::size_t i = 0; i < kLandmarks; ++i)
    view.places[i] = place_of(plane(kClasses + static_cast<int>(i)));
  if (entry) {
    const Place likeliest = view.places[kAnteriorInsertion], &centre = view.places[kLvCentre];
    Place& expected = view.places[kAnteriorInsertion];
    const double usual = angle_in(window, *entry);
    expected = place_in_direction(plane(kClasses + kAnteriorInsertion), centre, usual);
    view.usual = usual_share(expected, centre, usual);
    const double apart = direction_from(centre, likeliest) - direction_from(centre, expected);
    view.against_expected = likeliest.chance > expected.chance &&
                            std::abs(std::remainder(apart, 2 * std::numbers::pi)) > kOtherDirection;
  }
  return view;
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

namespace {

/// What the network sees of the images of a series in one window.
struct SeriesView {
  Window window;
  Pixels lv, rv;                     ///< mean over the images
  std::vector<Pixels> lv_of_images;  ///< the left ventricle in each
  std::vector<Place> lv_centres;     ///< in each; its chance is that of the anterior insertion, too
};

/// Chance that the landmarks are where they seem and the LV's centre lies in `region`, mean over the images.
double sure_in(const Mask& region, std::span<const Place> lv_centres) {
  double sure = 0;
  for (const Place& centre : lv_centres)
    if (region(std::lround(centre.v), std::lround(centre.u)))
      sure += centre.chance / static_cast<double>(lv_centres.size());
  return sure;
}

SeriesView view_of_series(std::span<const Image* const> images, const Window& window,
                          const nn::Network& network, int threads) {
  std::vector<HeartView> views(images.size());
  for_each_number(images.size(), threads,
                  [&](std::size_t i) { views[i] = view_of(*images[i], window, kHeartCells, network); });
  SeriesView series{
      window, Pixels::Zero(kHeartCells, kHeartCells), Pixels::Zero(kHeartCells, kHeartCells), {}, {}};
  const auto count = static_cast<float>(images.size());
  for (const HeartView& view : views) {
    series.lv_of_images.push_back(view.myocardium + view.blood_pool);
    series.lv += series.lv_of_images.back() / count;
    series.rv += view.rv / count;
    Place centre = view.places[kLvCentre];
    centre.chance *= view.places[kAnteriorInsertion].chance * view.usual;
    series.lv_centres.push_back(centre);
  }
  return series;
}

HeartLocation location_in(const Mask& region, const SeriesView& view, const Geometry& geometry,
                          const LocateOptions& options) {
  HeartLocation location;
  location.share = view.lv.maxCoeff();
  const Pixels inside = region.cast<float>();
  const auto centre = centre_of_mass(view.lv * inside);
  std::vector<float> areas;
  for (const Pixels& own : view.lv_of_images) areas.push_back((own * inside).sum());
  const int size = static_cast<int>(view.lv.rows());
  const double cell_mm = view.window.side_mm / size;
  const double diameter = 2 * std::sqrt(quantile(areas, 0.75) / std::numbers::pi);
  location.lv_diameter_mm = diameter * cell_mm;
  location.window = location.surroundings = view.window;
  location.window.side_mm =
      std::min(view.window.side_mm,
               std::max(options.diameters * location.lv_diameter_mm, kLeastOfSide * view.window.side_mm));
  const auto at = slice_from_window(view.window, geometry, size, centre[0], centre[1]);
  location.window.x = at[0];
  location.window.y = at[1];
  const auto turn = turn_of_rv(view.lv * inside, view.rv, centre, diameter);
  location.rv_against_header = turn && contradicts_header(*turn, view.window, geometry);
  if (turn && std::abs(*turn) > kTrustedTurn && !location.rv_against_header) {
    location.window.orientation = turned(view.window.orientation, *turn);
    location.turned_by_rv = true;
  }
  return location;
}

/// What may be the heart.
struct Candidate {
  HeartLocation location;
  double sure = 0;             ///< chance that the landmarks lie in it
  bool in_the_middle = false;  ///< of the view
};

/// Everything in a view that may be the heart, heaviest first.
std::vector<Candidate> candidates_in(const SeriesView& view, const Geometry& geometry,
                                     const LocateOptions& options) {
  std::vector<Candidate> candidates;
  if (view.lv.maxCoeff() < kFaintShare) return candidates;
  for (const Mask& region : heart_regions(view.lv))
    candidates.push_back({location_in(region, view, geometry, options), sure_in(region, view.lv_centres),
                          region(region.rows() / 2, region.cols() / 2) > 0});
  return candidates;
}

bool less_sure(const Candidate& a, const Candidate& b) { return a.sure < b.sure; }

/// The field about a heart that is looked at again: nearer than whole images of `most_mm`, wider than its
/// window.
Window surroundings_of(const Window& heart, double most_mm, const LocateOptions& options) {
  Window wider = heart;
  wider.side_mm = std::min(most_mm, kNearer / options.diameters * wider.side_mm);
  return wider;
}

/// `first` looked at again, nearer: what there has the landmarks, which may be something beside it.
Candidate look_again(std::span<const Image* const> images, const HeartLocation& first, double most_mm,
                     const nn::Network& network, const LocateOptions& options) {
  const Window nearer = surroundings_of(first.window, most_mm, options);
  const SeriesView view = view_of_series(images, nearer, network, options.threads);
  auto found = candidates_in(view, images.front()->geometry, options);
  const auto surest = std::max_element(found.begin(), found.end(), less_sure);
  if (surest == found.end()) return {first};
  HeartLocation& location = surest->location;
  if (surest->in_the_middle) {
    // Where few of many images show the heart its size is told too small: a second look would shrink it on.
    if (location.window.side_mm < 0.5 * first.window.side_mm) return {first};
    location.rv_against_header = location.rv_against_header || first.rv_against_header;
  }
  location.turned_by_rv = location.turned_by_rv || first.turned_by_rv;  // the view was turned already
  location.surroundings = surroundings_of(location.window, most_mm, options);
  return *surest;
}

}  // namespace

std::optional<HeartLocation> locate_in_shares(const Pixels& lv, const Pixels& rv,
                                              std::span<const Pixels> lv_of_images, const Window& whole,
                                              const Geometry& geometry, const LocateOptions& options) {
  const SeriesView view{whole, lv, rv, {lv_of_images.begin(), lv_of_images.end()}, {}};
  const auto candidates = candidates_in(view, geometry, options);
  return candidates.empty() ? std::nullopt : std::optional(candidates.front().location);
}

std::optional<HeartLocation> locate_heart(std::span<const Image* const> images, const nn::Network& network,
                                          const LocateOptions& options) {
  if (images.empty()) return std::nullopt;
  const Geometry& geometry = images.front()->geometry;
  const std::size_t looked_at = std::min(images.size(), kMostImages);
  std::vector<const Image*> some;
  for (std::size_t i = 0; i < looked_at; ++i) some.push_back(images[i * images.size() / looked_at]);
  const Window whole = whole_window(geometry, standard_orientation(geometry));
  Window middle = whole;
  middle.side_mm *= kMiddle;
  std::optional<Candidate> best;
  for (const Window& window : {whole, middle})
    for (const Candidate& first :
         candidates_in(view_of_series(some, window, network, options.threads), geometry, options)) {
      Candidate again = look_again(some, first.location, whole.side_mm, network, options);
      if (!best || less_sure(*best, again)) best = std::move(again);
    }
  return best ? std::optional(std::move(best->location)) : std::nullopt;
}

}  // namespace cmrt1
