#pragma once
/// The bytes of a file, unpacked where it is gzip.

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <memory>

namespace cmrt1::nifti {

/// Reads forward. Throws IoError where the file cannot be read, CaseError where its gzip data are damaged
/// (`pixel_data_unreadable`) or end early (`truncated_pixel_data`).
class Stream {
 public:
  explicit Stream(const std::filesystem::path& file);

  const std::filesystem::path& file() const { return file_; }

  /// The next `size` bytes, fewer only where the file ends.
  std::size_t read(char* data, std::size_t size);

  /// No more bytes than these can come from the file, however well it is packed.
  std::uint64_t most_bytes() const;

 private:
  std::filesystem::path file_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> handle_;
};

}  // namespace cmrt1::nifti
