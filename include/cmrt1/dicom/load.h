#pragma once
/// Reads the pixels of one series that `scan` found.

#include "cmrt1/study/study.h"

namespace cmrt1 {

/// Decodes (uncompressed, deflated, RLE, JPEG, JPEG-LS), applies the rescale, checks that all frames
/// share grid and position, and puts phase into radians: the full range of the stored values is one turn
/// (Siemens' slope 2 and intercept -4096 span -pi...pi), unless the rescale or the values say radians or
/// milliradians. Rejects pixels that are no inversion-recovery magnitudes (a map, phase, one image several
/// times), whatever the header claims. Throws CaseError with the reason (docs/reasons.md).
SeriesImages load(const Series& series);

}  // namespace cmrt1
