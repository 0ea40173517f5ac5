#include "cmrt1/batch/ahalandmarks.h"

#include <iostream>

#include "cmrt1/batch/ahalandmarks_case.h"
#include "cmrt1/write/landmark_table.h"
#include "cmrt1/write/segment_table.h"

namespace cmrt1 {
namespace {

ImageProgram program_for(const AhalandmarksOptions& options, const LandmarkStages& networks,
                         const OverlaidImages* values) {
  ImageProgram program;
  program.name = "ahalandmarks";
  program.output = options.output;
  program.quiet = options.verbosity.quiet;
  program.marker = "landmarks.json";
  program.tables = {{kLandmarkTable, landmark_columns()}, {kSegmentTable, segment_columns()}};
  program.unreadable = [](const SkippedFile& file) {
    return failed_landmark_row(file.source.name(), {}, 0, file.reason, file.message);
  };
  program.work = [&options, &networks, values](ImageCase& one) {
    return landmark_case(one, options, networks, values);
  };
  return program;
}

}  // namespace

ExitCode run_ahalandmarks(const AhalandmarksOptions& options) {
  options.check();
  options.verbosity.apply();
  std::optional<LandmarkStages> networks;
  if (!options.list) networks.emplace(options.network);
  ImageCases found = find_image_cases(options.inputs, options.series);
  if (options.list) {
    std::cout << describe(found) << std::flush;
    if (!std::cout) throw IoError("cannot write the list to stdout");
    return ExitCode::ok;
  }
  std::optional<OverlaidImages> values;
  if (!options.values.empty()) values.emplace(options.values);
  const ImageProgram program = program_for(options, *networks, values ? &*values : nullptr);
  require_replaceable(found, program);
  networks->identities();  // waits: networks that cannot be used end the run before anything is written
  return run_images(found, program);
}

}  // namespace cmrt1
