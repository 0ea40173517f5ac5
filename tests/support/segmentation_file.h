#pragma once
/// Makes small DICOM Segmentations as other programs write them, to be spoiled by tests.

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cmrt1/image/image.h"
#include "support/dicom_factory.h"

struct SegmentSpec {
  int number = 1;
  std::string label = "LV myocardium";
  std::string code = "49848007";  ///< of the property type; empty: none
};

struct SegmentFrameSpec {
  int segment = 1;
  cmrt1::Mask pixels;                    ///< binary: not zero is in the segment; fractional: the value
  double z_mm = 5;                       ///< of the position -30\-20\z
  std::vector<std::string> source_uids;  ///< images it was drawn on
  std::string source_frames;             ///< Referenced Frame Number, if any
};

struct SegmentationSpec {
  bool binary = true;
  int rows = 5;
  int columns = 7;  ///< rows x columns is no multiple of 8
  std::vector<SegmentSpec> segments = {{1, "LV myocardium", "49848007"}, {2, "LV blood pool", "87878005"}};
  std::vector<SegmentFrameSpec> frames;
  std::vector<std::string> referenced;  ///< instances of the Referenced Series Sequence
};

inline DcmItem& item_of(DcmItem& parent, const DcmTagKey& sequence, long index = 0) {
  DcmItem* item = nullptr;
  if (parent.findOrCreateSequenceItem(sequence, item, index).bad())
    throw std::runtime_error("cannot make an item");
  return *item;
}

/// Appends an item.
inline DcmItem& next_item(DcmItem& parent, const DcmTagKey& sequence) {
  return item_of(parent, sequence, -2);
}

inline void describe_segment(DcmDataset& dataset, const SegmentSpec& spec) {
  DcmItem& segment = next_item(dataset, DCM_SegmentSequence);
  segment.putAndInsertUint16(DCM_SegmentNumber, static_cast<Uint16>(spec.number));
  set(segment, DCM_SegmentLabel, spec.label);
  if (spec.code.empty()) return;
  DcmItem& code = item_of(segment, DCM_SegmentedPropertyTypeCodeSequence);
  set(code, DCM_CodeValue, spec.code);
  set(code, DCM_CodingSchemeDesignator, "SCT");
  set(code, DCM_CodeMeaning, "property");
}

inline void describe_frame(DcmDataset& dataset, const SegmentFrameSpec& spec) {
  DcmItem& groups = next_item(dataset, DCM_PerFrameFunctionalGroupsSequence);
  item_of(groups, DCM_SegmentIdentificationSequence)
      .putAndInsertUint16(DCM_ReferencedSegmentNumber, static_cast<Uint16>(spec.segment));
  set(item_of(groups, DCM_PlanePositionSequence), DCM_ImagePositionPatient,
      "-30\\-20\\" + std::to_string(spec.z_mm));
  for (const std::string& uid : spec.source_uids) {
    DcmItem& source = next_item(item_of(groups, DCM_DerivationImageSequence), DCM_SourceImageSequence);
    set(source, DCM_ReferencedSOPInstanceUID, uid);
    if (!spec.source_frames.empty()) set(source, DCM_ReferencedFrameNumber, spec.source_frames);
    // What the source itself was drawn on is not what the frame is of.
    source.putAndInsertUint16(DCM_ReferencedSegmentNumber, 9);
  }
}

/// Bits frame after frame without a gap, the first pixel lowest; or one byte a pixel.
inline std::vector<Uint8> segment_bytes(const SegmentationSpec& spec) {
  std::vector<Uint8> values, bytes;
  for (const auto& frame : spec.frames)
    values.insert(values.end(), frame.pixels.data(), frame.pixels.data() + frame.pixels.size());
  if (!spec.binary) bytes = values;
  for (std::size_t i = 0; spec.binary && i < values.size(); ++i) {
    if (i % 8 == 0) bytes.push_back(0);
    if (values[i]) bytes.back() = static_cast<Uint8>(bytes.back() + (1 << i % 8));
  }
  if (bytes.size() % 2) bytes.push_back(0);
  return bytes;
}

inline void describe_stored(DcmDataset& dataset, const SegmentationSpec& spec) {
  const int bits = spec.binary ? 1 : 8;
  const std::vector<std::pair<DcmTagKey, int>> numbers = {
      {DCM_Rows, spec.rows},       {DCM_Columns, spec.columns}, {DCM_SamplesPerPixel, 1},
      {DCM_BitsAllocated, bits},   {DCM_BitsStored, bits},      {DCM_HighBit, bits - 1},
      {DCM_PixelRepresentation, 0}};
  for (const auto& [tag, number] : numbers) dataset.putAndInsertUint16(tag, static_cast<Uint16>(number));
  set(dataset, DCM_PhotometricInterpretation, "MONOCHROME2");
  set(dataset, DCM_NumberOfFrames, std::to_string(spec.frames.size()));
  set(dataset, DCM_SegmentationType, spec.binary ? "BINARY" : "FRACTIONAL");
  if (!spec.binary) dataset.putAndInsertUint16(DCM_MaximumFractionalValue, 200);
  const std::vector<Uint8> bytes = segment_bytes(spec);
  dataset.putAndInsertUint8Array(DCM_PixelData, bytes.data(), bytes.size());
}

inline void describe_shared(DcmDataset& dataset) {
  DcmItem& shared = item_of(dataset, DCM_SharedFunctionalGroupsSequence);
  set(item_of(shared, DCM_PixelMeasuresSequence), DCM_PixelSpacing, "1.5\\1.25");
  set(item_of(shared, DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0");
}

/// `tweak` changes it before it is written to `file`.
inline void write_segmentation(const std::filesystem::path& file, const SegmentationSpec& spec,
                               const std::function<void(DcmDataset&)>& tweak = {},
                               E_TransferSyntax syntax = EXS_LittleEndianExplicit) {
  DcmFileFormat made;
  DcmDataset& dataset = *made.getDataset();
  set(dataset, DCM_SOPClassUID, UID_SegmentationStorage);
  set(dataset, DCM_SOPInstanceUID, "1.2.3.50.1");
  describe_stored(dataset, spec);
  describe_shared(dataset);
  for (const auto& segment : spec.segments) describe_segment(dataset, segment);
  for (const auto& frame : spec.frames) describe_frame(dataset, frame);
  for (const auto& uid : spec.referenced)
    set(next_item(item_of(dataset, DCM_ReferencedSeriesSequence), DCM_ReferencedInstanceSequence),
        DCM_ReferencedSOPInstanceUID, uid);
  if (tweak) tweak(dataset);
  if (made.saveFile(file.c_str(), syntax).bad()) throw std::runtime_error("cannot write a segmentation");
}

/// A mask of 5 x 7 pixels that differs from seed to seed and has pixels of both kinds.
inline cmrt1::Mask drawn(int seed) {
  return cmrt1::Mask::NullaryExpr(5, 7, [seed](Eigen::Index row, Eigen::Index column) {
    return static_cast<std::uint8_t>((row * 7 + column * column + seed) % 3 == 0);
  });
}
