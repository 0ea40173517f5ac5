#pragma once
/// Members of .zip, .tar and .tar.gz archives, read in place with libarchive.

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "dicom/byte_stream.h"

namespace cmrt1::dicom {

/// True where the first bytes of a file are those of a zip, tar or gzip file.
bool looks_like_archive(const std::string& head);

/// What becomes of one member.
struct ArchiveMember {
  std::string name;     ///< unique within the archive: a repeated name is followed by #2, #3, ...
  Bytes bytes;          ///< null where `problem` is set
  std::string problem;  ///< reason: `too_large`, `not_dicom`, `empty_file`, `unreadable_archive`
  std::string message;
};

enum class ArchiveEnd {
  complete,
  not_an_archive,  ///< for example a gzip file that holds no tar
  damaged,         ///< it ends early or an entry cannot be read; members before that were delivered
};

/// Calls `take` for each member that is a file. Members that do not begin like DICOM are named but not
/// read; none larger than kMaxFileBytes is kept, and neither more than a million members nor more than
/// 64 GB of them are read.
ArchiveEnd for_each_member(const std::filesystem::path& archive,
                           const std::function<void(const ArchiveMember&)>& take);

/// The bytes of the members called `names`, in one pass; names that are not there are left out.
std::map<std::string, Bytes> read_members(const std::filesystem::path& archive,
                                          const std::set<std::string>& names);

}  // namespace cmrt1::dicom
