#include "dicom/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string_view>

#include "dicom/part10.h"

namespace cmrt1::dicom {
namespace {

constexpr int kMaxMembers = 1'000'000;
constexpr std::size_t kMaxArchiveBytes = std::size_t{64} << 30;

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;

Reader new_reader() {
  Reader reader(archive_read_new(), &archive_read_free);
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_zip(reader.get());
  archive_read_support_format_tar(reader.get());
  return reader;
}

std::string name_of(archive_entry* entry, int number) {
  if (const char* name = archive_entry_pathname(entry)) return name;
  if (const char* name = archive_entry_pathname_utf8(entry)) return name;
  return "member " + std::to_string(number);
}

/// `name`, or where an earlier member has it, name#2 and so on.
std::string unique_name(const std::string& name, std::map<std::string, int>& seen) {
  const int count = ++seen[name];
  return count == 1 ? name : unique_name(name + "#" + std::to_string(count), seen);
}

/// Appends up to `limit` bytes in all; false where the archive cannot be read.
bool append_up_to(archive* reader, std::string& bytes, std::size_t limit) {
  std::array<char, 1 << 16> block;
  while (bytes.size() < limit) {
    const la_ssize_t count =
        archive_read_data(reader, block.data(), std::min(block.size(), limit - bytes.size()));
    if (count < 0) return false;
    if (count == 0) return true;
    bytes.append(block.data(), static_cast<std::size_t>(count));
  }
  return true;
}

ArchiveMember problem(std::string name, const char* reason, const char* message) {
  return {std::move(name), nullptr, reason, message};
}

ArchiveMember read_member(archive* reader, std::string name) {
  auto bytes = std::make_shared<std::string>();
  constexpr const char* unreadable = "this member of the archive is damaged or encrypted";
  if (!append_up_to(reader, *bytes, kHeadBytes)) return problem(name, "unreadable_archive", unreadable);
  if (bytes->empty()) return problem(name, "empty_file", "the file is empty");
  if (!has_dicom_magic(*bytes) && !may_be_bare_dataset(*bytes)) {
    return problem(name, "not_dicom", "not a DICOM file");
  }
  if (!append_up_to(reader, *bytes, kMaxFileBytes + 1))
    return problem(name, "unreadable_archive", unreadable);
  if (bytes->size() > kMaxFileBytes) return problem(name, "too_large", "larger than 512 MB");
  return {std::move(name), std::move(bytes), "", ""};
}

/// How an archive ends whose beginning cannot be read. libarchive has one error number for unknown and for
/// damaged formats; its text tells them apart.
ArchiveEnd failed_start(archive* reader) {
  const char* text = archive_error_string(reader);
  const bool unknown = text && std::string_view(text).starts_with("Unrecognized archive format");
  return unknown ? ArchiveEnd::not_an_archive : ArchiveEnd::damaged;
}

/// Calls `visit` with the reader placed at the data of each member that is a file; no two names are equal.
ArchiveEnd walk(const std::filesystem::path& path,
                const std::function<void(archive*, std::string name)>& visit) {
  const Reader reader = new_reader();
  if (archive_read_open_filename(reader.get(), path.c_str(), 1 << 16) != ARCHIVE_OK) {
    return failed_start(reader.get());
  }
  std::map<std::string, int> seen;
  for (int number = 0; number < kMaxMembers; ++number) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) return ArchiveEnd::complete;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
      return number == 0 ? failed_start(reader.get()) : ArchiveEnd::damaged;
    }
    if (archive_entry_filetype(entry) == AE_IFREG)
      visit(reader.get(), unique_name(name_of(entry, number), seen));
  }
  return ArchiveEnd::damaged;
}

}  // namespace

bool looks_like_archive(const std::string& head) {
  return head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06") || head.starts_with("\x1f\x8b") ||
         (head.size() > 262 && head.compare(257, 5, "ustar") == 0);
}

ArchiveEnd for_each_member(const std::filesystem::path& path,
                           const std::function<void(const ArchiveMember&)>& take) {
  std::size_t total = 0;
  return walk(path, [&](archive* reader, std::string name) {
    const ArchiveMember member = total > kMaxArchiveBytes ? problem(std::move(name), "too_large",
                                                                    "the archive unpacks to more than 64 GB")
                                                          : read_member(reader, std::move(name));
    if (member.bytes) total += member.bytes->size();
    take(member);
  });
}

std::map<std::string, Bytes> read_members(const std::filesystem::path& path,
                                          const std::set<std::string>& names) {
  std::map<std::string, Bytes> found;
  walk(path, [&](archive* reader, std::string name) {
    if (!names.contains(name) || found.contains(name)) return;
    ArchiveMember member = read_member(reader, name);
    if (member.bytes) found.emplace(std::move(name), std::move(member.bytes));
  });
  return found;
}

}  // namespace cmrt1::dicom
