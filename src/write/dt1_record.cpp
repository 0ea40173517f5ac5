#include "cmrt1/write/dt1_record.h"

#include <algorithm>

#include "write/segment_means.h"

namespace cmrt1 {

bool Dt1Record::registered() const { return registration.method_used != RegistrationMethod::none; }

std::string Dt1Record::reason_list() const {
  std::string all;
  for (const std::string& reason : reasons) all += (all.empty() ? "" : ";") + reason;
  return all;
}

std::optional<bool> same_frame_of_reference(const Dt1Record& pair) {
  const std::string &rest = pair.rest.frame_of_reference_uid, &stress = pair.stress.frame_of_reference_uid;
  if (rest.empty() || stress.empty()) return std::nullopt;
  return rest == stress;
}

double trigger_difference_ms(const Dt1Record& pair) {
  return pair.stress.trigger_time_ms - pair.rest.trigger_time_ms;
}

std::array<int, kDt1Statuses> count_by_status(const Reactivity& reactivity) {
  std::array<int, kDt1Statuses> counts = {};
  for (const std::uint8_t status : reactivity.status.reshaped())
    if (status < counts.size()) ++counts[status];
  return counts;
}

std::array<double, 16> segment_means(std::span<const Dt1Record> pairs) {
  std::vector<const SliceSegments*> images;
  for (const Dt1Record& pair : pairs)
    if (pair.segments) images.push_back(&*pair.segments);
  return segment_means(images);
}

}  // namespace cmrt1
