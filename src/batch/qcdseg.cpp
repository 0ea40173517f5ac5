#include "cmrt1/batch/qcdseg.h"

#include <iostream>

#include "cmrt1/batch/image_run.h"
#include "cmrt1/batch/qcdseg_case.h"
#include "cmrt1/write/segmentation_table.h"

namespace cmrt1 {
namespace {

ImageProgram program_for(const QcdsegOptions& options, const SegmentationNetworks& networks) {
  ImageProgram program;
  program.name = "qcdseg";
  program.output = options.output;
  program.quiet = options.verbosity.quiet;
  program.marker = "segmentation.json";
  program.tables = {{kQcdTable, segmentation_columns()},
                    {"flagged.csv", segmentation_columns(), [](const std::map<std::string, Rows>& all) {
                       const auto rows = all.find(kQcdTable);
                       return rows == all.end() ? Rows{} : flagged_rows(rows->second);
                     }}};
  program.unreadable = [](const SkippedFile& file) {
    return failed_segmentation_row(file.source.name(), {}, 0, file.reason, file.message);
  };
  program.work = [&](ImageCase& one) { return segment_case(one, options, networks); };
  return program;
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
  const ImageProgram program = program_for(options, *networks);
  require_replaceable(found, program);
  networks->identities();  // waits: networks that cannot be used end the run before anything is written
  return run_images(found, program);
}

}  // namespace cmrt1
