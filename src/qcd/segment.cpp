#include "cmrt1/qcd/segment.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/base/error.h"

namespace cmrt1 {
namespace {

constexpr int kSize = 96;  // the networks' grid
constexpr std::int64_t kClasses = 3;
constexpr double kStray = 0.75;  // LV diameters from the middle of the series' hearts
constexpr int kViews = 2;        // as it is, and upside down

Pixels seen_in_view(const Pixels& plane, int view) {
  return view == 0 ? plane : Pixels(plane.colwise().reverse());
}

nn::Tensor network_input(const Pixels& seen) {
  nn::Tensor input{{kViews, 1, kSize, kSize}, {}};
  for (int view = 0; view < kViews; ++view) {
    const Pixels plane = seen_in_view(seen, view);
    input.values.insert(input.values.end(), plane.data(), plane.data() + plane.size());
  }
  return input;
}

/// Share of class `number` that `member` sees, mean over the views.
Pixels share_of(const nn::Tensor& output, std::size_t member, std::int64_t number) {
  Pixels mean = Pixels::Zero(kSize, kSize);
  for (int view = 0; view < kViews; ++view) {
    const auto plane =
        (view * static_cast<std::int64_t>(kMembers) + static_cast<std::int64_t>(member)) * kClasses + number;
    const Eigen::Map<const Pixels> share(output.values.data() + plane * kSize * kSize, kSize, kSize);
    mean += seen_in_view(share, view) / static_cast<float>(kViews);
  }
  return mean;
}

std::vector<LabelMap> members_of(const Image& image, const Window& window, const nn::Network& network) {
  const nn::Tensor output = network(network_input(cut(image, window, kSize)));
  if (output.shape !=
      std::vector<std::int64_t>{kViews, static_cast<std::int64_t>(kMembers), kClasses, kSize, kSize})
    throw NetworkError(
        "the network " + network.name() +
        " does not give three class shares of six members: take the file that came with this version");
  std::vector<Pixels> planes;
  for (std::size_t member = 0; member < kMembers; ++member)
    for (const auto number : {kMyocardium, kBloodPool}) planes.push_back(share_of(output, member, number));
  const std::vector<Pixels> on_slice = back_on_slice(planes, window, image.geometry);
  std::vector<LabelMap> members;
  for (std::size_t member = 0; member < kMembers; ++member)
    members.push_back(labels_from_shares(on_slice[2 * member], on_slice[2 * member + 1]));
  return members;
}

SliceSegmentation nothing_in(const Image& image, const std::string& reason) {
  SliceSegmentation nothing;
  nothing.labels = LabelMap::Zero(image.pixels.rows(), image.pixels.cols());
  nothing.candidates.assign(kCandidates, nothing.labels);
  nothing.measures = measure(nothing.labels, image.geometry);
  nothing.reasons = {reason};
  return nothing;
}

SliceSegmentation segment(const Image& image, const Window& window, const QcdNetworks& networks,
                          const QcdOptions& options) {
  SliceSegmentation result;
  result.candidates = candidates_of(members_of(image, window, networks.segmentation));
  result.agreement = agreement_of(result.candidates);
  for (std::size_t i = 0; i < kCandidates; ++i)
    if ((result.candidates[i] == kMyocardium).any())
      result.predicted[i] = networks.quality.predict(result.agreement, i);
  const auto best =
      std::max_element(result.predicted.begin(), result.predicted.end(),
                       [](const Prediction& a, const Prediction& b) { return a.dice < b.dice; });
  result.winner = static_cast<std::size_t>(best - result.predicted.begin());
  result.labels = result.candidates[result.winner];
  result.measures = measure(result.labels, image.geometry);
  result.reasons = rule_flags(result.measures, networks.quality.limits());
  const bool found = result.measures.myocardium_mm2 > 0;
  if (found && best->dice < options.threshold)
    result.reasons.insert(result.reasons.begin(), "low_predicted_dice");
  return result;
}

/// Flags what was found further from the middle of the series' hearts than one is wide.
void flag_strays(std::vector<SliceSegmentation>& slices, const Geometry& geometry, double diameter_mm) {
  std::array<std::vector<float>, 2> centres;
  for (const SliceSegmentation& slice : slices)
    for (std::size_t axis = 0; axis < 2; ++axis)
      if (slice.measures.myocardium_mm2 > 0)
        centres[axis].push_back(static_cast<float>(slice.measures.centre_px[axis]));
  if (centres[0].size() < 3) return;
  const double x = quantile(centres[0], 0.5), y = quantile(centres[1], 0.5);
  for (SliceSegmentation& slice : slices) {
    if (slice.measures.myocardium_mm2 == 0) continue;
    const double away = std::hypot((slice.measures.centre_px[0] - x) * geometry.spacing_x_mm,
                                   (slice.measures.centre_px[1] - y) * geometry.spacing_y_mm);
    if (away > kStray * diameter_mm) slice.reasons.push_back("away_from_series");
  }
}

}  // namespace

void QcdOptions::check() const {
  if (!(threshold >= 0 && threshold <= 1)) throw UsageError("--threshold is a Dice coefficient: 0 to 1");
}

SeriesSegmentation segment_series(std::span<const Image* const> images, const QcdNetworks& networks,
                                  const QcdOptions& options) {
  options.check();
  SeriesSegmentation series;
  series.heart = locate_heart(images_to_look_at(images), networks.heart);
  for (const Image* image : images) {
    if (options.before_image) options.before_image();
    if (const std::string why = obstacle_to_locating(*image); !why.empty()) {
      series.slices.push_back(nothing_in(*image, why));
    } else if (!series.heart) {
      series.slices.push_back(nothing_in(*image, "no_heart_found"));
    } else {
      series.slices.push_back(segment(*image, series.heart->window, networks, options));
    }
  }
  if (series.heart) flag_strays(series.slices, images.front()->geometry, series.heart->lv_diameter_mm);
  return series;
}

}  // namespace cmrt1
