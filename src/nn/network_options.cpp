#include <charconv>

#include "cmrt1/base/error.h"
#include "cmrt1/nn/network.h"

namespace cmrt1::nn {
namespace {

constexpr std::string_view cuda_prefix = "cuda:";
constexpr int last_device = 127;  // LibTorch counts devices in 8 bits

/// auto, cpu, cuda or cuda:N.
bool is_device_name(std::string_view name) {
  if (name == "auto" || name == "cpu" || name == "cuda") return true;
  if (!name.starts_with(cuda_prefix)) return false;
  name.remove_prefix(cuda_prefix.size());
  int number = -1;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number >= 0 && number <= last_device && name == std::to_string(number);
}

}  // namespace

const char* to_string(Precision precision) { return precision == Precision::bfloat16 ? "bf16" : "float32"; }

void NetworkOptions::check() const {
  if (!is_device_name(device))
    throw UsageError("--device " + device + " is unknown: use auto, cpu, cuda or cuda:N");
  if (threads < 0) throw UsageError("the number of threads must not be negative");
}

}  // namespace cmrt1::nn
