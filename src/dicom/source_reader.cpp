#include "dicom/source_reader.h"

#include <set>

#include "cmrt1/base/error.h"
#include "dicom/archive.h"
#include "dicom/attributes.h"
#include "dicom/file_walk.h"
#include "dicom/image_checks.h"
#include "dicom/pixels.h"

namespace cmrt1::dicom {

SourceReader::SourceReader(const std::vector<const std::vector<Frame>*>& frames) {
  std::map<std::filesystem::path, std::set<std::string>> members;
  for (const auto* several : frames) {
    for (const Frame& frame : *several) {
      if (!frame.source.member.empty()) members[frame.source.path].insert(frame.source.member);
    }
  }
  for (const auto& [archive, names] : members) archives_[archive] = read_members(archive, names);
}

DcmDataset& SourceReader::dataset(const Frame& frame) {
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

Bytes SourceReader::bytes(const SourceFile& source) const {
  if (source.member.empty()) return read_file(source.path);
  const auto archive = archives_.find(source.path);
  if (archive == archives_.end()) return nullptr;
  const auto member = archive->second.find(source.member);
  return member == archive->second.end() ? nullptr : member->second;
}

void SourceReader::check_unchanged(const Frame& frame) const {
  const Attributes attributes(*current_.file->getDataset(), frame.frame_index);
  const Defect defect = find_defect(attributes, current_);
  if (!defect.reason.empty()) throw CaseError(defect.reason, frame.source.name() + ": " + defect.message);
  if (Attributes(*current_.file->getDataset()).raw_text(DCM_SOPInstanceUID) != frame.sop_instance_uid) {
    throw CaseError("changed_since_scan",
                    frame.source.name() + " holds another image than when it was scanned");
  }
}

void require_scanned_size(const Pixels& pixels, const Frame& frame) {
  if (pixels.rows() == frame.geometry.rows && pixels.cols() == frame.geometry.columns) return;
  throw CaseError("changed_since_scan", frame.source.name() + " has another size than when it was scanned");
}

}  // namespace cmrt1::dicom
