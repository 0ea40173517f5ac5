#pragma once
/// What all derived DICOM objects have in common.

#include <dcmtk/dcmdata/dctk.h>

#include <map>
#include <string>
#include <vector>

#include "cmrt1/study/study.h"
#include "write/dicom_item.h"

namespace cmrt1 {

inline constexpr const char* research_notice = "Research use only, not for diagnosis.";
inline constexpr Code spatial_resampling{"113085", "DCM", "Spatial resampling"};

/// What a map shows, and in which unit.
struct MapQuantity {
  const char* name;   ///< in sentences
  const char* label;  ///< of the Real World Value mapping
  Code quantity;
  Code unit;
};
inline constexpr MapQuantity t1_quantity{
    "T1 map in ms", "T1", {"113063", "DCM", "T1"}, {"ms", "UCUM", "millisecond"}};

/// This software's version among those of a record; "unknown" where it is not among them.
std::string version_of(const std::map<std::string, std::string>& versions);

/// 100 times the source's series number, plus `offset`; the source's where that is too large for DICOM.
std::string derived_series_number(int source, int offset);

/// The series description of `source` with `suffix`, cut to the 64 characters that DICOM allows.
std::string derived_series_description(DcmItem& source, const std::string& suffix);

/// True where an instance like `source` has several frames, so that a reference has to name one.
bool is_multi_frame(DcmItem& source);
bool is_multi_frame(const std::string& source_header);

/// Instance and frame, for the content of a UID.
std::string image_name(const Frame& frame);

/// Appends `frame` to the Source Image Sequence of `item`; `multi_frame`: with its number in its instance.
void add_source_image(DcmItem& item, const Frame& frame, bool multi_frame);

/// This software as contributing equipment; `contribution` is a sentence, the notice is added.
void add_processing_equipment(DcmItem& item, const std::string& version, const std::string& contribution);

/// Source images by series, with the instances of each once, as the Common Instance Reference module wants
/// it; those of another study than `study_uid` go to the sequence for these.
struct SourceSeries {
  std::string study_uid, series_uid;
  std::vector<const Frame*> frames;
};
void put_referenced_series(DcmDataset& target, const std::string& study_uid,
                           const std::vector<SourceSeries>& series);

/// This software as the equipment that made the object, of which a serial number has to be stated.
void put_own_equipment(DcmDataset& target, const std::string& version);

/// Appends to the Real World Value Mapping Sequence of `item` a linear mapping without intercept, whose range
/// the caller adds.
DcmItem& add_value_mapping(DcmItem& item, const MapQuantity& quantity, double slope);

/// Appends to the Dimension Index Sequence.
void add_dimension(DcmDataset& target, const std::string& organization, const DcmTagKey& attribute,
                   const DcmTagKey& group, const char* label);

/// A frame of reference, made from the source's series, where `target` has none.
void put_frame_of_reference(DcmDataset& target, const std::string& source_series_uid);

/// The content's date and time, which objects that are no image have to say: the source's, of which `target`
/// holds some; 1900-01-01 where it keeps none.
void put_content_date(DcmDataset& target);

/// `dataset` as a DICOM Part 10 file, explicit VR little endian. Throws std::runtime_error.
std::string part10_bytes(DcmDataset& dataset);

}  // namespace cmrt1
