#pragma once
/// CMRT1_WIDE before a function of plain loops: it is built for processors with AVX2 as well as for all, and
/// the program takes what the processor has. Results are the same bit for bit, since neither fuses
/// multiplication and addition. What such a function calls is CMRT1_WIDE_PART, to become part of each build.

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define CMRT1_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define CMRT1_WIDE
#endif

#ifdef __GNUC__
#define CMRT1_WIDE_PART inline __attribute__((always_inline))
#else
#define CMRT1_WIDE_PART inline
#endif
