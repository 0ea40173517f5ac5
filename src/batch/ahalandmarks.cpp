#include "cmrt1/batch/ahalandmarks.h"

#include "cmrt1/base/error.h"
#include "cmrt1/batch/ahalandmarks_case.h"
#include "cmrt1/write/landmark_table.h"
#include "cmrt1/write/segment_table.h"

namespace cmrt1 {
namespace {

ImageProgram program_for(const AhalandmarksOptions& options, const LandmarkStages& networks,
                         const OverlaidImages* values, const Companions& companions) {
  ImageProgram program;
  program.name = "ahalandmarks";
  program.output = options.where.output;
  program.quiet = options.verbosity.quiet;
  program.marker = "landmarks.json";
  program.tables = {{kLandmarkTable, landmark_columns()}, {kSegmentTable, segment_columns()}};
  program.unreadable = [](const SkippedFile& file) {
    return failed_landmark_row(file.source.name(), {}, 0, file.reason, file.message);
  };
  program.networks = networks.names();
  program.add_inputs = [&](const ImageCase& one, CaseInputs& inputs) {
    add_landmark_inputs(one, options, companions, inputs);
  };
  program.work = [&, values](ImageCase& one, int threads) {
    return landmark_case(one, options, networks, values, companions, threads);
  };
  return program;
}

}  // namespace

ExitCode run_ahalandmarks(const AhalandmarksOptions& options) {
  options.check();
  options.verbosity.apply();
  if (options.where.list) return list_images(options.where);
  const LandmarkStages networks(options.network);
  std::optional<OverlaidImages> values;
  if (!options.values.empty()) values.emplace(options.values);
  if (values && values->are_t1() && !options.unit.empty() && options.unit != "ms")
    throw UsageError("--unit " + options.unit + ": " + options.values.string() +
                     " holds T1 maps, whose values are given in ms; leave --unit out");
  Companions companions;
  return run_images(options.where, program_for(options, networks, values ? &*values : nullptr, companions),
                    [&](const ImageCases& found) {
                      companions = companions_of(found);
                      networks.identities();
                    });
}

}  // namespace cmrt1
