#include "dicom/image_checks.h"

#include <dcmtk/dcmdata/dccodec.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcuid.h>

#include <cmath>
#include <limits>

namespace cmrt1::dicom {
namespace {

constexpr int kMaxSide = 8192;
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

Vector3 vector3(const std::optional<std::vector<double>>& values, std::size_t first) {
  if (!values) return {kNotANumber, kNotANumber, kNotANumber};
  return {(*values)[first], (*values)[first + 1], (*values)[first + 2]};
}

bool finite(const Vector3& v) { return std::isfinite(v[0]) && std::isfinite(v[1]) && std::isfinite(v[2]); }

bool orthonormal(const Vector3& a, const Vector3& b) {
  constexpr double tolerance = 1e-3;
  return finite(a) && finite(b) && std::abs(dot(a, a) - 1) < tolerance &&
         std::abs(dot(b, b) - 1) < tolerance && std::abs(dot(a, b)) < tolerance;
}

bool valid_spacing(double mm) { return std::isfinite(mm) && mm > 0 && mm < 1000; }

Defect check_bits(const Attributes& attributes) {
  const int allocated = attributes.integer(DCM_BitsAllocated);
  const int stored = attributes.integer(DCM_BitsStored);
  const int high = attributes.integer(DCM_HighBit, stored - 1);
  if (allocated != 8 && allocated != 16) {
    return {"unsupported_bits_allocated", "Bits Allocated is neither 8 nor 16"};
  }
  if (stored < 1 || stored > allocated || high < stored - 1 || high >= allocated) {
    return {"invalid_bits_stored", "Bits Stored and High Bit do not fit into Bits Allocated"};
  }
  return {};
}

Defect check_rescale(const Attributes& attributes) {
  const Rescale rescale = read_rescale(attributes);
  const bool valid = std::isfinite(rescale.slope) && rescale.slope != 0 && std::isfinite(rescale.intercept);
  return valid ? Defect{}
               : Defect{"invalid_rescale", "Rescale Slope is 0, or slope or intercept is no number"};
}

}  // namespace

Defect check_shape(const Attributes& attributes, const Geometry& geometry) {
  if (geometry.rows < 1 || geometry.columns < 1) {
    return {"invalid_image_size", "Rows or Columns is 0 or missing"};
  }
  if (geometry.rows > kMaxSide || geometry.columns > kMaxSide) {
    return {"invalid_image_size", "Rows or Columns is above " + std::to_string(kMaxSide)};
  }
  if (attributes.integer(DCM_SamplesPerPixel, 1) != 1) {
    return {"not_single_channel", "a colour image: Samples per Pixel is not 1"};
  }
  if (const auto meaning = attributes.raw_text(DCM_PhotometricInterpretation); meaning != "MONOCHROME2") {
    return {"unsupported_photometric_interpretation",
            "Photometric Interpretation is not MONOCHROME2, so brightness has another meaning"};
  }
  return {};
}

Defect check_position(const Geometry& geometry) {
  if (!valid_spacing(geometry.spacing_x_mm) || !valid_spacing(geometry.spacing_y_mm)) {
    return {"invalid_pixel_spacing", "Pixel Spacing is missing, 0 or no number"};
  }
  if (!orthonormal(geometry.row_direction, geometry.column_direction)) {
    return {"invalid_orientation", "Image Orientation is missing or not two orthogonal unit vectors"};
  }
  if (!finite(geometry.position_mm)) {
    return {"invalid_position", "Image Position is missing or no number"};
  }
  return {};
}

Defect check_pixel_data(const Attributes& attributes, const Geometry& geometry, const Parsed& parsed) {
  DcmDataset& dataset = *parsed.file->getDataset();
  if (parsed.pixel_data_truncated) {
    return {"truncated_pixel_data", "the file ends before its pixel data does"};
  }
  DcmElement* element = nullptr;
  if (dataset.findAndGetElement(DCM_PixelData, element).bad()) {
    return {"pixel_data_missing", "there is no pixel data"};
  }
  const DcmXfer syntax(parsed.transfer_syntax);
  if (syntax.isEncapsulated()) {
    if (DcmCodecList::canChangeCoding(parsed.transfer_syntax, EXS_LittleEndianExplicit)) return {};
    return {"unsupported_transfer_syntax", std::string("compressed as ") + syntax.getXferName() +
                                               ", which cannot be decoded here: convert it"};
  }
  const double stated = static_cast<double>(geometry.rows) * geometry.columns * number_of_frames(dataset) *
                        attributes.integer(DCM_BitsAllocated) / 8;
  if (element->getLength() < stated) {
    return {"truncated_pixel_data", "there is less pixel data than the header states"};
  }
  return {};
}

Rescale read_rescale(const Attributes& attributes) {
  return {attributes.number(DCM_RescaleSlope).value_or(1),
          attributes.number(DCM_RescaleIntercept).value_or(0)};
}

Geometry read_geometry(const Attributes& attributes) {
  const auto spacing = attributes.numbers(DCM_PixelSpacing, 2);
  const auto orientation = attributes.numbers(DCM_ImageOrientationPatient, 6);
  Geometry geometry;
  geometry.columns = attributes.integer(DCM_Columns);
  geometry.rows = attributes.integer(DCM_Rows);
  geometry.spacing_x_mm = spacing ? (*spacing)[1] : kNotANumber;
  geometry.spacing_y_mm = spacing ? (*spacing)[0] : kNotANumber;
  const double thickness = attributes.number(DCM_SliceThickness).value_or(1);
  geometry.slice_thickness_mm = valid_spacing(thickness) ? thickness : 1;
  geometry.position_mm = vector3(attributes.numbers(DCM_ImagePositionPatient, 3), 0);
  geometry.row_direction = vector3(orientation, 0);
  geometry.column_direction = vector3(orientation, 3);
  return geometry;
}

Defect find_defect(const Attributes& attributes, const Parsed& parsed) {
  const Attributes instance(*parsed.file->getDataset());
  if (instance.raw_text(DCM_SOPInstanceUID).empty() || instance.raw_text(DCM_StudyInstanceUID).empty() ||
      instance.raw_text(DCM_SeriesInstanceUID).empty()) {
    return {"uid_missing", "the SOP, series or study instance UID is missing"};
  }
  const Geometry geometry = read_geometry(attributes);
  for (const Defect& defect : {check_shape(attributes, geometry), check_bits(attributes),
                               check_rescale(attributes), check_position(geometry)}) {
    if (!defect.reason.empty()) return defect;
  }
  return check_pixel_data(attributes, geometry, parsed);
}

}  // namespace cmrt1::dicom
