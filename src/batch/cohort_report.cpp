#include "cmrt1/batch/cohort_report.h"

#include <CLI/CLI.hpp>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/run_app.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/write/cohort_html.h"
#include "cmrt1/write/cohort_table.h"

namespace cmrt1 {
namespace {

constexpr const char* examples = R"(Examples:
  cohortreport out/    of out/t1moco, out/qcdseg, out/ahalandmarks and out/dt1map, the output folders of the
                       programs; those that are missing are named in the report

Writes OUT/cohort.csv, a row a subject, and OUT/report.html, which opens without a network.
Exit codes: 0 all done, 1 internal error, 2 usage or a table that cannot be read, 3 no table, 7 output.
For research use only, not for diagnosis.)";

std::string last_line(const Cohort& cohort, const std::filesystem::path& folder) {
  std::size_t counts[3] = {};
  for (const auto& subject : cohort.subjects) ++counts[static_cast<std::size_t>(subject.status())];
  return "cohortreport: " + std::to_string(cohort.subjects.size()) + " subjects in " +
         std::to_string(cohort.tables.size()) + " tables: " + std::to_string(counts[0]) + " ok, " +
         std::to_string(counts[1]) + " flagged, " + std::to_string(counts[2]) + " failed; report in " +
         (folder / "report.html").string();
}

}  // namespace

void add_options(CLI::App& app, CohortReportOptions& options) {
  app.footer(examples);
  app.add_option("OUT", options.cohort, "Folder that holds the programs' output folders")
      ->required()
      ->check(CLI::ExistingDirectory);
  add_verbosity(app, options.verbosity);
}

ExitCode run_cohort_report(const CohortReportOptions& options) {
  options.verbosity.apply();
  const Cohort cohort = read_cohort(options.cohort);
  for (const std::string& table : cohort.missing) log::warning("no table " + table);
  throw_if_stopped();
  const std::filesystem::path table = options.cohort / "cohort.csv", page = options.cohort / "report.html";
  const FolderLock lock(options.cohort);
  remove_stale_staging(options.cohort, [&](const std::filesystem::path& target) {
    return target == table || target == page;  // what a report that was killed left
  });
  write_csv(cohort_table(cohort), table);
  write_atomically(page, cohort_html(cohort));
  log::info(last_line(cohort, options.cohort));
  return ExitCode::ok;
}

}  // namespace cmrt1
