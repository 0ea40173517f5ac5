#pragma once
/// Paths of input files may name a person: what stands for them in tables.

#include <span>
#include <string>

namespace cmrt1 {

/// "file " and the first 12 hexadecimal digits of the SHA-256 of the path, as the log names it.
std::string pseudonym(const std::string& path);

/// `message` with each of `paths` by its pseudonym.
std::string without_paths(std::string message, std::span<const std::string> paths);

}  // namespace cmrt1
