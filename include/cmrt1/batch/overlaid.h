#pragma once
/// Masks and maps that were made from the images elsewhere, and lie on the same grids.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/batch/image_cases.h"

namespace cmrt1 {

class OverlaidImages {
 public:
  /// Reads all images of a NIfTI file, DICOM file or folder; T1 maps in ms. Throws NoInputError
  /// where there is none that can be read.
  explicit OverlaidImages(const std::filesystem::path& path);

  /// The one that lies where image `number` of `one` does, pixel on pixel within a millimetre, however its
  /// rows and columns are stored. Of several the one of the same instance, of the same series, or of the same
  /// number in a group of as many images. Where a NIfTI file is all there is, and it or the image says
  /// nothing of its place: the one of the same number, if size and count are the same. Nothing where there is
  /// none, or several remain.
  std::optional<Pixels> on(const ImageCase& one, std::size_t number) const;

  /// True where all of them are T1 maps.
  bool are_t1() const { return all_t1_; }

 private:
  struct Overlay {
    Image image;
    std::string series_uid, sop_instance_uid;  ///< empty in NIfTI files
    int frame_index = 0;
    std::size_t number = 0, of = 0;  ///< its place in its group, and how many that holds
    bool nifti = false;
  };
  std::vector<Overlay> overlays_;
  bool all_t1_ = true;
};

}  // namespace cmrt1
