#include "cmrt1/batch/t1moco.h"

#include <iostream>
#include <memory>

#include "cmrt1/base/log.h"
#include "cmrt1/batch/inputs.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/private_text.h"
#include "cmrt1/batch/t1moco_case.h"
#include "cmrt1/batch/table_run.h"
#include "cmrt1/study/describe.h"
#include "cmrt1/write/summary.h"

namespace cmrt1 {
namespace {

struct SeriesCase {
  const Study* study;
  const Series* series;
};

std::vector<SeriesCase> cases_in(const ScanResult& scan) {
  std::vector<SeriesCase> cases;
  for (const Study& study : scan.studies)
    for (const Series& series : study.series) cases.push_back({&study, &series});
  return cases;
}

ExitCode list(const ScanResult& scan) {
  std::cout << describe(scan) << std::flush;
  if (!std::cout) throw IoError("cannot write the list to stdout");
  return ExitCode::ok;
}

/// The network, where the method needs one.
std::unique_ptr<const nn::Network> network_for(const T1MocoOptions& options) {
  if (options.list || !needs_network(options.moco.method)) return nullptr;
  nn::NetworkOptions how = options.network;
  how.threads = options.moco.threads;
  return std::make_unique<nn::Network>(kMotionNetwork, how);
}

TableRun run_for(const T1MocoOptions& options, const Shard& shard, const ScanResult& found,
                 const std::vector<SeriesCase>& cases, const nn::Network* network) {
  TableRun run;
  run.program = "t1moco";
  run.output = options.output;
  run.quiet = options.verbosity.quiet;
  run.items = run.cases;
  run.control = options.control;
  run.control.shard = shard;
  run.tables = {{kSummaryTable, summary_columns()}};
  if (network) run.networks = {named(*network)};
  for (const SkippedFile& file : bad_files(found))
    if (holds(shard, file)) run.bad_files.push_back(file);
  run.unreadable = [keep = options.write.keep_identifiers](const SkippedFile& file) {
    const std::string path = file.source.name();
    const std::string message = keep ? file.message : without_paths(file.message, {&path, 1});
    return failed_row("", "", "", file.reason, (keep ? path : pseudonym(path)) + ": " + message);
  };
  run.inputs = [&cases](std::size_t number) {
    return series_inputs(*cases[number].study, *cases[number].series);
  };
  return run;
}

}  // namespace

ExitCode run_t1moco(const T1MocoOptions& options) {
  options.check();
  options.verbosity.apply();
  const auto network = network_for(options);
  ScanResult found = scan_inputs(options.inputs, options.scan);
  if (options.list) return list(found);
  report_skipped(found);
  if (cases_in(found).empty() && bad_files(found).empty())
    throw NoInputError("no T1-mapping series among the inputs (t1moco --list says what was found)");
  std::erase_if(found.studies, [](const Study& study) { return study.series.empty(); });
  const Shard shard =
      keep_own(found.studies, options.control.shard, [](const Study& study) { return study.uid; });
  const std::vector<SeriesCase> cases = cases_in(found);
  for (const SeriesCase& one : cases)
    require_replaceable(options.output / result_folder(*one.study, *one.series), kSeriesMarker);
  const TableRun run = run_for(options, shard, found, cases, network.get());
  return run_to_tables(run, cases.size(), [&](std::size_t number, int) {
    return correct_case(*cases[number].study, *cases[number].series, options, network.get());
  });
}

}  // namespace cmrt1
