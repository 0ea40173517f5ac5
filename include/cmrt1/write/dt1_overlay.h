#pragma once
/// The picture by which a person judges a dT1 map and the registration it rests on.

#include <string>

#include "cmrt1/write/dt1_record.h"

namespace cmrt1 {

/// PNG bytes, all about the heart: rest T1 and registered stress T1 in one grey scale; dT1 in the myocardium
/// (everywhere where that is not known) over grey rest T1 with a colour bar, 3, 6 and 9 % marked; the
/// difference of the maps before and after registration; the figures of the result. Framed in red with the
/// reasons where flagged. Names the pair by its key, never the patient.
std::string dt1_overlay_png(const Dt1Record& record);

}  // namespace cmrt1
