#pragma once
/// What `manifest.json` says of a network, and the check that its file is the one that was published.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cmrt1::nn {

struct ManifestEntry {
  std::string name;
  std::filesystem::path file;
  std::string sha256;
  std::string version;
  std::vector<std::int64_t> input;   ///< shape of an example
  std::vector<std::int64_t> output;  ///< shape of the answer to it
};

/// The entry of network `name` in `models`/manifest.json. Throws NetworkError where folder, manifest or
/// entry is missing or wrong.
ManifestEntry read_manifest(const std::filesystem::path& models, const std::string& name);

/// The bytes of the entry's file. Throws NetworkError where their SHA-256 is not the manifest's: TorchScript
/// can hold any program, so nothing is loaded that was not verified.
std::string read_verified(const ManifestEntry& entry);

}  // namespace cmrt1::nn
