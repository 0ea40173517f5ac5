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

/// False for landmarks by which nothing is divided: segments would be made up.
bool can_be_divided(const SliceLandmarks& slice);

/// The segments of one image, within `given` (the myocardium; of size 0: between circles), with the
/// statistics of `values` in them. Adds reasons to `slice`.
SliceSegments divided(SliceLandmarks& slice, const Geometry& geometry, const SliceLevel& level,
                      const Mask& given, const std::optional<Pixels>& values);

}  // namespace cmrt1
