#pragma once
/// Finds the left ventricle of an image in a DICOM Segmentation.

#include <optional>

#include "cmrt1/dicom/load_segmentation.h"

namespace cmrt1 {

/// The labels of `image`: 0 background, 1 LV myocardium, 2 LV blood pool; myocardium where both claim a
/// pixel. Nothing where the segmentation has no pixel of either for it.
///
/// A segment is told by its code (myocardium 49848007, left ventricle 87878005, in SNOMED CT; T-32600 of old)
/// or by its label ("myo", "blood", "cavity", ...); one without code whose label says nothing, by its number.
/// Of the right ventricle, of atria and of scar it is neither.
///
/// Frames belong to the image that they name, on the same grid within 0.1 mm. Those that name none, and all
/// if the file does not name `image` at all, belong to what lies on their grid; none do if several of a
/// segment lie there, or if they were drawn on different images (phases of a cine).
std::optional<Mask> labels_for(const LoadedSegmentation& segmentation, const Frame& image);

}  // namespace cmrt1
