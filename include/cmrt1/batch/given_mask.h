#pragma once
/// The heart muscle as `--mask` gives it.

#include <filesystem>
#include <variant>

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

 private:
  std::variant<OverlaidImages, LoadedSegmentation> source_;
};

}  // namespace cmrt1
