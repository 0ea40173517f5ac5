#include "cmrt1/moco/quality.h"

#include <cmath>

#include "cmrt1/moco/working_grid.h"

namespace cmrt1 {

Mask heart_region(const Stack& magnitude, const std::array<double, 2>& centre_px,
                  const MocoOptions& options) {
  const Mask disc = (round_window(magnitude.geometry, centre_px, options.heart_radius_mm, 1e-3) > 0.5f)
                        .cast<std::uint8_t>();
  const Pixels mean = mean_image(magnitude);
  const float brightest = quantile(masked_values(mean, disc), 0.98);
  const float floor = std::fmax(options.fit.signal_floor, 0.1f * brightest);
  return disc * (mean >= floor).cast<std::uint8_t>();
}

RegionQuality region_quality(const Pixels& r2, const Mask& region) {
  const std::vector<float> values = masked_values(r2, region);
  if (values.empty()) return {};
  return {quantile(values, 0.5), quantile(values, 0.05), static_cast<int>(values.size())};
}

bool not_worse(const RegionQuality& before, const RegionQuality& after) {
  return after.r2_median >= before.r2_median && after.r2_p05 >= before.r2_p05;
}

}  // namespace cmrt1
