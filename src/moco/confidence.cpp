#include "cmrt1/moco/confidence.h"

#include "cmrt1/moco/estimate.h"
#include "cmrt1/moco/gate.h"

namespace cmrt1 {

double median_distance_mm(const Fields& a, const Fields& b, const Geometry& geometry, const Mask& region) {
  Fields difference = a;
  for (std::size_t k = 0; k < a.size(); ++k) {
    difference[k].x -= b[k].x;
    difference[k].y -= b[k].y;
  }
  return quantile(lengths_mm(difference, geometry, region), 0.5);
}

Confidence confidence(const Fields& delivered, MocoMethod method, const Fields& of_network,
                      const Level& level, const Mask& region) {
  const Fields further = one_round_on(delivered, level);
  Confidence found;
  found.motion_before_mm = quantile(lengths_mm(delivered, level.full, region), 0.5);
  found.motion_after_mm = median_distance_mm(delivered, further, level.full, region);
  if (!of_network.empty())
    found.agreement_mm = median_distance_mm(of_network, method == MocoMethod::network ? further : delivered,
                                            level.full, region);
  return found;
}

}  // namespace cmrt1
