#pragma once
/// What all derived DICOM objects have in common.

#include <dcmtk/dcmdata/dctk.h>

#include <string>

#include "cmrt1/study/study.h"

namespace cmrt1 {

inline constexpr const char* research_notice = "Research use only, not for diagnosis.";

/// 100 times the source's series number, plus `offset`; the source's where that is too large for DICOM.
std::string derived_series_number(int source, int offset);

/// The series description of `source` with `suffix`, cut to the 64 characters that DICOM allows.
std::string derived_series_description(DcmItem& source, const std::string& suffix);

/// True where an instance like `source` has several frames, so that a reference has to name one.
bool is_multi_frame(DcmItem& source);

/// Appends `frame` to the Source Image Sequence of `item`; `multi_frame`: with its number in its instance.
void add_source_image(DcmItem& item, const Frame& frame, bool multi_frame);

/// This software as contributing equipment; `contribution` is a sentence, the notice is added.
void add_processing_equipment(DcmItem& item, const std::string& version, const std::string& contribution);

/// The content's date and time, which objects that are no image have to say: the source's, of which `target`
/// holds some; 1900-01-01 where it keeps none.
void put_content_date(DcmDataset& target);

/// `dataset` as a DICOM Part 10 file, explicit VR little endian. Throws std::runtime_error.
std::string part10_bytes(DcmDataset& dataset);

}  // namespace cmrt1
