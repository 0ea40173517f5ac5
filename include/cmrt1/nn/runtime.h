#pragma once
/// The neural-network runtime. LibTorch is seen nowhere outside this module.

#include <string>

namespace cmrt1::nn {

/// Version of the LibTorch this program was built with, such as "2.11.0".
std::string runtime_version();

}  // namespace cmrt1::nn
