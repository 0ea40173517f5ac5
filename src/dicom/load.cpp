#include "cmrt1/dicom/load.h"

#include <algorithm>
#include <map>
#include <set>

#include "cmrt1/base/error.h"
#include "dicom/archive.h"
#include "dicom/attributes.h"
#include "dicom/content_check.h"
#include "dicom/file_walk.h"
#include "dicom/image_checks.h"
#include "dicom/pixels.h"

namespace cmrt1 {
namespace {

using namespace dicom;

/// Parsed, decompressed files of one series; each archive is read once.
class SourceReader {
 public:
  explicit SourceReader(const Series& series) {
    std::map<std::filesystem::path, std::set<std::string>> members;
    for (const auto* frames : {&series.magnitude, &series.phase}) {
      for (const Frame& frame : *frames) {
        if (!frame.source.member.empty()) members[frame.source.path].insert(frame.source.member);
      }
    }
    for (const auto& [archive, names] : members) archives_[archive] = read_members(archive, names);
  }

  /// The dataset that holds `frame`, kept until another source is asked for. Throws CaseError.
  DcmDataset& dataset(const Frame& frame) {
    if (frame.source.name() == current_name_) return *current_.file->getDataset();
    current_name_.clear();
    const Bytes content = bytes(frame.source);
    if (!content) throw CaseError("unreadable_file", frame.source.name() + " can no longer be read");
    current_ = parse(content);
    if (!current_.reason.empty())
      throw CaseError(current_.reason, frame.source.name() + ": " + current_.message);
    check_unchanged(frame);
    decompress(current_);
    current_name_ = frame.source.name();
    return *current_.file->getDataset();
  }

 private:
  Bytes bytes(const SourceFile& source) const {
    if (source.member.empty()) return read_file(source.path);
    const auto archive = archives_.find(source.path);
    if (archive == archives_.end()) return nullptr;
    const auto member = archive->second.find(source.member);
    return member == archive->second.end() ? nullptr : member->second;
  }

  void check_unchanged(const Frame& frame) const {
    const Attributes attributes(*current_.file->getDataset(), frame.frame_index);
    const Defect defect = find_defect(attributes, current_);
    if (!defect.reason.empty()) throw CaseError(defect.reason, frame.source.name() + ": " + defect.message);
    if (Attributes(*current_.file->getDataset()).raw_text(DCM_SOPInstanceUID) != frame.sop_instance_uid) {
      throw CaseError("changed_since_scan",
                      frame.source.name() + " holds another image than when it was scanned");
    }
  }

  std::map<std::filesystem::path, std::map<std::string, Bytes>> archives_;
  std::string current_name_;
  Parsed current_;
};

/// Fails where frames do not share grid and position: the pixels could not be stacked.
void require_one_grid(const Series& series) {
  const Geometry& first = series.magnitude.front().geometry;
  for (const auto* frames : {&series.magnitude, &series.phase}) {
    for (const Frame& frame : *frames) {
      if (frame.geometry.rows != first.rows || frame.geometry.columns != first.columns) {
        throw CaseError("frames_differ_in_shape", "the images of this series differ in size");
      }
      if (!same_grid(frame.geometry, first, 0.1)) {
        throw CaseError("frames_differ_in_position", "an image lies elsewhere than the others of its series");
      }
    }
  }
}

Stack read_stack(SourceReader& reader, const std::vector<Frame>& frames, bool phase) {
  Stack stack;
  stack.geometry = frames.front().geometry;
  for (const Frame& frame : frames) {
    DcmDataset& dataset = reader.dataset(frame);
    const auto& geometry = frame.geometry;
    Pixels pixels =
        phase ? phase_pixels(dataset, frame.frame_index) : rescaled_pixels(dataset, frame.frame_index);
    if (pixels.rows() != geometry.rows || pixels.cols() != geometry.columns) {
      throw CaseError("changed_since_scan",
                      frame.source.name() + " has another size than when it was scanned");
    }
    stack.frames.push_back(std::move(pixels));
  }
  return stack;
}

}  // namespace

SeriesImages load(const Series& series) {
  if (!series.reason.empty()) throw CaseError(series.reason, series.message);
  if (series.magnitude.empty()) throw CaseError("magnitude_missing", "the series has no images");
  require_one_grid(series);
  SourceReader reader(series);
  SeriesImages images;
  for (const Frame& frame : series.magnitude) images.ti_ms.push_back(frame.inversion_time_ms);
  images.magnitude = read_stack(reader, series.magnitude, false);
  if (!series.phase.empty()) images.phase = read_stack(reader, series.phase, true);
  require_inversion_recovery(images.magnitude);
  for (Pixels& frame : images.magnitude.frames) frame = frame.cwiseMax(0.0f);
  images.header = std::make_shared<const std::string>(header_bytes(reader.dataset(series.magnitude.front())));
  return images;
}

}  // namespace cmrt1
