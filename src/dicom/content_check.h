#pragma once
/// Are these pixels what an inversion recovery gives, whatever the header claims?

#include "cmrt1/image/image.h"

namespace cmrt1::dicom {

/// Throws CaseError (`not_inversion_recovery`) where the images
/// - hold negative values in more than 1 % of the pixels (signed or phase images), or
/// - are spread like phase: in every image the values fill their range evenly about its middle, or
/// - hardly change with the inversion time: over pixels with signal (above 10 % of the largest value, not at
///   that value throughout) the median of (max - min) / max over time is below 0.1, as when a T1 map or one
///   image is given several times.
/// Constant or saturated images pass: the fit flags their pixels.
void require_inversion_recovery(const Stack& magnitude);

}  // namespace cmrt1::dicom
