#pragma once
/// What a derived image takes over from the header of its source.

#include <dcmtk/dcmdata/dctk.h>

#include <memory>
#include <string>

namespace cmrt1 {

/// The dataset in `bytes` (DICOM Part 10). Throws CaseError where it cannot be parsed.
std::unique_ptr<DcmFileFormat> read_header(const std::string& bytes);

/// A new dataset with the attributes of `source` that hold for every image derived from its series. An
/// enhanced multi-frame source gives them from its shared functional groups.
std::unique_ptr<DcmDataset> kept_attributes(DcmDataset& source);

}  // namespace cmrt1
