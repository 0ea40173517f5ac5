#pragma once
/// Pixels of one bit, as DICOM packs them.

#include <cstdint>
#include <vector>

#include "cmrt1/image/image.h"

namespace cmrt1 {

/// Frame after frame without a gap, row by row, the first pixel in a byte's lowest bit; padded to an even
/// number of bytes. A pixel that is not zero is one. (DCMTK 3.6.7 starts each frame at a byte, which is
/// wrong where rows x columns is no multiple of 8.)
/// Reference: DICOM PS3.5 8.1.1 and 8.2.
std::vector<std::uint8_t> packed_bits(const std::vector<Mask>& frames);

}  // namespace cmrt1
