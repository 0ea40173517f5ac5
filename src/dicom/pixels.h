#pragma once
/// Stored pixel values -> numbers.

#include "cmrt1/image/image.h"
#include "dicom/part10.h"

namespace cmrt1::dicom {

/// Decompresses the dataset in place if need be. Throws CaseError (`pixel_data_unreadable`).
void decompress(Parsed& parsed);

/// Image `index` of a decompressed dataset without defect, rescaled: slope * stored + intercept. Bits beyond
/// Bits Stored are cut off and the sign is extended. Throws CaseError (`pixel_data_unreadable`).
Pixels rescaled_pixels(DcmDataset& dataset, int index);

/// Image `index` as phase in -pi...pi. In this order:
/// - rescaled values whose full range is 2 pi (within 2 %) are radians, 2000 pi milliradians;
/// - signed 16-bit values within +-3142 without a rescale are milliradians (GE);
/// - else the full range of the stored values is one turn and its middle 0: Siemens' 12 bits with slope 2
///   and intercept -4096 become (2 stored - 4096) pi / 4096, and so do the same bits without rescale.
Pixels phase_pixels(DcmDataset& dataset, int index);

}  // namespace cmrt1::dicom
