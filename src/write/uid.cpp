#include "cmrt1/write/uid.h"

#include <cstdint>

#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

__extension__ using Uint128 = unsigned __int128;

std::uint64_t from_hex(const std::string& digits) { return std::stoull(digits, nullptr, 16); }

std::string decimal(Uint128 value) {
  std::string digits;
  for (; value != 0; value /= 10) digits.insert(digits.begin(), static_cast<char>('0' + value % 10));
  return digits;
}

}  // namespace

std::string derived_uid(std::string_view content) {
  const std::string digest = sha256(content);
  const std::uint64_t high = (from_hex(digest.substr(0, 16)) & ~0xf000ull) | 0x8000ull;
  const std::uint64_t low = (from_hex(digest.substr(16, 16)) & ~(3ull << 62)) | (2ull << 62);
  return "2.25." + decimal(static_cast<Uint128>(high) << 64 | low);
}

}  // namespace cmrt1
