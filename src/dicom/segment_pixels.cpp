#include "dicom/segment_pixels.h"

#include <dcmtk/dcmdata/dcdatset.h>

#include "cmrt1/base/error.h"
#include "dicom/attributes.h"
#include "dicom/image_checks.h"

namespace cmrt1::dicom {
namespace {

constexpr int kMaxFrames = 16384;

void require(const Defect& defect) {
  if (!defect.reason.empty()) throw CaseError(defect.reason, defect.message);
}

int largest_value(const Attributes& attributes) {
  const int largest = attributes.integer(DCM_MaximumFractionalValue);
  if (largest < 1 || largest > 255)
    throw CaseError("invalid_segmentation", "Maximum Fractional Value is missing or not in 1...255");
  return largest;
}

void read_type(const Attributes& attributes, SegmentFormat& format) {
  const std::string type = attributes.raw_text(DCM_SegmentationType);
  if (type != "BINARY" && type != "FRACTIONAL")
    throw CaseError("unsupported_segmentation_type",
                    "Segmentation Type is neither BINARY nor FRACTIONAL: convert the segmentation");
  format.binary = type == "BINARY";
  const int bits = format.binary ? 1 : 8;
  if (attributes.integer(DCM_BitsAllocated) != bits || attributes.integer(DCM_BitsStored, bits) != bits)
    throw CaseError("unsupported_bits_allocated", "Bits Allocated and Bits Stored of a " + type +
                                                      " segmentation are not " + std::to_string(bits));
  if (!format.binary) format.largest = largest_value(attributes);
}

int frame_count(DcmDataset& dataset) {
  const int frames = number_of_frames(dataset);
  if (frames < 1) throw CaseError("invalid_segmentation", "Number of Frames is below 1");
  if (frames > kMaxFrames)
    throw CaseError("too_large", "the segmentation has more than " + std::to_string(kMaxFrames) + " frames");
  return frames;
}

}  // namespace

SegmentFormat read_segment_format(const Parsed& parsed) {
  DcmDataset& dataset = *parsed.file->getDataset();
  const Attributes attributes(dataset);
  const Geometry geometry = read_geometry(attributes);
  SegmentFormat format;
  require(check_shape(attributes, geometry));
  read_type(attributes, format);
  format.rows = geometry.rows;
  format.columns = geometry.columns;
  format.frames = frame_count(dataset);
  require(check_pixel_data(attributes, geometry, parsed));
  return format;
}

Mask segment_mask(DcmDataset& dataset, const SegmentFormat& format, int index) {
  const std::size_t size = static_cast<std::size_t>(format.rows) * static_cast<std::size_t>(format.columns);
  const std::size_t first = size * static_cast<std::size_t>(index);
  const Uint8* bytes = nullptr;
  unsigned long count = 0;
  const bool there = dataset.findAndGetUint8Array(DCM_PixelData, bytes, &count).good() && bytes;
  if (!there || count < (format.binary ? (first + size + 7) / 8 : first + size))
    throw CaseError("pixel_data_unreadable", "the pixel data cannot be decoded: too short");
  const auto inside = [&](std::size_t i) {
    return format.binary ? bytes[i / 8] >> i % 8 & 1 : 2 * bytes[i] >= format.largest;
  };
  Mask mask(format.rows, format.columns);
  for (std::size_t i = 0; i < size; ++i) mask.data()[i] = inside(first + i) ? 1 : 0;
  return mask;
}

}  // namespace cmrt1::dicom
