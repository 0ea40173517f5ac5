#include "cmrt1/base/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <future>

#include "cmrt1/base/error.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

constexpr const char* staging_prefix = ".cmrt1-part-";
constexpr const char* replaced_prefix = ".cmrt1-old-";

std::string system_message() { return std::strerror(errno); }

fs::path staging_name(const fs::path& target) {
  return target.parent_path() /
         (staging_prefix + std::to_string(::getpid()) + "-" + target.filename().string());
}

fs::path replaced_name(const fs::path& target) {
  return target.parent_path() / (replaced_prefix + target.filename().string());
}

/// What a staging file or folder of this name was to become; empty for any other name.
std::string target_name(const std::string& name) {
  const std::string staging = staging_prefix, replaced = replaced_prefix;
  if (name.starts_with(replaced)) return name.substr(replaced.size());
  if (!name.starts_with(staging)) return "";
  const std::size_t pid_end = name.find('-', staging.size());
  return pid_end == std::string::npos ? name : name.substr(pid_end + 1);
}

/// Asks the kernel to put a file or folder on the disk: only then does a rename mean that it is whole.
void flush_to_disk(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY);
  if (descriptor < 0) throw IoError("cannot open " + path.string() + ": " + system_message());
  const int failed = ::fsync(descriptor);
  const std::string message = failed ? system_message() : "";
  ::close(descriptor);
  if (failed) throw IoError("cannot write " + path.string() + " to disk: " + message);
}

void rename_or_throw(const fs::path& from, const fs::path& to) {
  std::error_code failure;
  fs::rename(from, to, failure);
  if (failure) throw IoError("cannot create " + to.string() + ": " + failure.message());
}

/// All at once: the disk takes them in little more than the time of one.
void flush_all_to_disk(const std::vector<fs::path>& files) {
  std::vector<std::future<void>> flushes;
  for (const auto& file : files) flushes.push_back(std::async(std::launch::async, flush_to_disk, file));
  for (auto& flush : flushes) flush.get();
}

/// `named` is what an error calls the file.
void write_bytes(const fs::path& file, const std::string& bytes, const fs::path& named) {
  std::ofstream stream(file, std::ios::binary);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream)
    throw IoError("cannot write " + named.string() + ": " + system_message() +
                  " (is the disk full, or the folder read-only?)");
}

}  // namespace

void write_atomically(const fs::path& file, const std::function<void(const fs::path&)>& write) {
  const fs::path temporary = staging_name(file);
  try {
    write(temporary);
    flush_to_disk(temporary);
    rename_or_throw(temporary, file);
  } catch (...) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw;
  }
}

void write_atomically(const fs::path& file, const std::string& bytes) {
  write_atomically(file, [&](const fs::path& temporary) { write_bytes(temporary, bytes, file); });
}

void write_staged(const fs::path& file, const std::string& bytes) {
  try {
    write_bytes(file, bytes, file);
  } catch (...) {
    std::error_code ignored;
    fs::remove(file, ignored);
    throw;
  }
}

StagedFolder::StagedFolder(const fs::path& target) : target_(target), staging_(staging_name(target)) {
  std::error_code failure;
  fs::remove_all(staging_, failure);
  fs::create_directories(staging_, failure);
  if (failure) throw IoError("cannot create the folder " + staging_.string() + ": " + failure.message());
}

StagedFolder::~StagedFolder() {
  if (committed_) return;
  std::error_code ignored;
  fs::remove_all(staging_, ignored);
}

void StagedFolder::commit() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(staging_))
    if (entry.is_regular_file()) files.push_back(entry.path());
  flush_all_to_disk(files);
  flush_to_disk(staging_);
  const fs::path replaced = replaced_name(target_);
  std::error_code failure;
  fs::remove_all(replaced, failure);
  if (fs::exists(target_)) rename_or_throw(target_, replaced);
  rename_or_throw(staging_, target_);
  committed_ = true;
  flush_to_disk(target_.parent_path());
  fs::remove_all(replaced, failure);
}

void remove_stale_staging(const fs::path& folder, const std::function<bool(const fs::path&)>& ours) {
  std::error_code failure;
  std::vector<fs::path> stale;
  for (fs::recursive_directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const std::string target = target_name(entry->path().filename().string());
    if (!target.empty() && (!ours || ours(entry->path().parent_path() / target)))
      stale.push_back(entry->path());
    if (!target.empty() || entry.depth() > 0) entry.disable_recursion_pending();
  }
  for (const auto& path : stale) fs::remove_all(path, failure);
}

FolderLock::FolderLock(const fs::path& folder, const std::string& name, LockKind kind) {
  const fs::path file = folder / name;
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw IoError("cannot write to " + folder.string() + ": " + system_message());
  if (::flock(descriptor_, (kind == LockKind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0) return;
  const bool taken = errno == EWOULDBLOCK;
  const std::string message = system_message();
  ::close(descriptor_);
  if (!taken) throw IoError("cannot lock " + file.string() + ": " + message);
  throw IoError("another cmrt1 program is writing to " + folder.string() +
                ": wait for it or choose another output folder");
}

FolderLock::~FolderLock() { ::close(descriptor_); }

}  // namespace cmrt1
