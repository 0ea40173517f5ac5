#include "dicom/inversion_time.h"

#include <charconv>
#include <optional>

#include "cmrt1/base/text.h"

namespace cmrt1::dicom {
namespace {

const DcmTagKey kSiemensXaInversionTime(0x0021, 0x1189);
const DcmTagKey kPhilipsInversionTime(0x2005, 0x1572);

bool made_by(const Attributes& attributes, const char* manufacturer) {
  return to_lower(attributes.raw_text(DCM_Manufacturer)).find(manufacturer) != std::string::npos;
}

}  // namespace

bool is_inversion_time(double ms) { return ms > 0 && ms <= 1e5; }

double inversion_time_in_comment(const std::string& comment) {
  const auto keyword = comment.find("TIeff");
  if (keyword == std::string::npos) return 0;
  const auto number = comment.find_first_not_of(" =:", keyword + 5);
  if (number == std::string::npos) return 0;
  double value = 0;
  const char* end = comment.data() + comment.size();
  const auto [stop, error] = std::from_chars(comment.data() + number, end, value);
  const bool in_ms = error == std::errc() && trim(std::string_view(stop, end)).starts_with("ms");
  return in_ms ? value : 0;
}

InversionTime find_inversion_time(const Attributes& attributes) {
  using Source = InversionTimeSource;
  const auto found = [](std::optional<double> value) { return value && *value != 0; };
  if (const auto ms = attributes.number(DCM_InversionTime); found(ms)) return {*ms, Source::inversion_time};
  if (const auto ms = attributes.number(DCM_InversionTimes); found(ms)) return {*ms, Source::inversion_times};
  if (made_by(attributes, "siemens")) {
    const auto ms = attributes.number(kSiemensXaInversionTime);
    if (found(ms)) return {*ms, Source::private_siemens_xa};
  }
  if (made_by(attributes, "philips")) {
    const auto ms = attributes.number(kPhilipsInversionTime);
    if (found(ms)) return {*ms, Source::private_philips};
  }
  const double ms = inversion_time_in_comment(attributes.raw_text(DCM_ImageComments));
  if (ms != 0) return {ms, Source::image_comments};
  return {};
}

}  // namespace cmrt1::dicom
