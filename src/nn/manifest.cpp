#include "nn/manifest.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"

namespace cmrt1::nn {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int known_format = 1;
constexpr const char* remedy = "; install the models again";

[[noreturn]] void throw_unreadable(const fs::path& file) {
  throw NetworkError("cannot read " + file.string() + remedy + ", or name their folder in CMRT1_MODELS");
}

std::string read_file(const fs::path& file) {
  std::error_code failure;
  if (!fs::is_regular_file(file, failure)) throw_unreadable(file);
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(stream), {});
  if (!stream) throw_unreadable(file);
  return bytes;
}

std::string listed_names(const json& networks) {
  std::string names;
  for (const auto& [name, entry] : networks.items()) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "none" : names;
}

void check_format(const json& manifest, const fs::path& file) {
  const int format = manifest.at("format");
  if (format != known_format)
    throw NetworkError(file.string() + " has format " + std::to_string(format) +
                       ", this program reads format " + std::to_string(known_format) +
                       ": install models and program of one version");
}

/// The shape of an example that any machine can hold.
std::vector<std::int64_t> shape(const json& entry, const char* key, const fs::path& file) {
  constexpr std::int64_t most_values = 1 << 26;
  const std::vector<std::int64_t> sizes = entry.at(key);
  std::int64_t values = 1;
  for (const std::int64_t size : sizes) {
    if (size < 1 || size > most_values / values)
      throw NetworkError(file.string() + " is no valid manifest: no example has the " + key + " " +
                         entry.at(key).dump() + remedy);
    values *= size;
  }
  return sizes;
}

ManifestEntry entry_of(const json& manifest, const std::string& name, const fs::path& file) {
  const json& networks = manifest.at("networks");
  if (!networks.contains(name))
    throw NetworkError(file.string() + " does not list the network '" + name +
                       "' (listed: " + listed_names(networks) + ")" + remedy);
  const json& entry = networks.at(name);
  return {.name = name,
          .file = file.parent_path() / entry.at("file").get<std::string>(),
          .sha256 = to_lower(entry.at("sha256").get<std::string>()),
          .version = entry.at("version"),
          .input = shape(entry, "input", file),
          .output = shape(entry, "output", file)};
}

}  // namespace

ManifestEntry read_manifest(const fs::path& models, const std::string& name) {
  std::error_code failure;
  if (!fs::is_directory(models, failure))
    throw NetworkError("there is no models folder " + models.string() + remedy +
                       ", or name their folder in CMRT1_MODELS");
  const fs::path file = models / "manifest.json";
  const std::string text = read_file(file);
  try {
    const json manifest = json::parse(text);
    check_format(manifest, file);
    return entry_of(manifest, name, file);
  } catch (const json::exception& error) {
    throw NetworkError(file.string() + " is no valid manifest: " + error.what() + remedy);
  }
}

std::string read_verified(const ManifestEntry& entry) {
  std::string bytes = read_file(entry.file);
  const std::string found = sha256(bytes);
  if (found != entry.sha256)
    throw NetworkError(entry.file.string() + " is not the file that the manifest names: its SHA-256 is " +
                       found + ", not " + entry.sha256 + remedy);
  return bytes;
}

}  // namespace cmrt1::nn
