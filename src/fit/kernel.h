#pragma once
/// The inner loops of the fit: many pixels at once, in structure-of-arrays form. They exist once per
/// instruction set, from one source (kernel.inc). Nothing here may include a standard header with
/// inline code: the linker could then keep a copy of it that an older processor cannot run.

#include <cstddef>

namespace cmrt1::fit {

/// Samples of one set and the tables over T1* that its inversion times share over all pixels.
struct SampleTable {
  int samples = 0;
  const double* ti_ms = nullptr;
  int nodes = 0;
  const double* t_star_ms = nullptr;  ///< [nodes], ascending
  const double* weights = nullptr;  ///< [nodes][samples]: e - mean(e) of e = exp(-TI/T1*), scaled to length 1
};

/// Fits to do: sample i of fit j is signal[i][j]; the other arrays hold one value a fit.
/// `count` and all array lengths are multiples of kLanePadding.
struct FitBatch {
  int count = 0;
  const double* const* signal = nullptr;
  double* a = nullptr;
  double* b = nullptr;
  double* t_star_ms = nullptr;
  double* cost = nullptr;  ///< sum of squared residuals
};
constexpr int kLanePadding = 16;

/// Variable projection: for fixed T1* the model is linear in A and B, so the cost is a function of T1*
/// alone; its lowest node is found from the tables and refined by a bracketed secant on the
/// derivative. Where there is no fit with B > 0, A, B and T1* are 0.
using ProjectFunction = void (*)(const SampleTable&, const FitBatch&);

struct Kernels {
  ProjectFunction project;
};

/// The kernels compiled for one instruction set; null functions where this build lacks it.
Kernels baseline_kernels();

}  // namespace cmrt1::fit
