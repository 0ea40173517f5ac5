#pragma once
#include <zlib.h>

#include <cstring>
#include <stdexcept>
#include <string>

/// What a gzip file of at most 4 MB holds.
inline std::string gunzip(const std::string& packed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string bytes(1 << 22, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  if (inflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("not a whole gzip file");
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return bytes;
}

/// The value at a byte offset, as of a field of a NIfTI header.
template <class T>
T at(const std::string& bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}
