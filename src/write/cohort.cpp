#include "cmrt1/write/cohort.h"

#include <algorithm>
#include <cmath>

#include "cmrt1/write/cohort_statistics.h"

namespace cmrt1 {

const char* to_string(CohortProgram program) {
  static constexpr const char* names[] = {"t1moco", "qcdseg", "ahalandmarks", "dt1map"};
  return names[static_cast<std::size_t>(program)];
}

const char* items_of(CohortProgram program) {
  static constexpr const char* names[] = {"series", "images", "images", "pairs"};
  return names[static_cast<std::size_t>(program)];
}

const char* to_string(SubjectStatus status) {
  static constexpr const char* names[] = {"ok", "flagged", "failed"};
  return names[static_cast<std::size_t>(status)];
}

SubjectStatus CohortSubject::status() const {
  const auto any = [&](std::size_t CohortCounts::*count) {
    return std::any_of(counts.begin(), counts.end(), [&](const auto& one) { return one.*count > 0; });
  };
  if (any(&CohortCounts::failed)) return SubjectStatus::failed;
  return any(&CohortCounts::flagged) ? SubjectStatus::flagged : SubjectStatus::ok;
}

Cohort with_outliers(Cohort cohort) {
  for (std::size_t measure = 0; measure < cohort_measures().size(); ++measure) {
    const CohortMeasure& judged = cohort_measures()[measure];
    if (judged.tail == Tail::none) continue;
    std::vector<double> values;
    for (const auto& subject : cohort.subjects) values.push_back(judged.value(subject.figures));
    const std::vector<double> scores = robust_z(values);
    for (std::size_t i = 0; i < scores.size(); ++i)
      if (is_outlier(scores[i], judged.tail)) cohort.subjects[i].outliers.push_back({i, measure, scores[i]});
  }
  for (CohortSubject& subject : cohort.subjects)
    std::stable_sort(subject.outliers.begin(), subject.outliers.end(),
                     [](const auto& a, const auto& b) { return std::abs(a.z) > std::abs(b.z); });
  return cohort;
}

}  // namespace cmrt1
