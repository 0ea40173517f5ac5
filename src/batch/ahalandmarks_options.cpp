#include <CLI/CLI.hpp>

#include "cmrt1/batch/ahalandmarks.h"

namespace cmrt1 {
namespace {

constexpr const char* examples = R"(Examples:
  ahalandmarks study/ -o out/                        landmarks and segments of every short-axis image
  ahalandmarks maps/ -o out/ --mask qcdseg_out/      segments within the muscle that qcdseg found in maps/
  ahalandmarks lge.nii.gz -o out/ --mask labels.nii.gz --values dt1.nii.gz --quantity dT1 --unit %
                                                     any map, measured in the segments of its image
  ahalandmarks slice.dcm -o out/ --level basal       one slice, known to be basal
  ahalandmarks cohort/ -o out/ --resume              go on after an interruption
  ahalandmarks --list study/                         say what is there, and stop

Without --mask the segments lie between two circles as large as the ventricle; `wall` in
segments.csv and landmarks.json says so.
T1 maps are measured in their own segments; other images need --values.
Exit codes: 0 all done, 1 internal error, 2 usage, 3 no usable input, 4 some images failed,
5 all failed, 6 network or device, 7 output, 130 and 143 stopped.
For research use only, not for diagnosis.)";

}  // namespace

void add_options(CLI::App& app, AhalandmarksOptions& options) {
  app.footer(examples);
  add_image_inputs(app, options.where);
  app.add_option(
         "--mask", options.mask,
         "The muscle: a NIfTI label map (1 is LV myocardium), a DICOM segmentation, or an output folder of "
         "qcdseg")
      ->type_name("PATH");
  app.add_option("--values", options.values,
                 "A map on the images' grids to measure in the segments: NIfTI, DICOM file or folder")
      ->type_name("PATH");
  app.add_option("--quantity", options.quantity, "What --values holds, such as T1 or dT1")
      ->default_str("value")
      ->type_name("NAME");
  app.add_option("--unit", options.unit, "Its unit, such as ms or %")->type_name("UNIT");
  add_level(app, options.level);
  app.add_option("--stages", options.landmarks.stages, "Networks: 1 looks at the field, 2 at a patch as well")
      ->capture_default_str()
      ->check(CLI::IsMember({1, 2}));
  app.add_option("--confidence", options.landmarks.least_confidence,
                 "Flag images whose confidence is lower, and not confirmed by their series")
      ->capture_default_str()
      ->type_name("VALUE");
  app.add_option("--max-turn", options.landmarks.most_turned_deg,
                 "Flag images whose insertion lies this much further round than the series'")
      ->capture_default_str()
      ->type_name("DEGREES");
  add_network_options(app, options.network);
  app.add_flag("--keep-identifiers", options.write.keep_identifiers,
               "Put the series description and source paths into landmarks.json");
  add_threads(app, options.where.threads, options.write.threads);
  add_verbosity(app, options.verbosity);
  add_run_control(app, options.where.control);
}

void AhalandmarksOptions::check() const {
  where.check();
  if (values.empty() && (!quantity.empty() || !unit.empty()))
    throw UsageError("--quantity and --unit say what --values holds: give --values");
  landmarks.check();
  network.check();
}

}  // namespace cmrt1
