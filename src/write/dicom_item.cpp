#include "write/dicom_item.h"

#include <array>
#include <charconv>
#include <stdexcept>

namespace cmrt1 {
namespace {

void check(const OFCondition& outcome, const DcmTagKey& tag) {
  if (outcome.bad()) throw std::runtime_error("DICOM attribute " + tag.toString() + ": " + outcome.text());
}

}  // namespace

void put(DcmItem& item, const DcmTagKey& tag, const std::string& text) {
  check(item.putAndInsertString(tag, text.c_str()), tag);
}

void put_number(DcmItem& item, const DcmTagKey& tag, int value) {
  check(item.putAndInsertUint16(tag, static_cast<Uint16>(value)), tag);
}

void put_floats(DcmItem& item, const DcmTagKey& tag, std::span<const Float32> values) {
  check(item.putAndInsertFloat32Array(tag, values.data(), values.size()), tag);
}

DcmItem& add_item(DcmItem& item, const DcmTagKey& sequence) {
  constexpr long append = -2;
  DcmItem* added = nullptr;
  check(item.findOrCreateSequenceItem(sequence, added, append), sequence);
  return *added;
}

void add_code(DcmItem& item, const DcmTagKey& sequence, const Code& code) {
  DcmItem& added = add_item(item, sequence);
  put(added, DCM_CodeValue, code.value);
  put(added, DCM_CodingSchemeDesignator, code.scheme);
  put(added, DCM_CodeMeaning, code.meaning);
}

std::string decimal_string(double value) {
  constexpr std::size_t longest = 16;
  char text[64];
  for (int digits = 15;; --digits) {
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr;
    if (std::string written(text, end); written.size() <= longest) return written;
  }
}

std::string decimal_strings(std::span<const double> values) {
  std::string all;
  for (const double value : values) {
    if (!all.empty()) all += '\\';
    all += decimal_string(value);
  }
  return all;
}

void put_spacing(DcmItem& item, const Geometry& geometry) {
  put(item, DCM_PixelSpacing, decimal_strings(std::array{geometry.spacing_y_mm, geometry.spacing_x_mm}));
  put(item, DCM_SliceThickness, decimal_string(geometry.slice_thickness_mm));
}

void put_position(DcmItem& item, const Geometry& geometry) {
  put(item, DCM_ImagePositionPatient, decimal_strings(geometry.position_mm));
}

void put_orientation(DcmItem& item, const Geometry& geometry) {
  const auto& r = geometry.row_direction;
  const auto& c = geometry.column_direction;
  put(item, DCM_ImageOrientationPatient, decimal_strings(std::array{r[0], r[1], r[2], c[0], c[1], c[2]}));
}

void put_geometry(DcmItem& item, const Geometry& geometry) {
  put_number(item, DCM_Rows, geometry.rows);
  put_number(item, DCM_Columns, geometry.columns);
  put_spacing(item, geometry);
  put_position(item, geometry);
  put_orientation(item, geometry);
  put(item, DCM_SliceLocation, decimal_string(slice_location_mm(geometry)));
}

}  // namespace cmrt1
