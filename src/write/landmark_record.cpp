#include "cmrt1/write/landmark_record.h"

#include "write/segment_means.h"

namespace cmrt1 {

std::array<double, 16> segment_means(const LandmarkRecord& record) {
  std::vector<const SliceSegments*> images;
  for (const auto& slice : record.segments)
    if (slice) images.push_back(&*slice);
  return segment_means(images);
}

}  // namespace cmrt1
