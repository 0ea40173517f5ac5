#pragma once
/// Divides the images of a series into segments, where landmarks allow it.

#include "cmrt1/batch/ahalandmarks.h"
#include "cmrt1/batch/overlaid.h"
#include "cmrt1/write/landmark_record.h"

namespace cmrt1 {

/// Fills `record.segments`, and adds the reasons no_segments, orientation_contradicts_rv, mask_missing and
/// mask_elsewhere to `record.slices`. `mask` and `values` may be null.
void divide_series(LandmarkRecord& record, const ImageCase& one, const OverlaidImages* mask,
                   const OverlaidImages* values, std::optional<Level> level);

}  // namespace cmrt1
