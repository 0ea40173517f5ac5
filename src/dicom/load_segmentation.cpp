#include "cmrt1/dicom/load_segmentation.h"

#include <dcmtk/dcmdata/dcsequen.h>
#include <dcmtk/dcmdata/dcuid.h>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"
#include "dicom/attributes.h"
#include "dicom/file_walk.h"
#include "dicom/image_checks.h"
#include "dicom/pixels.h"
#include "dicom/segment_pixels.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;
using namespace dicom;

Parsed parsed_file(const fs::path& file) {
  std::error_code error;
  if (fs::file_size(file, error) > kMaxFileBytes && !error)
    throw CaseError("too_large", "larger than 512 MB");
  const Bytes bytes = read_file(file);
  if (!bytes) throw IoError("cannot read " + file.string());
  Parsed parsed = parse(bytes);
  if (!parsed.reason.empty()) throw CaseError(parsed.reason, parsed.message);
  if (Attributes(*parsed.file->getDataset()).raw_text(DCM_SOPClassUID) != UID_SegmentationStorage)
    throw CaseError("not_a_segmentation", "a DICOM object, but no Segmentation");
  return parsed;
}

std::vector<DcmItem*> items(DcmItem& parent, const DcmTagKey& sequence) {
  std::vector<DcmItem*> all;
  DcmSequenceOfItems* found = nullptr;
  if (parent.findAndGetSequence(sequence, found).bad() || !found) return all;
  for (DcmObject* object = found->nextInContainer(nullptr); object; object = found->nextInContainer(object))
    if (auto* one = dynamic_cast<DcmItem*>(object)) all.push_back(one);
  return all;
}

/// The first item; null where there is none.
DcmItem* item(DcmItem& parent, const DcmTagKey& sequence) {
  DcmItem* found = nullptr;
  return parent.findAndGetSequenceItem(sequence, found).good() ? found : nullptr;
}

std::string value(DcmItem& parent, const DcmTagKey& tag) {
  OFString text;
  parent.findAndGetOFStringArray(tag, text);
  return trim(std::string_view(text.c_str(), text.size()));
}

/// An unsigned short, -1 where there is none.
int number(DcmItem& parent, const DcmTagKey& tag) {
  Uint16 found = 0;
  return parent.findAndGetUint16(tag, found).good() ? found : -1;
}

/// The functional groups of a frame; either may be null.
struct Groups {
  DcmItem* own = nullptr;
  DcmItem* shared = nullptr;

  /// The frame's own, else the shared one; null where there is neither.
  DcmItem* find(const DcmTagKey& group) const {
    DcmItem* found = own ? item(*own, group) : nullptr;
    return found || !shared ? found : item(*shared, group);
  }
};

/// The code value, wherever it is kept for its length (PS3.3 8.8).
std::string code_value(DcmItem& parent, const DcmTagKey& sequence) {
  DcmItem* code = item(parent, sequence);
  for (const auto& tag : {DCM_CodeValue, DCM_LongCodeValue, DCM_URNCodeValue})
    if (std::string text = code ? value(*code, tag) : ""; !text.empty()) return text;
  return "";
}

void read_segments(DcmDataset& dataset, LoadedSegmentation& loaded) {
  const std::string character_set = Attributes(dataset).raw_text(DCM_SpecificCharacterSet);
  for (DcmItem* segment : items(dataset, DCM_SegmentSequence)) {
    const int named = number(*segment, DCM_SegmentNumber);
    if (named < 1 || loaded.labels.contains(named))
      throw CaseError("invalid_segmentation", "a segment has no number, or that of another");
    loaded.labels[named] = one_line_text(value(*segment, DCM_SegmentLabel), character_set);
    const std::string code = code_value(*segment, DCM_SegmentedPropertyTypeCodeSequence);
    if (!code.empty()) loaded.properties[named] = code;
  }
}

void read_source_instances(DcmDataset& dataset, LoadedSegmentation& loaded) {
  for (DcmItem* series : items(dataset, DCM_ReferencedSeriesSequence))
    for (DcmItem* instance : items(*series, DCM_ReferencedInstanceSequence))
      loaded.source_instances.insert(value(*instance, DCM_ReferencedSOPInstanceUID));
  for (const SegmentationFrame& frame : loaded.frames)
    loaded.source_instances.insert(frame.source_sop_instance_uid);
  loaded.source_instances.erase("");
}

/// The image the frame was drawn on, if the file names one.
void read_source(const Groups& groups, SegmentationFrame& frame) {
  DcmItem* derivation = groups.find(DCM_DerivationImageSequence);
  const auto sources = derivation ? items(*derivation, DCM_SourceImageSequence) : std::vector<DcmItem*>();
  if (sources.size() != 1) return;
  const std::string numbers = value(*sources[0], DCM_ReferencedFrameNumber);
  if (numbers.find('\\') != std::string::npos) return;
  Sint32 source_frame = 0;
  sources[0]->findAndGetSint32(DCM_ReferencedFrameNumber, source_frame);
  frame.source_sop_instance_uid = value(*sources[0], DCM_ReferencedSOPInstanceUID);
  frame.source_frame = source_frame;
}

SegmentationFrame read_frame(DcmDataset& dataset, const Groups& groups, const SegmentFormat& format,
                             int index) {
  SegmentationFrame frame;
  DcmItem* segment = groups.find(DCM_SegmentIdentificationSequence);
  frame.segment = segment ? number(*segment, DCM_ReferencedSegmentNumber) : -1;
  frame.geometry = read_geometry(Attributes(dataset, index));
  if (const Defect defect = check_position(frame.geometry); !defect.reason.empty())
    throw CaseError(defect.reason, "frame " + std::to_string(index + 1) + ": " + defect.message);
  read_source(groups, frame);
  frame.mask = segment_mask(dataset, format, index);
  return frame;
}

/// One for each frame.
std::vector<Groups> functional_groups(DcmDataset& dataset, std::size_t frames) {
  std::vector<DcmItem*> own = items(dataset, DCM_PerFrameFunctionalGroupsSequence);
  if (own.empty() && frames == 1) own.push_back(nullptr);
  if (own.size() != frames)
    throw CaseError("invalid_segmentation", "there are not as many functional groups as frames");
  DcmItem* shared = item(dataset, DCM_SharedFunctionalGroupsSequence);
  std::vector<Groups> all;
  for (DcmItem* one : own) all.push_back({one, shared});
  return all;
}

LoadedSegmentation read_segmentation(const fs::path& file) {
  Parsed parsed = parsed_file(file);
  DcmDataset& dataset = *parsed.file->getDataset();
  const SegmentFormat format = read_segment_format(parsed);
  const auto groups = functional_groups(dataset, static_cast<std::size_t>(format.frames));
  decompress(parsed);
  LoadedSegmentation loaded;
  read_segments(dataset, loaded);
  for (int i = 0; i < format.frames; ++i) {
    loaded.frames.push_back(read_frame(dataset, groups[static_cast<std::size_t>(i)], format, i));
    if (!loaded.labels.contains(loaded.frames.back().segment))
      throw CaseError("invalid_segmentation", "a frame belongs to no segment of the file");
  }
  read_source_instances(dataset, loaded);
  return loaded;
}

}  // namespace

LoadedSegmentation load_segmentation(const fs::path& file) {
  try {
    return read_segmentation(file);
  } catch (const CaseError& error) {
    throw CaseError(error.reason(), file.string() + ": " + error.what());
  }
}

}  // namespace cmrt1
