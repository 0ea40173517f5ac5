#pragma once
/// The picture by which a person judges a segmentation.

#include <string>

#include "cmrt1/write/segmentation_record.h"

namespace cmrt1 {

/// PNG bytes: the whole image and the heart enlarged, both with the contours of myocardium and blood pool,
/// the predicted Dice and the reasons to look at it; framed in red where there are any. Names the series by
/// its key, never the patient. `slice` must have been segmented.
std::string segmentation_overlay_png(const SegmentationRecord& record, std::size_t slice);

}  // namespace cmrt1
