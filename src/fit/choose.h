#pragma once
/// Which fit of a pixel counts, and on how many samples it rests.

namespace cmrt1::fit {

/// One fit of one sample set.
struct Fit {
  double a = 0;
  double b = 0;
  double t_star_ms = 0;
  double cost = 0;  ///< sum of squared residuals
  int samples = 0;

  bool counts() const { return a > 1; }
  double t1_ms() const { return t_star_ms * (b / a - 1); }  ///< Look-Locker correction
  double chi() const;                                       ///< sqrt(cost / (samples - 1))
};

constexpr int kNoSet = -1;

/// What the fits of five and of six samples decide.
struct ChoiceOfTwo {
  int set = kNoSet;
  bool open = false;  ///< the fit of seven may be taken instead
};

/// ShMOLLI's conditional choice between the fits of five, six and seven samples: the longer sets, whose
/// added samples hold only where T1 is short against the heart-beat interval `rr_ms`, are taken where
/// T1 and the residual say so.
/// Reference: Piechnik et al., J Cardiovasc Magn Reson 2010;12:69.
ChoiceOfTwo choose_of_two(const Fit& five, const Fit& six, double rr_ms);

/// Returns the index of the set or kNoSet. `seven` may be left empty where the choice of two is not open.
int choose_set(const Fit& five, const Fit& six, const Fit& seven, double rr_ms);

}  // namespace cmrt1::fit
