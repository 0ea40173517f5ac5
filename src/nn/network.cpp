#include "cmrt1/nn/network.h"

#include <torch/script.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <sstream>

#include "cmrt1/base/error.h"
#include "nn/device.h"
#include "nn/manifest.h"

namespace cmrt1::nn {
namespace {

std::string shape_text(c10::IntArrayRef shape) {
  std::string text;
  for (const auto size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text;
}

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

}  // namespace

const char* to_string(Precision precision) { return precision == Precision::bfloat16 ? "bf16" : "float32"; }

void NetworkOptions::check() const {
  if (!is_device_name(device))
    throw UsageError("--device " + device + " is unknown: use auto, cpu, cuda or cuda:N");
}

struct Network::Loaded {
  ManifestEntry entry;
  c10::Device device;
  c10::ScalarType type;
  torch::jit::Module module;

  void load();
  torch::Tensor run(const torch::Tensor& input);
  void check_shapes();
};

void Network::Loaded::load() {
  std::istringstream bytes(read_verified(entry));
  try {
    module = torch::jit::load(bytes, device);
    to_type(module, type);
    module.eval();
  } catch (const std::exception& error) {
    throw NetworkError(entry.file.string() + " is no TorchScript network that this program can load: " +
                       reason(error) + "; install the models again");
  }
}

/// The answer in float32 on the CPU. The graph runs as it was exported: freezing it (torch::jit::freeze) and
/// LibTorch's optimisation during the first runs cost 0.1-0.2 s and made no later run measurably faster.
torch::Tensor Network::Loaded::run(const torch::Tensor& input) {
  const c10::InferenceMode inference;
  const torch::jit::GraphOptimizerEnabledGuard as_exported(false);
  try {
    const auto answer = module.get_method("forward")({input.to(device, type)});
    if (!answer.isTensor()) throw std::runtime_error("it answers with something else than one tensor");
    return answer.toTensor().to(torch::kCPU, torch::kFloat32).contiguous();
  } catch (const std::exception& error) {
    throw NetworkError("the network " + entry.name + " cannot work on an input of " +
                       shape_text(input.sizes()) + ": " + reason(error));
  }
}

void Network::Loaded::check_shapes() {
  const torch::Tensor answer = run(torch::zeros(entry.input));
  if (answer.sizes() != entry.output)
    throw NetworkError(entry.file.string() + " answers an input of " + shape_text(entry.input) + " with " +
                       shape_text(answer.sizes()) + ", not with " + shape_text(entry.output) +
                       " as the manifest says; install the models again");
}

Network::Network(const std::string& name, const NetworkOptions& options) {
  options.check();
  const auto models = options.models.empty() ? models_folder() : options.models;
  ManifestEntry entry = read_manifest(models, name);
  loaded_ = std::make_unique<Loaded>(
      Loaded{std::move(entry), device_named(options.device), scalar_type(options.precision), {}});
  loaded_->load();
  loaded_->check_shapes();
}

Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

Tensor Network::operator()(const Tensor& input) const {
  const auto count =
      std::accumulate(input.shape.begin(), input.shape.end(), std::int64_t{1}, std::multiplies<>());
  if (count != static_cast<std::int64_t>(input.values.size()))
    throw NetworkError("an input of " + shape_text(input.shape) + " for the network " + name() + " takes " +
                       std::to_string(count) + " values, not " + std::to_string(input.values.size()));
  const torch::Tensor answer = loaded_->run(torch::tensor(input.values).reshape(input.shape));
  const float* values = answer.const_data_ptr<float>();
  Tensor output{answer.sizes().vec(), {values, values + answer.numel()}};
  if (!std::all_of(output.values.begin(), output.values.end(),
                   [](float value) { return std::isfinite(value); }))
    throw NetworkError("the answer of the network " + name() + " is not finite everywhere");
  return output;
}

const std::string& Network::name() const { return loaded_->entry.name; }
const std::string& Network::version() const { return loaded_->entry.version; }
const std::string& Network::sha256() const { return loaded_->entry.sha256; }
std::string Network::device() const { return loaded_->device.str(); }

}  // namespace cmrt1::nn
