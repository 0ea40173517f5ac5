#include "dicom/pixels.h"

#include <dcmtk/dcmdata/dcdatset.h>

#include <cmath>
#include <cstring>
#include <numbers>

#include "cmrt1/base/error.h"
#include "dicom/attributes.h"
#include "dicom/image_checks.h"

namespace cmrt1::dicom {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kMaxDecodedBytes = double(std::size_t{2} << 30);

[[noreturn]] void unreadable(const std::string& why) {
  throw CaseError("pixel_data_unreadable", "the pixel data cannot be decoded: " + why);
}

struct Format {
  int rows = 0;
  int columns = 0;
  int bits_allocated = 16;
  int bits_stored = 16;
  int shift = 0;
  bool is_signed = false;
  Rescale rescale;

  double steps() const { return std::exp2(bits_stored); }
  double lowest() const { return is_signed ? -steps() / 2 : 0; }
};

Format read_format(DcmDataset& dataset, int index) {
  const Attributes attributes(dataset, index);
  Format format;
  format.rows = attributes.integer(DCM_Rows);
  format.columns = attributes.integer(DCM_Columns);
  format.bits_allocated = attributes.integer(DCM_BitsAllocated);
  format.bits_stored = attributes.integer(DCM_BitsStored);
  format.shift = attributes.integer(DCM_HighBit, format.bits_stored - 1) + 1 - format.bits_stored;
  format.is_signed = attributes.integer(DCM_PixelRepresentation) == 1;
  format.rescale = read_rescale(attributes);
  return format;
}

int stored_value(unsigned raw, const Format& format) {
  const unsigned mask = (1u << format.bits_stored) - 1;
  const int value = static_cast<int>((raw >> format.shift) & mask);
  const bool negative = format.is_signed && (value >> (format.bits_stored - 1)) != 0;
  return negative ? value - (1 << format.bits_stored) : value;
}

/// Words of 8 or 16 bits -> stored values of one image.
template <typename Word>
Pixels stored_pixels(const Word* words, const Format& format) {
  Pixels pixels(format.rows, format.columns);
  for (Eigen::Index i = 0; i < pixels.size(); ++i) {
    pixels.data()[i] = static_cast<float>(stored_value(words[i], format));
  }
  return pixels;
}

Pixels stored_pixels(DcmDataset& dataset, int index, const Format& format) {
  const std::size_t size = static_cast<std::size_t>(format.rows) * format.columns;
  const std::size_t first = size * static_cast<std::size_t>(index);
  unsigned long count = 0;
  const Uint16* words = nullptr;
  const Uint8* bytes = nullptr;
  const bool wide = format.bits_allocated == 16;
  if (wide && dataset.findAndGetUint16Array(DCM_PixelData, words, &count).good() && words) {
    if (count < first + size) unreadable("too short");
    return stored_pixels(words + first, format);
  }
  if (dataset.findAndGetUint8Array(DCM_PixelData, bytes, &count).bad() || !bytes) unreadable("no values");
  const std::size_t width = wide ? 2 : 1;
  if (count < (first + size) * width) unreadable("too short");
  if (!wide) return stored_pixels(bytes + first, format);
  std::vector<Uint16> copy(size);
  std::memcpy(copy.data(), bytes + first * width, size * width);
  return stored_pixels(copy.data(), format);
}

/// The factor that turns rescaled values into radians, 0 where they are no angles.
double radians_per_unit(const Format& format, const Pixels& stored) {
  const double span = std::abs(format.rescale.slope) * format.steps();
  if (std::abs(span / (2 * kPi) - 1) < 0.02) return 1;
  if (std::abs(span / (2000 * kPi) - 1) < 0.02) return 1e-3;
  const bool rescaled = format.rescale.slope != 1 || format.rescale.intercept != 0;
  const bool milliradians =
      !rescaled && format.is_signed && format.bits_stored == 16 && stored.abs().maxCoeff() <= 3142;
  return milliradians ? 1e-3 : 0;
}

}  // namespace

void decompress(Parsed& parsed) {
  DcmDataset& dataset = *parsed.file->getDataset();
  const Attributes attributes(dataset);
  const double decoded = static_cast<double>(attributes.integer(DCM_Rows)) * attributes.integer(DCM_Columns) *
                         number_of_frames(dataset) * 2;
  if (decoded > kMaxDecodedBytes) throw CaseError("too_large", "the decoded images need more than 2 GB");
  if (!DcmXfer(parsed.transfer_syntax).isEncapsulated()) return;
  const OFCondition status = dataset.chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
  if (status.bad() || !dataset.canWriteXfer(EXS_LittleEndianExplicit)) unreadable(status.text());
}

Pixels rescaled_pixels(DcmDataset& dataset, int index) {
  const Format format = read_format(dataset, index);
  const Pixels stored = stored_pixels(dataset, index, format);
  return stored * static_cast<float>(format.rescale.slope) + static_cast<float>(format.rescale.intercept);
}

Pixels phase_pixels(DcmDataset& dataset, int index) {
  const Format format = read_format(dataset, index);
  const Pixels stored = stored_pixels(dataset, index, format);
  if (const double unit = radians_per_unit(format, stored); unit > 0) {
    return (stored * static_cast<float>(format.rescale.slope * unit) +
            static_cast<float>(format.rescale.intercept * unit))
        .cwiseMin(static_cast<float>(kPi))
        .cwiseMax(static_cast<float>(-kPi));
  }
  const double middle = format.lowest() + format.steps() / 2;
  const double sign = format.rescale.slope < 0 ? -1 : 1;
  return (stored - static_cast<float>(middle)) * static_cast<float>(sign * 2 * kPi / format.steps());
}

}  // namespace cmrt1::dicom
