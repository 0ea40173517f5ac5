#pragma once
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "cmrt1/base/text.h"
#include "cmrt1/nn/network.h"
#include "support/temporary_folder.h"

/// A folder with a manifest and small networks, for tests to use and to damage.
class ModelsFolder {
 public:
  /// Lists `name`, the file tests/nn/data/`name`.pt, as answering one image of 4 x 6 with `output`.
  explicit ModelsFolder(const std::string& name, const nlohmann::json& output = {1, 1, 2, 4, 6}) {
    const std::string file = name + ".pt";
    std::filesystem::copy_file(std::filesystem::path(CMRT1_SOURCE_DIR) / "tests" / "nn" / "data" / file,
                               path() / file);
    manifest["format"] = 1;
    manifest["networks"][name] = {{"file", file},
                                  {"sha256", cmrt1::sha256(read(file))},
                                  {"version", "3"},
                                  {"input", {1, 1, 4, 6}},
                                  {"output", output}};
    write_manifest();
  }

  const std::filesystem::path& path() const { return folder_.path(); }
  cmrt1::nn::NetworkOptions options(const std::string& device = "cpu") const {
    return {.models = path(), .device = device, .threads = 1};
  }

  std::string read(const std::string& file) const {
    std::ifstream stream(path() / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  void write(const std::string& file, const std::string& bytes) const {
    std::ofstream(path() / file, std::ios::binary) << bytes;
  }
  void write_manifest() const { write("manifest.json", manifest.dump()); }

  nlohmann::json manifest;

 private:
  TemporaryFolder folder_;
};
