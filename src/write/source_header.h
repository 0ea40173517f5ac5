#pragma once
/// What a derived image takes over from the header of its source.

#include <dcmtk/dcmdata/dctk.h>

#include <memory>
#include <string>

namespace cmrt1 {

/// The dataset in `bytes` (DICOM Part 10). Throws CaseError where it cannot be parsed.
std::unique_ptr<DcmFileFormat> read_header(const std::string& bytes);

/// A new dataset with what any object derived from the series of `source` keeps: patient, study, dates and
/// procedure of the series, frame of reference. What the source leaves empty is left out where it may be.
std::unique_ptr<DcmDataset> kept_context(DcmDataset& source);

/// A new dataset with the attributes of `source` that hold for every MR image derived from its series, the
/// empty ones too. An enhanced multi-frame source gives them from its shared functional groups.
std::unique_ptr<DcmDataset> kept_attributes(DcmDataset& source);

}  // namespace cmrt1
