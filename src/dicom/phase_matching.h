#pragma once
/// Finds the phase images that belong to a magnitude series.

#include <vector>

#include "dicom/acquisitions.h"

namespace cmrt1::dicom {

/// A set of phase images of one slice; `used` once a magnitude series took it.
struct PhaseSet {
  Acquisition acquisition;
  bool used = false;
};

/// Gives `series` the phase set of the same slice and grid whose images pair off one to one with its own
/// by inversion time (within 0.5 ms; by instance number where --ti gave the times) and acquisition time
/// (where stated). Among several, the one with the nearest series number. Sets of scanner-corrected
/// (MOCO) images only go with corrected ones. A set with defects, or at the slice but incomplete, leaves
/// a warning and no phase.
void match_phase(Series& series, bool motion_corrected, std::vector<PhaseSet>& sets);

}  // namespace cmrt1::dicom
