#pragma once
/// What files hold, told by hashes.

#include <filesystem>
#include <map>
#include <string>

namespace cmrt1 {

/// SHA-256 of the file's bytes; of a folder: of its regular files' paths below it and their hashes, in order
/// of the paths. "unreadable" where there is none or it cannot be read: the reader of the content says why.
std::string content_hash(const std::filesystem::path& path);

/// content_hash() that reads a path that many results are made from (an archive, a mask) once. Files that
/// change meanwhile are the caller's risk.
class ContentHashes {
 public:
  const std::string& of(const std::filesystem::path& path);

 private:
  std::map<std::filesystem::path, std::string> known_;
};

}  // namespace cmrt1
