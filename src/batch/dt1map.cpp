#include "cmrt1/batch/dt1map.h"

#include <algorithm>
#include <iostream>

#include "cmrt1/base/log.h"
#include "cmrt1/base/parallel.h"
#include "cmrt1/batch/dt1map_study.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/write/dt1_table.h"

namespace cmrt1 {
namespace {

constexpr const char* kMarker = "dt1map.json";  // by which the folder of an earlier result is told

bool any_group(const MapStudies& found, bool (*is_so)(const MapGroup&)) {
  return std::any_of(found.studies.begin(), found.studies.end(), [&](const MapStudy& study) {
    return std::any_of(study.groups.begin(), study.groups.end(), is_so);
  });
}

/// Leaves out what belongs to other shards.
Shard keep_shard(MapStudies& found, const Shard& shard) {
  std::erase_if(found.bad_files, [&](const SkippedFile& file) { return !holds(shard, file); });
  return keep_own(found.studies, shard, [](const MapStudy& study) { return study.folder.generic_string(); });
}

TableRun run_for(const Dt1mapOptions& options, const Shard& shard, const MapStudies& found,
                 const Dt1Networks& networks) {
  TableRun run;
  run.program = "dt1map";
  run.output = options.output;
  run.quiet = options.verbosity.quiet;
  run.cases = "studies";
  run.items = "pairs";
  run.without_items =
      "no rest map lies where a stress map does: summary.csv lists them (--slice-tolerance allows more)";
  run.tables = {{kDt1Table, dt1_columns()}, {kDt1SegmentTable, dt1_segment_columns()}};
  run.bad_files = found.bad_files;
  run.control = options.control;
  run.control.shard = shard;
  run.threads = usable_threads(options.threads);
  run.networks = networks.names();
  run.inputs = [&found](std::size_t number) { return study_inputs(found.studies[number]); };
  run.unreadable = [](const SkippedFile& file) {
    return failed_dt1_row(file.source.name(), {}, 0, MapRole::rest, file.reason, file.message);
  };
  return run;
}

ExitCode list(const MapStudies& found) {
  std::cout << describe(found) << std::flush;
  if (!std::cout) throw IoError("cannot write the list to stdout");
  return ExitCode::ok;
}

}  // namespace

ExitCode run_dt1map(const Dt1mapOptions& options) {
  options.check();
  options.verbosity.apply();
  MapStudies found = find_map_studies(options);
  if (options.list) return list(found);
  const Shard shard = keep_shard(found, options.control.shard);
  const Dt1Networks networks(options,
                             any_group(found, [](const MapGroup& group) { return group.masks.empty(); }),
                             any_group(found, [](const MapGroup& group) { return group.landmarks.empty(); }));
  for (const MapStudy& study : found.studies) require_replaceable(options.output / study.folder, kMarker);
  networks.identities();
  return run_to_tables(run_for(options, shard, found, networks), found.studies.size(),
                       [&](std::size_t number, int threads) {
                         return dt1_study(found.studies[number], options, networks, threads);
                       });
}

}  // namespace cmrt1
