#pragma once
/// The program cohortmerge: the tables of all shards -> those of the whole cohort.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <vector>

#include "cmrt1/base/error.h"
#include "cmrt1/batch/options.h"

namespace cmrt1 {

struct MergeOptions {
  std::vector<std::filesystem::path> folders;  ///< output folders of the programs
  Verbosity verbosity;
};

/// Declares the options of cohortmerge, with help and examples, on `app`.
void add_options(CLI::App& app, MergeOptions& options);

/// In each folder, joins summary.1-of-3.csv ... summary.3-of-3.csv to summary.csv, and so on for all tables,
/// and removes the parts. The tables equal those of a run that was not divided, byte for byte. Throws
/// NoInputError (no parts; one is missing: its shard has not come to its end; parts of different columns or
/// broken) before anything is written, and IoError (a shard is at work; cannot write).
ExitCode run_cohortmerge(const MergeOptions& options);

}  // namespace cmrt1
