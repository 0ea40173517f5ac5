#include "cmrt1/batch/t1moco.h"

#include <algorithm>
#include <future>
#include <iostream>
#include <map>
#include <memory>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/inputs.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/progress.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/batch/t1moco_case.h"
#include "cmrt1/study/describe.h"
#include "cmrt1/write/summary.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

int series_count(const ScanResult& scan) {
  int count = 0;
  for (const auto& study : scan.studies) count += static_cast<int>(study.series.size());
  return count;
}

void list(const ScanResult& scan) {
  std::cout << describe(scan) << std::flush;
  if (!std::cout) throw IoError("cannot write the list to stdout");
}

/// summary.csv of what was processed so far; also where a signal ends the run.
class Summary {
 public:
  explicit Summary(fs::path file) : file_(std::move(file)) {}

  void add(const Outcome& outcome) {
    table_.rows.push_back(outcome.cells);
    ++counts_[outcome.status];
  }
  void write() const { write_csv(table_, file_); }
  int count(const std::string& status) const { return counts_.count(status) ? counts_.at(status) : 0; }
  int size() const { return static_cast<int>(table_.rows.size()); }

 private:
  fs::path file_;
  Table table_{summary_columns(), {}};
  std::map<std::string, int> counts_;
};

/// Hands one series after the other to a thread that writes it while the next is corrected.
class Deliveries {
 public:
  Deliveries(const T1MocoOptions& options, Summary& summary, Progress& progress)
      : options_(options), summary_(summary), progress_(progress) {}

  void add(const Study& study, const Series& series, Corrected corrected) {
    finish();
    pending_ = std::async(std::launch::async, [this, &study, &series, done = std::move(corrected)] {
      return deliver_case(study, series, done, options_);
    });
  }
  /// Waits for the series handed over last, and reports it.
  void finish() {
    if (!pending_.valid()) return;
    const Outcome outcome = pending_.get();
    summary_.add(outcome);
    progress_.step(outcome.note);
  }

 private:
  const T1MocoOptions& options_;
  Summary& summary_;
  Progress& progress_;
  std::future<Outcome> pending_;
};

void process_series(const ScanResult& scan, const T1MocoOptions& options, const nn::Network* network,
                    Summary& summary) {
  Progress progress("series", series_count(scan), options.verbosity.quiet);
  Deliveries deliveries(options, summary, progress);
  try {
    for (const auto& study : scan.studies)
      for (const auto& series : study.series) {
        throw_if_stopped();
        for (const auto& warning : series.warnings) log::warning(series.key + ": " + warning);
        deliveries.add(study, series, correct_case(series, options, network));
      }
  } catch (...) {  // what ends the run does not take along what was corrected before it
    deliveries.finish();
    throw;
  }
  deliveries.finish();
}

Summary process_all(const ScanResult& scan, const T1MocoOptions& options, const nn::Network* network) {
  Summary summary(options.output / "summary.csv");
  for (const auto& file : bad_files(scan)) summary.add(outcome_of(file));
  try {
    process_series(scan, options, network, summary);
  } catch (...) {
    if (summary.size() > 0) summary.write();
    throw;
  }
  summary.write();
  return summary;
}

ExitCode conclude(const Summary& summary, int bad, const fs::path& output) {
  const int failed = summary.count("failed");
  log::info("t1moco: " + std::to_string(summary.size() - bad) +
            " series: " + std::to_string(summary.count("ok")) + " ok, " +
            std::to_string(summary.count("flagged")) + " flagged, " + std::to_string(failed - bad) +
            " failed" + bad_files_note(static_cast<std::size_t>(bad)) + "; results in " + output.string());
  if (failed == 0) return ExitCode::ok;
  return failed == summary.size() ? ExitCode::all_failed : ExitCode::some_failed;
}

/// The network, where the method needs one.
std::unique_ptr<const nn::Network> network_for(const T1MocoOptions& options) {
  if (options.list || !needs_network(options.moco.method)) return nullptr;
  nn::NetworkOptions how = options.network;
  how.threads = options.moco.threads;
  return std::make_unique<nn::Network>(kMotionNetwork, how);
}

}  // namespace

ExitCode run_t1moco(const T1MocoOptions& options) {
  options.check();
  options.verbosity.apply();
  const auto network = network_for(options);
  const ScanResult found = scan_inputs(options.inputs, options.scan);
  if (options.list) {
    list(found);
    return ExitCode::ok;
  }
  report_skipped(found);
  const int bad = static_cast<int>(bad_files(found).size());
  if (series_count(found) == 0 && bad == 0)
    throw NoInputError("no T1-mapping series among the inputs (t1moco --list says what was found)");
  for (const auto& study : found.studies)
    for (const auto& series : study.series) require_replaceable(study, series, options.output);
  open_output(options.output);
  const FolderLock lock(options.output);
  remove_stale_staging(options.output);
  return conclude(process_all(found, options, network.get()), bad, options.output);
}

}  // namespace cmrt1
