#pragma once
/// The kernels for this processor.

#include "cmrt1/fit/t1_map.h"
#include "fit/kernel.h"

namespace cmrt1::fit {

/// Throws UsageError where the processor or this build lacks what is asked for.
Kernels kernels_for(Simd simd);

}  // namespace cmrt1::fit
