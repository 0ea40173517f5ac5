#include "cmrt1/batch/qcdseg.h"

#include <future>
#include <iostream>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/inputs.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/progress.h"
#include "cmrt1/batch/qcdseg_case.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/write/segmentation_table.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

/// qcd.csv and flagged.csv of what was processed so far; also where a signal ends the run.
class Tables {
 public:
  explicit Tables(fs::path output) : output_(std::move(output)) {}

  void add(const SeriesOutcome& outcome) {
    rows_.insert(rows_.end(), outcome.rows.begin(), outcome.rows.end());
    ok_ += outcome.ok;
    flagged_ += outcome.flagged;
    failed_ += outcome.failed;
  }
  void add(const SkippedFile& file) {
    log::error(file.source.name() + ": " + file.message);
    rows_.push_back(failed_segmentation_row(file.source.name(), {}, 0, file.reason, file.message));
    ++bad_files_;
  }
  void write() const {
    write_csv({segmentation_columns(), rows_}, output_ / "qcd.csv");
    write_csv({segmentation_columns(), flagged_rows(rows_)}, output_ / "flagged.csv");
  }
  bool empty() const { return rows_.empty(); }

  ExitCode conclude(std::size_t series) const {
    log::info("qcdseg: " + std::to_string(ok_ + flagged_ + failed_) + " images in " + std::to_string(series) +
              " series: " + std::to_string(ok_) + " ok, " + std::to_string(flagged_) + " flagged, " +
              std::to_string(failed_) + " failed" + bad_files_note(bad_files_) + "; results in " +
              output_.string());
    if (failed_ == 0 && bad_files_ == 0) return ExitCode::ok;
    return ok_ + flagged_ == 0 ? ExitCode::all_failed : ExitCode::some_failed;
  }

 private:
  fs::path output_;
  std::vector<std::vector<std::string>> rows_;
  int ok_ = 0, flagged_ = 0, failed_ = 0;
  std::size_t bad_files_ = 0;
};

/// Each series is written while the next is segmented.
void process_series(std::vector<ImageCase>& cases, const QcdsegOptions& options,
                    const SegmentationNetworks& networks, Tables& tables) {
  Progress progress("series", static_cast<int>(cases.size()), options.verbosity.quiet);
  std::future<SeriesOutcome> pending;
  const auto finish = [&] {
    if (!pending.valid()) return;
    const SeriesOutcome outcome = pending.get();
    tables.add(outcome);
    progress.step(outcome.note);
  };
  try {
    for (ImageCase& one : cases) {
      throw_if_stopped();
      Segmented result = segment_case(one, options, networks);
      finish();
      pending = std::async(std::launch::async, [&one, &options, done = std::move(result)] {
        return deliver_case(one, done, options);
      });
    }
  } catch (...) {  // what ends the run does not take along what was segmented before it
    finish();
    throw;
  }
  finish();
}

Tables process_all(ImageCases& found, const QcdsegOptions& options, const SegmentationNetworks& networks) {
  Tables tables(options.output);
  for (const SkippedFile& file : found.bad_files) tables.add(file);
  try {
    process_series(found.cases, options, networks, tables);
  } catch (...) {
    if (!tables.empty()) tables.write();
    throw;
  }
  tables.write();
  return tables;
}

}  // namespace

ExitCode run_qcdseg(const QcdsegOptions& options) {
  options.check();
  options.verbosity.apply();
  std::optional<SegmentationNetworks> networks;
  if (!options.list) networks.emplace(options.network);
  ImageCases found = find_image_cases(options.inputs, options.series);
  if (options.list) {
    std::cout << describe(found) << std::flush;
    if (!std::cout) throw IoError("cannot write the list to stdout");
    return ExitCode::ok;
  }
  for (const ImageCase& one : found.cases) require_replaceable(one, options.output);
  networks->identities();  // waits: networks that cannot be used end the run before anything is written
  open_output(options.output);
  const FolderLock lock(options.output);
  remove_stale_staging(options.output);
  return process_all(found, options, *networks).conclude(found.cases.size());
}

}  // namespace cmrt1
