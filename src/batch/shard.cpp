#include "cmrt1/batch/shard.h"

#include <cstdlib>
#include <regex>
#include <vector>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t hash_digits = 12;  // hexadecimal: more parts than anyone makes

Shard from_match(const std::smatch& match) { return {std::stoi(match[1]), std::stoi(match[2])}; }

}  // namespace

bool Shard::holds(const std::string& study) const {
  const unsigned long long hash = std::strtoull(sha256(study).substr(0, hash_digits).c_str(), nullptr, 16);
  return static_cast<int>(hash % static_cast<unsigned long long>(count)) == number - 1;
}

std::string Shard::name() const { return std::to_string(number) + "-of-" + std::to_string(count); }

std::string Shard::part_of(const std::string& table) const {
  const fs::path file = table;
  return whole() ? table : file.stem().string() + "." + name() + file.extension().string();
}

Shard shard_from(const std::string& text) {
  static const std::regex form("([0-9]{1,6})/([0-9]{1,6})");
  std::smatch match;
  if (std::regex_match(text, match, form))
    if (const Shard shard = from_match(match); shard.number >= 1 && shard.number <= shard.count) return shard;
  throw UsageError("--shard " + printable(text) + ": give I/N with I from 1 to N, such as 2/3");
}

Shard shard_of_part(const std::string& file_name, const std::string& table) {
  static const std::regex form("\\.([0-9]{1,6})-of-([0-9]{1,6})");
  const std::string stem = fs::path(table).stem().string(), ending = fs::path(table).extension().string();
  if (!file_name.starts_with(stem + ".") || !file_name.ends_with(ending) ||
      file_name.size() <= stem.size() + ending.size())
    return {0, 0};
  const std::string middle = file_name.substr(stem.size(), file_name.size() - stem.size() - ending.size());
  std::smatch match;
  return std::regex_match(middle, match, form) ? from_match(match) : Shard{0, 0};
}

void remove_other_parts(const fs::path& folder, const std::string& table, int keep_count) {
  std::error_code failure;
  std::vector<fs::path> others;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    const Shard shard = shard_of_part(entry.path().filename().string(), table);
    if (shard.count > 0 && shard.count != keep_count) others.push_back(entry.path());
  }
  for (const fs::path& file : others) fs::remove(file, failure);
}

}  // namespace cmrt1
