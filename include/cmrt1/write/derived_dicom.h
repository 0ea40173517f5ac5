#pragma once
/// Maps as derived DICOM images (MR Image Storage).
///
/// Kept from the source: patient, study, equipment, frame of reference and how the images were acquired.
/// New: series and instance UIDs, pixels, geometry (from the map), image type, units, the list of source
/// images. Dates are the source's, so a second run gives the same bytes. Inversion and trigger times and
/// private attributes belong to a single image and are left out.
/// Reference: DICOM PS3.3 A.4 (MR Image IOD), C.7.6.1 (General Image), C.7.6.16.2.11 (Real World Values).

#include <string>

#include "cmrt1/write/result.h"

namespace cmrt1 {

enum class DerivedMap {
  t1,  ///< whole ms, truncated as the scanner does
  r2,  ///< R2 x 4000, truncated as the scanner does; the Real World Value slope is 1/4000
};

/// The DICOM Part 10 file of one map of `record`: the one delivered. 16-bit pixels, 0 (the padding value)
/// where the map has no value. Throws CaseError where the source's header cannot be read.
std::string derived_dicom(const SeriesRecord& record, DerivedMap map);

}  // namespace cmrt1
