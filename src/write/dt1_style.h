#pragma once
/// How dT1 is shown in all pictures.

#include <vector>

#include "cmrt1/write/colour_map.h"

namespace cmrt1 {

inline constexpr double kDt1Range = 15;  ///< percent, on both sides of 0
inline constexpr ColourScale dt1_scale = {ColourMap::cool_warm, -kDt1Range, kDt1Range};
inline constexpr std::array dt1_thresholds = {3.0, 6.0, 9.0};  ///< percent

}  // namespace cmrt1
