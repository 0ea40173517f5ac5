#pragma once
/// How short-axis images usually lie in the patient (LPS): seen from the apex, right ventricle left, sternum
/// up.

#include <array>
#include <optional>

#include "cmrt1/image/geometry.h"

namespace cmrt1 {

inline constexpr Vector3 kShortAxisRight = {0.69, 0.62, -0.37};  ///< to the left and back
inline constexpr Vector3 kShortAxisDown = {0.05, 0.45, -0.89};   ///< to the feet

inline constexpr double kParallelDeg =
    10;  ///< slices that are tilted less against one another are of one stack

/// From the base to the apex, of length 1: to the left, front and feet.
Vector3 usual_long_axis();

/// Place of the slice's centre along usual_long_axis(), mm from the patient's origin.
double along_long_axis_mm(const Geometry& geometry);

/// True where growing column, growing row and the way from the apex to the base are a right-handed system, as
/// in the standard view; false in mirrored ones.
bool seen_from_apex(const Geometry& geometry);

/// False where the plane is tilted by more than 35 degrees against the usual short axis: then it is another
/// view, or the header says nothing true about orientation.
bool lies_as_short_axis(const Geometry& geometry);

/// From the LV's centre to where the anterior RV insertion point usually lies, to the right, front and head:
/// along growing column and growing row, mm, of length 1. Nothing where the plane does not lie as the short
/// axis.
std::optional<std::array<double, 2>> usual_entry(const Geometry& geometry);

}  // namespace cmrt1
