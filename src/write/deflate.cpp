#include "write/deflate.h"

#include <zlib.h>

#include <limits>
#include <stdexcept>

#include "cmrt1/base/error.h"

namespace cmrt1 {

std::string deflated(const std::string& bytes, Wrapping wrapping, int strategy) {
  if (bytes.size() > std::numeric_limits<uInt>::max())
    throw CaseError("too_large", "a file of more than 4 GB would have to be compressed");
  constexpr int largest_window = 15, gzip = 16, usual_memory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED,
                   largest_window + (wrapping == Wrapping::gzip ? gzip : 0), usual_memory, strategy) != Z_OK)
    throw std::runtime_error("zlib cannot be initialised");
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int outcome = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (outcome != Z_STREAM_END) throw std::runtime_error("zlib could not compress an image");
  return packed;
}

}  // namespace cmrt1
