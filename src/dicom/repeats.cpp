#include "dicom/repeats.h"

#include <algorithm>
#include <utility>

#include "cmrt1/base/text.h"
#include "dicom/acquisitions.h"

namespace cmrt1::dicom {
namespace {

bool repeat_of(const Recording& a, const Recording& b) {
  return a.series.reason.empty() && b.series.reason.empty() && a.series.sequence == b.series.sequence &&
         a.motion_corrected == b.motion_corrected &&
         to_lower(a.series.description) == to_lower(b.series.description) &&
         same_slice(a.series.magnitude.front().geometry, b.series.magnitude.front().geometry);
}

bool newer(const Recording& a, const Recording& b) {
  return std::pair(a.acquired, a.series.series_number) > std::pair(b.acquired, b.series.series_number);
}

}  // namespace

std::vector<Recording> select(std::vector<Recording> recordings, const std::string& wanted) {
  if (wanted.empty()) return recordings;
  std::erase_if(recordings, [&](const Recording& recording) {
    return recording.series.series_uid != wanted && recording.series.key != wanted;
  });
  return recordings;
}

std::vector<Series> keep_newest(const std::vector<Recording>& recordings) {
  std::vector<std::vector<const Recording*>> groups;
  for (const Recording& recording : recordings) {
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& members) {
      return repeat_of(*members.front(), recording);
    });
    if (group == groups.end()) {
      groups.push_back({&recording});
    } else {
      group->push_back(&recording);
    }
  }
  std::vector<Series> kept;
  for (auto& group : groups) {
    std::stable_sort(group.begin(), group.end(), [](auto* a, auto* b) { return newer(*a, *b); });
    Series series = group.front()->series;
    for (std::size_t i = 1; i < group.size(); ++i) {
      const std::string& other = group[i]->series.key;
      series.warnings.push_back("the newest of repeated acquisitions; not processed: " + other +
                                " (--series " + other + " picks it)");
    }
    kept.push_back(std::move(series));
  }
  return kept;
}

}  // namespace cmrt1::dicom
