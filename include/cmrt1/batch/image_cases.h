#pragma once
/// The series of images among the inputs, DICOM and NIfTI alike.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "cmrt1/dicom/scan.h"
#include "cmrt1/study/image_series.h"

namespace cmrt1 {

/// One series to work on, pixels not loaded.
struct ImageCase {
  ImageSeries series;            ///< of a NIfTI file: one frame without geometry until it is loaded
  std::filesystem::path folder;  ///< of its results, below the output folder: STUDY/SERIES or the file's stem
  bool nifti = false;
};

struct ImageCases {
  std::vector<ImageCase> cases;
  std::vector<SkippedFile> bad_files;  ///< meant to be images, unreadable
};

/// Finds them. NIfTI files count where they are named or lie below a named folder, but for those beside a
/// result of this toolkit, whose DICOM is taken. `only` keeps one series (UID, key or stem). Logs what was
/// passed over. Throws NoInputError, UsageError and IoError as scan() does.
ImageCases find_image_cases(std::span<const std::filesystem::path> inputs, const std::string& only = "");

/// Reads the pixels; of a NIfTI file this also completes `series` (a frame a slice). T1 maps are in ms: a
/// BIDS file `*_T1map` is taken to be in seconds. An image that cannot be read carries the reason. Throws
/// CaseError for a NIfTI file that cannot be read.
LoadedSeries load_images(ImageCase& one);

/// What was found, as text for a person (`--list`).
std::string describe(const ImageCases& found);

}  // namespace cmrt1
