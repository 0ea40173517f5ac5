#pragma once
/// The labels of a series as one DICOM Segmentation.
///
/// Binary, two segments: 1 left ventricular myocardium, 2 left ventricular blood pool. One frame for each
/// segment and image that has pixels of it, segment by segment, images in the order of their positions
/// along the slices' normal. Where no image has any, each segment has one empty frame, of the first image:
/// a Segmentation without frames is not legal.
///
/// Kept from the source: patient, study, frame of reference (one is made where it has none), dates. New:
/// series and instance UIDs, which depend on the content alone, so a second run gives the same bytes.
/// Every source image is named, those without pixels too.
/// Reference: DICOM PS3.3 A.51 (Segmentation IOD), C.8.20 (Segmentation), C.7.6.16 (Functional Groups);
/// PS3.5 8.1.1 (bits of one-bit pixels).

#include <memory>
#include <string>
#include <vector>

#include "cmrt1/study/study.h"

namespace cmrt1 {

/// One source image with its labels: rows x columns of `source.geometry`, 0 background, 1 LV myocardium,
/// 2 LV blood pool.
struct LabelledImage {
  Frame source;
  Mask labels;
};

struct LabelledSeries {
  std::shared_ptr<const std::string> header;  ///< of the first image, as in SeriesImages
  std::string series_uid;                     ///< of the source
  int series_number = 0;                      ///< of the source
  std::vector<LabelledImage> images;          ///< equal size, pixel spacing and orientation
  std::string algorithm;                      ///< what made the labels: the networks' names
  std::string algorithm_version;
  std::string note;         ///< one sentence, ASCII: "2 of 3 images flagged: to be looked at"
  bool flagged = false;     ///< the series description says so
  std::string fingerprint;  ///< what else shapes the labels: options, networks' SHA-256
  std::string software_version;
};

/// The DICOM Part 10 file. Throws CaseError where the source's header cannot be read or the images differ
/// in size, pixel spacing or orientation, std::invalid_argument where there is no image or a mask does not
/// fit its image.
std::string segmentation_dicom(const LabelledSeries& series);

}  // namespace cmrt1
