#pragma once
/// Fast compression.

#include <string>

namespace cmrt1 {

/// What surrounds the compressed data: RFC 1950 (in PNG), or RFC 1952 (.gz), here without time or name.
enum class Wrapping { zlib, gzip };

/// `bytes` compressed by libdeflate's fastest level.
std::string deflated(const std::string& bytes, Wrapping wrapping);

}  // namespace cmrt1
