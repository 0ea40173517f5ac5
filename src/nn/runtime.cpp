#include "cmrt1/nn/runtime.h"

#include <torch/version.h>

namespace cmrt1::nn {

std::string runtime_version() { return TORCH_VERSION; }

}  // namespace cmrt1::nn
