#include "cmrt1/batch/table_run.h"

#include <algorithm>
#include <future>
#include <set>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/inputs.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/progress.h"
#include "cmrt1/batch/run_app.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/batch/table_order.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

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
    std::map<std::string, Rows> sorted;
    for (const RunTable& table : run_.tables)
      if (const auto own = rows_.find(table.file); own != rows_.end())
        sorted[table.file] = in_order(table.columns, own->second);
    for (const RunTable& table : run_.tables) {
      if (table.rows && !run_.control.shard.whole()) continue;
      write_csv({table.columns, table.rows ? table.rows(sorted) : sorted[table.file]},
                run_.output / run_.control.shard.part_of(table.file));
    }
  }
  bool empty() const { return rows_.empty(); }

  ExitCode conclude(std::size_t cases, std::size_t kept) const {
    const std::string counted = std::to_string(ok_ + flagged_ + failed_) + " " + run_.items;
    log::info(run_.program + ": " + counted +
              (run_.items == run_.cases ? "" : " in " + std::to_string(cases) + " " + run_.cases) + ": " +
              std::to_string(ok_) + " ok, " + std::to_string(flagged_) + " flagged, " +
              std::to_string(failed_) + " failed" + bad_files_note(bad_files_) +
              (kept > 0 ? "; " + std::to_string(kept) + " " + run_.cases + " kept" : "") + "; results in " +
              run_.output.string());
    if (ok_ + flagged_ + failed_ == 0 && bad_files_ == 0 && !run_.without_items.empty() &&
        run_.control.shard.whole()) {
      log::error(run_.without_items);
      return ExitCode::no_usable_input;
    }
    if (failed_ == 0 && bad_files_ == 0) return ExitCode::ok;
    return ok_ + flagged_ == 0 ? ExitCode::all_failed : ExitCode::some_failed;
  }

 private:
  const TableRun& run_;
  std::map<std::string, Rows> rows_;
  int ok_ = 0, flagged_ = 0, failed_ = 0;
  std::size_t bad_files_ = 0;
};

/// What all shards of a run have in common.
Fingerprint shared_fingerprint(const TableRun& run) {
  std::string options;
  for (const auto& [name, value] : run.control.settings)
    options += (options.empty() ? "" : " ") + name + "=" + value;
  return {{"program", run.program}, {"version", software_version()}, {"options", options}};
}

/// And the networks: one shard may do without a network that another one needs.
Fingerprint common_fingerprint(const TableRun& run) {
  std::string networks;
  for (const std::string& network : run.networks) networks += (networks.empty() ? "" : ", ") + network;
  Fingerprint common = shared_fingerprint(run);
  common["networks"] = networks;
  return common;
}

/// One case after the other; counts those kept.
class Cases {
 public:
  Cases(const TableRun& run, const CaseWork& work, Tables& tables, std::size_t count)
      : run_(run),
        work_(work),
        tables_(tables),
        common_(common_fingerprint(run)),
        progress_(run.cases, static_cast<int>(count), run.quiet) {}

  void begin(std::size_t number) {
    CaseInputs inputs = run_.inputs(number);
    Fingerprint made_from = common_;
    made_from["inputs"] =
        fingerprint_of(inputs, hashes_);  // before they are read: what changes later is seen
    const fs::path folder = run_.output / inputs.folder;
    if (run_.control.resume)
      if (const auto outcome = kept_outcome(folder, inputs, made_from)) return keep(*outcome);
    std::function<SeriesOutcome()> deliver_it = work_(number);
    finish();
    pending_ = std::async(std::launch::async, [deliver_it = std::move(deliver_it), inputs = std::move(inputs),
                                               made_from = std::move(made_from), folder] {
      SeriesOutcome outcome = deliver_it();
      write_receipt(folder, inputs, made_from, outcome);
      return outcome;
    });
  }
  /// Waits for the case begun last, and reports it.
  void finish() {
    if (!pending_.valid()) return;
    const SeriesOutcome outcome = pending_.get();
    tables_.add(outcome);
    progress_.step(outcome.note);
  }
  std::size_t kept() const { return kept_; }

 private:
  void keep(const SeriesOutcome& outcome) {
    ++kept_;
    tables_.add(outcome);
    progress_.step(outcome.note + " (kept)");
  }

  const TableRun& run_;
  const CaseWork& work_;
  Tables& tables_;
  Fingerprint common_;
  Progress progress_;
  ContentHashes hashes_;
  std::future<SeriesOutcome> pending_;
  std::size_t kept_ = 0;
};

std::size_t process(const TableRun& run, std::size_t count, const CaseWork& work, Tables& tables) {
  Cases cases(run, work, tables, count);
  try {
    for (std::size_t number = 0; number < count; ++number) {
      throw_if_stopped();
      cases.begin(number);
    }
  } catch (...) {  // what ends the run does not take along what was worked on before it
    cases.finish();
    throw;
  }
  cases.finish();
  return cases.kept();
}

/// Removes what killed runs left: of a shard, what is its own, as others may be at work. A shard's parts go
/// too: they are there where it has come to its end, and only then.
void tidy(const TableRun& run, std::size_t count) {
  const Shard& shard = run.control.shard;
  const auto old = [&](const Shard& one) { return one.count != shard.count || one.number == shard.number; };
  for (const RunTable& table : run.tables) remove_parts(run.output, table.file, old);
  if (shard.whole()) return remove_stale_staging(run.output);
  const auto is_own_part = [&](const fs::path& file) {
    return std::any_of(run.tables.begin(), run.tables.end(), [&](const RunTable& table) {
      const Shard one = shard_of_part(file.filename().string(), table.file);
      return one.count > 0 && old(one) && file.parent_path() == run.output;
    });
  };
  std::set<fs::path> own;
  for (std::size_t number = 0; number < count; ++number) own.insert(run.output / run.inputs(number).folder);
  remove_stale_staging(run.output,
                       [&](const fs::path& target) { return own.count(target) > 0 || is_own_part(target); });
}

/// With what is done to the studies in the shard's fingerprint as well.
TableRun as_one_of_its_shards(TableRun run) {
  Shard& shard = run.control.shard;
  std::string shared = shard.fingerprint;
  for (const auto& [name, value] : shared_fingerprint(run)) shared += "\n" + name + " " + value;
  shard.fingerprint = short_fingerprint(shared);
  return run;
}

}  // namespace

std::string named(const nn::Network& network) { return network.name() + " " + network.sha256(); }

bool holds(const Shard& shard, const SkippedFile& file) {
  return shard.holds(file.source.path.filename().string() + "!" + file.source.member);
}

ExitCode run_to_tables(const TableRun& given, std::size_t count, const CaseWork& work) {
  const TableRun run = as_one_of_its_shards(given);
  open_output(run.output);
  const OutputHold hold(run.output, run.control.shard);
  tidy(run, count);
  Tables tables(run);
  for (const SkippedFile& file : run.bad_files) tables.add(file);
  std::size_t kept = 0;
  try {
    kept = process(run, count, work, tables);
  } catch (...) {
    if (!tables.empty() && run.control.shard.whole()) tables.write();
    throw;
  }
  tables.write();
  return tables.conclude(count, kept);
}

}  // namespace cmrt1
