#pragma once
/// Images -> studies with their T1-mapping series and everything else.

#include "cmrt1/dicom/scan.h"
#include "dicom/image_header.h"

namespace cmrt1::dicom {

/// Studies in order of UID, series in order of series number. Of repeated acquisitions (same slice,
/// description and sequence) the newest is kept with a warning that names the others; with
/// options.series_uid only the series of that UID or key are kept.
std::vector<Study> group_into_studies(const std::vector<ImageHeader>& images, const ScanOptions& options);

}  // namespace cmrt1::dicom
