#include "cmrt1/write/dt1_result.h"

#include <algorithm>

#include "cmrt1/base/text.h"
#include "cmrt1/write/bullseye.h"
#include "cmrt1/write/dt1_dicom.h"
#include "cmrt1/write/dt1_json.h"
#include "cmrt1/write/dt1_overlay.h"
#include "cmrt1/write/nifti.h"
#include "write/dt1_style.h"
#include "write/result_files.h"

namespace cmrt1 {
namespace {

/// "dT1 (%)" and, where it is so, that it is flagged.
std::string description(const Dt1Record& record, const char* text) {
  return std::string(text) + (record.flagged() ? "; flagged" : "");
}

/// A file on the rest map's grid; `plane` outlives the file's making.
template <typename Plane>
ResultFile nifti(const Dt1Record& record, const char* name, const Plane& plane, const char* text) {
  return {name, [&record, &plane, text] {
            return nifti_gz(plane, record.rest.map.geometry, description(record, text),
                            record.rest.nifti_header);
          }};
}

std::vector<ResultFile> maps(const Dt1Record& record) {
  const Reactivity& found = record.reactivity;
  std::vector<ResultFile> files = {
      {"displacement_mm.nii.gz",
       [&record] {
         return nifti_gz(std::span(&record.registration.field, 1), record.rest.map.geometry,
                         description(record, "displacement (mm) along row, along column"),
                         record.rest.nifti_header);
       }},
      nifti(record, "dt1.nii.gz", found.dt1_percent, "dT1 (%)"),
      nifti(record, "registered_stress.nii.gz", found.registered_stress_ms, "stress T1 (ms), registered"),
      nifti(record, "dt1_status.nii.gz", found.status, "0 ok, 1-6 why there is no dT1")};
  if (found.error_percent.size() > 0)
    files.push_back(
        nifti(record, "dt1_error.nii.gz", found.error_percent, "standard error of dT1 (points of %)"));
  if (record.segments)
    files.push_back(nifti(record, "segments.nii.gz", record.segments->map.number, "AHA segments 1-16"));
  return files;
}

/// The slowest first.
std::vector<ResultFile> files_of(const Dt1Record& record, const Dt1WriteOptions& options) {
  std::vector<ResultFile> files = {{"overlay.png", [&] { return dt1_overlay_png(record); }}};
  for (ResultFile& file : maps(record)) files.push_back(std::move(file));
  if (has_dicom_sources(record)) {
    files.push_back({"dt1.dcm", [&] { return dt1_dicom(record); }});
    files.push_back({"registered_stress.dcm", [&] { return registered_stress_dicom(record); }});
  }
  files.push_back({"result.json", [&] { return dt1_json(record, options.keep_identifiers); }});
  return files;
}

std::string note_of(std::span<const Dt1Record> pairs) {
  std::string note = std::to_string(pairs.size()) + (pairs.size() == 1 ? " pair" : " pairs");
  const auto flagged =
      std::count_if(pairs.begin(), pairs.end(), [](const auto& one) { return one.flagged(); });
  const bool assumed = std::any_of(pairs.begin(), pairs.end(), [](const Dt1Record& one) {
    return one.segments && one.segments->level.source == LevelSource::assumed;
  });
  if (flagged > 0) note += ", " + std::to_string(flagged) + " flagged: look at it";
  if (assumed) note += " · level assumed";
  const std::string& study = pairs.front().rest.series.study_key;
  return study.empty() ? note : note + " · " + printable(study);
}

Bullseye bullseye_of(std::span<const Dt1Record> pairs) {
  Bullseye bullseye;
  bullseye.title = "dT1 of the segments, rest to stress";
  bullseye.unit = "%";
  bullseye.values = segment_means(pairs);
  bullseye.scale = dt1_scale;
  bullseye.marks = {dt1_scale.low, -9, -6, -3, 0};
  bullseye.marks.insert(bullseye.marks.end(), dt1_thresholds.begin(), dt1_thresholds.end());
  bullseye.marks.push_back(dt1_scale.high);
  bullseye.note = note_of(pairs);
  return bullseye;
}

}  // namespace

void write_dt1(const Dt1Record& record, const std::filesystem::path& folder, const Dt1WriteOptions& options) {
  write_files(files_of(record, options), folder, options.threads);
}

void write_dt1_study(std::span<const Dt1Record> pairs, const std::filesystem::path& folder) {
  write_files({{"dt1map.json", [&] { return dt1_study_json(pairs); }}}, folder, 1);
  const bool known = std::any_of(pairs.begin(), pairs.end(), [](const auto& one) { return one.segments; });
  if (!known) return;
  const Bullseye bullseye = bullseye_of(pairs);
  write_files({{"bullseye.svg", [&] { return bullseye_svg(bullseye); }},
               {"bullseye.png", [&] { return bullseye_png(bullseye); }}},
              folder, 1);
}

}  // namespace cmrt1
