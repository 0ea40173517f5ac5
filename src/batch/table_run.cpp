#include "cmrt1/batch/table_run.h"

#include <future>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/inputs.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/progress.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

/// The tables of what was processed so far.
class Tables {
 public:
  explicit Tables(const TableRun& run) : run_(run) {}

  void add(const SeriesOutcome& outcome) {
    for (const auto& [file, rows] : outcome.rows)
      rows_[file].insert(rows_[file].end(), rows.begin(), rows.end());
    ok_ += outcome.ok;
    flagged_ += outcome.flagged;
    failed_ += outcome.failed;
  }
  void add(const SkippedFile& file) {
    log::error(file.source.name() + ": " + file.message);
    rows_[run_.tables.front().file].push_back(run_.unreadable(file));
    ++bad_files_;
  }
  void write() const {
    for (const RunTable& table : run_.tables) {
      const auto own = rows_.find(table.file);
      Rows rows = table.rows ? table.rows(rows_) : own == rows_.end() ? Rows{} : own->second;
      write_csv({table.columns, std::move(rows)}, run_.output / table.file);
    }
  }
  bool empty() const { return rows_.empty(); }

  ExitCode conclude(std::size_t cases) const {
    log::info(run_.program + ": " + std::to_string(ok_ + flagged_ + failed_) + " " + run_.items + " in " +
              std::to_string(cases) + " " + run_.cases + ": " + std::to_string(ok_) + " ok, " +
              std::to_string(flagged_) + " flagged, " + std::to_string(failed_) + " failed" +
              bad_files_note(bad_files_) + "; results in " + run_.output.string());
    if (failed_ == 0 && bad_files_ == 0) return ExitCode::ok;
    return ok_ + flagged_ == 0 ? ExitCode::all_failed : ExitCode::some_failed;
  }

 private:
  const TableRun& run_;
  std::map<std::string, Rows> rows_;
  int ok_ = 0, flagged_ = 0, failed_ = 0;
  std::size_t bad_files_ = 0;
};

void process(const TableRun& run, std::size_t count, const CaseWork& work, Tables& tables) {
  Progress progress(run.cases.c_str(), static_cast<int>(count), run.quiet);
  std::future<SeriesOutcome> pending;
  const auto finish = [&] {
    if (!pending.valid()) return;
    const SeriesOutcome outcome = pending.get();
    tables.add(outcome);
    progress.step(outcome.note);
  };
  try {
    for (std::size_t number = 0; number < count; ++number) {
      throw_if_stopped();
      std::function<SeriesOutcome()> deliver_it = work(number);
      finish();
      pending = std::async(std::launch::async, std::move(deliver_it));
    }
  } catch (...) {  // what ends the run does not take along what was worked on before it
    finish();
    throw;
  }
  finish();
}

}  // namespace

ExitCode run_to_tables(const TableRun& run, std::size_t count, const CaseWork& work) {
  open_output(run.output);
  const FolderLock lock(run.output);
  remove_stale_staging(run.output);
  Tables tables(run);
  for (const SkippedFile& file : run.bad_files) tables.add(file);
  try {
    process(run, count, work, tables);
  } catch (...) {
    if (!tables.empty()) tables.write();
    throw;
  }
  tables.write();
  return tables.conclude(count);
}

}  // namespace cmrt1
