#include "cmrt1/qcd/segment.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/base/error.h"
#include "cmrt1/base/parallel.h"

namespace cmrt1 {
namespace {

constexpr int kSize = 96;  // the networks' grid
constexpr int kCells = kSize * kSize;
constexpr std::int64_t kClasses = 3;
constexpr double kStray = 0.75;                   // LV diameters from the middle of the series' hearts
constexpr std::size_t kFirstOtherScale = 2;       // of windows_about
constexpr const char* kShallowMember = "unet_3";  // sees too little to be evidence

/// The windows that the members look at: the one about the heart, as it is and upside down, then other
/// scales.
std::vector<Window> windows_about(const Window& window) {
  const auto upside_down = [](Window one) {
    one.orientation.down = {-one.orientation.down[0], -one.orientation.down[1]};
    return one;
  };
  const auto sized = [&](double factor) {
    Window one = window;
    one.side_mm *= factor;
    return one;
  };
  return {window, upside_down(window), sized(0.8), sized(1.25)};
}

/// What the members see in each window of one image.
class Views {
 public:
  Views(const Image& image, std::vector<Window> windows, const nn::Network& network)
      : geometry_(image.geometry), windows_(std::move(windows)) {
    input_.shape = {count(windows_.size()), 1, kSize, kSize};
    for (const Window& window : windows_) {
      const Pixels seen = cut(image, window, kSize);
      input_.values.insert(input_.values.end(), seen.data(), seen.data() + seen.size());
    }
    output_ = network(input_);
    if (output_.shape !=
        std::vector<std::int64_t>{count(windows_.size()), count(kMembers), kClasses, kSize, kSize})
      throw NetworkError(
          "the network " + network.name() +
          " does not give three class shares of six members: take the file that came with this version");
  }

  /// Shares of myocardium and blood pool of each member on the slice: mean over the windows in which a pixel
  /// lies; 0 beyond the window about the heart.
  std::vector<Pixels> of_members() const {
    std::vector<Pixels> sum;
    Pixels covered, covering;
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      std::vector<Pixels> planes;
      for (std::size_t member = 0; member < kMembers; ++member)
        for (const auto label : {kMyocardium, kBloodPool}) planes.push_back(plane(i, member, label));
      planes.push_back(Pixels::Ones(kSize, kSize));
      std::vector<Pixels> on_slice = back_on_slice(planes, windows_[i], geometry_);
      const Pixels inside = std::move(on_slice.back());
      on_slice.pop_back();
      if (i == 0) {
        sum = std::move(on_slice);
        covered = covering = inside;
        continue;
      }
      covering += inside;
      for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += on_slice[k];
    }
    for (Pixels& shares : sum) shares = (covered > 0).select(shares / covering, 0.0f);
    return sum;
  }

  /// Shares of the myocardium in each window of another side, mean over all members but the shallow one, on
  /// the slice.
  std::vector<Pixels> myocardium_at_other_scales() const {
    std::vector<Pixels> views;
    for (std::size_t i = kFirstOtherScale; i < windows_.size(); ++i) {
      Pixels mean = Pixels::Zero(kSize, kSize);
      for (std::size_t member = 0; member < kMembers; ++member)
        if (candidate_names()[member] != kShallowMember)
          mean += plane(i, member, kMyocardium) / static_cast<float>(kMembers - 1);
      views.push_back(back_on_slice({&mean, 1}, windows_[i], geometry_).front());
    }
    return views;
  }

  /// The Dice that the judge expects of each candidate, mean over the windows. It sees the image and what the
  /// members say of it.
  std::array<double, kCandidates> judged_by(const nn::Network& judge) const {
    nn::Tensor seen{{count(windows_.size()), 1 + 2 * count(kMembers), kSize, kSize}, {}};
    const auto add = [&seen](const float* cells) {
      seen.values.insert(seen.values.end(), cells, cells + kCells);
    };
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      add(input_.values.data() + i * kCells);
      for (std::size_t member = 0; member < kMembers; ++member)
        for (const auto label : {kMyocardium, kBloodPool}) add(plane(i, member, label).data());
    }
    const nn::Tensor expected = judge(seen);
    if (expected.shape != std::vector<std::int64_t>{count(windows_.size()), count(kCandidates)})
      throw NetworkError("the network " + judge.name() +
                         " does not judge twelve candidates: take the file that came with this version");
    std::array<double, kCandidates> mean = {};
    for (std::size_t k = 0; k < expected.values.size(); ++k)
      mean[k % kCandidates] += static_cast<double>(expected.values[k]) / static_cast<double>(windows_.size());
    return mean;
  }

 private:
  static std::int64_t count(std::size_t number) { return static_cast<std::int64_t>(number); }

  Eigen::Map<const Pixels> plane(std::size_t window, std::size_t member, std::uint8_t label) const {
    const auto number = (count(window) * count(kMembers) + count(member)) * kClasses + label;
    return {output_.values.data() + number * kCells, kSize, kSize};
  }

  const Geometry& geometry_;
  const std::vector<Window> windows_;
  nn::Tensor input_, output_;
};

std::vector<LabelMap> labels_of_members(const std::vector<Pixels>& shares) {
  std::vector<LabelMap> members;
  for (std::size_t member = 0; member < kMembers; ++member)
    members.push_back(labels_from_shares(shares[2 * member], shares[2 * member + 1]));
  return members;
}

/// Shares of the left ventricle that the network which locates hearts sees in the whole image.
Pixels lv_in_whole_image(const Image& image, const nn::Network& heart) {
  const Window whole = whole_window(image.geometry, standard_orientation(image.geometry));
  const HeartView view = view_of(image, whole, kHeartCells, heart);
  const Pixels lv = view.myocardium + view.blood_pool;
  return back_on_slice({&lv, 1}, whole, image.geometry).front();
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
  const Views views(image, windows_about(window), networks.segmentation);
  result.candidates = candidates_of(labels_of_members(views.of_members()));
  result.agreement = agreement_of(result.candidates);
  result.evidence = evidence_of(result.candidates,
                                {views.myocardium_at_other_scales(), lv_in_whole_image(image, networks.heart),
                                 views.judged_by(networks.judge)});
  for (std::size_t i = 0; i < kCandidates; ++i)
    if ((result.candidates[i] == kMyocardium).any())
      result.predicted[i] = networks.quality.predict(result.agreement, result.evidence, i);
  result.winner = networks.quality.choose(result.predicted);
  result.labels = result.candidates[result.winner];
  result.measures = measure(result.labels, image.geometry);
  result.reasons = rule_flags(result.measures, networks.quality.limits());
  const bool found = result.measures.myocardium_mm2 > 0;
  if (found && result.predicted[result.winner].dice < options.threshold)
    result.reasons.insert(result.reasons.begin(), "low_predicted_dice");
  return result;
}

SliceSegmentation found_in(const Image& image, const std::optional<HeartLocation>& heart,
                           const QcdNetworks& networks, const QcdOptions& options) {
  if (options.before_image) options.before_image();
  if (const std::string why = obstacle_to_locating(image); !why.empty()) return nothing_in(image, why);
  if (!heart) return nothing_in(image, "no_heart_found");
  return segment(image, heart->window, networks, options);
}

/// Flags what was found further from the middle of the series' hearts than kStray.
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
  series.heart = locate_heart(images_to_look_at(images), networks.heart, {.threads = options.threads});
  series.slices.resize(images.size());
  for_each_number(images.size(), options.threads, [&](std::size_t i) {
    series.slices[i] = found_in(*images[i], series.heart, networks, options);
  });
  if (series.heart) flag_strays(series.slices, images.front()->geometry, series.heart->lv_diameter_mm);
  return series;
}

}  // namespace cmrt1
