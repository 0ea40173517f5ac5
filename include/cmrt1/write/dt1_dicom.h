#pragma once
/// A pair's dT1 map and registered stress map as DICOM.
///
/// The dT1 map is a Parametric Map of one frame, Float Pixel Data in percent (UCUM "%"), slope 1. Pixels
/// without a value are NaN, which the OF representation allows. No Float Pixel Padding Value is stated: PS3.3
/// defines padding as a range to compare with, NaN compares with nothing, and a finite padding value would be
/// taken for a dT1 by every reader that does not know it. The status map says why a pixel has no value.
///
/// The registered stress map is a derived MR image in whole ms, 0 (the padding value) where undefined.
///
/// Kept from the rest map (dT1) or the stress map (the other): patient, study, dates. Both lie on the rest
/// map's grid and in its frame of reference (one is made where it has none). Series and instance UIDs depend
/// on the content alone, so a second run gives the same bytes; accepted and flagged pairs of a series become
/// different series, told apart by their descriptions. Both maps are named as sources, rest first.
/// Reference: DICOM PS3.3 A.75 (Parametric Map IOD), C.8.32, C.7.6.16, C.7.6.24; PS3.5 6.2 (OF).

#include <string>

#include "cmrt1/write/dt1_record.h"

namespace cmrt1 {

/// True where both maps come from DICOM: the functions below need it.
bool has_dicom_sources(const Dt1Record& record);

/// DICOM Part 10 files. Throw CaseError where a source's header cannot be read.
std::string dt1_dicom(const Dt1Record& record);
std::string registered_stress_dicom(const Dt1Record& record);

}  // namespace cmrt1
