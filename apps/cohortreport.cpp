#include "cmrt1/batch/cohort_report.h"
#include "cmrt1/batch/run_app.h"

int main(int argc, char** argv) {
  const int exit_code = cmrt1::run_app(
      "cohortreport", "Joins the tables of a cohort: one row a subject, and a report to look at.", argc, argv,
      [](CLI::App& app) {
        const auto options = std::make_shared<cmrt1::CohortReportOptions>();
        add_options(app, *options);
        return [options] { return run_cohort_report(*options); };
      });
  cmrt1::leave(exit_code);
}
