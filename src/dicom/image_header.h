#pragma once
/// One image with everything that grouping needs and no pixels.

#include <string>
#include <vector>

#include "cmrt1/study/study.h"
#include "dicom/part10.h"

namespace cmrt1::dicom {

struct ImageHeader {
  Frame frame;
  FrameKind kind_if_timed = FrameKind::other;  ///< what it is once --ti gives it an inversion time
  std::string study_uid;
  std::string series_uid;
  std::string patient_id;   ///< compared within a series, never logged
  std::string description;  ///< UTF-8, one line
  int series_number = 0;
  std::string acquired;  ///< date and time, YYYYMMDDHHMMSS.F; sorts as text
  bool named_shmolli = false;
  bool named_t1_mapping = false;
  bool motion_corrected = false;  ///< by the scanner (MOCO in Image Type)
  bool lossy = false;             ///< compressed with loss at some time
  std::string defect;             ///< not empty: reason why its pixels cannot be used
  std::string defect_message;
};

/// The images of a parsed file, one for each frame; none where the file holds no image.
std::vector<ImageHeader> read_images(const Parsed& parsed, const SourceFile& source);

/// Reason (`dicomdir`, `not_an_image`) why a readable file holds no image.
std::string why_no_image(DcmDataset& dataset);

}  // namespace cmrt1::dicom
