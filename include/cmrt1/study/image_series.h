#pragma once
/// The images of a study that can be looked at one by one (maps, late enhancement, cine), in stacks.

#include <memory>
#include <string>
#include <vector>

#include "cmrt1/study/study.h"

namespace cmrt1 {

/// Images of one series on grids of one size, spacing and orientation, ordered along the stack, then by
/// instance: their places in `frames` are the slice numbers of all results.
struct ImageSeries {
  std::string study_uid;  ///< empty for a NIfTI file, as is series_uid
  std::string study_key;  ///< safe for a file name
  std::string series_uid;
  std::string key;          ///< safe for a file name, unique within its study
  std::string description;  ///< Series Description, as read (UTF-8)
  int series_number = 0;
  FrameKind kind = FrameKind::other;
  std::vector<Frame> frames;
};

/// An image that was read, or why it could not be.
struct LoadedImage {
  Image image;
  std::string reason;  ///< not empty: the image cannot be used (slug, snake_case)
  std::string message;
};

struct LoadedSeries {
  std::vector<LoadedImage> images;  ///< one for each frame
  /// DICOM Part 10 bytes of the first readable image's dataset without its pixel data; null where there is
  /// none.
  std::shared_ptr<const std::string> dicom_header;
  std::string nifti_header;  ///< of a NIfTI file: the bytes a label map on the same grid is written with
};

/// Scanner and derived T1 maps and all images that are neither part of a T1-mapping series nor phase, fit
/// maps or scouts. Segmentations, registrations and the like are no images in this sense.
std::vector<ImageSeries> image_series(const Study& study);

}  // namespace cmrt1
