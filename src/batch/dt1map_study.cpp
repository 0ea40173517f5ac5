#include "cmrt1/batch/dt1map_study.h"

#include <memory>

#include "batch/dt1map_group.h"
#include "cmrt1/batch/image_run.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/write/dt1_table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

/// A NIfTI file's only pair lies in the study's folder itself.
fs::path folder_of(const Dt1Record& pair, const StudyResult& result) {
  const bool alone = result.pairs.size() == 1 && pair.rest.series.study_key.empty();
  return alone ? fs::path() : fs::path(pair.key);
}

void write_study(const StudyResult& result, const fs::path& staging, const Dt1WriteOptions& options) {
  for (const Dt1Record& pair : result.pairs) {
    throw_if_stopped();
    const fs::path folder = staging / folder_of(pair, result);
    fs::create_directories(folder);
    write_dt1(pair, folder, options);
  }
  write_dt1_study(result.pairs, staging);
}

SeriesOutcome outcome_of(const StudyResult& result, const fs::path& folder) {
  SeriesOutcome outcome;
  for (const Dt1Record& pair : result.pairs) {
    const fs::path own = folder_of(pair, result);
    outcome.rows[kDt1Table].push_back(dt1_row(pair, own.empty() ? folder : folder / own));
    for (auto& row : dt1_segment_rows(pair)) outcome.rows[kDt1SegmentTable].push_back(std::move(row));
    ++(pair.flagged() ? outcome.flagged : outcome.ok);
  }
  Rows& rows = outcome.rows[kDt1Table];
  rows.insert(rows.end(), result.other_rows.begin(), result.other_rows.end());
  outcome.failed = result.failed;
  outcome.note = folder.string() + ": " + std::to_string(outcome.ok) + " ok, " +
                 std::to_string(outcome.flagged) + " flagged, " + std::to_string(outcome.failed) + " failed";
  return outcome;
}

/// All pairs as failed, where their files could not be made.
SeriesOutcome unwritten(const StudyResult& result, const fs::path& folder, const std::string& reason,
                        const std::string& message) {
  StudyResult failed;
  failed.other_rows = result.other_rows;
  failed.failed = result.failed;
  for (const Dt1Record& pair : result.pairs)
    add_failed(failed, failed_dt1_row(pair, reason, message), pair.key, message);
  return outcome_of(failed, folder);
}

/// What was given for a map: a file for all, or the map's own in an output folder.
void add_given(CaseInputs& inputs, const std::string& role, const fs::path& given, const ImageCase& one,
               const char* name) {
  if (given.empty()) return;
  inputs.add(role, fs::is_directory(given) ? given / one.folder / name : given);
}

/// t1moco's error maps beside its T1 maps.
void add_beside(CaseInputs& inputs, const ImageCase& one) {
  std::error_code failure;
  for (const Frame& frame : one.series.frames)
    if (const fs::path file = frame.source.path.parent_path() / "t1_error.nii.gz"; fs::exists(file, failure))
      inputs.add("t1_error", file);
}

}  // namespace

CaseInputs study_inputs(const MapStudy& study) {
  CaseInputs inputs;
  inputs.folder = study.folder;
  inputs.facts.push_back(study.folder.generic_string());
  for (const MapGroup& group : study.groups) {
    inputs.facts.push_back(group.named ? "group of named files" : "group");
    for (const ImageCase& one : group.rest) {
      add_images(inputs, "rest", one);
      add_beside(inputs, one);
      add_given(inputs, "mask", group.masks, one, "segmentation.nii.gz");
      add_given(inputs, "landmarks", group.landmarks, one, "landmarks.json");
    }
    for (const ImageCase& one : group.stress) {
      add_images(inputs, "stress", one);
      add_beside(inputs, one);
      if (fs::is_directory(group.masks)) add_given(inputs, "mask", group.masks, one, "segmentation.nii.gz");
    }
  }
  return inputs;
}

std::function<SeriesOutcome()> dt1_study(MapStudy& study, const Dt1mapOptions& options,
                                         const Dt1Networks& networks, int threads) {
  auto result = std::make_shared<StudyResult>(worked_on(study, options, networks, threads));
  return [result, folder = study.folder, &options] {
    if (result->pairs.empty()) return nothing_delivered(folder, options.output, outcome_of(*result, folder));
    return deliver_case(
        folder, options.output,
        [&](const fs::path& staging) { write_study(*result, staging, options.write); },
        [&] { return outcome_of(*result, folder); },
        [&](const std::string& reason, const std::string& message) {
          return unwritten(*result, folder, reason, message);
        });
  };
}

}  // namespace cmrt1
