#include "cmrt1/field/demons.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/field/smooth.h"

namespace cmrt1 {
namespace {

constexpr float kFlat = 1e-9f;  ///< below this squared slope and difference there is nothing to follow

/// As few as bring the longest step of `update` below a quarter of a pixel, where x + u(x) is nearly its own
/// exponential.
int squarings_for(const DisplacementField& update) {
  int squarings = 0;
  for (float longest = (update.x.square() + update.y.square()).maxCoeff(); longest > 1.0f / 16; longest /= 4)
    ++squarings;
  return squarings;
}

/// The step that each pixel asks for: s J / (|J|^2 + s^2 / (4 m^2)), s the difference of the images, J the
/// mean of their slopes, m the longest step.
DisplacementField force(const Pixels& fixed, const Slopes& fixed_slopes, const Pixels& moved,
                        const DisplacementField& field, const DemonsOptions& options) {
  const auto longest = static_cast<float>(options.max_step_px),
             threshold = static_cast<float>(options.threshold);
  const Slopes moved_slopes = slopes(moved);
  const Pixels x = fixed_slopes.x + moved_slopes.x, y = fixed_slopes.y + moved_slopes.y;
  const Pixels difference = fixed - moved;
  const Pixels denominator = x.square() + y.square() + difference.square() / (longest * longest);
  const Mask outside = leaves_image(field);
  const Pixels factor = (difference.abs() >= threshold && denominator >= kFlat && outside == 0)
                            .select(2 * difference / denominator, 0.0f);
  return {factor * x, factor * y};
}

}  // namespace

DisplacementField register_demons(const Pixels& fixed, const Pixels& moving, const DisplacementField& start,
                                  const DemonsOptions& options) {
  const Slopes fixed_slopes = slopes(fixed);
  DisplacementField field = start;
  for (int i = 0; i < options.iterations; ++i) {
    const Pixels moved = warp(moving, field, Interpolation::linear);
    const DisplacementField update =
        smooth(force(fixed, fixed_slopes, moved, field, options), options.update_smoothing_px);
    field = smooth(compose(exponential(update, squarings_for(update)), field), options.field_smoothing_px);
  }
  return field;
}

}  // namespace cmrt1
