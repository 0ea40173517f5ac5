#pragma once
/// What all programs that look at images one by one do with the series they found.

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/base/error.h"
#include "cmrt1/batch/command_line.h"
#include "cmrt1/batch/image_cases.h"
#include "cmrt1/batch/table_run.h"
#include "cmrt1/write/image_record.h"

namespace cmrt1 {

/// What every such program is told on its command line.
struct ImageInputs {
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path output;
  std::string series;  ///< only this Series Instance UID, key or NIfTI stem
  bool list = false;   ///< print what was found, and stop
  int threads = 0;     ///< 0: all cores
  RunControl control;
  void check() const;  ///< throws UsageError
};
void add_image_inputs(CLI::App& app, ImageInputs& where);

struct ImageProgram {
  std::string name;
  std::filesystem::path output;
  bool quiet = false;
  std::string marker;  ///< file by which the folder of an earlier result is told
  std::vector<RunTable> tables;
  /// The row of a file that could not be read, for the first table.
  std::function<std::vector<std::string>(const SkippedFile& file)> unreadable;
  /// Works on one series, as CaseWork does on a case.
  std::function<std::function<SeriesOutcome()>(ImageCase& one, int threads)> work;
  std::vector<std::string> networks;  ///< that results depend on: "name SHA-256"
  /// Adds what a result is made from beside its images; may be empty.
  std::function<void(const ImageCase& one, CaseInputs& inputs)> add_inputs = {};
};

/// The images of a case and what is known of them.
CaseInputs image_inputs(const ImageCase& one);

/// Adds them with their `role` to what a result is made from.
void add_images(CaseInputs& inputs, const std::string& role, const ImageCase& one);

/// What tells the study of a case from others.
std::string study_identity(const ImageCase& one);

/// Prints what was found to stdout. Throws IoError.
ExitCode list_images(const ImageInputs& where);

/// Finds the series, calls `ready` with them (it waits for networks: where they cannot be used nothing is
/// written), locks the output folder, works on all series and writes the tables, also where a signal or an
/// error ends the run. Throws NoInputError, IoError, NetworkError and Stopped; IoError where a folder of the
/// results holds anything but an earlier result.
ExitCode run_images(const ImageInputs& where, const ImageProgram& program,
                    const std::function<void(const ImageCases& found)>& ready);

/// The row of an image that could not be processed.
using FailedRow = std::vector<std::string> (*)(const std::string& input, const ImageSeries& series,
                                               std::size_t slice, const std::string& reason,
                                               const std::string& message);

/// A series that failed as a whole, told on the log: a row of `table` for each of its images.
SeriesOutcome failed_series(const ImageSeries& series, const std::string& table, FailedRow row,
                            const std::string& reason, const std::string& message);

/// The images that could be read; the others are told on the log.
std::vector<const Image*> readable_images(const LoadedSeries& loaded, const std::string& key);

/// How many images of a record (write/image_record.h) are ok, flagged and failed, and a line that says so.
template <typename Record>
SeriesOutcome counted(const Record& record) {
  SeriesOutcome outcome;
  outcome.flagged = flagged_count(record);
  for (std::size_t i = 0; i < record.slices.size(); ++i)
    outcome.failed += image_status(record, i) == "failed";
  outcome.ok = static_cast<int>(record.slices.size()) - outcome.flagged - outcome.failed;
  outcome.note = record.series.key + ": " + std::to_string(outcome.ok) + " ok, " +
                 std::to_string(outcome.flagged) + " flagged, " + std::to_string(outcome.failed) + " failed";
  return outcome;
}

/// What `found` says of the readable images, in the places of all images of the series.
template <typename Slice>
std::vector<std::optional<Slice>> in_place(std::vector<Slice> found, const LoadedSeries& loaded) {
  std::vector<std::optional<Slice>> slices;
  auto next = found.begin();
  for (const LoadedImage& image : loaded.images)
    slices.push_back(image.reason.empty() ? std::optional(std::move(*next++)) : std::nullopt);
  return slices;
}

}  // namespace cmrt1
