#pragma once
/// How good the fit of a pixel is.

#include <span>

#include "fit/choose.h"

namespace cmrt1::fit {

/// Squared Pearson correlation of |fit| and |signal| over the samples used; 0 where either is constant.
double r_squared(const Fit& fit, std::span<const double> ti_ms, std::span<const double> magnitude);

/// Standard deviation of T1 in ms. The covariance of (A, B, T1*) is sigma^2 (J^T J)^-1 with
/// sigma^2 = cost / (N - 3), and T1 = T1* (B/A - 1) is linearised about the fit. NaN for N <= 3 or
/// where J^T J is singular.
double t1_error_ms(const Fit& fit, std::span<const double> ti_ms);

}  // namespace cmrt1::fit
