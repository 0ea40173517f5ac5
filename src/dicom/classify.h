#pragma once
/// Tells what an MR image is from what its header says, never from its file name.

#include <string>

#include "cmrt1/study/study.h"
#include "dicom/attributes.h"

namespace cmrt1::dicom {

struct Classification {
  FrameKind kind = FrameKind::other;
  std::string why;
};

/// Scanner maps also claim ORIGINAL\PRIMARY\P, so what marks a map is asked first: Image Type, the
/// series description's ending (_T1MAP, _FITPARAMS), Image Comments, a colour palette. Then the inversion
/// time, then phase or magnitude.
Classification classify(const Attributes& attributes, bool has_inversion_time);

/// True where description, protocol or sequence name speak of ShMOLLI.
bool named_shmolli(const Attributes& attributes);

/// True where they speak of any inversion-recovery T1 mapping (ShMOLLI, MOLLI, T1 map): images without
/// inversion times are then an error, not simply something else.
bool named_t1_mapping(const Attributes& attributes);

}  // namespace cmrt1::dicom
