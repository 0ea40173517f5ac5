#include "fit/choose.h"

#include <cmath>

namespace cmrt1::fit {

double Fit::chi() const { return std::sqrt(cost / (samples - 1)); }

int choose_set(const std::array<Fit, 3>& fits, double rr_ms) {
  const auto& [five, six, seven] = fits;
  int chosen = five.counts() ? 0 : kNoSet;
  double t1_ms = five.counts() ? five.t1_ms() : 0;
  const double reference = five.counts() ? five.chi() : five.cost;
  const bool try_longer = t1_ms <= rr_ms || !six.counts() || six.t1_ms() <= 0.4 * rr_ms;
  if (!try_longer) return chosen;
  if (six.counts() && six.chi() * six.t1_ms() < reference * rr_ms) {
    chosen = 1;
    t1_ms = six.t1_ms();
  }
  if (seven.counts() && seven.chi() * seven.t1_ms() < six.chi() * 0.4 * rr_ms && t1_ms < rr_ms) chosen = 2;
  return chosen;
}

}  // namespace cmrt1::fit
