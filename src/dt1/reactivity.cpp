#include "cmrt1/dt1/reactivity.h"

#include <cmath>
#include <limits>

#include "cmrt1/base/error.h"
#include "cmrt1/image/interpolation.h"

namespace cmrt1 {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

/// Where pixels of one grid lie on another in the same plane: an affine map, (x, y) to (x, y).
struct GridMap {
  std::array<double, 2> origin, along_x, along_y;
  GridMap(const Geometry& from, const Geometry& to) {
    const auto place = [&](double x, double y) {
      return pixel_from_patient(to, patient_from_pixel(from, x, y));
    };
    origin = place(0, 0);
    for (std::size_t i = 0; i < 2; ++i) {
      along_x[i] = place(1, 0)[i] - origin[i];
      along_y[i] = place(0, 1)[i] - origin[i];
    }
  }
  std::array<double, 2> operator()(double x, double y) const {
    return {origin[0] + x * along_x[0] + y * along_y[0], origin[1] + x * along_x[1] + y * along_y[1]};
  }
};

constexpr double kBorderPx = 0.5;  // beyond the outermost centres the border's values go on this far

bool inside(const Geometry& grid, double x, double y) {
  return x >= -kBorderPx && y >= -kBorderPx && x <= grid.columns - 1 + kBorderPx &&
         y <= grid.rows - 1 + kBorderPx;
}

/// Weighted sum over `taps` x `taps` pixels from (column, row) on; not finite where one of them is not.
template <std::size_t taps>
float weighted(const Pixels& pixels, Eigen::Index column, Eigen::Index row,
               const std::array<float, taps>& across, const std::array<float, taps>& down) {
  float sum = 0;
  for (std::size_t j = 0; j < taps; ++j)
    for (std::size_t i = 0; i < taps; ++i) {
      if (across[i] == 0 || down[j] == 0) continue;
      const auto x = std::clamp<Eigen::Index>(column + static_cast<Eigen::Index>(i), 0, pixels.cols() - 1);
      const auto y = std::clamp<Eigen::Index>(row + static_cast<Eigen::Index>(j), 0, pixels.rows() - 1);
      sum += down[j] * across[i] * pixels(y, x);
    }
  return sum;
}

/// A pixel's centre that was missed by rounding alone: its neighbours must not matter.
double snapped(double place) {
  constexpr double by_rounding_px = 1e-3;
  const double centre = std::round(place);
  return std::abs(place - centre) < by_rounding_px ? centre : place;
}

/// Of values that are never below zero, as T1, its error or a mask: beside steep edges cubic interpolation
/// would make them so, and linear interpolation does not.
float sample(const Pixels& pixels, double x, double y) {
  x = snapped(x), y = snapped(y);
  const double left = std::floor(x), top = std::floor(y);
  const auto column = static_cast<Eigen::Index>(left), row = static_cast<Eigen::Index>(top);
  const float fx = static_cast<float>(x - left), fy = static_cast<float>(y - top);
  const float smooth = weighted<4>(pixels, column - 1, row - 1, catmull_rom(fx), catmull_rom(fy));
  if (smooth > 0) return smooth;
  const float near = weighted<2>(pixels, column, row, {1 - fx, fx}, {1 - fy, fy});
  return std::isfinite(near) ? near : kNone;
}

/// For each pixel p of `rest` the value at the place on the grid `own` where p + u(p) lies.
template <typename Result, typename Value>
Result at_places(const Geometry& own, const Geometry& rest, const DisplacementField& field,
                 const Value& value) {
  const GridMap place(rest, own);
  Result values(rest.rows, rest.columns);
  for (int y = 0; y < rest.rows; ++y)
    for (int x = 0; x < rest.columns; ++x) {
      const auto at = place(x + static_cast<double>(field.x(y, x)), y + static_cast<double>(field.y(y, x)));
      values(y, x) = value(at[0], at[1]);
    }
  return values;
}

Pixels sampled(const Pixels& image, const Geometry& own, const Geometry& rest,
               const DisplacementField& field) {
  return at_places<Pixels>(
      own, rest, field, [&](double x, double y) { return inside(own, x, y) ? sample(image, x, y) : kNone; });
}

Mask leaves(const Geometry& stress, const Geometry& rest, const DisplacementField& field) {
  return at_places<Mask>(stress, rest, field, [&](double x, double y) { return !inside(stress, x, y); });
}

/// What a pixel's T1 must be, and what is known of the field there.
struct Surroundings {
  Mask leaves;
  Pixels jacobian;
  const Registration& registration;
  const Geometry& geometry;
};

bool in_window(const Surroundings& at, int x, int y) {
  constexpr int cells = 2;  // halves of the window
  const auto place = window_from_slice(at.registration.window, at.geometry, cells, x, y);
  return place[0] >= -0.5 && place[1] >= -0.5 && place[0] <= cells - 0.5 && place[1] <= cells - 0.5;
}

Dt1Status status_of(float rest, float stress, const Surroundings& at, int x, int y, double floor_ms) {
  if (!std::isfinite(rest)) return Dt1Status::rest_undefined;
  if (rest < floor_ms) return Dt1Status::rest_below_floor;
  if (!in_window(at, x, y)) return Dt1Status::outside_window;
  if (at.leaves(y, x)) return Dt1Status::leaves_image;
  if (!(at.jacobian(y, x) > 0)) return Dt1Status::folds;
  return std::isfinite(stress) ? Dt1Status::ok : Dt1Status::stress_undefined;
}

}  // namespace

const char* to_string(Dt1Status status) {
  switch (status) {
    case Dt1Status::ok:
      return "ok";
    case Dt1Status::rest_undefined:
      return "rest_undefined";
    case Dt1Status::rest_below_floor:
      return "rest_below_floor";
    case Dt1Status::stress_undefined:
      return "stress_undefined";
    case Dt1Status::leaves_image:
      return "leaves_image";
    case Dt1Status::folds:
      return "folds";
    case Dt1Status::outside_window:
      return "outside_window";
  }
  return "";
}

void ReactivityOptions::check() const {
  if (!(floor_ms > 0)) throw UsageError("the floor of rest T1 must be above 0 ms");
}

Pixels registered(const Image& stress, const Geometry& rest, const DisplacementField& field) {
  return sampled(stress.pixels, stress.geometry, rest, field);
}

Reactivity stress_reactivity(const Image& rest, const Image& stress, const Registration& registration,
                             const ReactivityOptions& options, const Pixels& rest_error_ms,
                             const Pixels& stress_error_ms) {
  options.check();
  const Geometry& grid = rest.geometry;
  const Surroundings around = {leaves(stress.geometry, grid, registration.field),
                               jacobian_determinant(registration.field), registration, grid};
  Reactivity made;
  made.registered_stress_ms = registered(stress, grid, registration.field);
  made.dt1_percent = Pixels::Constant(grid.rows, grid.columns, kNone);
  made.status = Mask::Zero(grid.rows, grid.columns);
  for (int y = 0; y < grid.rows; ++y)
    for (int x = 0; x < grid.columns; ++x) {
      const float before = rest.pixels(y, x), after = made.registered_stress_ms(y, x);
      const Dt1Status status = status_of(before, after, around, x, y, options.floor_ms);
      made.status(y, x) = static_cast<std::uint8_t>(status);
      if (status == Dt1Status::ok) made.dt1_percent(y, x) = 100 * (after - before) / before;
    }
  if (rest_error_ms.size() == 0 || stress_error_ms.size() == 0) return made;
  const Pixels moved = sampled(stress_error_ms, stress.geometry, grid, registration.field);
  const Pixels ratio = made.registered_stress_ms / rest.pixels;
  made.error_percent =
      100 * ratio *
      ((moved / made.registered_stress_ms).square() + (rest_error_ms / rest.pixels).square()).sqrt();
  made.error_percent = made.dt1_percent.isFinite().select(made.error_percent, kNone);
  return made;
}

}  // namespace cmrt1
