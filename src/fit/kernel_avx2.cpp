// Compiled with -mavx2 -mfma (src/CMakeLists.txt) where the compiler knows them.
#include "fit/kernel.h"

#ifdef __AVX2__
#define CMRT1_LANES 4
#define CMRT1_KERNELS avx2_kernels
#include "fit/kernel.inc"
#else
namespace cmrt1::fit {
Kernels avx2_kernels() { return {}; }
}  // namespace cmrt1::fit
#endif
