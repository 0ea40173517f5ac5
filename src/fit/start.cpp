#include "fit/start.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "fit/plan.h"

namespace cmrt1::fit {
namespace {

/// Least-squares line y = offset + slope x and whether x and y fall together.
class Line {
 public:
  void add(double x, double y) {
    ++points_;
    x_ += x;
    y_ += y;
    xx_ += x * x;
    xy_ += x * y;
  }
  int points() const { return points_; }
  double slope() const { return (points_ * xy_ - x_ * y_) / (points_ * xx_ - x_ * x_); }
  double offset() const { return (y_ - slope() * x_) / points_; }

 private:
  int points_ = 0;
  double x_ = 0, y_ = 0, xx_ = 0, xy_ = 0;
};

/// The line through the samples of one set that lie clearly below `a`.
Line recovery_line(std::span<const int> samples, std::span<const double> ti_ms,
                   std::span<const double> signal, double a) {
  double low = std::abs(signal[0]), high = low;
  for (const int i : samples) {
    low = std::min(low, signal[i]);
    high = std::max(high, signal[i]);
  }
  Line line;
  for (const int i : samples)
    if (const double depth = a - signal[i]; depth > 0.1 * (high - low)) line.add(ti_ms[i], std::log(depth));
  return line;
}

}  // namespace

StartPoint starting_point(std::span<const double> ti_ms, std::span<const double> signal) {
  constexpr double kDefaultTStarMs = 1000;
  constexpr int kFewestPoints = 3;
  const double first = std::abs(signal.front());
  const double a = 1 + std::max(first, std::abs(signal.back()));
  const double b = 1 + a + first;
  Line line;
  for (std::size_t set = 0; set < kShmolliSets.size() && line.points() < kFewestPoints; ++set)
    line = recovery_line(kShmolliSets[set], ti_ms, signal, a);
  if (line.points() < 2) return {a, b, kDefaultTStarMs};
  const double t_star = -1 / line.slope();
  if (!(line.slope() < 0 && t_star >= ti_ms.front() / 3 && t_star <= 2 * ti_ms.back()))
    return {a, b, kDefaultTStarMs};
  const double depth = std::exp(line.offset());
  return {std::min(2 * a, depth / 2), std::min(2 * b, depth), std::min(t_star, ti_ms.back())};
}

}  // namespace cmrt1::fit
