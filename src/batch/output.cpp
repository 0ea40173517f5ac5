#include "cmrt1/batch/output.h"

#include <mutex>
#include <optional>
#include <vector>

#include "cmrt1/base/error.h"
#include "cmrt1/batch/guard.h"
#include "cmrt1/batch/stop_signal.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw IoError("cannot create the folder " + folder.string() + ": " + failure.message());
}

/// Held while a study's folder is made or removed: its series are delivered on several threads.
std::mutex study_folders;

constexpr const char* lock_name = ".cmrt1.lock";
constexpr const char* shard_lock_stem = ".cmrt1.shard";

std::string shard_lock_name(const Shard& shard) {
  return shard.part_of(shard_lock_stem + std::string(".lock"));
}

/// Throws IoError where a shard that does not belong to this one is being worked on.
void require_no_strangers(const fs::path& output, const Shard& own) {
  std::vector<std::string> others;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(output, failure)) {
    const std::string name = entry.path().filename().string();
    const Shard shard = shard_of_part(name, shard_lock_stem + std::string(".lock"));
    const bool belongs = shard.count == own.count && shard.fingerprint == own.fingerprint;
    if (shard.count > 0 && !belongs) others.push_back(name);
  }
  for (const std::string& name : others) FolderLock(output, name);
}

}  // namespace

OutputHold::OutputHold(const fs::path& output, const Shard& shard)
    : folder_(output, lock_name, shard.whole() ? LockKind::exclusive : LockKind::shared) {
  if (shard.whole()) {
    remove_parts(output, shard_lock_stem + std::string(".lock"), [](const Shard&) { return true; });
    return;
  }
  shard_.emplace(output, shard_lock_name(shard));
  require_no_strangers(output, shard);
}

void open_output(const fs::path& output) { make_folder(output); }

void require_replaceable(const fs::path& folder, const char* marker) {
  std::error_code failure;
  const bool free = !fs::exists(fs::symlink_status(folder, failure)) || fs::is_empty(folder, failure);
  if (free || fs::exists(folder / marker, failure)) return;
  throw IoError(folder.string() +
                " is no result of an earlier run and is not replaced: choose another output folder");
}

void deliver(const fs::path& folder, const std::function<void(const fs::path&)>& write) {
  std::optional<StagedFolder> staged;
  {
    const std::lock_guard making(study_folders);
    make_folder(folder.parent_path());
    staged.emplace(folder);
  }
  write(staged->path());
  throw_if_stopped();
  staged->commit();
}

void remove_result(const fs::path& folder, const fs::path& output) {
  const std::lock_guard removing(study_folders);
  std::error_code failure;
  fs::remove_all(folder, failure);
  if (failure) throw IoError("cannot remove " + folder.string() + ": " + failure.message());
  if (folder.parent_path() != output) fs::remove(folder.parent_path(), failure);
}

SeriesOutcome nothing_delivered(const fs::path& folder, const fs::path& output, SeriesOutcome outcome) {
  remove_result(output / folder, output);
  return outcome;
}

SeriesOutcome deliver_case(
    const fs::path& folder, const fs::path& output, const std::function<void(const fs::path&)>& write,
    const std::function<SeriesOutcome()>& outcome,
    const std::function<SeriesOutcome(const std::string&, const std::string&)>& failed) {
  SeriesOutcome done = guarded<SeriesOutcome>(
      [&] {
        deliver(output / folder, write);
        return outcome();
      },
      failed);
  return done.ok + done.flagged == 0 ? nothing_delivered(folder, output, std::move(done)) : done;
}

}  // namespace cmrt1
