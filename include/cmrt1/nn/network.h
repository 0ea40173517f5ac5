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
  void check() const;  ///< throws UsageError
};

/// Values in row-major order.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// Safe to call from several threads at once.
class Network {
 public:
  /// Loads the network that `models/manifest.json` lists under `name` after checking its SHA-256, and runs it
  /// once on zeros of the manifest's example input, whose output must have the shape that the manifest gives.
  /// Throws NetworkError with file and remedy.
  explicit Network(const std::string& name, const NetworkOptions& options = {});
  ~Network();
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  /// Throws NetworkError where the network does not accept the input, or where its answer is not finite.
  Tensor operator()(const Tensor& input) const;

  const std::string& name() const;
  const std::string& version() const;  ///< of the weights, from the manifest
  const std::string& sha256() const;
  std::string device() const;  ///< cpu or cuda:N

 private:
  struct Loaded;
  std::unique_ptr<Loaded> loaded_;
};

/// Where the networks are looked for: $CMRT1_MODELS, else `share/cmrt1/models` beside the program's `bin`,
/// else the source tree's `models` for a program that was not installed. Throws NetworkError where there is none.
std::filesystem::path models_folder();

}  // namespace cmrt1::nn
