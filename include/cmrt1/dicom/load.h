#pragma once
/// Reads the pixels of one series that `scan` found.

#include "cmrt1/study/study.h"

namespace cmrt1 {

/// Decodes (uncompressed, deflated, RLE, JPEG, JPEG-LS), applies the rescale, checks that all frames
/// share grid and position, and puts phase into radians. Throws CaseError with the reason.
SeriesImages load(const Series& series);

}  // namespace cmrt1
