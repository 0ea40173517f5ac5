#pragma once
/// Stress T1 reactivity: dT1 = (stress - rest) / rest x 100 %.

#include "cmrt1/dt1/register_maps.h"

namespace cmrt1 {

/// Why a pixel of a dT1 map has a value or none; the numbers are those of the status map's files.
enum class Dt1Status : std::uint8_t {
  ok = 0,
  rest_undefined = 1,    ///< the rest map has no value
  rest_below_floor = 2,  ///< rest T1 below ReactivityOptions::floor_ms
  stress_undefined = 3,  ///< the registered stress map has no value
  leaves_image = 4,      ///< the field points out of the stress map
  folds = 5,             ///< the field folds (Jacobian determinant not positive)
  outside_window = 6,    ///< beyond the window in which the maps were registered
};
const char* to_string(Dt1Status status);
inline constexpr int kDt1Statuses = 7;

struct ReactivityOptions {
  double floor_ms = 200;  ///< lower rest T1 is no heart muscle, and a quotient by it means nothing
  void check() const;     ///< throws UsageError
};

/// Maps of the rest map's size; NaN wherever `status` is not ok, but for registered_stress_ms, which has a
/// value wherever the registered stress map has.
struct Reactivity {
  Pixels registered_stress_ms;
  Pixels dt1_percent;
  Mask status;           ///< Dt1Status
  Pixels error_percent;  ///< standard error of dt1_percent in percentage points; of size 0 where not known
};

/// The stress map on the rest map's grid, at p + u(p): cubic interpolation where all samples have a value and
/// the result is above zero, linear where the four nearest have, else NaN.
Pixels registered(const Image& stress, const Geometry& rest, const DisplacementField& field);

/// `rest_error_ms` and `stress_error_ms` are standard errors of the maps on their grids, or of size 0.
/// error = 100 (stress / rest) sqrt((e_stress / stress)^2 + (e_rest / rest)^2), pixel by pixel.
Reactivity stress_reactivity(const Image& rest, const Image& stress, const Registration& registration,
                             const ReactivityOptions& options = {}, const Pixels& rest_error_ms = {},
                             const Pixels& stress_error_ms = {});

}  // namespace cmrt1
