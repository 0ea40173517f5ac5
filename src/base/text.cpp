#include "cmrt1/base/text.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <stdexcept>

namespace cmrt1 {

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available in the system's cryptography library");
  std::string hex;
  hex.reserve(2 * length);
  for (unsigned int i = 0; i < length; ++i) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", digest[i]);
    hex += pair;
  }
  return hex;
}

bool is_valid_uid(std::string_view uid) {
  if (uid.empty() || uid.size() > 64 || uid.front() == '.' || uid.back() == '.') return false;
  const bool allowed = std::all_of(uid.begin(), uid.end(),
                                   [](unsigned char c) { return std::isdigit(c) || c == '.'; });
  return allowed && uid.find("..") == std::string_view::npos;
}

std::string file_name_from_uid(std::string_view uid) {
  return is_valid_uid(uid) ? std::string(uid) : "hash-" + sha256(uid).substr(0, 16);
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::string trim(std::string_view text) {
  const auto padding = [](unsigned char c) { return std::isspace(c) || c == '\0'; };
  while (!text.empty() && padding(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && padding(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace cmrt1
