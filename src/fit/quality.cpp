#include "fit/quality.h"

#include <Eigen/Dense>
#include <cmath>
#include <limits>

namespace cmrt1::fit {

double r_squared(const Fit& fit, std::span<const double> ti_ms, std::span<const double> magnitude) {
  double sum_f = 0, sum_m = 0, sum_ff = 0, sum_mm = 0, sum_fm = 0;
  for (std::size_t i = 0; i < ti_ms.size(); ++i) {
    const double f = std::abs(fit.a - fit.b * std::exp(-std::abs(ti_ms[i] / fit.t_star_ms)));
    sum_f += f;
    sum_m += magnitude[i];
    sum_ff += f * f;
    sum_mm += magnitude[i] * magnitude[i];
    sum_fm += f * magnitude[i];
  }
  const auto n = static_cast<double>(ti_ms.size());
  const double variances = (n * sum_ff - sum_f * sum_f) * (n * sum_mm - sum_m * sum_m);
  const double covariance = n * sum_fm - sum_f * sum_m;
  return variances > 0 ? covariance * covariance / variances : 0;
}

double t1_error_ms(const Fit& fit, std::span<const double> ti_ms) {
  constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
  if (ti_ms.size() <= 3) return kUndefined;
  // Columns of J for A/1, B/1 and ln T1*, which keeps the normal matrix well scaled.
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  for (const double ti : ti_ms) {
    const double rate = ti / fit.t_star_ms;
    const double e = std::exp(-rate);
    const Eigen::Vector3d row(1, -e, -fit.b * e * rate);
    normal += row * row.transpose();
  }
  const Eigen::Vector3d gradient(-fit.t_star_ms * fit.b / (fit.a * fit.a), fit.t_star_ms / fit.a,
                                 fit.t1_ms());
  const Eigen::LDLT<Eigen::Matrix3d> solver(normal);
  const double sigma2 = fit.cost / static_cast<double>(ti_ms.size() - 3);
  const double variance = sigma2 * gradient.dot(solver.solve(gradient));
  const bool regular = solver.info() == Eigen::Success && solver.isPositive() && solver.rcond() > 1e-14;
  return regular && std::isfinite(variance) ? std::sqrt(variance) : kUndefined;
}

}  // namespace cmrt1::fit
