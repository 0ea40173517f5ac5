#pragma once
/// The neural-network runtime. LibTorch is seen nowhere outside this module.

#include <string>

namespace cmrt1::nn {

/// Version of the LibTorch this program was built with, such as "2.11.0".
std::string runtime_version();

/// Sets the number of threads of tensor operations; to be called before the first of them.
void set_threads(int threads);

}  // namespace cmrt1::nn
