// Compiled with -mavx512f -mavx512dq -mavx512vl (src/CMakeLists.txt) where the compiler knows them.
#include "fit/kernel.h"

#ifdef __AVX512DQ__
#define CMRT1_LANES 8
#define CMRT1_KERNELS avx512_kernels
#include "fit/kernel.inc"
#else
namespace cmrt1::fit {
Kernels avx512_kernels() { return {}; }
}  // namespace cmrt1::fit
#endif
