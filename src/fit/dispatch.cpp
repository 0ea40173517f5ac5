#include "fit/dispatch.h"

#include "cmrt1/base/error.h"

namespace cmrt1 {
namespace {

bool processor_has(Simd simd) {
#if defined(__x86_64__)
  if (simd == Simd::avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (simd == Simd::avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
#endif
  return simd == Simd::best || simd == Simd::baseline;
}

fit::Kernels built_for(Simd simd) {
  if (simd == Simd::avx512) return fit::avx512_kernels();
  if (simd == Simd::avx2) return fit::avx2_kernels();
  return fit::baseline_kernels();
}

}  // namespace

bool available(Simd simd) { return processor_has(simd) && built_for(simd).project != nullptr; }

fit::Kernels fit::kernels_for(Simd simd) {
  if (!available(simd)) throw UsageError("this processor lacks the instruction set that was asked for");
  if (simd != Simd::best) return built_for(simd);
  for (const Simd candidate : {Simd::avx512, Simd::avx2})
    if (available(candidate)) return built_for(candidate);
  return built_for(Simd::baseline);
}

}  // namespace cmrt1
