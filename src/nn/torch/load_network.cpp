#include <ATen/Parallel.h>
#include <torch/script.h>

#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>

#include "nn/backend.h"
#include "nn/torch/device.h"

namespace cmrt1::nn {
namespace {

/// The one line of LibTorch's message that says what is wrong.
std::string reason(const std::exception& error) {
  const auto* own = dynamic_cast<const c10::Error*>(&error);
  std::string text = own ? own->what_without_backtrace() : error.what();
  const std::string marker = "RuntimeError: ";
  if (const auto at = text.rfind(marker); at != std::string::npos) text.erase(0, at + marker.size());
  return text.substr(0, text.find('\n'));
}

c10::ScalarType scalar_type(Precision precision) {
  return precision == Precision::bfloat16 ? torch::kBFloat16 : torch::kFloat32;
}

void to_type(torch::Tensor tensor, c10::ScalarType type) {
  if (tensor.is_floating_point()) tensor.set_data(tensor.to(type));
}

/// Weights and buffers in `type`. Module::to() would convert tables of indices, too.
void to_type(torch::jit::Module& module, c10::ScalarType type) {
  const torch::NoGradGuard no_gradients;
  for (const auto& weight : module.parameters()) to_type(weight, type);
  for (const auto& buffer : module.buffers()) to_type(buffer, type);
}

/// A network with the device and the type that it computes in.
class TorchNetwork {
 public:
  TorchNetwork(const std::string& content, c10::Device device, c10::ScalarType type)
      : device_(device), type_(type) {
    std::istringstream bytes(content);
    module_ = torch::jit::load(bytes, device);
    to_type(module_, type);
    module_.eval();
  }

  /// In float32 on the CPU. The graph runs as it was exported: freezing it (torch::jit::freeze) and
  /// LibTorch's optimisation during the first runs cost 0.1-0.2 s and made no later run measurably faster.
  Tensor answer(const Tensor& input) const {
    const c10::InferenceMode inference;
    const torch::jit::GraphOptimizerEnabledGuard as_exported(false);
    std::unique_lock<std::mutex> one_at_a_time(mutex_, std::defer_lock);
    if (device_.is_cuda()) one_at_a_time.lock();  // its memory is small beside the number of threads
    const auto images = torch::from_blob(const_cast<float*>(input.values.data()), input.shape);
    const auto answer = module_.get_method("forward")({images.to(device_, type_)});
    if (!answer.isTensor()) throw std::runtime_error("it answers with something else than one tensor");
    const torch::Tensor output = answer.toTensor().to(torch::kCPU, torch::kFloat32).contiguous();
    const float* values = output.const_data_ptr<float>();
    return {output.sizes().vec(), {values, values + output.numel()}};
  }

 private:
  c10::Device device_;
  c10::ScalarType type_;
  torch::jit::Module module_;
  mutable std::mutex mutex_;
};

/// What `action` returns; what LibTorch throws, in one line.
template <typename Action>
auto in_one_line(const Action& action) {
  try {
    return action();
  } catch (const std::exception& error) {
    throw std::runtime_error(reason(error));
  }
}

}  // namespace

extern "C" __attribute__((visibility("default"))) LoadNetwork cmrt1_nn_load_network;

LoadedNetwork cmrt1_nn_load_network(const std::string& content, const NetworkOptions& options) {
  at::set_num_threads(options.threads);
  const c10::Device device = device_named(options.device);
  const auto network = in_one_line(
      [&] { return std::make_shared<const TorchNetwork>(content, device, scalar_type(options.precision)); });
  return {device.str(),
          [network](const Tensor& input) { return in_one_line([&] { return network->answer(input); }); }};
}

}  // namespace cmrt1::nn
