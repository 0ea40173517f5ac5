#pragma once
/// The inner loops of the fit: many pixels at once, in structure-of-arrays form. They exist once per
/// instruction set, from one source (kernel.inc). Nothing here may include a standard header with
/// inline code: the linker could then keep a copy of it that an older processor cannot run.

namespace cmrt1::fit {

/// Samples of one set and the tables over T1* that its inversion times share over all pixels.
struct SampleTable {
  int samples = 0;
  const double* ti_ms = nullptr;
  int nodes = 0;
  const double* t_star_ms = nullptr;  ///< [nodes], ascending
  const double* weights = nullptr;    ///< [nodes][samples]: e - mean(e), scaled to length 1, e = exp(-TI/T1*)
  const double* edge_weights = nullptr;  ///< [nodes][samples]: 1 - 4e, scaled to length 1
  bool limited = false;                  ///< whether B is held at or below 4A
};

/// Fits side by side: sample i of fit j is signal[i][j]; the other arrays hold one value a fit.
/// `count` and all array lengths are multiples of kLanePadding.
struct FitBatch {
  int count = 0;
  const double* const* signal = nullptr;
  double* a = nullptr;
  double* b = nullptr;
  double* t_star_ms = nullptr;
  double* cost = nullptr;  ///< sum of squared residuals
};
constexpr int kLanePadding = 8;

/// What assess() says of a batch of fits.
struct AssessmentBatch {
  double* r2 = nullptr;           ///< squared Pearson correlation of |fit| and |signal|; 0 if undefined
  double* t1_variance = nullptr;  ///< ms^2; negative or not finite if undefined
};

struct Kernels {
  /// Lowest cost over the nodes of T1*, A and B free: written to `cost`; nothing else is.
  void (*scan)(const SampleTable&, const FitBatch&);
  /// Variable projection: for fixed T1* the model is linear in A and B, so the cost is a function of T1*
  /// alone; its lowest node is found from the tables and refined by a bracketed secant on the
  /// derivative. B may come out negative, and T1* at an end of the nodes.
  void (*project)(const SampleTable&, const FitBatch&);
  /// Downhill simplex as the scanner runs it on 5, 6 or 7 samples, from the A, B and T1* in the batch. `cost`
  /// includes the penalties, in counts^2: -A where A < 0, A - B where B < A, B - 4A where B > 4A, -T1* where
  /// T1* < 0.
  void (*simplex)(const SampleTable&, const FitBatch&);
  /// R^2, and the variance of T1: the covariance of (A, B, T1*) is s^2 (J^T J)^-1 with
  /// s^2 = residual^2 / (N - 3), and T1 = T1* (B/A - 1) is linearised about the fit.
  void (*assess)(const SampleTable&, const FitBatch&, const AssessmentBatch&);
};

/// The kernels compiled for one instruction set; null functions where this build lacks it.
Kernels baseline_kernels();
Kernels avx2_kernels();
Kernels avx512_kernels();

}  // namespace cmrt1::fit
