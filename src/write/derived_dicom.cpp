#include "cmrt1/write/derived_dicom.h"

#include <algorithm>
#include <vector>

#include "cmrt1/write/quality.h"
#include "cmrt1/write/uid.h"
#include "write/derived_object.h"
#include "write/dicom_item.h"
#include "write/source_header.h"

namespace cmrt1 {
namespace {

constexpr Code spatial_resampling{"113085", "DCM", "Spatial resampling"};
constexpr Code quantity{"246205007", "SCT", "Quantity"};

/// What sets one kind of map apart from another.
struct MapStyle {
  const char* suffix;      ///< of the series description
  const char* image_type;  ///< third value on
  const char* name;        ///< in sentences
  const char* label;       ///< of the Real World Value mapping
  Code quantity;
  Code unit;
  double stored_per_unit;
  int series_offset;
  const char* window_centre;
  const char* window_width;
};

const MapStyle t1_style{
    "_T1MAP", "T1 MAP", "T1 map in ms", "T1",  {"113063", "DCM", "T1"}, {"ms", "UCUM", "millisecond"},
    1,        1,        "1000",         "2000"};
const MapStyle r2_style{"_R2",
                        "OTHER\\R2",
                        "R2 (goodness of fit) x 4000",
                        "R2",
                        {"126220", "DCM", "R2-Coefficient"},
                        {"1", "UCUM", "no units"},
                        4000,
                        2,
                        "3000",
                        "2000"};

std::vector<Uint16> stored_pixels(const T1Map& map, DerivedMap kind, const MapStyle& style) {
  const Pixels& values = kind == DerivedMap::t1 ? map.t1_ms : map.r2;
  std::vector<Uint16> stored(static_cast<std::size_t>(values.size()), 0);
  for (Eigen::Index i = 0; i < values.size(); ++i) {
    if (!has_value(static_cast<FitStatus>(map.status.data()[i]))) continue;
    const double scaled = static_cast<double>(values.data()[i]) * style.stored_per_unit;
    stored[static_cast<std::size_t>(i)] = static_cast<Uint16>(std::clamp(scaled, 0.0, 65535.0));
  }
  return stored;
}

std::string version(const SeriesRecord& record) {
  const auto found = record.versions.find("cmrt1");
  return found == record.versions.end() ? "unknown" : found->second;
}

std::string suffix(const SeriesRecord& record, const MapStyle& style) {
  return std::string(style.suffix) + (record.result.corrected ? "_MOCO" : "");
}

std::vector<const Frame*> source_frames(const SeriesRecord& record) {
  std::vector<const Frame*> frames;
  for (const auto& frame : record.series.magnitude) frames.push_back(&frame);
  for (const auto& frame : record.series.phase) frames.push_back(&frame);
  return frames;
}

/// The same for all slices of a source series that were processed alike.
std::string series_uid(const SeriesRecord& record, const MapStyle& style) {
  std::string content = "series|" + record.series.series_uid + suffix(record, style) + "|" + version(record);
  for (const auto& [name, value] : record.options) content += "|" + name + "=" + value;
  if (record.result.network) content += "|" + record.result.network->sha256;
  return derived_uid(content);
}

std::string instance_uid(const SeriesRecord& record, const MapStyle& style,
                         const std::vector<Uint16>& pixels) {
  std::string content = "instance|" + series_uid(record, style);
  for (const Frame* frame : source_frames(record))
    content += "|" + frame->sop_instance_uid + "#" + std::to_string(frame->frame_index);
  content.append("|").append(reinterpret_cast<const char*>(pixels.data()), pixels.size() * sizeof(Uint16));
  return derived_uid(content);
}

std::string correction_sentence(const MocoResult& result) {
  if (result.corrected)
    return std::string("Images motion-corrected (") + to_string(result.method_used) + ") before the fit.";
  return "Images NOT motion-corrected" + (result.decision.empty() ? "." : ": " + result.decision);
}

std::string network_sentence(const MocoResult& result) {
  if (!result.network) return {};
  return " Motion estimated with the network " + result.network->name + " " + result.network->version +
         " (SHA-256 " + result.network->sha256 + ").";
}

std::string fit_sentence(const SeriesRecord& record) {
  return std::string(to_string(record.series.sequence)) + " fit of A - B exp(-TI/T1*) to " +
         std::to_string(record.result.ti_ms.size()) + " images, T1 = T1* (B/A - 1).";
}

void put_identity(DcmDataset& target, DcmDataset& source, const SeriesRecord& record, const MapStyle& style,
                  const std::vector<Uint16>& pixels) {
  const std::string image_type = std::string("DERIVED\\PRIMARY\\") + style.image_type;
  put(target, DCM_SOPClassUID, UID_MRImageStorage);
  put(target, DCM_Modality, "MR");
  put(target, DCM_SeriesInstanceUID, series_uid(record, style));
  put(target, DCM_SOPInstanceUID, instance_uid(record, style, pixels));
  put(target, DCM_SeriesNumber, derived_series_number(record.series.series_number, style.series_offset));
  put(target, DCM_InstanceNumber, std::to_string(record.series.slice_index + 1));
  put(target, DCM_SeriesDescription, derived_series_description(source, suffix(record, style)));
  put(target, DCM_ImageType, image_type + (record.result.corrected ? "\\MOCO" : ""));
  put(target, DCM_ImageComments,
      std::string(research_notice) + " " + style.name + ". " + correction_sentence(record.result));
}

void put_derivation(DcmDataset& target, DcmDataset& source, const SeriesRecord& record,
                    const MapStyle& style) {
  const bool multi_frame = is_multi_frame(source);
  put(target, DCM_DerivationDescription,
      correction_sentence(record.result).substr(0, 800) + " " + fit_sentence(record));
  add_code(target, DCM_DerivationCodeSequence, style.quantity);
  if (record.result.corrected) add_code(target, DCM_DerivationCodeSequence, spatial_resampling);
  for (const Frame* frame : source_frames(record)) add_source_image(target, *frame, multi_frame);
  add_processing_equipment(target, version(record), "T1 mapping." + network_sentence(record.result));
}

bool mentions(DcmDataset& dataset, const DcmTagKey& tag, const char* term) {
  OFString values;
  dataset.findAndGetOFStringArray(tag, values);
  return values.find(term) != OFString_npos;
}

/// An inversion-recovery image has to state an inversion time, a gated one (CG, PPG) a trigger time; a map
/// has neither: the attributes stay, empty.
void put_empty_times(DcmDataset& target) {
  if (mentions(target, DCM_ScanningSequence, "IR")) target.insertEmptyElement(DCM_InversionTime);
  const bool gated = mentions(target, DCM_ScanOptions, "CG") || mentions(target, DCM_ScanOptions, "PPG");
  if (gated) target.insertEmptyElement(DCM_TriggerTime);
}

void put_units(DcmDataset& target, const MapStyle& style) {
  constexpr Uint16 first = 1, last = 65535;
  DcmItem& mapping = add_item(target, DCM_RealWorldValueMappingSequence);
  put(mapping, DCM_LUTExplanation, style.name);
  put(mapping, DCM_LUTLabel, style.label);
  add_code(mapping, DCM_MeasurementUnitsCodeSequence, style.unit);
  DcmItem& definition = add_item(mapping, DCM_QuantityDefinitionSequence);
  put(definition, DCM_ValueType, "CODE");
  add_code(definition, DCM_ConceptNameCodeSequence, quantity);
  add_code(definition, DCM_ConceptCodeSequence, style.quantity);
  mapping.putAndInsertUint16(DCM_RealWorldValueFirstValueMapped, first);
  mapping.putAndInsertUint16(DCM_RealWorldValueLastValueMapped, last);
  mapping.putAndInsertFloat64(DCM_RealWorldValueSlope, 1 / style.stored_per_unit);
  mapping.putAndInsertFloat64(DCM_RealWorldValueIntercept, 0);
}

void put_pixels(DcmDataset& target, const std::vector<Uint16>& pixels, const MapStyle& style) {
  put(target, DCM_PhotometricInterpretation, "MONOCHROME2");
  target.putAndInsertUint16(DCM_SamplesPerPixel, 1);
  target.putAndInsertUint16(DCM_BitsAllocated, 16);
  target.putAndInsertUint16(DCM_BitsStored, 16);
  target.putAndInsertUint16(DCM_HighBit, 15);
  target.putAndInsertUint16(DCM_PixelRepresentation, 0);
  target.putAndInsertUint16(DCM_PixelPaddingValue, 0);
  put(target, DCM_WindowCenter, style.window_centre);
  put(target, DCM_WindowWidth, style.window_width);
  target.putAndInsertUint16Array(DCM_PixelData, pixels.data(), pixels.size());
}

}  // namespace

std::string derived_dicom(const SeriesRecord& record, DerivedMap map) {
  const MapStyle& style = map == DerivedMap::t1 ? t1_style : r2_style;
  const auto source = read_header(*record.images.header);
  const std::vector<Uint16> pixels = stored_pixels(record.result.map, map, style);
  const auto target = kept_attributes(*source->getDataset());
  put_identity(*target, *source->getDataset(), record, style, pixels);
  put_derivation(*target, *source->getDataset(), record, style);
  put_empty_times(*target);
  put_geometry(*target, record.result.map.geometry);
  put_units(*target, style);
  put_pixels(*target, pixels, style);
  return part10_bytes(*target);
}

}  // namespace cmrt1
