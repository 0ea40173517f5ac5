#include "cmrt1/batch/t1moco.h"

#include <chrono>
#include <iostream>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/progress.h"
#include "cmrt1/batch/run_app.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/dicom/load.h"
#include "cmrt1/study/describe.h"
#include "cmrt1/write/summary.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Case {
  const Study* study;
  const Series* series;
};

std::vector<Case> cases_of(const ScanResult& scan) {
  std::vector<Case> cases;
  for (const auto& study : scan.studies)
    for (const auto& series : study.series) cases.push_back({&study, &series});
  return cases;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::map<std::string, std::string> options_in_force(const T1MocoOptions& options) {
  std::map<std::string, std::string> text = {
      {"method", to_string(options.moco.method)},
      {"sequence", options.scan.sequence ? to_string(*options.scan.sequence) : "auto"},
      {"heart_radius_mm", csv_number(options.moco.heart_radius_mm)}};
  if (options.moco.heart_centre_px)
    text["heart_centre_px"] = csv_number((*options.moco.heart_centre_px)[0]) + "," +
                              csv_number((*options.moco.heart_centre_px)[1]);
  return text;
}

SeriesRecord correct(const Series& series, const T1MocoOptions& options) {
  SeriesRecord record;
  record.series = series;
  record.options = options_in_force(options);
  record.versions = {{"cmrt1", software_version()}, {"itk", CMRT1_ITK_VERSION}};
  const auto start = Clock::now();
  record.images = load(series);
  record.timings_s["load"] = seconds_since(start);
  throw_if_stopped();
  const auto loaded = Clock::now();
  record.result = correct_motion(record.images, series.sequence, options.moco);
  record.timings_s["correct"] = seconds_since(loaded);
  throw_if_stopped();
  return record;
}

void create_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw IoError("cannot create the folder " + folder.string() + ": " + failure.message());
}

void deliver(const SeriesRecord& record, const fs::path& folder, const WriteOptions& options) {
  create_folder(folder.parent_path());
  StagedFolder staged(folder);
  write_series(record, staged.path(), options);
  throw_if_stopped();
  staged.commit();
}

/// One row for the tables; what an earlier run delivered for a series that now fails is removed.
SummaryRow process(const Case& one, const T1MocoOptions& options) {
  const fs::path name = fs::path(one.study->key) / one.series->key;
  const fs::path folder = options.output / name;
  const auto failed = [&](const std::string& reason, const std::string& message) {
    fs::remove_all(folder);
    log::error(one.series->key + ": " + message);
    return failed_row(*one.series, reason, message);
  };
  try {
    if (!one.series->reason.empty()) throw CaseError(one.series->reason, one.series->message);
    const SeriesRecord record = correct(*one.series, options);
    deliver(record, folder, options.write);
    return summary_row(record, name.string());
  } catch (const CaseError& error) {
    return failed(error.reason(), error.what());
  } catch (const Error&) {
    throw;  // full disk or stop signal: no case's fault
  } catch (const std::bad_alloc&) {
    return failed("out_of_memory", "not enough memory for this series");
  } catch (const std::exception& error) {
    return failed("internal_error", error.what());
  }
}

SummaryRow row_of_bad_file(const SkippedFile& file) {
  log::error(file.source.name() + ": " + file.message);
  return failed_row(file);
}

void report_skipped(const ScanResult& scan) {
  std::map<std::string, int> counts;
  for (const auto& file : scan.skipped)
    if (!file.failed_case) ++counts[file.reason];
  for (const auto& [reason, count] : counts)
    log::info("skipped " + std::to_string(count) + (count == 1 ? " file: " : " files: ") + reason);
}

std::vector<SummaryRow> process_all(const ScanResult& scan, const T1MocoOptions& options) {
  std::vector<SummaryRow> rows;
  for (const auto& file : scan.skipped)
    if (file.failed_case) rows.push_back(row_of_bad_file(file));
  const auto cases = cases_of(scan);
  Progress progress("series", static_cast<int>(cases.size()), options.quiet);
  for (const auto& one : cases) {
    try {
      throw_if_stopped();
      for (const auto& warning : one.series->warnings) log::warning(one.series->key + ": " + warning);
      rows.push_back(process(one, options));
    } catch (const Stopped&) {
      write_summary(rows, options.output / "summary.csv");
      throw;
    }
    progress.step(one_line(rows.back()));
  }
  return rows;
}

ExitCode conclude(const std::vector<SummaryRow>& rows, const fs::path& output) {
  std::map<std::string, int> counts;
  for (const auto& row : rows) ++counts[row.status];
  const int failed = counts["failed"];
  log::info("t1moco: " + std::to_string(rows.size()) + " series: " + std::to_string(counts["ok"]) + " ok, " +
            std::to_string(counts["flagged"]) + " flagged, " + std::to_string(failed) +
            " failed; results in " + output.string());
  if (failed == 0) return ExitCode::ok;
  return failed == static_cast<int>(rows.size()) ? ExitCode::all_failed : ExitCode::some_failed;
}

bool has_cases(const ScanResult& scan) {
  for (const auto& study : scan.studies)
    if (!study.series.empty()) return true;
  for (const auto& file : scan.skipped)
    if (file.failed_case) return true;
  return false;
}

ScanResult scan_inputs(const T1MocoOptions& options) {
  ScanOptions how = options.scan;
  how.progress = [](int files) {
    throw_if_stopped();
    log::debug("read " + std::to_string(files) + " files");
  };
  return scan(options.inputs, how);
}

}  // namespace

ExitCode run_t1moco(const T1MocoOptions& options) {
  options.check();
  log::set_level(options.quiet     ? log::Level::warning
                 : options.verbose ? log::Level::debug
                                   : log::Level::info);
  const ScanResult found = scan_inputs(options);
  if (options.list) {
    std::cout << describe(found);
    return ExitCode::ok;
  }
  report_skipped(found);
  if (!has_cases(found))
    throw NoInputError("no T1-mapping series among the inputs (t1moco --list says what was found)");
  create_folder(options.output);
  const FolderLock lock(options.output);
  remove_stale_staging(options.output);
  const auto rows = process_all(found, options);
  write_summary(rows, options.output / "summary.csv");
  return conclude(rows, options.output);
}

}  // namespace cmrt1
