#pragma once
/// Divides the images of a series into segments, where landmarks allow it.

#include "cmrt1/batch/ahalandmarks.h"
#include "cmrt1/batch/given_mask.h"
#include "cmrt1/batch/overlaid.h"
#include "cmrt1/write/landmark_record.h"

namespace cmrt1 {

/// Fills `record.segments`, and adds the reasons orientation_contradicts_rv, mask_missing, values_missing and
/// mask_elsewhere to `record.slices`. `mask` and `values` may be null. `companions_along_mm` are the places
/// along the long axis of further slices, of other series, that tell which level an only slice is.
void divide_series(LandmarkRecord& record, const ImageCase& one, const GivenMask* mask,
                   const OverlaidImages* values, std::optional<Level> level,
                   const std::vector<double>& companions_along_mm);

}  // namespace cmrt1
