#include "write/mr_map.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/write/uid.h"
#include "write/source_header.h"

namespace cmrt1 {
namespace {

std::vector<Uint16> stored_pixels(const MrMap& map) {
  std::vector<Uint16> stored(static_cast<std::size_t>(map.values.size()), 0);
  for (Eigen::Index i = 0; i < map.values.size(); ++i) {
    const double scaled = static_cast<double>(map.values.data()[i]) * map.stored_per_unit;
    if (std::isnan(scaled)) continue;
    stored[static_cast<std::size_t>(i)] = static_cast<Uint16>(std::clamp(scaled, 0.0, 65535.0));
  }
  return stored;
}

/// The same for all slices of a source series that were processed alike.
std::string series_uid(const MrMap& map) {
  return derived_uid("series|" + map.source_series + map.suffix + "|" + map.version + map.series_content);
}

std::string instance_uid(const MrMap& map, const std::vector<Uint16>& pixels) {
  std::string content = "instance|" + series_uid(map);
  for (const SourceImage& source : map.sources) content += "|" + image_name(*source.frame);
  content.append("|").append(reinterpret_cast<const char*>(pixels.data()), pixels.size() * sizeof(Uint16));
  return derived_uid(content);
}

void put_identity(DcmDataset& target, DcmDataset& source, const MrMap& map,
                  const std::vector<Uint16>& pixels) {
  put(target, DCM_SOPClassUID, UID_MRImageStorage);
  put(target, DCM_Modality, "MR");
  put(target, DCM_SeriesInstanceUID, series_uid(map));
  put(target, DCM_SOPInstanceUID, instance_uid(map, pixels));
  put(target, DCM_SeriesNumber, derived_series_number(map.source_number, map.series_offset));
  put(target, DCM_InstanceNumber, std::to_string(map.instance_number));
  put(target, DCM_SeriesDescription, derived_series_description(source, map.suffix));
  put(target, DCM_ImageType, "DERIVED\\PRIMARY\\" + map.image_type);
  put(target, DCM_ImageComments, std::string(research_notice) + " " + map.quantity.name + ". " + map.comment);
  if (!map.frame_of_reference_uid.empty()) put(target, DCM_FrameOfReferenceUID, map.frame_of_reference_uid);
}

void put_derivation(DcmDataset& target, const MrMap& map) {
  put(target, DCM_DerivationDescription, map.derivation);
  add_code(target, DCM_DerivationCodeSequence, map.quantity.quantity);
  for (const Code& code : map.codes) add_code(target, DCM_DerivationCodeSequence, code);
  for (const SourceImage& source : map.sources) add_source_image(target, *source.frame, source.multi_frame);
  add_processing_equipment(target, map.version, map.contribution);
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

void put_units(DcmDataset& target, const MrMap& map) {
  constexpr Uint16 first = 1, last = 65535;
  DcmItem& mapping = add_value_mapping(target, map.quantity, 1 / map.stored_per_unit);
  mapping.putAndInsertUint16(DCM_RealWorldValueFirstValueMapped, first);
  mapping.putAndInsertUint16(DCM_RealWorldValueLastValueMapped, last);
}

void put_pixels(DcmDataset& target, const std::vector<Uint16>& pixels, const MrMap& map) {
  put(target, DCM_PhotometricInterpretation, "MONOCHROME2");
  target.putAndInsertUint16(DCM_SamplesPerPixel, 1);
  target.putAndInsertUint16(DCM_BitsAllocated, 16);
  target.putAndInsertUint16(DCM_BitsStored, 16);
  target.putAndInsertUint16(DCM_HighBit, 15);
  target.putAndInsertUint16(DCM_PixelRepresentation, 0);
  target.putAndInsertUint16(DCM_PixelPaddingValue, 0);
  put(target, DCM_WindowCenter, map.window_centre);
  put(target, DCM_WindowWidth, map.window_width);
  target.putAndInsertUint16Array(DCM_PixelData, pixels.data(), pixels.size());
}

}  // namespace

std::string mr_map_dicom(const std::string& source_header, const MrMap& map) {
  const auto source = read_header(source_header);
  const std::vector<Uint16> pixels = stored_pixels(map);
  const auto target = kept_attributes(*source->getDataset());
  put_identity(*target, *source->getDataset(), map, pixels);
  put_derivation(*target, map);
  put_empty_times(*target);
  put_geometry(*target, map.geometry);
  put_units(*target, map);
  put_pixels(*target, pixels, map);
  return part10_bytes(*target);
}

}  // namespace cmrt1
