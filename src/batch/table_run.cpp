#include "cmrt1/batch/table_run.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/base/parallel.h"
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

/// As many as may work at once. (std::counting_semaphore loses wake-ups in libstdc++ 12.)
class Permits {
 public:
  explicit Permits(int count) : free_(count) {}
  void take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return free_ > 0; });
    --free_;
  }
  void give_back() {
    const std::lock_guard lock(mutex_);
    ++free_;
    returned_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable returned_;
  int free_;
};

class Permit {
 public:
  explicit Permit(Permits& all) : all_(all) { all_.take(); }
  ~Permit() { all_.give_back(); }
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;

 private:
  Permits& all_;
};

/// The cases of a run. Some are worked on at once, and one more may be written meanwhile: a thread waits for
/// a permit to work, works, and then writes without it.
class Cases {
 public:
  Cases(const TableRun& run, const CaseWork& work, Tables& tables, std::size_t count)
      : run_(run),
        work_(work),
        tables_(tables),
        count_(count),
        at_once_(static_cast<int>(
            std::clamp<std::size_t>(count, 1, static_cast<std::size_t>(thread_count(run.threads))))),
        threads_of_each_((thread_count(run.threads) + at_once_ - 1) / at_once_),
        common_(common_fingerprint(run)),
        progress_(run.cases, static_cast<int>(count), run.quiet),
        permits_(at_once_) {}

  /// Counts those kept. What ends the run does not take along what was worked on before it.
  std::size_t process() {
    std::vector<std::thread> others;
    try {
      for (int i = 0; i < at_once_; ++i) others.emplace_back([this] { process_some(); });
    } catch (const std::system_error&) {  // no more threads to be had: those there are do it
    }
    process_some();
    for (std::thread& thread : others) thread.join();
    if (ended_by_) std::rethrow_exception(ended_by_);
    return kept_;
  }

 private:
  /// A case that is not yet written.
  struct WorkedOn {
    CaseInputs inputs;
    Fingerprint made_from;
    fs::path folder;
    std::function<SeriesOutcome()> deliver;
  };

  void process_some() {
    try {
      for (std::size_t number; !ended_ && (number = next_++) < count_;) process_one(number);
    } catch (...) {
      end();
    }
  }

  /// By the exception that is being handled.
  void end() {
    const std::lock_guard reporting(reporting_);
    ended_ = true;
    if (!ended_by_) ended_by_ = std::current_exception();
  }

  void process_one(std::size_t number) {
    const auto worked_on = work_on(number);
    if (!worked_on) return;
    const SeriesOutcome outcome = worked_on->deliver();
    write_receipt(worked_on->folder, worked_on->inputs, worked_on->made_from, outcome);
    report(outcome, outcome.note);
  }

  /// Nothing where the case is kept, or the run has ended meanwhile.
  std::optional<WorkedOn> work_on(std::size_t number) {
    const Permit permit(permits_);
    if (ended_) return std::nullopt;
    try {
      throw_if_stopped();
      WorkedOn one{run_.inputs(number), {}, {}, {}};
      one.made_from = fingerprint(one.inputs);  // before they are read: what changes later is seen
      one.folder = run_.output / one.inputs.folder;
      if (run_.control.resume)
        if (const auto outcome = kept_outcome(one.folder, one.inputs, one.made_from)) {
          keep(*outcome);
          return std::nullopt;
        }
      one.deliver = work_(number, threads_of_each_);
      return one;
    } catch (...) {  // before another case has the permit
      end();
      return std::nullopt;
    }
  }

  Fingerprint fingerprint(const CaseInputs& inputs) {
    const std::lock_guard hashing(hashing_);
    Fingerprint made_from = common_;
    made_from["inputs"] = fingerprint_of(inputs, hashes_);
    return made_from;
  }
  void keep(const SeriesOutcome& outcome) {
    report(outcome, outcome.note + " (kept)");
    ++kept_;
  }
  void report(const SeriesOutcome& outcome, const std::string& note) {
    const std::lock_guard reporting(reporting_);
    tables_.add(outcome);
    progress_.step(note);
  }

  const TableRun& run_;
  const CaseWork& work_;
  Tables& tables_;
  const std::size_t count_;
  const int at_once_, threads_of_each_;
  const Fingerprint common_;
  Progress progress_;
  ContentHashes hashes_;
  Permits permits_;
  std::mutex hashing_, reporting_;
  std::atomic<std::size_t> next_ = 0, kept_ = 0;
  std::atomic<bool> ended_ = false;
  std::exception_ptr ended_by_;
};

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
    kept = Cases(run, work, tables, count).process();
  } catch (...) {
    if (!tables.empty() && run.control.shard.whole()) tables.write();
    throw;
  }
  tables.write();
  return tables.conclude(count, kept);
}

}  // namespace cmrt1
