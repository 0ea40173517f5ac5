#pragma once
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <utility>

/// A NIfTI-1 file made by hand: fields at the byte offsets of nifti1.h, voxels behind them.
class NiftiFile {
 public:
  static constexpr std::size_t data_start = 352;

  /// `dim` from dim[0] on; pixdim 1, nothing said about the place.
  NiftiFile(std::initializer_list<std::int16_t> dim, std::int16_t datatype, bool big_endian = false)
      : bytes_(data_start, '\0'), big_endian_(big_endian) {
    put<std::int32_t>(0, 348);
    std::size_t at = 40;
    for (const std::int16_t size : dim) put(std::exchange(at, at + 2), size);
    put(70, datatype);
    for (std::size_t axis = 0; axis < 8; ++axis) put(76 + 4 * axis, 1.0f);
    put(108, static_cast<float>(data_start));
    bytes_.replace(344, 4, std::string("n+1\0", 4));
  }

  template <class T>
  NiftiFile& put(std::size_t offset, T value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    if (big_endian_) std::reverse(std::begin(bytes), std::end(bytes));
    bytes_.resize(std::max(bytes_.size(), offset + sizeof value));
    std::memcpy(bytes_.data() + offset, bytes, sizeof value);
    return *this;
  }

  template <class T>
  NiftiFile& add(std::initializer_list<T> voxels) {
    for (const T voxel : voxels) put(bytes_.size(), voxel);
    return *this;
  }

  NiftiFile& pixdim(float x, float y, float z) { return put(80, x).put(84, y).put(88, z); }

  NiftiFile& sform(const std::array<std::array<float, 4>, 3>& rows) {
    put<std::int16_t>(254, 1);
    for (std::size_t row = 0; row < 3; ++row)
      for (std::size_t column = 0; column < 4; ++column) put(280 + 16 * row + 4 * column, rows[row][column]);
    return *this;
  }

  NiftiFile& qform(const std::array<float, 3>& quaternion, const std::array<float, 3>& offset, float qfac) {
    put<std::int16_t>(252, 1).put(76, qfac);
    for (std::size_t axis = 0; axis < 3; ++axis)
      put(256 + 4 * axis, quaternion[axis]).put(268 + 4 * axis, offset[axis]);
    return *this;
  }

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  bool big_endian_;
};

inline std::filesystem::path write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

inline std::string gzipped(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}
