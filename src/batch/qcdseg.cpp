#include "cmrt1/batch/qcdseg.h"

#include "cmrt1/batch/image_run.h"
#include "cmrt1/batch/qcdseg_case.h"
#include "cmrt1/write/segmentation_table.h"

namespace cmrt1 {
namespace {

ImageProgram program_for(const QcdsegOptions& options, const SegmentationNetworks& networks) {
  ImageProgram program;
  program.name = "qcdseg";
  program.output = options.where.output;
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
  program.networks = networks.names();
  program.work = [&](ImageCase& one, int threads) { return segment_case(one, options, networks, threads); };
  return program;
}

}  // namespace

ExitCode run_qcdseg(const QcdsegOptions& options) {
  options.check();
  options.verbosity.apply();
  if (options.where.list) return list_images(options.where);
  const SegmentationNetworks networks(options.network);
  return run_images(options.where, program_for(options, networks),
                    [&](const ImageCases&) { networks.identities(); });
}

}  // namespace cmrt1
