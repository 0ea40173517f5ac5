#pragma once
/// Fast compression.

#include <string>

namespace cmrt1 {

/// What surrounds the compressed data: RFC 1950 (in PNG), or RFC 1952 (.gz), here without time or name.
enum class Wrapping { zlib, gzip };

/// `bytes` compressed by zlib's fastest level with one of its strategies. Throws CaseError from 4 GB on.
std::string deflated(const std::string& bytes, Wrapping wrapping, int strategy);

}  // namespace cmrt1
