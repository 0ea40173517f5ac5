#include "write/derived_object.h"

#include <dcmtk/dcmdata/dcostrmb.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <set>
#include <stdexcept>

#include "cmrt1/base/text.h"
#include "cmrt1/write/uid.h"
#include "write/source_header.h"

namespace cmrt1 {
namespace {

constexpr Code source_image{"121322", "DCM", "Source image for image processing operation"};
constexpr Code processing_equipment{"109102", "DCM", "Processing Equipment"};
constexpr Code quantity_concept{"246205007", "SCT", "Quantity"};

void add_referenced_series(DcmItem& item, const SourceSeries& series) {
  DcmItem& referenced = add_item(item, DCM_ReferencedSeriesSequence);
  put(referenced, DCM_SeriesInstanceUID, series.series_uid);
  std::set<std::string> named;
  for (const Frame* frame : series.frames) {
    if (!named.insert(frame->sop_instance_uid).second) continue;
    DcmItem& instance = add_item(referenced, DCM_ReferencedInstanceSequence);
    put(instance, DCM_ReferencedSOPClassUID, frame->sop_class_uid);
    put(instance, DCM_ReferencedSOPInstanceUID, frame->sop_instance_uid);
  }
}

}  // namespace

std::string version_of(const std::map<std::string, std::string>& versions) {
  const auto found = versions.find("cmrt1");
  return found == versions.end() ? "unknown" : found->second;
}

std::string derived_series_number(int source, int offset) {
  constexpr int largest = std::numeric_limits<std::int32_t>::max() / 100 - 1;
  return std::to_string(std::abs(source) <= largest ? 100 * source + offset : source);
}

std::string derived_series_description(DcmItem& source, const std::string& suffix) {
  OFString description;
  source.findAndGetOFStringArray(DCM_SeriesDescription, description);
  return shortened(trim(description.c_str()), 64 - suffix.size()) + suffix;
}

bool is_multi_frame(DcmItem& source) {
  Sint32 frames = 1;
  source.findAndGetSint32(DCM_NumberOfFrames, frames);
  return frames > 1;
}

bool is_multi_frame(const std::string& source_header) {
  return is_multi_frame(*read_header(source_header)->getDataset());
}

std::string image_name(const Frame& frame) {
  return frame.sop_instance_uid + "#" + std::to_string(frame.frame_index);
}

void add_source_image(DcmItem& item, const Frame& frame, bool multi_frame) {
  DcmItem& image = add_item(item, DCM_SourceImageSequence);
  put(image, DCM_ReferencedSOPClassUID, frame.sop_class_uid);
  put(image, DCM_ReferencedSOPInstanceUID, frame.sop_instance_uid);
  if (multi_frame) put(image, DCM_ReferencedFrameNumber, std::to_string(frame.frame_index + 1));
  add_code(image, DCM_PurposeOfReferenceCodeSequence, source_image);
}

void add_processing_equipment(DcmItem& item, const std::string& version, const std::string& contribution) {
  DcmItem& equipment = add_item(item, DCM_ContributingEquipmentSequence);
  add_code(equipment, DCM_PurposeOfReferenceCodeSequence, processing_equipment);
  put(equipment, DCM_Manufacturer, "cmrt1");
  put(equipment, DCM_ManufacturerModelName, "cmrt1");
  put(equipment, DCM_SoftwareVersions, version);
  put(equipment, DCM_ContributionDescription, contribution + " " + research_notice);
}

void put_referenced_series(DcmDataset& target, const std::string& study_uid,
                           const std::vector<SourceSeries>& series) {
  for (const SourceSeries& one : series) {
    if (one.study_uid == study_uid) {
      add_referenced_series(target, one);
      continue;
    }
    DcmItem& study = add_item(target, DCM_StudiesContainingOtherReferencedInstancesSequence);
    put(study, DCM_StudyInstanceUID, one.study_uid);
    add_referenced_series(study, one);
  }
}

void put_own_equipment(DcmDataset& target, const std::string& version) {
  put(target, DCM_Manufacturer, "cmrt1");
  put(target, DCM_ManufacturerModelName, "cmrt1");
  put(target, DCM_DeviceSerialNumber, "none");
  put(target, DCM_SoftwareVersions, version);
}

DcmItem& add_value_mapping(DcmItem& item, const MapQuantity& quantity, double slope) {
  DcmItem& mapping = add_item(item, DCM_RealWorldValueMappingSequence);
  put(mapping, DCM_LUTExplanation, quantity.name);
  put(mapping, DCM_LUTLabel, quantity.label);
  add_code(mapping, DCM_MeasurementUnitsCodeSequence, quantity.unit);
  DcmItem& definition = add_item(mapping, DCM_QuantityDefinitionSequence);
  put(definition, DCM_ValueType, "CODE");
  add_code(definition, DCM_ConceptNameCodeSequence, quantity_concept);
  add_code(definition, DCM_ConceptCodeSequence, quantity.quantity);
  mapping.putAndInsertFloat64(DCM_RealWorldValueSlope, slope);
  mapping.putAndInsertFloat64(DCM_RealWorldValueIntercept, 0);
  return mapping;
}

void add_dimension(DcmDataset& target, const std::string& organization, const DcmTagKey& attribute,
                   const DcmTagKey& group, const char* label) {
  DcmItem& dimension = add_item(target, DCM_DimensionIndexSequence);
  put(dimension, DCM_DimensionOrganizationUID, organization);
  dimension.putAndInsertTagKey(DCM_DimensionIndexPointer, attribute);
  dimension.putAndInsertTagKey(DCM_FunctionalGroupPointer, group);
  put(dimension, DCM_DimensionDescriptionLabel, label);
}

void put_frame_of_reference(DcmDataset& target, const std::string& source_series_uid) {
  if (!target.tagExistsWithValue(DCM_FrameOfReferenceUID))
    put(target, DCM_FrameOfReferenceUID, derived_uid("frame of reference|" + source_series_uid));
}

void put_content_date(DcmDataset& target) {
  using Stamp = std::array<DcmTagKey, 2>;
  OFString date = "19000101", time;
  for (const auto& [day, hour] :
       {Stamp{DCM_ContentDate, DCM_ContentTime}, Stamp{DCM_AcquisitionDate, DCM_AcquisitionTime},
        Stamp{DCM_SeriesDate, DCM_SeriesTime}, Stamp{DCM_StudyDate, DCM_StudyTime}}) {
    if (!target.tagExistsWithValue(day)) continue;
    target.findAndGetOFString(day, date);
    target.findAndGetOFString(hour, time);
    break;
  }
  put(target, DCM_ContentDate, date.c_str());
  put(target, DCM_ContentTime, time.empty() ? "000000" : time.c_str());
}

std::string part10_bytes(DcmDataset& dataset) {
  DcmFileFormat file(&dataset);
  constexpr std::size_t room_for_meta_header = 4096;
  std::string bytes(
      dataset.calcElementLength(EXS_LittleEndianExplicit, EET_ExplicitLength) + room_for_meta_header, '\0');
  DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  file.transferInit();
  const OFCondition outcome = file.write(stream, EXS_LittleEndianExplicit, EET_ExplicitLength, nullptr);
  file.transferEnd();
  if (outcome.bad())
    throw std::runtime_error(std::string("a DICOM file cannot be encoded: ") + outcome.text());
  void* written = nullptr;
  offile_off_t size = 0;
  stream.flushBuffer(written, size);
  bytes.resize(static_cast<std::size_t>(size));
  return bytes;
}

}  // namespace cmrt1
