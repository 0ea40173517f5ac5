#include "cmrt1/batch/shard.h"

#include <cstdlib>
#include <map>
#include <regex>
#include <vector>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t hash_digits = 12;  // hexadecimal: more parts than anyone makes
constexpr std::size_t fingerprint_digits = 8;

Shard from_match(const std::smatch& match) { return {std::stoi(match[1]), std::stoi(match[2]), match[3]}; }

}  // namespace

bool Shard::holds(const std::string& text) const {
  const unsigned long long hash = std::strtoull(sha256(text).substr(0, hash_digits).c_str(), nullptr, 16);
  return static_cast<int>(hash % static_cast<unsigned long long>(count)) == number - 1;
}

std::string Shard::part_of(const std::string& table) const {
  if (whole()) return table;
  const fs::path file = table;
  return file.stem().string() + "." + std::to_string(number) + "-of-" + std::to_string(count) +
         (fingerprint.empty() ? "" : "-" + fingerprint) + file.extension().string();
}

StudyDivision::StudyDivision(const Shard& shard, const std::set<std::string>& studies) : shard_(shard) {
  std::map<std::string, std::string> by_hash;
  std::string hashes;
  for (const std::string& study : studies) by_hash[sha256(study)] = study;
  int place = 0;
  for (const auto& [hash, study] : by_hash) {
    if (place++ % shard.count == shard.number - 1) own_.insert(study);
    hashes += hash;
  }
  shard_.fingerprint = short_fingerprint(hashes);
}

std::string short_fingerprint(const std::string& text) { return sha256(text).substr(0, fingerprint_digits); }

Shard shard_from(const std::string& text) {
  static const std::regex form("([0-9]{1,6})/([0-9]{1,6})");
  std::smatch match;
  if (std::regex_match(text, match, form))
    if (const Shard shard = from_match(match); shard.number >= 1 && shard.number <= shard.count) return shard;
  throw UsageError("--shard " + printable(text) + ": give I/N with I from 1 to N, such as 2/3");
}

Shard shard_of_part(const std::string& file_name, const std::string& table) {
  static const std::regex form("\\.([0-9]{1,6})-of-([0-9]{1,6})(?:-([0-9a-f]{8}))?");
  const std::string stem = fs::path(table).stem().string(), ending = fs::path(table).extension().string();
  if (!file_name.starts_with(stem + ".") || !file_name.ends_with(ending) ||
      file_name.size() <= stem.size() + ending.size())
    return {0, 0};
  const std::string middle = file_name.substr(stem.size(), file_name.size() - stem.size() - ending.size());
  std::smatch match;
  return std::regex_match(middle, match, form) ? from_match(match) : Shard{0, 0};
}

void remove_parts(const fs::path& folder, const std::string& table,
                  const std::function<bool(const Shard& shard)>& remove) {
  std::error_code failure;
  std::vector<fs::path> parts;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    const Shard shard = shard_of_part(entry.path().filename().string(), table);
    if (shard.count > 0 && remove(shard)) parts.push_back(entry.path());
  }
  for (const fs::path& file : parts) fs::remove(file, failure);
}

}  // namespace cmrt1
