#pragma once
/// Attributes of an instance or of one of its images, wherever that kind of object keeps them.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcdeftag.h>

#include <optional>
#include <string>
#include <vector>

namespace cmrt1::dicom {

class Attributes {
 public:
  /// Those of the instance: top level alone, so that no nested object's identity is taken for its own. The
  /// dataset must outlive this object.
  explicit Attributes(DcmDataset& dataset) : dataset_(dataset) {}

  /// Those of image `frame` (from 0): for an enhanced multi-frame object first the frame's own functional
  /// groups at any depth, then the shared ones, then the top level.
  Attributes(DcmDataset& dataset, int frame);

  bool has(const DcmTagKey& tag) const;

  /// All values joined by backslashes, trimmed, as the bytes in the file; "" where absent.
  std::string raw_text(const DcmTagKey& tag) const;

  /// Same in UTF-8 on one line of at most 256 bytes: fit for a log.
  std::string text(const DcmTagKey& tag) const;

  /// Value `index`; nothing where absent or empty, NaN where it is no number, infinity where it is too
  /// large for a double.
  std::optional<double> number(const DcmTagKey& tag, unsigned index = 0) const;

  /// `count` values; nothing unless all are there.
  std::optional<std::vector<double>> numbers(const DcmTagKey& tag, unsigned count) const;

  /// number() as an integer; `fallback` where absent, not a number or beyond +-2^31.
  int integer(const DcmTagKey& tag, int fallback = 0) const;

 private:
  DcmElement* find(const DcmTagKey& tag) const;

  DcmDataset& dataset_;
  DcmItem* frame_groups_ = nullptr;
  DcmItem* shared_groups_ = nullptr;
};

/// The bytes of a text attribute in UTF-8 on one line of at most 256 bytes.
std::string one_line_text(const std::string& raw, const std::string& character_set);

/// Number of images in the dataset: Number of Frames, 1 where absent.
int number_of_frames(DcmDataset& dataset);

}  // namespace cmrt1::dicom
