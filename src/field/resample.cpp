#include "cmrt1/field/resample.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cmrt1/image/interpolation.h"
#include "field/weighted_sum.h"

namespace cmrt1 {
namespace {

/// Of which old lines a new one is made.
struct Taps {
  std::vector<Eigen::Index> lines;
  std::vector<float> weights;

  void add(Eigen::Index line, double weight) {
    lines.push_back(line);
    weights.push_back(static_cast<float>(weight));
  }
};

std::vector<Taps> area_taps(Eigen::Index from, int to) {
  const double step = static_cast<double>(from) / to;
  std::vector<Taps> taps(static_cast<std::size_t>(to));
  for (int i = 0; i < to; ++i) {
    const double begin = i * step, end = begin + step;
    for (auto j = static_cast<Eigen::Index>(begin); j < from && static_cast<double>(j) < end; ++j) {
      const double line = static_cast<double>(j);
      const double covered = std::min(end, line + 1) - std::max(begin, line);
      if (covered > 1e-9) taps[static_cast<std::size_t>(i)].add(j, covered / step);  // less is rounding
    }
  }
  return taps;
}

/// Catmull-Rom weights of the four lines around each place; none where it is not a number.
std::vector<Taps> cubic_taps(Eigen::Index from, std::span<const double> places) {
  std::vector<Taps> taps(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (std::isnan(places[i])) continue;
    const double place = std::clamp(places[i], -2.0, static_cast<double>(from) + 1);
    const double below = std::floor(place);
    const std::array<double, 4> weights = catmull_rom(place - below);
    for (int tap = 0; tap < 4; ++tap)
      taps[i].add(std::clamp<Eigen::Index>(static_cast<Eigen::Index>(below) + tap - 1, 0, from - 1),
                  weights[static_cast<std::size_t>(tap)]);
  }
  return taps;
}

/// The centres of `to` samples over the same stretch as `from` of them.
std::vector<double> places_of(Eigen::Index from, int to) {
  std::vector<double> places;
  for (int i = 0; i < to; ++i) places.push_back((i + 0.5) * static_cast<double>(from) / to - 0.5);
  return places;
}

Pixels made_of_lines(const std::vector<Taps>& taps, const Pixels& image) {
  Pixels made(static_cast<Eigen::Index>(taps.size()), image.cols());
  std::vector<const float*> lines;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    lines.clear();
    for (const Eigen::Index line : taps[i].lines) lines.push_back(image.data() + line * image.cols());
    const Eigen::Map<const Eigen::ArrayXf> weights(taps[i].weights.data(),
                                                   static_cast<Eigen::Index>(taps[i].weights.size()));
    weighted_sum(weights, lines, image.cols(), made.data() + static_cast<Eigen::Index>(i) * image.cols());
  }
  return made;
}

Pixels applied(const std::vector<Taps>& down, const std::vector<Taps>& across, const Pixels& image) {
  const Pixels half = made_of_lines(down, image).transpose();
  return made_of_lines(across, half).transpose();
}

}  // namespace

Pixels area_means(const Pixels& image, int rows, int columns) {
  if (rows == image.rows() && columns == image.cols()) return image;
  return applied(area_taps(image.rows(), rows), area_taps(image.cols(), columns), image);
}

Pixels at_crossings(const Pixels& image, std::span<const double> rows, std::span<const double> columns) {
  return applied(cubic_taps(image.rows(), rows), cubic_taps(image.cols(), columns), image);
}

DisplacementField resampled(const DisplacementField& field, int rows, int columns) {
  if (rows == field.x.rows() && columns == field.x.cols()) return field;
  const auto down = cubic_taps(field.x.rows(), places_of(field.x.rows(), rows)),
             across = cubic_taps(field.x.cols(), places_of(field.x.cols(), columns));
  const float scale_x = static_cast<float>(columns) / static_cast<float>(field.x.cols());
  const float scale_y = static_cast<float>(rows) / static_cast<float>(field.x.rows());
  return {scale_x * applied(down, across, field.x), scale_y * applied(down, across, field.y)};
}

}  // namespace cmrt1
