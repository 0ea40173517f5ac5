#include "cmrt1/batch/merge_tables.h"
#include "cmrt1/batch/run_app.h"

int main(int argc, char** argv) {
  const int exit_code =
      cmrt1::run_app("cohortmerge", "Joins the tables that the shards of a program wrote to one folder.",
                     argc, argv, [](CLI::App& app) {
                       const auto options = std::make_shared<cmrt1::MergeOptions>();
                       add_options(app, *options);
                       return [options] { return run_cohortmerge(*options); };
                     });
  cmrt1::leave(exit_code);
}
