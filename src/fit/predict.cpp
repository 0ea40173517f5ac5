#include <cmath>

#include "cmrt1/base/error.h"
#include "cmrt1/fit/t1_map.h"

namespace cmrt1 {
namespace {

/// A - B exp(-|TI/T1*|) where fitted, else what was acquired.
Pixels predict_one(double ti_ms, const T1Map& map, const Pixels& acquired) {
  const auto ti = static_cast<float>(ti_ms);
  const auto fitted = (map.t1_star_ms != 0);
  const Pixels t_star = fitted.select(map.t1_star_ms, 1.0f);
  return fitted.select(map.a - map.b * (-(ti / t_star).abs()).exp(), acquired);
}

}  // namespace

Stack predict_signed(std::span<const double> ti_ms, const T1Map& map, const Stack& acquired) {
  if (!consistent(acquired) || acquired.frames.size() != ti_ms.size() ||
      map.t1_star_ms.rows() != acquired.geometry.rows || map.t1_star_ms.cols() != acquired.geometry.columns)
    throw CaseError("image_shapes_differ", "the images do not match the map or their inversion times");
  Stack predicted;
  predicted.geometry = acquired.geometry;
  for (std::size_t i = 0; i < ti_ms.size(); ++i)
    predicted.frames.push_back(predict_one(ti_ms[i], map, acquired.frames[i]));
  return predicted;
}

Stack predict_magnitude(std::span<const double> ti_ms, const T1Map& map, const Stack& acquired) {
  Stack predicted = predict_signed(ti_ms, map, acquired);
  for (Pixels& frame : predicted.frames) frame = frame.abs();
  return predicted;
}

}  // namespace cmrt1
