#include "write/deflate.h"

#include <libdeflate.h>

#include <memory>
#include <stdexcept>

namespace cmrt1 {

std::string deflated(const std::string& bytes, Wrapping wrapping) {
  constexpr int fastest = 1;
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(fastest), libdeflate_free_compressor);
  if (!compressor) throw std::bad_alloc();
  const bool gzip = wrapping == Wrapping::gzip;
  const auto bound = gzip ? libdeflate_gzip_compress_bound : libdeflate_zlib_compress_bound;
  const auto compress = gzip ? libdeflate_gzip_compress : libdeflate_zlib_compress;
  const std::size_t most = bound(compressor.get(), bytes.size());
  const auto packed = std::make_unique_for_overwrite<char[]>(most);
  const std::size_t size = compress(compressor.get(), bytes.data(), bytes.size(), packed.get(), most);
  if (size == 0) throw std::runtime_error("libdeflate could not compress an image");
  return {packed.get(), size};
}

}  // namespace cmrt1
