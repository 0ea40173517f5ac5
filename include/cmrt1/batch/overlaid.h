#pragma once
/// Masks and maps that were made from the images elsewhere, and lie on the same grids.

#include <filesystem>
#include <vector>

#include "cmrt1/batch/image_cases.h"

namespace cmrt1 {

class OverlaidImages {
 public:
  /// Reads all images of a NIfTI file, DICOM file or folder. Throws NoInputError where there is
  /// none that can be read.
  explicit OverlaidImages(const std::filesystem::path& path);

  /// The one that lies where image `number` of `one` does: within a millimetre on a grid of the same size.
  /// Of NIfTI files whose images are as many as the series' the one of the same number, if it has the same
  /// size. Null where there is none.
  const Pixels* on(const ImageCase& one, std::size_t number) const;

 private:
  struct Group {
    bool nifti = false;
    std::vector<Image> images;
  };
  std::vector<Group> groups_;
};

}  // namespace cmrt1
