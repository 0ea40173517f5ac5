#include "cmrt1/study/describe.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <sstream>

#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string counted(std::size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string times(const std::vector<Frame>& frames) {
  std::string text = "inversion times";
  for (const Frame& frame : frames) text += " " + number(frame.inversion_time_ms);
  text += " ms";
  const auto source = frames.front().inversion_time_source;
  const bool same = std::all_of(frames.begin(), frames.end(),
                                [&](const Frame& frame) { return frame.inversion_time_source == source; });
  return text + (same ? std::string(" (from ") + to_string(source) + ")" : " (from several places)");
}

std::string slice(const Series& series) {
  const Geometry& geometry = series.magnitude.front().geometry;
  return "slice " + std::to_string(series.slice_index + 1) + " at " + number(slice_location_mm(geometry)) +
         " mm, " + std::to_string(geometry.columns) + " x " + std::to_string(geometry.rows) + " pixels";
}

std::string quoted(const std::string& description) {
  return std::string(1, '"').append(printable(description)).append(1, '"');
}

void describe_series(std::ostream& out, const Series& series) {
  out << "  series " << series.key << "  " << to_string(series.sequence) << "  " << quoted(series.description)
      << "\n";
  if (!series.magnitude.empty()) {
    out << "    " << counted(series.magnitude.size(), "image")
        << (series.phase.empty() ? " without" : " with") << " phase, " << slice(series) << "\n"
        << "    " << times(series.magnitude) << "\n"
        << "    taken as magnitude: " << series.magnitude.front().kind_reason << "\n";
  }
  for (const std::string& warning : series.warnings) out << "    warning: " << printable(warning) << "\n";
  if (!series.reason.empty())
    out << "    cannot be processed: " << series.reason << ": " << printable(series.message) << "\n";
}

void describe_study(std::ostream& out, const Study& study) {
  out << "study " << study.key << "\n";
  for (const Series& series : study.series) describe_series(out, series);
  for (const OtherImages& other : study.others) {
    out << "  not used: " << counted(other.frames.size(), "image") << " of series " << other.series_number
        << " " << quoted(other.description) << ": " << to_string(other.kind) << " (" << other.kind_reason
        << ")\n";
  }
}

void describe_skipped(std::ostream& out, const std::vector<SkippedFile>& skipped) {
  if (skipped.empty()) return;
  std::map<std::string, std::size_t> count_by_reason;
  for (const SkippedFile& file : skipped) ++count_by_reason[file.reason];
  out << "files passed over\n";
  for (const auto& [reason, count] : count_by_reason) out << "  " << reason << ": " << count << "\n";
  for (const SkippedFile& file : skipped) {
    if (file.failed_case)
      out << "  failed: " << printable(file.source.name()) << ": " << file.message << "\n";
  }
}

}  // namespace

std::string describe(const ScanResult& result) {
  std::ostringstream out;
  for (const Study& study : result.studies) describe_study(out, study);
  describe_skipped(out, result.skipped);
  const bool any = std::any_of(result.studies.begin(), result.studies.end(),
                               [](const Study& study) { return !study.series.empty(); });
  if (!any) out << "no T1-mapping series found\n";
  return out.str();
}

}  // namespace cmrt1
