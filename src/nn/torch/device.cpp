#include "nn/torch/device.h"

#include <ATen/Context.h>
#include <dlfcn.h>

#include <algorithm>

#include "cmrt1/base/error.h"

namespace cmrt1::nn {
namespace {

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
  const int number = name == "auto" ? 0 : std::max<int>(0, c10::Device(name).index());
  const auto count = static_cast<int>(at::getNumGPUs());
  if (number >= count)
    throw NetworkError("--device " + name +
                       ": there is no such GPU, the last is cuda:" + std::to_string(count - 1));
  return {c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(number)};
}

}  // namespace

c10::Device device_named(const std::string& name) {
  const bool cpu = name == "cpu" || (name == "auto" && !cuda_fault().empty());
  return cpu ? c10::Device(c10::DeviceType::CPU) : cuda_device(name);
}

}  // namespace cmrt1::nn
