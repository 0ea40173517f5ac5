#include "nifti/stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "cmrt1/base/error.h"

namespace cmrt1::nifti {
namespace {

constexpr unsigned buffer_bytes = 1 << 17;
constexpr std::size_t chunk_bytes = 1 << 30;
constexpr std::uint64_t best_deflate_ratio = 1032;  // zlib's technical details: 1032 : 1

IoError cannot_read(const std::filesystem::path& file) {
  return IoError("cannot read " + file.string() + ": " + std::strerror(errno));
}

/// Throws where `handle` is in error rather than at the end of `file`.
void check(gzFile handle, const std::filesystem::path& file) {
  int code = Z_OK;
  ::gzerror(handle, &code);
  switch (code) {
    case Z_OK:
    case Z_STREAM_END:
      return;
    case Z_ERRNO:
      throw cannot_read(file);
    case Z_BUF_ERROR:
      throw CaseError("truncated_pixel_data", file.string() + " ends inside its gzip data: copy it again");
    default:
      throw CaseError("pixel_data_unreadable", file.string() + " has damaged gzip data: copy it again");
  }
}

}  // namespace

Stream::Stream(const std::filesystem::path& file)
    : file_(file), handle_(::gzopen(file.c_str(), "rb"), ::gzclose) {
  if (!handle_) throw cannot_read(file_);
  ::gzbuffer(handle_.get(), buffer_bytes);
}

std::size_t Stream::read(char* data, std::size_t size) {
  std::size_t total = 0;
  while (total < size) {
    const std::size_t wanted = std::min(size - total, chunk_bytes);
    const int got = ::gzread(handle_.get(), data + total, static_cast<unsigned>(wanted));
    if (got <= 0) {
      check(handle_.get(), file_);
      break;
    }
    total += static_cast<std::size_t>(got);
  }
  return total;
}

std::uint64_t Stream::most_bytes() const {
  std::error_code error;
  const std::uint64_t on_disk = std::filesystem::file_size(file_, error);
  if (error) throw IoError("cannot read " + file_.string() + ": " + error.message());
  return ::gzdirect(handle_.get()) ? on_disk : on_disk * best_deflate_ratio;
}

}  // namespace cmrt1::nifti
