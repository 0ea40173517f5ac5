#include "cmrt1/write/landmark_dicom.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "cmrt1/aha/segments.h"
#include "cmrt1/base/text.h"
#include "cmrt1/write/uid.h"
#include "write/derived_object.h"
#include "write/source_header.h"
#include "write/sr_content.h"

namespace cmrt1 {
namespace {

constexpr int series_offset = 7;

namespace concepts {
constexpr Code report{"126000", "DCM", "Imaging Measurement Report"};
constexpr Code language{"121049", "DCM", "Language of Content Item and Descendants"};
constexpr Code english{"en", "RFC5646", "English"};
constexpr Code procedure{"121058", "DCM", "Procedure reported"};
constexpr Code magnetic_resonance{"113091000", "SCT", "Magnetic resonance imaging"};
constexpr Code observer_type{"121005", "DCM", "Observer Type"};
constexpr Code device{"121007", "DCM", "Device"};
constexpr Code observer_uid{"121012", "DCM", "Device Observer UID"};
constexpr Code observer_name{"121013", "DCM", "Device Observer Name"};
constexpr Code library{"111028", "DCM", "Image Library"};
constexpr Code library_group{"126200", "DCM", "Image Library Group"};
constexpr Code measurements{"126010", "DCM", "Imaging Measurements"};
constexpr Code group{"125007", "DCM", "Measurement Group"};
constexpr Code tracking_identifier{"112039", "DCM", "Tracking Identifier"};
constexpr Code tracking_uid{"112040", "DCM", "Tracking Unique Identifier"};
constexpr Code finding_site{"363698007", "SCT", "Finding Site"};
constexpr Code heart{"80891009", "SCT", "Heart"};
constexpr Code comment{"121106", "DCM", "Comment"};
constexpr Code derivation{"121401", "DCM", "Derivation"};
constexpr Code mean{"373098007", "SCT", "Mean"};
constexpr Code deviation{"386136009", "SCT", "Standard Deviation"};
constexpr Code median{"373099004", "SCT", "Median"};
constexpr Code one{"1", "UCUM", "no units"};
constexpr Code millisecond{"ms", "UCUM", "millisecond"};
constexpr Code percent{"%", "UCUM", "percent"};
constexpr Code pixels{"{pixels}", "UCUM", "pixels"};
constexpr Code t1{"113063", "DCM", "T1"};
constexpr Code value{"VALUE", "99CMRT1", "Value of map"};
constexpr Code pixel_count{"PIXELS", "99CMRT1", "Number of pixels measured"};
constexpr Code confidence{"CONFIDENCE", "99CMRT1", "Confidence"};
constexpr Code lv_centre{"LV_CENTRE", "99CMRT1", "Centre of left ventricle"};
constexpr Code anterior{"RV_ANTERIOR", "99CMRT1", "Anterior right ventricular insertion point"};
constexpr Code inferior{"RV_INFERIOR", "99CMRT1", "Inferior right ventricular insertion point"};
}  // namespace concepts

bool has_landmarks(const LandmarkRecord& record, std::size_t i) {
  return record.slices[i] && record.slices[i]->found;
}

std::string suffix(const LandmarkRecord& record) {
  return flagged_count(record) > 0 ? "_AHA_FLAGGED" : "_AHA";
}

std::string networks_of(const LandmarkRecord& record) {
  std::string all;
  for (const auto& network : record.networks)
    all +=
        (all.empty() ? "" : ", ") + network.name + " " + network.version + " " + network.sha256.substr(0, 12);
  return all;
}

std::string series_uid(const LandmarkRecord& record) {
  return derived_uid("series|" + record.series.series_uid + suffix(record) + "|" +
                     record.versions.at("cmrt1") + "|" + networks_of(record) + "|" +
                     std::to_string(record.stages));
}

const Code& unit_code(const std::string& unit) {
  return unit == "ms" ? concepts::millisecond : unit == "%" ? concepts::percent : concepts::one;
}

void add_observer(DcmItem& report, const LandmarkRecord& record) {
  add_coded(report, relation::modifier, concepts::language, concepts::english);
  add_coded(report, relation::context, concepts::observer_type, concepts::device);
  add_uid(report, relation::context, concepts::observer_uid, derived_uid("device|cmrt1 ahalandmarks"));
  add_text(report, relation::context, concepts::observer_name,
           "cmrt1 ahalandmarks " + record.versions.at("cmrt1") + ", " + networks_of(record));
  add_coded(report, relation::modifier, concepts::procedure, concepts::magnetic_resonance);
}

void add_library(DcmItem& report, const LandmarkRecord& record, bool multi_frame) {
  DcmItem& library = add_container(report, relation::contains, concepts::library, "1600");
  DcmItem& group = add_container(library, relation::contains, concepts::library_group);
  for (std::size_t i = 0; i < record.slices.size(); ++i)
    if (record.slices[i]) add_image(group, relation::contains, record.series.frames[i], multi_frame);
}

/// Mean, SD, median and pixels of one segment, those that are defined.
void add_statistics(DcmItem& group, const LandmarkRecord& record, const SegmentStatistics& segment) {
  const Segment& known = aha_segments()[static_cast<std::size_t>(segment.number - 1)];
  const std::string name = std::string("left ventricle ") + known.name + " segment";
  const Code site{known.snomed_code, "SCT", name.c_str()};
  const Code& quantity = record.quantity == "T1" ? concepts::t1 : concepts::value;
  const auto add = [&](const Code& derivation, double number) {
    if (!std::isfinite(number)) return;
    DcmItem& item = add_number(group, relation::contains, quantity, number, unit_code(record.unit));
    add_coded(item, relation::modifier, concepts::derivation, derivation);
    add_coded(item, relation::modifier, concepts::finding_site, site);
  };
  add(concepts::mean, segment.whole.mean);
  add(concepts::deviation, segment.whole.sd);
  add(concepts::median, segment.whole.median);
  DcmItem& count =
      add_number(group, relation::contains, concepts::pixel_count, segment.whole.pixels, concepts::pixels);
  add_coded(count, relation::modifier, concepts::finding_site, site);
}

void add_group(DcmItem& measurements, const LandmarkRecord& record, std::size_t i, bool multi_frame) {
  const SliceLandmarks& found = *record.slices[i];
  const Frame& image = record.series.frames[i];
  DcmItem& group = add_container(measurements, relation::contains, concepts::group, "1501");
  add_text(group, relation::context, concepts::tracking_identifier, "image " + std::to_string(i));
  add_uid(group, relation::context, concepts::tracking_uid,
          derived_uid("tracking|" + series_uid(record) + "|" + std::to_string(i)));
  add_coded(group, relation::modifier, concepts::finding_site, concepts::heart);
  add_point(group, relation::contains, concepts::lv_centre, found.lv_centre, image, multi_frame);
  add_point(group, relation::contains, concepts::anterior, found.rv_anterior, image, multi_frame);
  add_point(group, relation::contains, concepts::inferior, found.rv_inferior, image, multi_frame);
  add_number(group, relation::contains, concepts::confidence, found.confidence, concepts::one);
  if (found.flagged())
    add_text(group, relation::contains, concepts::comment, "To be looked at: " + image_reasons(record, i));
  if (record.segments[i])
    for (const SegmentStatistics& segment : record.segments[i]->statistics)
      add_statistics(group, record, segment);
}

/// Every image named in the content, each instance once.
void put_evidence(DcmDataset& target, const LandmarkRecord& record) {
  DcmItem& study = add_item(target, DCM_CurrentRequestedProcedureEvidenceSequence);
  DcmItem& series = add_item(study, DCM_ReferencedSeriesSequence);
  std::set<std::string> named;
  for (std::size_t i = 0; i < record.slices.size(); ++i) {
    const Frame& image = record.series.frames[i];
    if (!record.slices[i] || !named.insert(image.sop_instance_uid).second) continue;
    DcmItem& instance = add_item(series, DCM_ReferencedSOPSequence);
    put(instance, DCM_ReferencedSOPClassUID, image.sop_class_uid);
    put(instance, DCM_ReferencedSOPInstanceUID, image.sop_instance_uid);
  }
  put(series, DCM_SeriesInstanceUID, record.series.series_uid);
  put(study, DCM_StudyInstanceUID, record.series.study_uid);
}

/// What of an image is no part of a document.
void remove_image_attributes(DcmDataset& target) {
  for (const auto& tag :
       {DCM_FrameOfReferenceUID, DCM_PositionReferenceIndicator, DCM_AcquisitionDate, DCM_AcquisitionTime,
        DCM_AcquisitionDateTime, DCM_AcquisitionNumber, DCM_LossyImageCompression,
        DCM_LossyImageCompressionRatio, DCM_LossyImageCompressionMethod, DCM_QualityControlImage,
        DCM_PatientPosition, DCM_Laterality, DCM_BodyPartExamined, DCM_ProtocolName,
        DCM_RequestAttributesSequence})
    target.findAndDeleteElement(tag);
}

void put_identity(DcmDataset& target, DcmDataset& source, const LandmarkRecord& record) {
  put(target, DCM_SOPClassUID, UID_ComprehensiveSRStorage);
  put(target, DCM_Modality, "SR");
  put(target, DCM_SeriesInstanceUID, series_uid(record));
  put(target, DCM_SeriesNumber, derived_series_number(record.series.series_number, series_offset));
  put(target, DCM_InstanceNumber, "1");
  put(target, DCM_SeriesDescription, derived_series_description(source, suffix(record)));
  put(target, DCM_Manufacturer, "cmrt1");
  put(target, DCM_ManufacturerModelName, "cmrt1 ahalandmarks");
  put(target, DCM_DeviceSerialNumber, "none");
  put(target, DCM_SoftwareVersions, record.versions.at("cmrt1"));
  put(target, DCM_CompletionFlag, "PARTIAL");
  put(target, DCM_CompletionFlagDescription, research_notice);
  put(target, DCM_VerificationFlag, "UNVERIFIED");
  put_content_date(target);
  for (const auto& tag : {DCM_ReferencedPerformedProcedureStepSequence, DCM_PerformedProcedureCodeSequence})
    if (!target.tagExists(tag)) target.insertEmptyElement(tag);
  add_processing_equipment(target, record.versions.at("cmrt1"), "Landmarks of the left ventricle.");
}

}  // namespace

std::string landmark_dicom(const LandmarkRecord& record) {
  const auto source = read_header(*record.loaded.dicom_header);
  const bool multi_frame = is_multi_frame(*source->getDataset());
  const auto target = kept_context(*source->getDataset());
  put_identity(*target, *source->getDataset(), record);
  remove_image_attributes(*target);
  put_evidence(*target, record);
  put(*target, DCM_ValueType, "CONTAINER");
  add_code(*target, DCM_ConceptNameCodeSequence, concepts::report);
  put(*target, DCM_ContinuityOfContent, "SEPARATE");
  DcmItem& known = add_item(*target, DCM_ContentTemplateSequence);
  put(known, DCM_MappingResource, "DCMR");
  put(known, DCM_TemplateIdentifier, "1500");
  add_observer(*target, record);
  add_library(*target, record, multi_frame);
  DcmItem& measurements = add_container(*target, relation::contains, concepts::measurements);
  for (std::size_t i = 0; i < record.slices.size(); ++i)
    if (has_landmarks(record, i)) add_group(measurements, record, i, multi_frame);
  put(*target, DCM_SOPInstanceUID, series_uid(record));  // until the content is known
  put(*target, DCM_SOPInstanceUID, derived_uid("instance|" + part10_bytes(*target)));
  return part10_bytes(*target);
}

}  // namespace cmrt1
