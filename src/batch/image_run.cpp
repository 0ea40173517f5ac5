#include "cmrt1/batch/image_run.h"

#include <future>
#include <iostream>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/guard.h"
#include "cmrt1/batch/inputs.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/progress.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

/// The tables of what was processed so far.
class Tables {
 public:
  explicit Tables(const ImageProgram& program) : program_(program) {}

  void add(const SeriesOutcome& outcome) {
    for (const auto& [file, rows] : outcome.rows)
      rows_[file].insert(rows_[file].end(), rows.begin(), rows.end());
    ok_ += outcome.ok;
    flagged_ += outcome.flagged;
    failed_ += outcome.failed;
  }
  void add(const SkippedFile& file) {
    log::error(file.source.name() + ": " + file.message);
    rows_[program_.tables.front().file].push_back(program_.unreadable(file));
    ++bad_files_;
  }
  void write() const {
    for (const ImageTable& table : program_.tables) {
      const auto own = rows_.find(table.file);
      Rows rows = table.rows ? table.rows(rows_) : own == rows_.end() ? Rows{} : own->second;
      write_csv({table.columns, std::move(rows)}, program_.output / table.file);
    }
  }
  bool empty() const { return rows_.empty(); }

  ExitCode conclude(std::size_t series) const {
    log::info(program_.name + ": " + std::to_string(ok_ + flagged_ + failed_) + " images in " +
              std::to_string(series) + " series: " + std::to_string(ok_) + " ok, " +
              std::to_string(flagged_) + " flagged, " + std::to_string(failed_) + " failed" +
              bad_files_note(bad_files_) + "; results in " + program_.output.string());
    if (failed_ == 0 && bad_files_ == 0) return ExitCode::ok;
    return ok_ + flagged_ == 0 ? ExitCode::all_failed : ExitCode::some_failed;
  }

 private:
  const ImageProgram& program_;
  std::map<std::string, Rows> rows_;
  int ok_ = 0, flagged_ = 0, failed_ = 0;
  std::size_t bad_files_ = 0;
};

void process_series(std::vector<ImageCase>& cases, const ImageProgram& program, Tables& tables) {
  Progress progress("series", static_cast<int>(cases.size()), program.quiet);
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
      std::function<SeriesOutcome()> deliver_it = program.work(one);
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

void ImageInputs::check() const {
  if (!list && output.empty()) throw UsageError("no output folder: give -o OUT (or --list to look only)");
}

void add_image_inputs(CLI::App& app, ImageInputs& where) {
  app.add_option("INPUT", where.inputs,
                 "Folders, DICOM files, .zip or .tar.gz archives, NIfTI files, output folders of t1moco")
      ->required();
  app.add_option("-o,--output", where.output, "Folder for the results; created where it is missing");
  app.add_flag("--list", where.list, "Print what was found, and stop");
  app.add_option(
      "--series", where.series,
      "Work on this series alone: a Series Instance UID, or a name that --list prints last in a path");
}

void add_image_threads(CLI::App& app, int& network_threads, int& write_threads) {
  app.add_option_function<int>(
         "--threads", [&](int threads) { network_threads = write_threads = threads; },
         "Threads; 0 takes all cores. Results do not depend on it")
      ->check(CLI::Range(0, 1024))
      ->default_str("0");
}

ExitCode list_images(const ImageInputs& where) {
  std::cout << describe(find_image_cases(where.inputs, where.series)) << std::flush;
  if (!std::cout) throw IoError("cannot write the list to stdout");
  return ExitCode::ok;
}

ExitCode run_images(const ImageInputs& where, const ImageProgram& program,
                    const std::function<void(const ImageCases&)>& ready) {
  ImageCases found = find_image_cases(where.inputs, where.series);
  for (const ImageCase& one : found.cases)
    require_replaceable(program.output / one.folder, program.marker.c_str());
  ready(found);
  open_output(program.output);
  const FolderLock lock(program.output);
  remove_stale_staging(program.output);
  Tables tables(program);
  for (const SkippedFile& file : found.bad_files) tables.add(file);
  try {
    process_series(found.cases, program, tables);
  } catch (...) {
    if (!tables.empty()) tables.write();
    throw;
  }
  tables.write();
  return tables.conclude(found.cases.size());
}

SeriesOutcome nothing_delivered(const ImageCase& one, const fs::path& output, SeriesOutcome outcome) {
  remove_result(output / one.folder, output);
  return outcome;
}

SeriesOutcome deliver_series(
    const ImageCase& one, const fs::path& output, const std::function<void(const fs::path&)>& write,
    const std::function<SeriesOutcome()>& outcome,
    const std::function<SeriesOutcome(const std::string&, const std::string&)>& failed) {
  SeriesOutcome done = guarded<SeriesOutcome>(
      [&] {
        deliver(output / one.folder, write);
        return outcome();
      },
      failed);
  return done.ok + done.flagged == 0 ? nothing_delivered(one, output, std::move(done)) : done;
}

SeriesOutcome failed_series(const ImageSeries& series, const std::string& table, FailedRow row,
                            const std::string& reason, const std::string& message) {
  log::error(series.key + ": " + message);
  SeriesOutcome outcome{
      series.key + " failed (" + reason + ")", {}, 0, 0, static_cast<int>(series.frames.size())};
  for (std::size_t i = 0; i < series.frames.size(); ++i)
    outcome.rows[table].push_back(row(series.frames[i].source.name(), series, i, reason, message));
  return outcome;
}

std::vector<const Image*> readable_images(const LoadedSeries& loaded, const std::string& key) {
  std::vector<const Image*> images;
  for (const LoadedImage& image : loaded.images)
    if (image.reason.empty())
      images.push_back(&image.image);
    else
      log::error(key + ": " + image.message);
  return images;
}

}  // namespace cmrt1
