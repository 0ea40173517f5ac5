#include "write/cohort_data.h"

#include <map>
#include <set>

#include "cmrt1/write/table.h"
#include "write/cohort_text.h"
#include "write/markup.h"

namespace cmrt1 {
namespace {

/// "[a,b,c]" of what `text` makes of each.
template <typename Items, typename Text>
std::string array_of(const Items& items, const Text& text) {
  std::string array = "[";
  for (const auto& item : items) array += (array.size() > 1 ? "," : "") + text(item);
  return array + "]";
}

std::string number_or_null(double value) {
  const std::string number = csv_number(value);
  return number.empty() ? "null" : number;
}

using ReasonPlaces = std::map<std::string, std::size_t>;

ReasonPlaces places_of(const Cohort& cohort) {
  ReasonPlaces places;
  for (const auto& subject : cohort.subjects)
    for (const auto& reason : subject.reasons) places.emplace(words_of(reason), 0);
  std::size_t next = 0;
  for (auto& [words, place] : places) place = next++;
  return places;
}

std::string reasons_of(const std::set<std::string>& words, const ReasonPlaces& places) {
  return array_of(words, [&](const auto& one) { return std::to_string(places.at(one)); });
}

std::string subject_data(const CohortSubject& subject, const ReasonPlaces& places) {
  std::set<std::string> words;
  for (const auto& reason : subject.reasons) words.insert(words_of(reason));
  std::string row = "[" + json_text(subject.key) + "," + std::to_string(static_cast<int>(subject.status())) +
                    "," + reasons_of(words, places) + "," +
                    (subject.outliers.empty() ? "null" : number_or_null(subject.outliers.front().z));
  for (const auto& measure : cohort_measures())
    if (measure.in_table) row += "," + number_or_null(measure.value(subject.figures));
  return row + "]";
}

std::string case_data(const CohortCase& one, const ReasonPlaces& places) {
  std::set<std::string> words;
  for (const auto& reason : one.reasons) words.insert(words_of({one.program, "", reason}));
  return "[" + std::to_string(static_cast<int>(one.program)) + "," + std::to_string(one.subject) + "," +
         reasons_of(words, places) + "," + json_text(link_to(one.picture)) + "," + json_text(one.note) + "]";
}

}  // namespace

std::string words_of(const CohortReason& reason) {
  return std::string(to_string(reason.program)) + ": " + reason.reason;
}

std::string cohort_data(const Cohort& cohort) {
  const ReasonPlaces places = places_of(cohort);
  std::string measures;
  for (const auto& measure : cohort_measures())
    if (measure.in_table)
      measures += (measures.empty() ? "[" : ",[") +
                  json_text(measure.title + (measure.unit.empty() ? "" : ", " + measure.unit)) + "," +
                  std::to_string(decimals_of(measure.unit)) + "]";
  return R"({"programs":["t1moco","qcdseg","ahalandmarks","dt1map"],"statuses":["ok","flagged","failed"],)"
         "\"measures\":[" +
         measures +
         "],\n\"reasons\":" + array_of(places, [](const auto& one) { return json_text(one.first); }) +
         ",\n\"subjects\":" +
         array_of(cohort.subjects, [&](const auto& one) { return "\n" + subject_data(one, places); }) +
         ",\n\"cases\":" +
         array_of(cohort.cases, [&](const auto& one) { return "\n" + case_data(one, places); }) + "}";
}

}  // namespace cmrt1
