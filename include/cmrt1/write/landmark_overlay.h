#pragma once
/// The picture by which a person judges landmarks and segments.

#include <string>

#include "cmrt1/write/landmark_record.h"

namespace cmrt1 {

/// PNG bytes: the whole image and the heart enlarged, both with the landmarks and the borders of the
/// segments, the confidence and the reasons to look at it; framed in red where there are any. Names the
/// series by its key, never the patient. The image must have been read.
std::string landmark_overlay_png(const LandmarkRecord& record, std::size_t slice);

}  // namespace cmrt1
