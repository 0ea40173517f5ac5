#pragma once
/// The files of one result, made in parallel.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace cmrt1 {

/// A file to be: what it is called, and what makes its bytes.
struct ResultFile {
  std::string name;
  std::function<std::string()> bytes;
};

/// Makes all of them on `threads` threads (0: all cores), then writes them into the staging folder. Give the
/// slowest first. Throws IoError and what makes the bytes throws.
void write_files(const std::vector<ResultFile>& files, const std::filesystem::path& folder, int threads);

}  // namespace cmrt1
