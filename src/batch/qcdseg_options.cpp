#include <CLI/CLI.hpp>

#include "cmrt1/batch/qcdseg.h"

namespace cmrt1 {
namespace {

constexpr const char* examples = R"(Examples:
  qcdseg study/ -o out/                     segment every short-axis image below study/
  qcdseg t1moco_out/ -o out/                the T1 maps that t1moco made, with T1 of the myocardium
  qcdseg lge.nii.gz cine.nii.gz -o out/     NIfTI files, label maps on their grids
  qcdseg --list study/                      say what is there, and stop
  qcdseg study/ -o out/ --threshold 0.8     flag more: whatever is predicted to reach less than 0.8
  qcdseg cohort/ -o out/ --resume           go on after an interruption
  qcdseg study/ -o out/ --candidates        also the twelve segmentations it chose from

Look at out/flagged.csv first: the worst come first, each with its picture.
Exit codes: 0 all done, 1 internal error, 2 usage, 3 no usable input, 4 some images failed,
5 all failed, 6 network or device, 7 output, 130 and 143 stopped.
For research use only, not for diagnosis.)";

}  // namespace

void add_options(CLI::App& app, QcdsegOptions& options) {
  app.footer(examples);
  add_image_inputs(app, options.where);
  app.add_option("--threshold", options.qcd.threshold, "Flag images whose predicted Dice is lower")
      ->capture_default_str()
      ->type_name("DICE");
  app.add_flag("--candidates", options.write.candidates, "Write all twelve candidate segmentations too");
  add_network_options(app, options.network);
  app.add_flag("--keep-identifiers", options.write.keep_identifiers,
               "Put the series description and source paths into segmentation.json");
  add_threads(app, options.where.threads, options.write.threads);
  add_verbosity(app, options.verbosity);
  add_run_control(app, options.where.control);
}

void QcdsegOptions::check() const {
  where.check();
  qcd.check();
  network.check();
}

}  // namespace cmrt1
