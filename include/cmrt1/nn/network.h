#pragma once
/// One trained network: found, verified, loaded, run. LibTorch is seen nowhere outside this module.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cmrt1::nn {

enum class Precision {
  float32,
  bfloat16,  ///< weights and arithmetic; input and output stay float
};
const char* to_string(Precision precision);

struct NetworkOptions {
  std::filesystem::path models;  ///< folder with manifest.json; empty: see models_folder()
  std::string device = "auto";   ///< auto (CUDA where it can be had), cpu, cuda, cuda:N
  Precision precision = Precision::float32;
  /// Of tensor operations; 0: all cores. Answers depend on it in their last digits, and small networks gain
  /// little from it: better ask for several answers at once. The network loaded last decides for all.
  int threads = 1;
  void check() const;  ///< throws UsageError
};

/// Values in row-major order.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// What a result says of the network it was made with.
struct NetworkIdentity {
  std::string name, version, sha256, device;
};

/// Safe to call from several threads at once. One that lives until the process ends (a static) must have been
/// waited for before: LibTorch cannot be loaded while it is being torn down.
class Network {
 public:
  /// Finds the network that `models/manifest.json` lists under `name`, and loads it in the background: checks
  /// its SHA-256, and runs it once on zeros of the manifest's example input, whose output must have the shape
  /// that the manifest gives. Throws NetworkError with file and remedy: at once where manifest or entry are
  /// missing or wrong; where the network is, from whatever below has to wait for it.
  explicit Network(const std::string& name, NetworkOptions options = {});
  ~Network();  ///< waits
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  /// Waits for the network. Throws NetworkError where it cannot be used, and CaseError (network_failed)
  /// where it does not accept this input or its answer is not finite.
  Tensor operator()(const Tensor& input) const;

  const std::string& name() const;
  const std::string& version() const;  ///< of the weights, from the manifest
  const std::string& sha256() const;
  const std::string& device() const;  ///< cpu or cuda:N; waits as operator() does
  NetworkIdentity identity() const;   ///< all four; waits too

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Where the networks are looked for: $CMRT1_MODELS, else `share/cmrt1/models` beside the program's `bin`,
/// else the source tree's `models` for a program that was not installed. Throws NetworkError where there is
/// none.
std::filesystem::path models_folder();

}  // namespace cmrt1::nn
