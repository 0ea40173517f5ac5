#pragma once
/// DCMTK's process-wide state, set in one place.

namespace cmrt1::dicom {

/// Silences DCMTK's logger (this library reports errors itself) and registers the RLE, JPEG and JPEG-LS
/// decoders. Any thread may call it any number of times.
void prepare_toolkit();

}  // namespace cmrt1::dicom
