#pragma once
/// The folders a program writes: whole results or none, and nothing replaced that is not its own.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/batch/outcome.h"
#include "cmrt1/batch/shard.h"

namespace cmrt1 {

/// Creates the output folder where it is missing. Throws IoError.
void open_output(const std::filesystem::path& output);

/// Keeps others from writing to an output folder. A run over all studies has it for itself; those over shards
/// of one count that found the same studies and do the same to them share it, each shard once. The
/// constructor throws IoError where others are in the way.
class OutputHold {
 public:
  OutputHold(const std::filesystem::path& output, const Shard& shard);

 private:
  FolderLock folder_;
  std::optional<FolderLock> shard_;
};

/// Throws IoError where `folder` is there and holds anything but an earlier result, told by the file `marker`
/// in it (the folder may be the input itself): such a folder is never replaced.
void require_replaceable(const std::filesystem::path& folder, const char* marker);

/// Fills a staging folder with `write` and moves it to `folder`, its parents made where they are missing.
/// Throws IoError, Stopped and what `write` throws.
void deliver(const std::filesystem::path& folder,
             const std::function<void(const std::filesystem::path& staging)>& write);

/// Removes what an earlier run delivered, and the folder above where nothing else is in it and it is not
/// `output`.
void remove_result(const std::filesystem::path& folder, const std::filesystem::path& output);

/// Delivers `write`'s files to `folder` of `output` and returns `outcome()`; where the case fails, what
/// `failed(reason, message)` makes of it. A case of which nothing is ok or flagged leaves no folder, not even
/// an earlier one.
SeriesOutcome deliver_case(
    const std::filesystem::path& folder, const std::filesystem::path& output,
    const std::function<void(const std::filesystem::path& staging)>& write,
    const std::function<SeriesOutcome()>& outcome,
    const std::function<SeriesOutcome(const std::string&, const std::string&)>& failed);

/// Removes what an earlier run left of a case that gave nothing now, and returns `outcome`.
SeriesOutcome nothing_delivered(const std::filesystem::path& folder, const std::filesystem::path& output,
                                SeriesOutcome outcome);

}  // namespace cmrt1
