#include "cmrt1/batch/t1moco_case.h"

#include <memory>
#include <variant>

#include "cmrt1/base/log.h"
#include "cmrt1/batch/guard.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/private_text.h"
#include "cmrt1/batch/run_app.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/batch/stopwatch.h"
#include "cmrt1/dicom/load.h"
#include "cmrt1/nn/runtime.h"
#include "cmrt1/write/quality.h"
#include "cmrt1/write/summary.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> options_in_force(const T1MocoOptions& options) {
  std::map<std::string, std::string> text = {
      {"method", to_string(options.moco.method)},
      {"sequence", options.scan.sequence ? to_string(*options.scan.sequence) : "auto"},
      {"heart_radius_mm", csv_number(options.moco.heart_radius_mm)}};
  if (const auto& centre = options.moco.heart_centre_px)
    text["heart_centre_px"] = csv_number((*centre)[0]) + "," + csv_number((*centre)[1]);
  if (needs_network(options.moco.method)) {
    text["views"] = std::to_string(options.moco.network.views);
    text["device"] = options.network.device;
    text["precision"] = nn::to_string(options.network.precision);
  }
  return text;
}

SeriesRecord correct(const Series& series, const T1MocoOptions& options, const nn::Network* network) {
  SeriesRecord record;
  record.series = series;
  record.options = options_in_force(options);
  record.versions = {{"cmrt1", software_version()}, {"libtorch", nn::runtime_version()}};
  const Stopwatch watch;
  record.images = load(series);
  record.timings_s["load"] = watch.seconds();
  throw_if_stopped();
  const Stopwatch working;
  record.result = correct_motion(record.images, series.sequence, options.moco, network);
  record.timings_s["correct"] = working.seconds();
  throw_if_stopped();
  return record;
}

/// A series between its two steps: corrected, not yet written; or failed.
using Corrected = std::variant<SeriesRecord, SeriesOutcome>;

SeriesOutcome delivered(const SeriesRecord& record, const fs::path& folder) {
  const Verdict verdict = judge(record.result);
  SeriesOutcome outcome;
  ++(verdict.status == "flagged" ? outcome.flagged : outcome.ok);
  outcome.note = record.series.key + " " + verdict.status;
  if (!verdict.flag.empty()) outcome.note += " (" + verdict.flag + ")";
  outcome.note += ", median R2 " + csv_number(record.result.before.r2_median, 3) + " -> " +
                  csv_number(delivered_quality(record.result).r2_median, 3);
  outcome.rows[kSummaryTable] = {summary_row(record, folder)};
  return outcome;
}

std::vector<std::string> paths_of(const Series& series) {
  std::vector<std::string> paths;
  for (const auto* frames : {&series.magnitude, &series.phase})
    for (const Frame& frame : *frames) paths.push_back(frame.source.name());
  return paths;
}

SeriesOutcome failed(const Series& series, const std::string& reason, const std::string& message,
                     const T1MocoOptions& options) {
  log::error(series.key + ": " + message);
  const std::string told =
      options.write.keep_identifiers ? message : without_paths(message, paths_of(series));
  return {series.key + " failed (" + reason + ")",
          {{kSummaryTable, {failed_row(series.study_uid, series.series_uid, series.key, reason, told)}}},
          0,
          0,
          1};
}

template <typename Result, typename Step>
Result or_failed(const Series& series, const T1MocoOptions& options, const Step& step) {
  return guarded<Result>(step, [&](const std::string& reason, const std::string& message) {
    return failed(series, reason, message, options);
  });
}

SeriesOutcome written(const Study& study, const Series& series, const Corrected& corrected,
                      const T1MocoOptions& options) {
  const fs::path name = result_folder(study, series);
  const auto* record = std::get_if<SeriesRecord>(&corrected);
  if (!record) return nothing_delivered(name, options.output, std::get<SeriesOutcome>(corrected));
  return deliver_case(
      name, options.output, [&](const fs::path& staging) { write_series(*record, staging, options.write); },
      [&] { return delivered(*record, name); },
      [&](const std::string& reason, const std::string& message) {
        return failed(series, reason, message, options);
      });
}

}  // namespace

fs::path result_folder(const Study& study, const Series& series) { return fs::path(study.key) / series.key; }

CaseInputs series_inputs(const Study& study, const Series& series) {
  CaseInputs inputs;
  inputs.folder = result_folder(study, series);
  inputs.facts = {inputs.folder.generic_string(), series.study_uid, series.series_uid,
                  std::to_string(series.slice_index), to_string(series.sequence)};
  inputs.facts.insert(inputs.facts.end(), series.warnings.begin(), series.warnings.end());
  for (const Frame& frame : series.magnitude) inputs.add("magnitude", frame);
  for (const Frame& frame : series.phase) inputs.add("phase", frame);
  return inputs;
}

std::function<SeriesOutcome()> correct_case(const Study& study, const Series& series,
                                            const T1MocoOptions& options, const nn::Network* network) {
  for (const auto& warning : series.warnings) log::warning(series.key + ": " + warning);
  auto corrected = std::make_shared<Corrected>(or_failed<Corrected>(series, options, [&]() -> Corrected {
    if (!series.reason.empty()) throw CaseError(series.reason, series.message);
    return correct(series, options, network);
  }));
  return [corrected, &study, &series, &options] { return written(study, series, *corrected, options); };
}

}  // namespace cmrt1
