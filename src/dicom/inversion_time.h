#pragma once
/// Where the inversion time of an image is found.

#include "cmrt1/study/study.h"
#include "dicom/attributes.h"

namespace cmrt1::dicom {

struct InversionTime {
  double ms = 0;  ///< as read: may be negative, NaN or infinite
  InversionTimeSource source = InversionTimeSource::missing;
};

/// True for a finite time above 0 and of at most 100 s.
bool is_inversion_time(double ms);

/// Tried in the order of InversionTimeSource; an empty value or 0 (which scanners write where there was
/// no inversion) counts as absent. The trigger time is never used: it is the delay from the R wave.
InversionTime find_inversion_time(const Attributes& attributes);

/// The number in "TIeff 1100 ms", as ShMOLLI writes it into Image Comments; 0 where there is none.
double inversion_time_in_comment(const std::string& comment);

}  // namespace cmrt1::dicom
