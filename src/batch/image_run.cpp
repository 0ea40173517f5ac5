#include "cmrt1/batch/image_run.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "cmrt1/base/log.h"
#include "cmrt1/base/parallel.h"
#include "cmrt1/batch/options.h"
#include "cmrt1/batch/output.h"

namespace cmrt1 {

namespace fs = std::filesystem;

namespace {

/// Leaves out what belongs to other shards.
Shard keep_shard(ImageCases& found, const Shard& shard) {
  std::erase_if(found.bad_files, [&](const SkippedFile& file) { return !holds(shard, file); });
  return keep_own(found.cases, shard, study_identity);
}

}  // namespace

std::string study_identity(const ImageCase& one) {
  return one.series.study_uid.empty() ? one.series.key : one.series.study_uid;
}

void add_images(CaseInputs& inputs, const std::string& role, const ImageCase& one) {
  const ImageSeries& series = one.series;
  inputs.facts.push_back(role + " " + (one.nifti ? "NIfTI" : to_string(series.kind)) + " " +
                         series.study_uid + " " + series.series_uid + " " + series.key);
  for (const Frame& frame : series.frames) inputs.add(role, frame);
}

CaseInputs image_inputs(const ImageCase& one) {
  CaseInputs inputs;
  inputs.folder = one.folder;
  inputs.facts.push_back(one.folder.generic_string());
  add_images(inputs, "image", one);
  return inputs;
}

void ImageInputs::check() const {
  if (!list && output.empty()) throw UsageError("no output folder: give -o OUT (or --list to look only)");
}

void add_image_inputs(CLI::App& app, ImageInputs& where) {
  app.add_option("INPUT", where.inputs,
                 "Folders, DICOM files, .zip or .tar.gz archives, NIfTI files, output folders of t1moco")
      ->required();
  add_output(app, where.output);
  app.add_flag("--list", where.list, "Print what was found, and stop");
  app.add_option(
         "--series", where.series,
         "Work on this series alone: a Series Instance UID, or a name that --list prints last in a path")
      ->type_name("UID");
}

ExitCode list_images(const ImageInputs& where) {
  std::cout << describe(find_image_cases(where.inputs, where.series)) << std::flush;
  if (!std::cout) throw IoError("cannot write the list to stdout");
  return ExitCode::ok;
}

ExitCode run_images(const ImageInputs& where, const ImageProgram& program,
                    const std::function<void(const ImageCases&)>& ready) {
  ImageCases found = find_image_cases(where.inputs, where.series);
  const Shard shard = keep_shard(found, where.control.shard);
  for (const ImageCase& one : found.cases)
    require_replaceable(program.output / one.folder, program.marker.c_str());
  ready(found);
  TableRun run;
  run.program = program.name;
  run.output = program.output;
  run.quiet = program.quiet;
  run.threads = usable_threads(where.threads);
  run.tables = program.tables;
  run.bad_files = found.bad_files;
  run.unreadable = program.unreadable;
  run.control = where.control;
  run.control.shard = shard;
  run.networks = program.networks;
  run.inputs = [&](std::size_t number) {
    CaseInputs inputs = image_inputs(found.cases[number]);
    if (program.add_inputs) program.add_inputs(found.cases[number], inputs);
    return inputs;
  };
  return run_to_tables(run, found.cases.size(), [&](std::size_t number, int threads) {
    return program.work(found.cases[number], threads);
  });
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
