#pragma once
/// The datasets behind frames, each file and archive read once.

#include <filesystem>
#include <map>
#include <vector>

#include "cmrt1/image/image.h"
#include "cmrt1/study/study.h"
#include "dicom/part10.h"

namespace cmrt1::dicom {

/// Parsed, decompressed files.
class SourceReader {
 public:
  /// Reads what the frames need from archives; plain files when they are asked for.
  explicit SourceReader(const std::vector<const std::vector<Frame>*>& frames);

  /// The dataset that holds `frame`, kept until another source is asked for. Throws CaseError: it cannot be
  /// read, has a defect, or is not the image that was scanned.
  DcmDataset& dataset(const Frame& frame);

 private:
  Bytes bytes(const SourceFile& source) const;
  void check_unchanged(const Frame& frame) const;

  std::map<std::filesystem::path, std::map<std::string, Bytes>> archives_;
  std::string current_name_;
  Parsed current_;
};

/// Throws CaseError where the pixels have another size than the frame's header said.
void require_scanned_size(const Pixels& pixels, const Frame& frame);

}  // namespace cmrt1::dicom
