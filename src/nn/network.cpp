#include "cmrt1/nn/network.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <future>
#include <numeric>

#include "cmrt1/base/error.h"
#include "cmrt1/base/parallel.h"
#include "nn/backend.h"
#include "nn/manifest.h"

namespace cmrt1::nn {
namespace {

using Shape = std::vector<std::int64_t>;

std::string shape_text(const Shape& shape) {
  std::string text;
  for (const auto size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text;
}

std::size_t value_count(const Shape& shape) {
  return static_cast<std::size_t>(
      std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()));
}

LoadedNetwork load_verified(const ManifestEntry& entry, const NetworkOptions& options) {
  const std::string content = read_verified(entry);
  LoadNetwork& load = load_network();
  try {
    return load(content, options);
  } catch (const NetworkError&) {
    throw;
  } catch (const std::exception& error) {
    throw NetworkError(entry.file.string() + " is no TorchScript network that this program can load: " +
                       error.what() + "; install the models again");
  }
}

Tensor answer_of(const LoadedNetwork& network, const Tensor& input, const std::string& name) {
  try {
    return network.answer(input);
  } catch (const std::exception& error) {
    throw NetworkError("the network " + name + " cannot work on an input of " + shape_text(input.shape) +
                       ": " + error.what());
  }
}

void check_shapes(const LoadedNetwork& network, const ManifestEntry& entry) {
  const Tensor zeros{entry.input, std::vector<float>(value_count(entry.input))};
  const Shape found = answer_of(network, zeros, entry.name).shape;
  if (found != entry.output)
    throw NetworkError(entry.file.string() + " answers an input of " + shape_text(entry.input) + " with " +
                       shape_text(found) + ", not with " + shape_text(entry.output) +
                       " as the manifest says; install the models again");
}

LoadedNetwork load_checked(const ManifestEntry& entry, const NetworkOptions& options) {
  LoadedNetwork network = load_verified(entry, options);
  check_shapes(network, entry);
  return network;
}

}  // namespace

struct Network::State {
  ManifestEntry entry;
  std::shared_future<LoadedNetwork> loading;
};

Network::Network(const std::string& name, NetworkOptions options) {
  options.check();
  options.threads = thread_count(options.threads);
  // TBB looks for libraries of its own at its first loop, and would wait there until LibTorch is loaded.
  parallel_blocks(options.threads, 1, options.threads, [](int, int) {});
  const ManifestEntry entry = read_manifest(options.models.empty() ? models_folder() : options.models, name);
  state_ = std::make_unique<State>(
      State{entry, std::async(std::launch::async, load_checked, entry, options).share()});
}

Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

Tensor Network::operator()(const Tensor& input) const {
  const auto failure = [this](const std::string& what) {
    return CaseError("network_failed", "the network " + name() + ' ' + what);
  };
  const std::size_t count = value_count(input.shape);
  if (count != input.values.size())
    throw failure("takes " + std::to_string(count) + " values for an input of " + shape_text(input.shape) +
                  ", not " + std::to_string(input.values.size()));
  const LoadedNetwork& network = state_->loading.get();
  Tensor output;
  try {
    output = network.answer(input);
  } catch (const std::exception& error) {
    throw failure("cannot work on an input of " + shape_text(input.shape) + ": " + error.what());
  }
  if (!std::all_of(output.values.begin(), output.values.end(),
                   [](float value) { return std::isfinite(value); }))
    throw failure("gave an answer that is not finite everywhere");
  return output;
}

const std::string& Network::name() const { return state_->entry.name; }
const std::string& Network::version() const { return state_->entry.version; }
const std::string& Network::sha256() const { return state_->entry.sha256; }
const std::string& Network::device() const { return state_->loading.get().device; }
NetworkIdentity Network::identity() const { return {name(), version(), sha256(), device()}; }

}  // namespace cmrt1::nn
