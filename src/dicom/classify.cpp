#include "dicom/classify.h"

#include <dcmtk/dcmdata/dcuid.h>

#include <array>
#include <cmath>

#include "cmrt1/base/text.h"

namespace cmrt1::dicom {
namespace {

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

std::string names(const Attributes& attributes) {
  return to_lower(attributes.raw_text(DCM_SeriesDescription) + "\n" + attributes.raw_text(DCM_ProtocolName) +
                  "\n" + attributes.raw_text(DCM_SequenceName));
}

/// Image Type (for an enhanced object Frame Type) between backslashes, upper case: "\ORIGINAL\PRIMARY\M\".
std::string image_type(const Attributes& attributes) {
  std::string type = attributes.raw_text(DCM_FrameType);
  if (type.empty()) type = attributes.raw_text(DCM_ImageType);
  for (char& c : type) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return "\\" + type + "\\";
}

bool is_mr_image(const Attributes& attributes) {
  const std::string sop_class = attributes.raw_text(DCM_SOPClassUID);
  constexpr std::array classes{UID_MRImageStorage, UID_EnhancedMRImageStorage,
                               UID_LegacyConvertedEnhancedMRImageStorage};
  for (const char* mr : classes) {
    if (sop_class == mr) return true;
  }
  return false;
}

/// A rescale to values that lie evenly about zero, as scanners give phase and never magnitude.
bool rescale_is_symmetric(const Attributes& attributes) {
  const auto slope = attributes.number(DCM_RescaleSlope);
  const auto intercept = attributes.number(DCM_RescaleIntercept);
  const double steps = std::exp2(attributes.integer(DCM_BitsStored));
  if (!slope || !intercept || attributes.integer(DCM_PixelRepresentation) != 0) return false;
  return *intercept < 0 && std::abs(*intercept + *slope * steps / 2) <= 2 * std::abs(*slope);
}

Classification classify_map(const Attributes& attributes, const std::string& type) {
  const std::string description = to_lower(attributes.raw_text(DCM_SeriesDescription));
  const std::string comments = to_lower(attributes.raw_text(DCM_ImageComments));
  const bool derived_t1 = contains(type, "\\DERIVED\\") && contains(type, "\\T1\\");
  if (contains(type, "\\T1 MAP\\") || contains(type, "\\T1_MAP\\") || derived_t1) {
    return {FrameKind::t1_map, "Image Type says T1 map"};
  }
  if (contains(type, "\\DERIVED\\") && contains(type, "\\R2\\"))
    return {FrameKind::fit_map, "Image Type says R2"};
  if (description.ends_with("_fitparams"))
    return {FrameKind::fit_map, "Series Description ends in _FITPARAMS"};
  if (description.ends_with("_t1map") && attributes.has(DCM_RedPaletteColorLookupTableDescriptor)) {
    return {FrameKind::t1_map, "Series Description ends in _T1MAP, colour palette"};
  }
  if (description.ends_with("_t1map")) return {FrameKind::t1_map, "Series Description ends in _T1MAP"};
  if (contains(comments, "t1 map") || contains(comments, "shmolli color")) {
    return {FrameKind::t1_map, "Image Comments say T1 map"};
  }
  if (contains(comments, "rsquare") || contains(comments, "signal(ti)=")) {
    return {FrameKind::fit_map, "Image Comments name a fit parameter"};
  }
  if (attributes.has(DCM_RedPaletteColorLookupTableDescriptor)) {
    return {FrameKind::fit_map, "colour palette: a map, not an acquired image"};
  }
  return {};
}

}  // namespace

bool named_shmolli(const Attributes& attributes) { return contains(names(attributes), "shmolli"); }

bool named_t1_mapping(const Attributes& attributes) {
  const std::string all = names(attributes);
  for (const char* name : {"molli", "t1map", "t1_map", "t1 map", "t1-map"}) {
    if (contains(all, name)) return true;
  }
  return false;
}

Classification classify(const Attributes& attributes, bool has_inversion_time) {
  if (!is_mr_image(attributes)) return {FrameKind::other, "not an MR image"};
  const std::string type = image_type(attributes);
  if (Classification map = classify_map(attributes, type); map.kind != FrameKind::other) return map;
  if (!has_inversion_time && contains(type, "\\DERIVED\\")) {
    return {FrameKind::other, "derived image without inversion time"};
  }
  if (contains(names(attributes), "scout")) return {FrameKind::other, "scout"};

  const std::string component = attributes.raw_text(DCM_ComplexImageComponent);
  const std::string timed = has_inversion_time ? "inversion time" : "named as T1 mapping";
  if (!has_inversion_time && !named_t1_mapping(attributes)) {
    return {FrameKind::other, "no inversion time (--ti gives it)"};
  }
  if (component == "PHASE" || contains(type, "\\P\\") || contains(type, "\\PHASE\\")) {
    return {FrameKind::phase, timed + ", Image Type says phase"};
  }
  if (rescale_is_symmetric(attributes)) return {FrameKind::phase, timed + ", rescaled values lie about zero"};
  for (const char* part : {"\\R\\", "\\REAL\\", "\\I\\", "\\IMAGINARY\\", "\\PS RECON\\"}) {
    if (contains(type, part)) return {FrameKind::other, "real or imaginary part, phase-sensitive image"};
  }
  return {FrameKind::magnitude, timed + ", magnitude"};
}

}  // namespace cmrt1::dicom
