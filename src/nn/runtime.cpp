#include "cmrt1/nn/runtime.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

namespace cmrt1::nn {

std::string runtime_version() { return TORCH_VERSION; }

void set_threads(int threads) { at::set_num_threads(threads); }

}  // namespace cmrt1::nn
