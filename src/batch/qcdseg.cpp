#include "cmrt1/batch/qcdseg.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <iostream>
#include <variant>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/guard.h"
#include "cmrt1/batch/image_cases.h"
#include "cmrt1/batch/inputs.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/progress.h"
#include "cmrt1/batch/run_app.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/nn/runtime.h"
#include "cmrt1/write/segmentation_table.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Rows = std::vector<std::vector<std::string>>;

constexpr const char* kMarker = "segmentation.json";  // of a folder that holds a result

/// What became of one series.
struct SeriesOutcome {
  std::string note;  ///< one line for a person
  Rows rows;         ///< of qcd.csv
  int ok = 0, flagged = 0, failed = 0;
};

/// A series between its two steps: segmented, not yet written; or failed.
using Segmented = std::variant<SegmentationRecord, SeriesOutcome>;

/// Networks and regressors, loaded in the background and shared by all series.
class Networks {
 public:
  explicit Networks(const nn::NetworkOptions& options)
      : segmentation_(kSegmentationNetwork, options),
        heart_(kHeartNetwork, options),
        quality_((options.models.empty() ? nn::models_folder() : options.models) / kQualityFile,
                 segmentation_.sha256()) {}

  QcdNetworks all() const { return {heart_, segmentation_, quality_}; }
  std::vector<nn::NetworkIdentity> identities() const {
    return {segmentation_.identity(), heart_.identity()};
  }

 private:
  nn::Network segmentation_, heart_;
  QualityModel quality_;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

SeriesOutcome failed_series(const ImageSeries& series, const std::string& reason,
                            const std::string& message) {
  log::error(series.key + ": " + message);
  SeriesOutcome outcome{
      series.key + " failed (" + reason + ")", {}, 0, 0, static_cast<int>(series.frames.size())};
  for (std::size_t i = 0; i < series.frames.size(); ++i)
    outcome.rows.push_back(
        failed_segmentation_row(series.frames[i].source.name(), series, i, reason, message));
  return outcome;
}

SegmentationRecord segmented(ImageCase& one, const QcdsegOptions& options, const Networks& networks) {
  SegmentationRecord record;
  const auto start = Clock::now();
  record.loaded = load_images(one);
  record.series = one.series;
  record.timings_s["load"] = seconds_since(start);
  throw_if_stopped();
  std::vector<const Image*> images;
  for (const LoadedImage& image : record.loaded.images)
    if (image.reason.empty())
      images.push_back(&image.image);
    else
      log::error(one.series.key + ": " + image.message);
  if (images.empty())
    throw CaseError(record.loaded.images.front().reason, record.loaded.images.front().message);
  const auto loaded = Clock::now();
  SeriesSegmentation found = segment_series(images, networks.all(), options.qcd);
  record.timings_s["segment"] = seconds_since(loaded);
  record.heart = found.heart;
  auto next = found.slices.begin();
  for (const LoadedImage& image : record.loaded.images)
    record.slices.push_back(image.reason.empty() ? std::optional(std::move(*next++)) : std::nullopt);
  record.threshold = options.qcd.threshold;
  record.level = networks.all().quality.level();
  record.networks = networks.identities();
  record.quality_sha256 = networks.all().quality.sha256();
  record.versions = {{"cmrt1", software_version()}, {"libtorch", nn::runtime_version()}};
  throw_if_stopped();
  return record;
}

SeriesOutcome delivered(const SegmentationRecord& record, const fs::path& folder) {
  SeriesOutcome outcome;
  outcome.rows = segmentation_rows(record, folder);
  outcome.flagged = flagged_count(record);
  for (std::size_t i = 0; i < record.slices.size(); ++i)
    outcome.failed += image_status(record, i) == "failed";
  outcome.ok = static_cast<int>(record.slices.size()) - outcome.flagged - outcome.failed;
  outcome.note = record.series.key + ": " + std::to_string(outcome.ok) + " ok, " +
                 std::to_string(outcome.flagged) + " flagged, " + std::to_string(outcome.failed) + " failed";
  return outcome;
}

SeriesOutcome written(const ImageCase& one, const Segmented& segmented, const QcdsegOptions& options) {
  const auto* record = std::get_if<SegmentationRecord>(&segmented);
  const fs::path folder = options.output / one.folder;
  const auto failed = [&](const std::string& reason, const std::string& message) {
    return failed_series(one.series, reason, message);
  };
  SeriesOutcome outcome = !record ? std::get<SeriesOutcome>(segmented)
                                  : guarded<SeriesOutcome>(
                                        [&] {
                                          deliver(folder, [&](const fs::path& staging) {
                                            write_segmentation(*record, staging, options.write);
                                          });
                                          return delivered(*record, one.folder);
                                        },
                                        failed);
  if (outcome.ok + outcome.flagged == 0) remove_result(folder, options.output);
  return outcome;
}

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
  Rows rows_;
  int ok_ = 0, flagged_ = 0, failed_ = 0;
  std::size_t bad_files_ = 0;
};

/// Each series is written while the next is segmented.
void process_series(std::vector<ImageCase>& cases, const QcdsegOptions& options, const Networks& networks,
                    Tables& tables) {
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
      auto result = guarded<Segmented>([&] { return segmented(one, options, networks); },
                                       [&](const std::string& reason, const std::string& message) {
                                         return failed_series(one.series, reason, message);
                                       });
      finish();
      pending = std::async(std::launch::async, [&one, &options, done = std::move(result)] {
        return written(one, done, options);
      });
    }
  } catch (...) {  // what ends the run does not take along what was segmented before it
    finish();
    throw;
  }
  finish();
}

Tables process_all(ImageCases& found, const QcdsegOptions& options, const Networks& networks) {
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
  std::optional<Networks> networks;
  if (!options.list) networks.emplace(options.network);
  ImageCases found = find_image_cases(options.inputs, options.series);
  if (options.list) {
    std::cout << describe(found) << std::flush;
    if (!std::cout) throw IoError("cannot write the list to stdout");
    return ExitCode::ok;
  }
  for (const ImageCase& one : found.cases) require_replaceable(options.output / one.folder, kMarker);
  open_output(options.output);
  const FolderLock lock(options.output);
  remove_stale_staging(options.output);
  return process_all(found, options, *networks).conclude(found.cases.size());
}

}  // namespace cmrt1
