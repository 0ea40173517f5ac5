#include "cmrt1/batch/output.h"

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/error.h"
#include "cmrt1/batch/stop_signal.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw IoError("cannot create the folder " + folder.string() + ": " + failure.message());
}

}  // namespace

void open_output(const fs::path& output) { make_folder(output); }

void require_replaceable(const fs::path& folder, const char* marker) {
  std::error_code failure;
  const bool free = !fs::exists(fs::symlink_status(folder, failure)) || fs::is_empty(folder, failure);
  if (free || fs::exists(folder / marker, failure)) return;
  throw IoError(folder.string() +
                " is no result of an earlier run and is not replaced: choose another output folder");
}

void deliver(const fs::path& folder, const std::function<void(const fs::path&)>& write) {
  make_folder(folder.parent_path());
  StagedFolder staged(folder);
  write(staged.path());
  throw_if_stopped();
  staged.commit();
}

void remove_result(const fs::path& folder, const fs::path& output) {
  std::error_code failure;
  fs::remove_all(folder, failure);
  if (failure) throw IoError("cannot remove " + folder.string() + ": " + failure.message());
  if (folder.parent_path() != output) fs::remove(folder.parent_path(), failure);
}

}  // namespace cmrt1
