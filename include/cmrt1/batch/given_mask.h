#pragma once
/// The heart muscle as `--mask` gives it.

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "cmrt1/batch/overlaid.h"
#include "cmrt1/dicom/load_segmentation.h"

namespace cmrt1 {

class GivenMask {
 public:
  /// A NIfTI label map (1 is LV myocardium), a DICOM Segmentation, or label maps as DICOM images. Throws
  /// CaseError (`mask_missing`) where nothing in it can be read, IoError.
  explicit GivenMask(const std::filesystem::path& path);

  /// The myocardium of image `number` of `one`, on its grid; empty where none is given.
  Mask myocardium(const ImageCase& one, std::size_t number) const;

  /// True where qcdseg, whose segmentation.json lies beside the file, flagged its segmentation of this image.
  bool flagged(const ImageCase& one, std::size_t number) const;

 private:
  std::variant<OverlaidImages, LoadedSegmentation> source_;
  std::string series_uid_;     ///< of segmentation.json
  std::vector<bool> flagged_;  ///< of its images; empty where there is none
};

}  // namespace cmrt1
