#include "dicom/attributes.h"

#include <dcmtk/dcmdata/dcelem.h>
#include <dcmtk/dcmdata/dcitem.h>
#include <dcmtk/dcmdata/dcspchrs.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "cmrt1/base/text.h"

namespace cmrt1::dicom {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

double parse_number(std::string_view text) {
  const std::string trimmed = trim(text);
  const char* begin = trimmed.c_str();
  const char* end = begin + trimmed.size();
  if (*begin == '+') ++begin;
  double value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
  return error == std::errc() && stop == end ? value : kNotANumber;
}

/// A private value in an implicit file has no type: 8 bytes are a double, 4 a float.
double parse_untyped(DcmElement& element) {
  Uint8* bytes = nullptr;
  if (element.getUint8Array(bytes).bad() || bytes == nullptr) return kNotANumber;
  if (element.getLength() == sizeof(double)) {
    double value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return value;
  }
  if (element.getLength() == sizeof(float)) {
    float value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return value;
  }
  return parse_number({reinterpret_cast<const char*>(bytes), element.getLength()});
}

std::string on_one_line(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
  }
  return trim(text);
}

std::string ascii_only(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return text;
}

std::string utf8(const std::string& text, const std::string& character_set) {
  if (ascii_only(text) == text && text.find('\x1b') == std::string::npos) return text;
  DcmSpecificCharacterSet converter;
  OFString converted;
  const bool good = DcmSpecificCharacterSet::isConversionAvailable() &&
                    converter.selectCharacterSet(character_set.c_str(), "ISO_IR 192").good() &&
                    converter.convertString(text.data(), text.size(), converted).good();
  return good ? std::string(converted.c_str(), converted.size()) : ascii_only(text);
}

}  // namespace

Attributes::Attributes(DcmDataset& dataset, int frame) : dataset_(dataset) {
  dataset.findAndGetSequenceItem(DCM_PerFrameFunctionalGroupsSequence, frame_groups_, frame);
  dataset.findAndGetSequenceItem(DCM_SharedFunctionalGroupsSequence, shared_groups_, 0);
}

DcmElement* Attributes::find(const DcmTagKey& tag) const {
  DcmElement* element = nullptr;
  for (DcmItem* groups : {frame_groups_, shared_groups_}) {
    if (groups && groups->findAndGetElement(tag, element, OFTrue).good()) return element;
  }
  return dataset_.findAndGetElement(tag, element).good() ? element : nullptr;
}

bool Attributes::has(const DcmTagKey& tag) const { return find(tag) != nullptr; }

std::string Attributes::raw_text(const DcmTagKey& tag) const {
  DcmElement* element = find(tag);
  OFString value;
  if (!element || element->getOFStringArray(value).bad()) return "";
  return trim(std::string_view(value.c_str(), value.size()));
}

std::string Attributes::text(const DcmTagKey& tag) const {
  return one_line_text(raw_text(tag), raw_text(DCM_SpecificCharacterSet));
}

std::optional<double> Attributes::number(const DcmTagKey& tag, unsigned index) const {
  DcmElement* element = find(tag);
  if (!element || element->getLength() == 0) return std::nullopt;
  const DcmEVR vr = element->getVR();
  if (vr == EVR_UN || vr == EVR_OB) return parse_untyped(*element);
  if (index >= element->getVM()) return std::nullopt;
  Float64 value = 0;
  OFString text;
  if (vr != EVR_DS && vr != EVR_IS && element->getFloat64(value, index).good()) return value;
  if (element->getOFString(text, index).bad()) return kNotANumber;
  if (trim(text.c_str()).empty()) return std::nullopt;
  return parse_number({text.c_str(), text.size()});
}

std::optional<std::vector<double>> Attributes::numbers(const DcmTagKey& tag, unsigned count) const {
  std::vector<double> values;
  for (unsigned i = 0; i < count; ++i) {
    const auto value = number(tag, i);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

int Attributes::integer(const DcmTagKey& tag, int fallback) const {
  const double value = number(tag).value_or(kNotANumber);
  return std::abs(value) < 2147483648.0 ? static_cast<int>(value) : fallback;
}

std::string one_line_text(const std::string& raw, const std::string& character_set) {
  return shortened(on_one_line(utf8(raw, character_set)), 256);
}

int number_of_frames(DcmDataset& dataset) { return Attributes(dataset).integer(DCM_NumberOfFrames, 1); }

}  // namespace cmrt1::dicom
