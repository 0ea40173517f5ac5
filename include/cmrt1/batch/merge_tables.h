#pragma once
/// The program cohortmerge: the tables of all shards -> those of the whole cohort.

#include <filesystem>
#include <vector>

#include "cmrt1/base/error.h"
#include "cmrt1/batch/command_line.h"
#include "cmrt1/batch/options.h"

namespace cmrt1 {

/// What becomes of results that the tables do not name (unlisted_results).
enum class Unlisted { keep, refuse, remove };

struct MergeOptions {
  std::vector<std::filesystem::path> folders;  ///< output folders of the programs
  Verbosity verbosity;
  Unlisted unlisted = Unlisted::keep;
};

/// Declares the options of cohortmerge, with help and examples, on `app`.
void add_options(CLI::App& app, MergeOptions& options);

/// In each folder, joins the parts that shards left (summary.1-of-3-0a1b2c3d.csv ...) to summary.csv, and so
/// on for all tables, and removes the parts. The tables equal those of a run that was not divided, byte for
/// byte. A folder whose tables are whole already stays as it is. Throws NoInputError (no tables; a part is
/// missing: its shard has not come to its end; shards that do not belong together; parts of different columns
/// or broken) before anything is written in any folder, and IoError (a shard is at work; cannot write; with
/// Unlisted::refuse, results that the tables do not name).
ExitCode run_cohortmerge(const MergeOptions& options);

}  // namespace cmrt1
