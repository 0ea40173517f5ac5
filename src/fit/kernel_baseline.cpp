#include "fit/kernel.h"

#define CMRT1_LANES 2
#define CMRT1_KERNELS baseline_kernels
#include "fit/kernel.inc"
