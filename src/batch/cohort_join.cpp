#include "batch/cohort_join.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "cmrt1/base/text.h"
#include "cmrt1/write/cohort_statistics.h"

namespace cmrt1 {
namespace {

constexpr std::size_t kLongestReason = 80;  // characters; those of the programs are words

double number(const std::string& cell) {
  double value = kUndefined;
  const auto end = cell.data() + cell.size();
  const auto parsed = std::from_chars(cell.data(), end, value);
  return parsed.ec == std::errc() && parsed.ptr == end ? value : kUndefined;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find(separator, from), text.size());
    const std::string part = shortened(printable(trim(text.substr(from, to - from))), kLongestReason);
    if (!part.empty()) parts.push_back(part);
    from = to + 1;
  }
  return parts;
}

/// Without the apostrophe that keeps a spreadsheet from running a cell (write/table.h).
std::string without_apostrophe(const std::string& cell) {
  const bool added =
      cell.size() > 1 && cell[0] == '\'' && std::string("=+-@").find(cell[1]) != std::string::npos;
  return added ? cell.substr(1) : cell;
}

/// Empty where the path is none, or leads out of the folder that it is relative to.
std::string safe_path(const std::string& program, const std::string& cell) {
  const std::filesystem::path path = without_apostrophe(cell);
  const bool leaves = std::find(path.begin(), path.end(), "..") != path.end();
  return path.empty() || path.is_absolute() || leaves ? "" : program + "/" + path.generic_string();
}

/// The study, or where there is none the result's folder; empty where the row names neither.
std::string key_of(const CsvRow& row) {
  std::string study = row.at("study_uid");
  if (!study.empty()) return study;
  for (const char* column : {"folder", "pair", "rest_series_key", "stress_series_key"})
    if (std::string cell = without_apostrophe(row.at(column)); !cell.empty()) return cell;
  return "";
}

std::string status_of(const CsvRow& row) {
  const std::string status = row.at("status");
  return status == "ok" || status == "flagged" || status == "unpaired" ? status : "failed";
}

void add(CohortCounts& counts, const std::string& status) {
  ++(status == "ok"         ? counts.ok
     : status == "flagged"  ? counts.flagged
     : status == "unpaired" ? counts.unpaired
                            : counts.failed);
}

/// The name under which other tables know the row's image; `key` stands in for a NIfTI file.
ImageName image_of(const CsvRow& row, const std::string& key) {
  const std::string uid = row.at("sop_instance_uid");
  return {uid.empty() ? key : uid, row.at("slice")};
}

/// What the stress map of a pair is known by; empty where nothing tells it from the rest map.
std::string stress_object(const CsvRow& row) {
  std::string uid = row.at("stress_sop_instance_uid");
  const std::string key = row.at("stress_series_key");
  if (!uid.empty()) return uid;
  return key == row.at("rest_series_key") ? "" : key;
}

std::size_t segment_of(const CsvRow& row) {
  const double segment = number(row.at("segment"));
  return segment >= 1 && segment <= 16 ? static_cast<std::size_t>(segment) - 1 : 16;
}

void keep(std::vector<double>& values, double value) {
  if (std::isfinite(value)) values.push_back(value);
}

double median(const std::vector<double>& values) { return quantile(finite_sorted(values), 0.5); }
double lowest(const std::vector<double>& values) { return quantile(finite_sorted(values), 0); }
double largest(const std::vector<double>& values) { return quantile(finite_sorted(values), 1); }

double mean(const std::vector<double>& values) {
  WeightedMean all;
  for (const double value : values) all.add(value, 1);
  return all.mean();
}

SegmentValues means_of(const std::array<WeightedMean, 16>& segments) {
  SegmentValues means;
  for (std::size_t i = 0; i < 16; ++i) means[i] = segments[i].mean();
  return means;
}

}  // namespace

void WeightedMean::add(double value, double weight) {
  if (std::isfinite(value) && weight > 0) values_.emplace_back(value, weight);
}

double WeightedMean::mean() const {
  auto sorted = values_;
  std::sort(sorted.begin(), sorted.end());
  double sum = 0, weights = 0;
  for (const auto& [value, weight] : sorted) sum += value * weight, weights += weight;
  return weights > 0 ? sum / weights : kUndefined;
}

CohortJoin::Draft* CohortJoin::count(CohortProgram program, const CsvRow& row, const std::string& key,
                                     const std::string& reasons) {
  const auto place = static_cast<std::size_t>(program);
  const std::string status = status_of(row);
  Draft* draft = nullptr;
  if (!key.empty()) {
    draft = &drafts_[key];
    draft->subject.key = key;
    draft->subject.study_uid = row.at("study_uid");
  }
  add(draft ? draft->subject.counts[place] : cohort_.homeless[place], status);
  if (status == "ok") return draft;
  for (const std::string& reason : split(reasons, ';')) {
    ++reasons_[{program, status, reason}];
    if (draft) draft->subject.reasons.push_back({program, status, reason});
  }
  return draft;
}

void CohortJoin::show(CohortProgram program, const CsvRow& row, const std::string& key,
                      const std::string& reasons, const std::string& picture, const std::string& figure,
                      double value) {
  const std::string path = safe_path(to_string(program), picture);
  if (status_of(row) != "flagged" || key.empty() || path.empty()) return;
  char text[32] = "";
  if (std::isfinite(value)) std::snprintf(text, sizeof text, " %.3g", value);
  cases_.push_back({key,
                    {program, 0, split(reasons, ';'), path, std::isfinite(value) ? figure + text : "",
                     std::isfinite(value) ? value : -1}});
}

void CohortJoin::add_t1moco(const CsvRow& row) {
  const std::string key = key_of(row);
  const std::string reasons = status_of(row) == "failed" ? row.at("reason") : row.at("flag");
  Draft* draft = count(CohortProgram::t1moco, row, key, reasons);
  if (!draft) return;
  draft->subject.corrected_series += row.at("corrected") == "yes";
  const double r2 = number(row.at("r2_median_after"));
  keep(draft->r2_before, number(row.at("r2_median_before")));
  keep(draft->r2, r2);
  keep(draft->motion_before, number(row.at("motion_before_mm")));
  keep(draft->motion_after, number(row.at("motion_after_mm")));
  const std::string folder = row.at("folder");
  show(CohortProgram::t1moco, row, key, reasons, folder.empty() ? "" : folder + "/overview.png", "R²", r2);
}

void CohortJoin::add_qcdseg(const CsvRow& row) {
  const std::string key = key_of(row);
  Draft* draft = count(CohortProgram::qcdseg, row, key, row.at("reasons"));
  if (!draft) return;
  const double dice = number(row.at("predicted_dice"));
  keep(draft->dice, dice);
  if (row.at("kind") == "t1_map")
    draft->t1.push_back({image_of(row, key), 0, number(row.at("t1_mean_ms")), number(row.at("t1_pixels"))});
  show(CohortProgram::qcdseg, row, key, row.at("reasons"), row.at("overlay"), "predicted Dice", dice);
}

void CohortJoin::add_landmarks(const CsvRow& row) {
  const std::string key = key_of(row);
  Draft* draft = count(CohortProgram::ahalandmarks, row, key, row.at("reasons"));
  if (!draft) return;
  const double confidence = number(row.at("confidence"));
  keep(draft->confidence, confidence);
  const ImageName image = image_of(row, key);
  landmark_rows_[{row.at("study_uid"), row.at("series_uid"), row.at("input"), row.at("slice")}] = image;
  if (const std::string level = row.at("level"); !level.empty()) levels_.set(image, level);
  show(CohortProgram::ahalandmarks, row, key, row.at("reasons"), row.at("overlay"), "confidence", confidence);
}

void CohortJoin::add_segment(const CsvRow& row) {
  const std::size_t segment = segment_of(row);
  if (segment >= 16 || row.at("quantity") != "T1" || row.at("unit") != "ms") return;
  const auto image =
      landmark_rows_.find({row.at("study_uid"), row.at("series_uid"), row.at("input"), row.at("slice")});
  const std::string key = row.at("study_uid").empty() && image != landmark_rows_.end() ? image->second.object
                                                                                       : row.at("study_uid");
  const auto draft = drafts_.find(key);
  if (draft == drafts_.end()) return;
  draft->second.segments.push_back({image == landmark_rows_.end() ? ImageName{} : image->second, segment,
                                    number(row.at("mean")), number(row.at("pixels"))});
}

void CohortJoin::add_dt1(const CsvRow& row) {
  const std::string key = key_of(row);
  Draft* draft = count(CohortProgram::dt1map, row, key, row.at("reasons"));
  if (const std::string object = stress_object(row); !object.empty())
    stress_.set({object, row.at("stress_slice")}, true);
  if (!draft) return;
  const double overlap = number(row.at("dice_after")), pixels = number(row.at("dt1_pixels"));
  keep(draft->overlap, overlap);
  draft->dt1.add(number(row.at("dt1_mean_percent")), pixels);
  draft->dt1_error.add(number(row.at("dt1_error_percent")), pixels);
  show(CohortProgram::dt1map, row, key, row.at("reasons"), row.at("overlay"), "overlap", overlap);
}

void CohortJoin::add_dt1_segment(const CsvRow& row) {
  const std::size_t segment = segment_of(row);
  const auto draft = drafts_.find(key_of(row));
  if (segment >= 16 || row.at("quantity") != "dT1" || draft == drafts_.end()) return;
  draft->second.dt1_segments[segment].add(number(row.at("mean")), number(row.at("pixels")));
}

CohortT1 CohortJoin::t1_of(const Draft& draft, bool stress) const {
  WeightedMean all, basal, mid, apical;
  for (const Measured& one : draft.t1) {
    if (under_stress(one.image) != stress) continue;
    all.add(one.value, one.pixels);
    const std::string* level = levels_.find(one.image);
    if (!level) continue;
    (*level == "basal" ? basal : *level == "mid" ? mid : apical).add(one.value, one.pixels);
  }
  return {all.mean(), basal.mean(), mid.mean(), apical.mean()};
}

SegmentValues CohortJoin::t1_segments_of(const Draft& draft, bool stress) const {
  std::array<WeightedMean, 16> segments;
  for (const Measured& one : draft.segments)
    if (under_stress(one.image) == stress) segments[one.segment].add(one.value, one.pixels);
  return means_of(segments);
}

void CohortJoin::finish(Draft& draft) const {
  CohortFigures& figures = draft.subject.figures;
  figures.r2_before = median(draft.r2_before);
  figures.r2 = median(draft.r2);
  figures.r2_lowest = lowest(draft.r2);
  figures.motion_before_mm = median(draft.motion_before);
  figures.motion_before_largest_mm = largest(draft.motion_before);
  figures.motion_after_largest_mm = largest(draft.motion_after);
  figures.predicted_dice = mean(draft.dice);
  figures.predicted_dice_lowest = lowest(draft.dice);
  figures.landmark_confidence_lowest = lowest(draft.confidence);
  figures.registration_dice_lowest = lowest(draft.overlap);
  figures.dt1_percent = draft.dt1.mean();
  figures.dt1_error_percent = draft.dt1_error.mean();
  figures.dt1_segments_percent = means_of(draft.dt1_segments);
  figures.t1_rest = t1_of(draft, false);
  figures.t1_stress = t1_of(draft, true);
  figures.t1_rest_segments_ms = t1_segments_of(draft, false);
  figures.t1_stress_segments_ms = t1_segments_of(draft, true);
  auto& reasons = draft.subject.reasons;
  std::sort(reasons.begin(), reasons.end());
  reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
}

Cohort CohortJoin::finish() {
  std::map<std::string, std::size_t> places;
  std::map<CohortReason, std::size_t> subjects;
  for (auto& [key, draft] : drafts_) {
    finish(draft);
    places[key] = cohort_.subjects.size();
    for (const CohortReason& reason : draft.subject.reasons) ++subjects[reason];
    cohort_.subjects.push_back(std::move(draft.subject));
  }
  for (DraftCase& one : cases_) {
    one.shown.subject = places.at(one.subject);
    cohort_.cases.push_back(std::move(one.shown));
  }
  std::sort(cohort_.cases.begin(), cohort_.cases.end(), [](const CohortCase& a, const CohortCase& b) {
    return std::tie(a.program, a.order, a.picture) < std::tie(b.program, b.order, b.picture);
  });
  for (const auto& [reason, rows] : reasons_) cohort_.reasons.push_back({reason, rows, subjects[reason]});
  std::stable_sort(cohort_.reasons.begin(), cohort_.reasons.end(),
                   [](const auto& a, const auto& b) { return a.rows > b.rows; });
  return with_outliers(std::move(cohort_));
}

}  // namespace cmrt1
