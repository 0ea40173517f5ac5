#include "cmrt1/batch/t1moco_case.h"

#include "cmrt1/base/log.h"
#include "cmrt1/batch/guard.h"
#include "cmrt1/batch/output.h"
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
  record.versions = {
      {"cmrt1", software_version()}, {"itk", CMRT1_ITK_VERSION}, {"libtorch", nn::runtime_version()}};
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

Outcome delivered(const SeriesRecord& record, const fs::path& folder) {
  const Verdict verdict = judge(record.result);
  std::string note = record.series.key + " " + verdict.status;
  if (!verdict.flag.empty()) note += " (" + verdict.flag + ")";
  note += ", median R2 " + csv_number(record.result.before.r2_median, 3) + " -> " +
          csv_number(delivered_quality(record.result).r2_median, 3);
  return {verdict.status, note, summary_row(record, folder)};
}

fs::path result_folder(const Study& study, const Series& series) { return fs::path(study.key) / series.key; }

Outcome failed(const Series& series, const std::string& reason, const std::string& message) {
  log::error(series.key + ": " + message);
  return {"failed", series.key + " failed (" + reason + ")",
          failed_row(series.study_uid, series.series_uid, series.key, reason, message)};
}

template <typename Result, typename Step>
Result or_failed(const Series& series, const Step& step) {
  return guarded<Result>(step, [&](const std::string& reason, const std::string& message) {
    return failed(series, reason, message);
  });
}

}  // namespace

void require_replaceable(const Study& study, const Series& series, const fs::path& output) {
  require_replaceable(output / result_folder(study, series), "result.json");
}

Corrected correct_case(const Series& series, const T1MocoOptions& options, const nn::Network* network) {
  return or_failed<Corrected>(series, [&] {
    if (!series.reason.empty()) throw CaseError(series.reason, series.message);
    return correct(series, options, network);
  });
}

Outcome deliver_case(const Study& study, const Series& series, const Corrected& corrected,
                     const T1MocoOptions& options) {
  const fs::path name = result_folder(study, series);
  const auto written = [&](const SeriesRecord& record) {
    deliver(options.output / name,
            [&](const fs::path& staging) { write_series(record, staging, options.write); });
    return delivered(record, name);
  };
  const auto* record = std::get_if<SeriesRecord>(&corrected);
  const Outcome outcome =
      record ? or_failed<Outcome>(series, [&] { return written(*record); }) : std::get<Outcome>(corrected);
  if (outcome.status == "failed") remove_result(options.output / name, options.output);
  return outcome;
}

Outcome outcome_of(const SkippedFile& file) {
  log::error(file.source.name() + ": " + file.message);
  return {"failed", file.reason,
          failed_row("", "", "", file.reason, file.source.name() + ": " + file.message)};
}

}  // namespace cmrt1
