#include "nifti/voxels.h"

#include <nifti1.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace cmrt1::nifti {
namespace {

template <class T>
void scale(const std::string& stored, const Scaling& scaling, float* values) {
  for (std::size_t at = 0; at < stored.size(); at += sizeof(T)) {
    T voxel;
    std::memcpy(&voxel, stored.data() + at, sizeof voxel);
    *values++ = static_cast<float>(scaling.slope * static_cast<double>(voxel) + scaling.intercept);
  }
}

template <class T>
constexpr VoxelType type(int code) {
  return {code, sizeof(T), scale<T>};
}

constexpr VoxelType types[] = {type<std::uint8_t>(DT_UINT8), type<std::int8_t>(DT_INT8),
                               type<std::int16_t>(DT_INT16), type<std::uint16_t>(DT_UINT16),
                               type<std::int32_t>(DT_INT32), type<std::uint32_t>(DT_UINT32),
                               type<std::int64_t>(DT_INT64), type<std::uint64_t>(DT_UINT64),
                               type<float>(DT_FLOAT32),      type<double>(DT_FLOAT64)};

}  // namespace

const VoxelType* find_voxel_type(int code) {
  const auto found = std::find_if(std::begin(types), std::end(types),
                                  [code](const VoxelType& candidate) { return candidate.code == code; });
  return found == std::end(types) ? nullptr : found;
}

}  // namespace cmrt1::nifti
