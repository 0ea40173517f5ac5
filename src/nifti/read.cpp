#include "cmrt1/nifti/read.h"

#include <nifti2_io.h>

#include <algorithm>

#include "cmrt1/base/error.h"
#include "nifti/header.h"
#include "nifti/placement.h"
#include "nifti/stream.h"

namespace cmrt1 {
namespace {

using namespace nifti;

CaseError truncated(const std::string& file) {
  return {"truncated_pixel_data", file + " ends before its last voxel: copy it again"};
}

/// Voxels row by row: memory grows no faster than the file proves to hold them.
class VoxelReader {
 public:
  VoxelReader(Stream& stream, const Header& header, const Shape& shape)
      : stream_(stream),
        file_(stream.file().string()),
        shape_(shape),
        type_(checked_voxel_type(header, file_)),
        scaling_(checked_scaling(header, file_)),
        swapped_(header.swapped),
        row_(static_cast<std::size_t>(shape.columns) * static_cast<std::size_t>(type_.bytes), '\0') {
    const std::uint64_t gap = checked_gap(header, file_);
    const std::uint64_t voxels = std::uint64_t(shape.rows) * std::uint64_t(shape.slices) * row_.size();
    if (header.bytes_read + gap + voxels > stream.most_bytes()) throw truncated(file_);
    skip(gap);
  }

  Pixels slice() {
    Pixels pixels(shape_.rows, shape_.columns);
    for (Eigen::Index row = 0; row < pixels.rows(); ++row) {
      if (stream_.read(row_.data(), row_.size()) < row_.size()) throw truncated(file_);
      if (swapped_) nifti_swap_Nbytes(shape_.columns, type_.bytes, row_.data());
      type_.scale(row_, scaling_, &pixels(row, 0));
    }
    return pixels;
  }

  /// Only behind the last byte does gzip say whether the others were right.
  void check_end() {
    char beyond;
    stream_.read(&beyond, 1);
  }

 private:
  void skip(std::uint64_t count) {
    std::string passed(1 << 16, '\0');
    while (count > 0) {
      const std::size_t now = std::min<std::uint64_t>(count, passed.size());
      if (stream_.read(passed.data(), now) < now) throw truncated(file_);
      count -= now;
    }
  }

  Stream& stream_;
  std::string file_;
  Shape shape_;
  const VoxelType& type_;
  Scaling scaling_;
  bool swapped_;
  std::string row_;
};

}  // namespace

NiftiImage read_nifti(const std::filesystem::path& file) {
  Stream stream(file);
  const Header header = read_header(stream);
  const Shape shape = checked_shape(header, file.string());
  const Placement place = placement(header, shape, file.string());
  VoxelReader voxels(stream, header, shape);
  NiftiImage image;
  image.header = grid_header(header);
  const auto& words = header.fields.descrip;
  image.description.assign(words, std::find(words, words + sizeof words, '\0'));
  image.placed = place.placed;
  for (int k = 0; k < shape.slices; ++k)
    image.slices.push_back({voxels.slice(), geometry_of_slice(place, k % shape.depth)});
  voxels.check_end();
  return image;
}

}  // namespace cmrt1
