#include "cmrt1/base/file_hash.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <system_error>
#include <vector>

#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

constexpr const char* unreadable = "unreadable";
constexpr std::size_t block_bytes = std::size_t{1} << 18;
constexpr std::size_t most_known = 20000;  // paths: bounds the memory of a run over a large cohort

std::string hash_of_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (!stream || !context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) return unreadable;
  std::vector<char> block(block_bytes);
  while (stream.read(block.data(), static_cast<std::streamsize>(block.size())) || stream.gcount() > 0)
    EVP_DigestUpdate(context.get(), block.data(), static_cast<std::size_t>(stream.gcount()));
  if (!stream.eof()) return unreadable;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &length);
  constexpr const char* digits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) hex += {digits[digest[i] >> 4], digits[digest[i] & 15]};
  return hex;
}

std::string hash_of_folder(const fs::path& folder) {
  std::map<std::string, std::string> files;
  std::error_code failure;
  for (fs::recursive_directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure))
    if (entry->is_regular_file(failure))
      files[entry->path().lexically_relative(folder).generic_string()] = hash_of_file(entry->path());
  if (failure) return unreadable;
  std::string all;
  for (const auto& [name, hash] : files) all += name + '\n' + hash + '\n';
  return sha256(all);
}

}  // namespace

std::string content_hash(const fs::path& path) {
  std::error_code failure;
  return fs::is_directory(path, failure) ? hash_of_folder(path) : hash_of_file(path);
}

const std::string& ContentHashes::of(const fs::path& path) {
  const auto found = known_.find(path);
  if (found != known_.end()) return found->second;
  if (known_.size() >= most_known) known_.clear();
  return known_[path] = content_hash(path);
}

}  // namespace cmrt1
