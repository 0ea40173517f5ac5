#include "cmrt1/write/segmentation_dicom.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"
#include "cmrt1/write/uid.h"
#include "write/derived_object.h"
#include "write/dicom_item.h"
#include "write/one_bit_pixels.h"
#include "write/source_header.h"

namespace cmrt1 {
namespace {

constexpr Code anatomical_structure{"123037004", "SCT", "Anatomical Structure"};
constexpr Code artificial_intelligence{"123110", "DCM", "Artificial Intelligence"};
constexpr Code segmentation{"113076", "DCM", "Segmentation"};
constexpr int series_offset = 5;

struct Segment {
  std::uint8_t number;  ///< and label
  const char* name;
  Code type;
  std::array<Uint16, 3> colour;  ///< CIELab as DICOM encodes it (PS3.3 C.10.7.1.1)
};

constexpr std::array segments = {
    Segment{1, "LV myocardium", {"49848007", "SCT", "Myocardium of left ventricle"}, {46396, 16886, 44833}},
    Segment{2, "LV blood pool", {"87878005", "SCT", "Left ventricle"}, {37457, 44450, 41893}}};

/// The pixels of one segment in one image.
struct SegmentFrame {
  const Segment* segment;
  const LabelledImage* image;
  Uint32 position;  ///< rank of the image among those with a frame, from 1
};

bool has(const LabelledImage& image, const Segment& segment) {
  return (image.labels == segment.number).any();
}

bool has_any(const LabelledImage& image) {
  return std::any_of(segments.begin(), segments.end(), [&](const Segment& s) { return has(image, s); });
}

/// Images with labels, along the normal of the first; the first alone where none has any.
std::vector<const LabelledImage*> images_in_order(const LabelledSeries& series) {
  std::vector<const LabelledImage*> images;
  for (const auto& image : series.images)
    if (has_any(image)) images.push_back(&image);
  if (images.empty()) images.push_back(&series.images.front());
  const Vector3 normal = slice_normal(series.images.front().source.geometry);
  std::stable_sort(images.begin(), images.end(), [&](const LabelledImage* a, const LabelledImage* b) {
    return dot(a->source.geometry.position_mm, normal) < dot(b->source.geometry.position_mm, normal);
  });
  return images;
}

std::vector<SegmentFrame> segment_frames(const LabelledSeries& series) {
  const auto images = images_in_order(series);
  const bool all_empty = !has_any(*images.front());
  std::vector<SegmentFrame> frames;
  for (const auto& segment : segments)
    for (std::size_t i = 0; i < images.size(); ++i)
      if (all_empty || has(*images[i], segment))
        frames.push_back({&segment, images[i], static_cast<Uint32>(i + 1)});
  return frames;
}

/// Geometry of `frame`'s pixels but for where they lie.
Geometry at_origin(const Frame& frame) {
  Geometry geometry = frame.geometry;
  geometry.position_mm = {0, 0, 0};
  return geometry;
}

void check(const LabelledSeries& series) {
  if (series.images.empty()) throw std::invalid_argument("a segmentation needs an image");
  const Geometry first = at_origin(series.images.front().source);
  for (const auto& [source, labels] : series.images) {
    if (labels.rows() != source.geometry.rows || labels.cols() != source.geometry.columns)
      throw std::invalid_argument("labels do not fit the image " + source.source.name());
    if (!same_grid(at_origin(source), first))
      throw CaseError("frames_differ_in_shape",
                      "the images of the series differ in size, pixel spacing or orientation, so that one "
                      "segmentation cannot hold them");
  }
}

std::string suffix(const LabelledSeries& series) { return series.flagged ? "_QCDSEG_FLAGGED" : "_QCDSEG"; }

std::string series_uid(const LabelledSeries& series) {
  return derived_uid("series|" + series.series_uid + suffix(series) + "|" + series.software_version + "|" +
                     series.algorithm + "|" + series.algorithm_version + "|" + series.fingerprint);
}

std::string instance_uid(const LabelledSeries& series) {
  std::string content = "instance|" + series_uid(series) + "|" + series.note;
  for (const auto& [source, labels] : series.images) {
    content += "|" + image_name(source) + "|";
    content.append(reinterpret_cast<const char*>(labels.data()), static_cast<std::size_t>(labels.size()));
  }
  return derived_uid(content);
}

void put_identity(DcmDataset& target, DcmDataset& source, const LabelledSeries& series) {
  put(target, DCM_SOPClassUID, UID_SegmentationStorage);
  put(target, DCM_Modality, "SEG");
  put(target, DCM_SeriesInstanceUID, series_uid(series));
  put(target, DCM_SOPInstanceUID, instance_uid(series));
  put(target, DCM_SeriesNumber, derived_series_number(series.series_number, series_offset));
  put(target, DCM_InstanceNumber, "1");
  put(target, DCM_SeriesDescription, derived_series_description(source, suffix(series)));
  put(target, DCM_ImageType, "DERIVED\\PRIMARY");
  put(target, DCM_ImageComments, std::string(research_notice) + " " + series.note);
  put(target, DCM_ContentLabel, "LV_SEGMENTATION");
  put(target, DCM_ContentDescription, shortened(series.note, 64));
  target.insertEmptyElement(DCM_ContentCreatorName);
  put_content_date(target);
  put_frame_of_reference(target, series.series_uid);
  if (!target.tagExistsWithValue(DCM_LossyImageCompression)) put(target, DCM_LossyImageCompression, "00");
}

void put_equipment(DcmDataset& target, const LabelledSeries& series) {
  put_own_equipment(target, series.software_version);
  put(target, DCM_DerivationDescription,
      shortened("Left ventricle segmented by " + series.algorithm + " " + series.algorithm_version + ". " +
                    series.note,
                1024));
  add_processing_equipment(target, series.software_version, "Segmentation of the left ventricle.");
}

/// Every image that was segmented.
SourceSeries source_series(const LabelledSeries& series) {
  SourceSeries source{"", series.series_uid, {}};
  for (const auto& image : series.images) source.frames.push_back(&image.source);
  return source;
}

void add_segment(DcmDataset& target, const Segment& segment, const LabelledSeries& series) {
  const std::string name = shortened(series.algorithm, 64);
  DcmItem& item = add_item(target, DCM_SegmentSequence);
  put_number(item, DCM_SegmentNumber, segment.number);
  put(item, DCM_SegmentLabel, segment.name);
  put(item, DCM_SegmentAlgorithmType, "AUTOMATIC");
  put(item, DCM_SegmentAlgorithmName, name);
  item.putAndInsertUint16Array(DCM_RecommendedDisplayCIELabValue, segment.colour.data(),
                               segment.colour.size());
  add_code(item, DCM_SegmentedPropertyCategoryCodeSequence, anatomical_structure);
  add_code(item, DCM_SegmentedPropertyTypeCodeSequence, segment.type);
  DcmItem& algorithm = add_item(item, DCM_SegmentationAlgorithmIdentificationSequence);
  add_code(algorithm, DCM_AlgorithmFamilyCodeSequence, artificial_intelligence);
  put(algorithm, DCM_AlgorithmName, name);
  put(algorithm, DCM_AlgorithmVersion, shortened(series.algorithm_version, 64));
}

void put_segments(DcmDataset& target, const LabelledSeries& series) {
  put(target, DCM_SegmentationType, "BINARY");
  put(target, DCM_SegmentsOverlap, "NO");
  for (const auto& segment : segments) add_segment(target, segment, series);
}

void put_dimensions(DcmDataset& target, const LabelledSeries& series) {
  const std::string organization = derived_uid("dimensions|" + instance_uid(series));
  put(add_item(target, DCM_DimensionOrganizationSequence), DCM_DimensionOrganizationUID, organization);
  add_dimension(target, organization, DCM_ReferencedSegmentNumber, DCM_SegmentIdentificationSequence,
                "Segment");
  add_dimension(target, organization, DCM_ImagePositionPatient, DCM_PlanePositionSequence, "Position");
}

void put_shared_groups(DcmDataset& target, const Geometry& geometry) {
  DcmItem& groups = add_item(target, DCM_SharedFunctionalGroupsSequence);
  put_spacing(add_item(groups, DCM_PixelMeasuresSequence), geometry);
  put_orientation(add_item(groups, DCM_PlaneOrientationSequence), geometry);
}

void add_frame_groups(DcmDataset& target, const SegmentFrame& frame, bool multi_frame) {
  const std::array<Uint32, 2> index = {frame.segment->number, frame.position};
  DcmItem& groups = add_item(target, DCM_PerFrameFunctionalGroupsSequence);
  add_item(groups, DCM_FrameContentSequence)
      .putAndInsertUint32Array(DCM_DimensionIndexValues, index.data(), index.size());
  put_position(add_item(groups, DCM_PlanePositionSequence), frame.image->source.geometry);
  put_number(add_item(groups, DCM_SegmentIdentificationSequence), DCM_ReferencedSegmentNumber,
             frame.segment->number);
  DcmItem& derivation = add_item(groups, DCM_DerivationImageSequence);
  add_code(derivation, DCM_DerivationCodeSequence, segmentation);
  add_source_image(derivation, frame.image->source, multi_frame);
}

void put_pixels(DcmDataset& target, const std::vector<SegmentFrame>& frames, const Geometry& geometry) {
  std::vector<Mask> masks;
  masks.reserve(frames.size());
  for (const auto& frame : frames)
    masks.push_back((frame.image->labels == frame.segment->number).cast<std::uint8_t>());
  const auto bytes = packed_bits(masks);
  put(target, DCM_PhotometricInterpretation, "MONOCHROME2");
  put(target, DCM_NumberOfFrames, std::to_string(frames.size()));
  put_number(target, DCM_Rows, geometry.rows);
  put_number(target, DCM_Columns, geometry.columns);
  put_number(target, DCM_SamplesPerPixel, 1);
  put_number(target, DCM_BitsAllocated, 1);
  put_number(target, DCM_BitsStored, 1);
  put_number(target, DCM_HighBit, 0);
  put_number(target, DCM_PixelRepresentation, 0);
  target.putAndInsertUint8Array(DCM_PixelData, bytes.data(), bytes.size());
}

}  // namespace

std::string segmentation_dicom(const LabelledSeries& series) {
  check(series);
  const auto source = read_header(*series.header);
  const bool multi_frame = is_multi_frame(*source->getDataset());
  const Geometry& geometry = series.images.front().source.geometry;
  const auto frames = segment_frames(series);
  const auto target = kept_context(*source->getDataset());
  put_identity(*target, *source->getDataset(), series);
  put_equipment(*target, series);
  put_referenced_series(*target, "", {source_series(series)});
  put_segments(*target, series);
  put_dimensions(*target, series);
  put_shared_groups(*target, geometry);
  for (const auto& frame : frames) add_frame_groups(*target, frame, multi_frame);
  put_pixels(*target, frames, geometry);
  return part10_bytes(*target);
}

}  // namespace cmrt1
