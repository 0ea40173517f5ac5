#pragma once
/// Files and folders that appear whole or not at all.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace cmrt1 {

/// Calls `write` with a temporary path beside `file` (same extension), flushes it to disk and renames
/// it to `file`. On any exception the temporary file is removed. Throws IoError.
void write_atomically(const std::filesystem::path& file,
                      const std::function<void(const std::filesystem::path& temporary)>& write);

/// Same, from bytes.
void write_atomically(const std::filesystem::path& file, const std::string& bytes);

/// Writes a file into a StagedFolder, whose commit() flushes it to disk. A file that cannot be written whole
/// is removed. Throws IoError.
void write_staged(const std::filesystem::path& file, const std::string& bytes);

/// A folder that is filled under a temporary name and moved into place by commit(); removed by the
/// destructor where commit() was not reached. An older folder of that name is replaced.
class StagedFolder {
 public:
  explicit StagedFolder(const std::filesystem::path& target);
  ~StagedFolder();
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;

  const std::filesystem::path& path() const { return staging_; }
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path staging_;
  bool committed_ = false;
};

/// Removes the staging files and folders that killed runs left in `folder` and in the folders directly in
/// it. Nothing deeper is looked at and nothing else is touched. `ours`, where it is given, says whether a
/// target's staging may be removed: that of others may be in use.
void remove_stale_staging(const std::filesystem::path& folder,
                          const std::function<bool(const std::filesystem::path& target)>& ours = {});

enum class LockKind {
  exclusive,
  shared,  ///< several processes may have it, while none has it exclusively
};

/// Holds a lock on `folder`, or on what `name` stands for in it, for its lifetime. Throws IoError where
/// another process has it. The lock goes with the process, however that ends.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder, const std::string& name = ".cmrt1.lock",
                      LockKind kind = LockKind::exclusive);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace cmrt1
