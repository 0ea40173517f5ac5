#include "cmrt1/batch/t1moco_case.h"

#include <chrono>
#include <new>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/run_app.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/dicom/load.h"
#include "cmrt1/nn/runtime.h"
#include "cmrt1/write/quality.h"
#include "cmrt1/write/summary.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

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
  const auto start = Clock::now();
  record.images = load(series);
  record.timings_s["load"] = seconds_since(start);
  throw_if_stopped();
  const auto loaded = Clock::now();
  record.result = correct_motion(record.images, series.sequence, options.moco, network);
  record.timings_s["correct"] = seconds_since(loaded);
  throw_if_stopped();
  return record;
}

void deliver(const SeriesRecord& record, const fs::path& folder, const WriteOptions& options) {
  std::error_code failure;
  fs::create_directories(folder.parent_path(), failure);
  if (failure) throw IoError("cannot create " + folder.parent_path().string() + ": " + failure.message());
  StagedFolder staged(folder);
  write_series(record, staged.path(), options);
  throw_if_stopped();
  staged.commit();
}

Outcome delivered(const SeriesRecord& record, const fs::path& folder) {
  const Verdict verdict = judge(record.result);
  std::string note = record.series.key + " " + verdict.status;
  if (!verdict.flag.empty()) note += " (" + verdict.flag + ")";
  note += ", median R2 " + csv_number(record.result.before.r2_median, 3) + " -> " +
          csv_number(delivered_quality(record.result).r2_median, 3);
  return {verdict.status, note, summary_row(record, folder)};
}

/// Removes what an earlier run delivered, and the study's folder where nothing else is in it.
void remove_result(const fs::path& folder) {
  std::error_code failure;
  fs::remove_all(folder, failure);
  if (failure) throw IoError("cannot remove " + folder.string() + ": " + failure.message());
  fs::remove(folder.parent_path(), failure);
}

fs::path result_folder(const Study& study, const Series& series) { return fs::path(study.key) / series.key; }

Outcome failed(const Series& series, const std::string& reason, const std::string& message) {
  log::error(series.key + ": " + message);
  return {"failed", series.key + " failed (" + reason + ")",
          failed_row(series.study_uid, series.series_uid, series.key, reason, message)};
}

/// What `step` returns; where it fails through the series' fault, that outcome.
template <typename Result, typename Step>
Result or_failed(const Series& series, const Step& step) {
  try {
    return step();
  } catch (const CaseError& error) {
    return failed(series, error.reason(), error.what());
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    return failed(series, "out_of_memory", "not enough memory for this series");
  } catch (const std::exception& error) {
    return failed(series, "internal_error", error.what());
  }
}

}  // namespace

void require_replaceable(const Study& study, const Series& series, const fs::path& output) {
  const fs::path folder = output / result_folder(study, series);
  std::error_code failure;
  const bool free = !fs::exists(fs::symlink_status(folder, failure)) || fs::is_empty(folder, failure);
  if (free || fs::exists(folder / "result.json", failure)) return;
  throw IoError(folder.string() +
                " is no result of an earlier run and is not replaced: " + "choose another output folder");
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
    deliver(record, options.output / name, options.write);
    return delivered(record, name);
  };
  const auto* record = std::get_if<SeriesRecord>(&corrected);
  const Outcome outcome =
      record ? or_failed<Outcome>(series, [&] { return written(*record); }) : std::get<Outcome>(corrected);
  if (outcome.status == "failed") remove_result(options.output / name);
  return outcome;
}

Outcome outcome_of(const SkippedFile& file) {
  log::error(file.source.name() + ": " + file.message);
  return {"failed", file.reason,
          failed_row("", "", "", file.reason, file.source.name() + ": " + file.message)};
}

}  // namespace cmrt1
