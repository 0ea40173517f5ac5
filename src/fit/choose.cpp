#include "fit/choose.h"

#include <cmath>

namespace cmrt1::fit {

double Fit::chi() const { return std::sqrt(cost / (samples - 1)); }

ChoiceOfTwo choose_of_two(const Fit& five, const Fit& six, double rr_ms) {
  int chosen = five.counts() ? 0 : kNoSet;
  double t1_ms = five.counts() ? five.t1_ms() : 0;
  const double reference = five.counts() ? five.chi() : five.cost;
  const bool try_longer = t1_ms <= rr_ms || !six.counts() || six.t1_ms() <= 0.4 * rr_ms;
  if (!try_longer) return {chosen, false};
  if (six.counts() && six.chi() * six.t1_ms() < reference * rr_ms) {
    chosen = 1;
    t1_ms = six.t1_ms();
  }
  return {chosen, t1_ms < rr_ms};
}

int choose_set(const Fit& five, const Fit& six, const Fit& seven, double rr_ms) {
  const ChoiceOfTwo of_two = choose_of_two(five, six, rr_ms);
  const bool longest = of_two.open && seven.counts() && seven.chi() * seven.t1_ms() < six.chi() * 0.4 * rr_ms;
  return longest ? 2 : of_two.set;
}

}  // namespace cmrt1::fit
