#include "dicom/file_walk.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "cmrt1/base/error.h"
#include "dicom/archive.h"
#include "dicom/part10.h"

namespace cmrt1::dicom {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> sorted_entries(const fs::path& folder, std::error_code& error) {
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(it->path());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

class Walk {
 public:
  explicit Walk(const std::function<void(const SourceFile&, const Bytes&)>& take) : take_(take) {}

  void input(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) throw NoInputError(path.string() + " does not exist");
    if (status.type() == fs::file_type::none)
      throw IoError("cannot look at " + path.string() + ": " + error.message());
    if (fs::is_directory(status)) {
      if (!folder(path)) throw IoError("cannot read the folder " + path.string());
      return;
    }
    const std::size_t before = skipped_.size();
    file(path);
    if (skipped_.size() == before || skipped_.back().source.path != path) return;
    const SkippedFile& self = skipped_.back();
    if (self.reason == "unreadable_file") throw IoError("cannot read " + path.string());
    if (self.source.member.empty() && !self.failed_case) {
      throw UsageError(path.string() +
                       " is neither a folder, a DICOM file nor an archive (.zip, .tar, .tar.gz)");
    }
  }

  std::vector<SkippedFile> skipped() && { return std::move(skipped_); }

 private:
  bool folder(const fs::path& path) {
    std::error_code error;
    if (!visited_.insert(fs::canonical(path, error)).second) return true;
    const std::vector<fs::path> entries = sorted_entries(path, error);
    if (error) return false;
    for (const fs::path& entry : entries) {
      if (!fs::is_directory(entry, error)) {
        file(entry);
      } else if (!folder(entry)) {
        skip({entry, ""}, "unreadable_folder", "this folder cannot be read", true);
      }
    }
    return true;
  }

  void file(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return skip({path, ""}, "not_a_file", "not a regular file");
    std::ifstream stream(path, std::ios::binary);
    std::string head(kHeadBytes, '\0');
    if (!stream) return skip({path, ""}, "unreadable_file", "this file cannot be read", true);
    head.resize(static_cast<std::size_t>(stream.read(head.data(), kHeadBytes).gcount()));
    if (head.empty()) return skip({path, ""}, "empty_file", "the file is empty");
    if (!has_dicom_magic(head) && looks_like_archive(head)) return archive(path);
    if (!has_dicom_magic(head) && !may_be_bare_dataset(head)) {
      return skip({path, ""}, "not_dicom", "not a DICOM file");
    }
    if (fs::file_size(path, error) > kMaxFileBytes)
      return skip({path, ""}, "too_large", "larger than 512 MB", true);
    const Bytes bytes = read_file(path);
    if (!bytes) return skip({path, ""}, "unreadable_file", "this file cannot be read", true);
    take_({path, ""}, bytes);
  }

  void archive(const fs::path& path) {
    const ArchiveEnd end = for_each_member(path, [&](const ArchiveMember& member) {
      const SourceFile source{path, member.name};
      if (member.bytes) return take_(source, member.bytes);
      const bool failed = member.problem == "unreadable_archive" || member.problem == "too_large";
      skip(source, member.problem, member.message, failed);
    });
    if (end == ArchiveEnd::damaged) {
      skip({path, ""}, "unreadable_archive", "the archive is damaged or ends early", true);
    } else if (end == ArchiveEnd::not_an_archive) {
      skip({path, ""}, "not_dicom", "compressed, but not an archive of DICOM files");
    }
  }

  void skip(SourceFile source, std::string reason, std::string message, bool failed = false) {
    skipped_.push_back({std::move(source), std::move(reason), std::move(message), failed});
  }

  const std::function<void(const SourceFile&, const Bytes&)>& take_;
  std::vector<SkippedFile> skipped_;
  std::set<fs::path> visited_;
};

}  // namespace

Bytes read_file(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error || size > kMaxFileBytes) return nullptr;
  auto bytes = std::make_shared<std::string>(size, '\0');
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return nullptr;
  stream.read(bytes->data(), static_cast<std::streamsize>(size));
  if (stream.bad()) return nullptr;
  bytes->resize(static_cast<std::size_t>(stream.gcount()));
  return bytes;
}

std::vector<SkippedFile> for_each_file(std::span<const fs::path> inputs,
                                       const std::function<void(const SourceFile&, const Bytes&)>& take) {
  Walk walk(take);
  for (const fs::path& path : inputs) walk.input(path);
  return std::move(walk).skipped();
}

}  // namespace cmrt1::dicom
