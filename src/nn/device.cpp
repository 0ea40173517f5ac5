#include "nn/device.h"

#include <ATen/Context.h>
#include <dlfcn.h>

#include <charconv>
#include <optional>

#include "cmrt1/base/error.h"

namespace cmrt1::nn {
namespace {

constexpr std::string_view cuda_prefix = "cuda:";

/// N of cuda:N.
std::optional<int> device_number(std::string_view name) {
  if (!name.starts_with(cuda_prefix)) return std::nullopt;
  name.remove_prefix(cuda_prefix.size());
  int number = -1;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (failure != std::errc() || end != name.data() + name.size() || number < 0 || number > 127)
    return std::nullopt;
  return number;
}

/// Why CUDA cannot be had; empty where it can.
std::string load_cuda() {
  for (const char* library : {"libcuda.so.1", "libtorch_cuda.so"})
    if (!::dlopen(library, RTLD_NOW | RTLD_GLOBAL)) return ::dlerror();
  return at::getNumGPUs() > 0 ? "" : "the NVIDIA driver shows no GPU";
}

const std::string& cuda_fault() {
  static const std::string fault = load_cuda();
  return fault;
}

c10::Device cuda_device(const std::string& name) {
  if (!cuda_fault().empty())
    throw NetworkError("--device " + name + ": no CUDA here (" + cuda_fault() +
                       "); use --device cpu, or install the NVIDIA driver and LibTorch's CUDA libraries");
  const int number = device_number(name).value_or(0);
  const auto count = static_cast<int>(at::getNumGPUs());
  if (number >= count)
    throw NetworkError("--device " + name +
                       ": there is no such GPU, the last is cuda:" + std::to_string(count - 1));
  return {c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(number)};
}

}  // namespace

bool is_device_name(const std::string& name) {
  return name == "auto" || name == "cpu" || name == "cuda" || device_number(name).has_value();
}

c10::Device device_named(const std::string& name) {
  const bool cpu = name == "cpu" || (name == "auto" && !cuda_fault().empty());
  return cpu ? c10::Device(c10::DeviceType::CPU) : cuda_device(name);
}

}  // namespace cmrt1::nn
