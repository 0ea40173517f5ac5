#pragma once
/// Makes a Series of an acquisition: inversion times, sequence, order, and the reason if it cannot be
/// processed.

#include "cmrt1/dicom/scan.h"
#include "dicom/acquisitions.h"

namespace cmrt1::dicom {

/// Magnitude frames only; `phase` is added by match_phase.
Series make_series(const Acquisition& acquisition, const ScanOptions& options);

/// ShMOLLI by its inversion times: seven, three within 0.6 RR of the first, then four spaced by RR (each
/// within 25 % of their mean, 300...2500 ms). `ti_ms` ascending.
bool has_shmolli_pattern(const std::vector<double>& ti_ms);

/// Throws UsageError where --ti is not a list of distinct, positive times in ms.
void check_given_times(const std::vector<double>& ti_ms);

}  // namespace cmrt1::dicom
