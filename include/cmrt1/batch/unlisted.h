#pragma once
/// Results that an output folder holds of inputs that are gone.

#include <filesystem>
#include <vector>

namespace cmrt1 {

/// Folders below `output` that hold a receipt and are named in no table's column "folder" there, nor hold
/// what is, in order: their inputs are no longer among those of the last run, or have become other ones.
/// Paths are relative to `output`. Throws IoError where the folder cannot be read, UsageError where a table
/// cannot.
std::vector<std::filesystem::path> unlisted_results(const std::filesystem::path& output);

}  // namespace cmrt1
