#pragma once
/// Stored pixels of a Segmentation -> masks.

#include "cmrt1/image/image.h"
#include "dicom/part10.h"

namespace cmrt1::dicom {

struct SegmentFormat {
  int rows = 0;
  int columns = 0;
  int frames = 0;
  bool binary = true;
  int largest = 1;  ///< value of a pixel that lies wholly in a fractional segment
};

/// What the dataset says of its pixels, which are all there. Throws CaseError as load_segmentation does.
SegmentFormat read_segment_format(const Parsed& parsed);

/// Frame `index` of a decompressed dataset. Throws CaseError (`pixel_data_unreadable`).
Mask segment_mask(DcmDataset& dataset, const SegmentFormat& format, int index);

}  // namespace cmrt1::dicom
