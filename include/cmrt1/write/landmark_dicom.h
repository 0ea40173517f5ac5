#pragma once
/// Landmarks and segment values of a series as a DICOM structured report.
///
/// Comprehensive SR after TID 1500 (Measurement Report): an image library and, for each image with landmarks,
/// a measurement group (TID 1501) with its points as SCOORD on the image, the confidence, the reasons to look
/// at it, and of each segment that was measured mean, standard deviation, median and number of pixels
/// (finding site: SNOMED CT code of the segment).
///
/// Kept from the source: patient, study, dates. Series and instance UIDs depend on the content alone, so a
/// second run gives the same bytes. Image coordinates are DICOM's: the centre of the first pixel is 0.5\0.5.
/// Reference: DICOM PS3.16 TID 1500, 1501; PS3.3 A.35.3, C.18.6.

#include <string>

#include "cmrt1/write/landmark_record.h"

namespace cmrt1 {

/// The DICOM Part 10 file; the record comes from DICOM. Throws CaseError where the source's header cannot be
/// read.
std::string landmark_dicom(const LandmarkRecord& record);

}  // namespace cmrt1
