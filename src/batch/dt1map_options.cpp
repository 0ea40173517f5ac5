#include "batch/add_choice.h"
#include "cmrt1/batch/dt1map.h"

namespace cmrt1 {
namespace {

constexpr const char* examples = R"(Examples:
  dt1map --rest rest/ --stress stress/ -o out/       T1 maps of one or many studies, paired slice by slice
  dt1map --rest study/ --stress study/ -o out/       one folder: the series descriptions tell which are which
  dt1map --pairs pairs.csv -o out/                   a table with the columns rest and stress (mask, landmarks)
  dt1map --rest r.nii.gz --stress s.nii.gz -o out/ --masks muscle.nii.gz
                                                     NIfTI maps in ms, and where the muscle is
  dt1map --rest maps/ --stress maps/ -o out/ --masks seg/ --landmarks aha/
                                                     with the results of qcdseg and ahalandmarks
  dt1map --rest rest/ --stress stress/ --list        say which maps were found on either side, and stop

Maps are scanner T1 maps, output folders of t1moco, or NIfTI files in ms.
Without --masks and --landmarks the muscle and the landmarks are found on the fly.
Exit codes: 0 all done, 1 internal error, 2 usage, 3 no usable input or no pair, 4 some pairs failed,
5 all failed, 6 network or device, 7 output, 130 and 143 stopped.
For research use only, not for diagnosis.)";

void add_method(CLI::App& app, RegistrationOptions& options) {
  static const std::map<std::string, RegistrationMethod> methods = {
      {"none", RegistrationMethod::none},
      {"model", RegistrationMethod::model},
      {"network", RegistrationMethod::network},
      {"network+model", RegistrationMethod::network_model}};
  add_choice(
      app, "--method", options.method, methods, to_string(options.method),
      "How stress maps are registered: a trained network, demons (model), both in turn, or not at all");
}

}  // namespace

void add_options(CLI::App& app, Dt1mapOptions& options) {
  app.footer(examples);
  app.add_option("--rest", options.rest, "T1 maps at rest: folders, DICOM or NIfTI files, archives")
      ->type_name("PATH");
  app.add_option("--stress", options.stress, "T1 maps under stress, the same way")->type_name("PATH");
  app.add_option("--pairs", options.pairs, "Table (CSV) with a pair a row; paths are relative to the table")
      ->type_name("FILE");
  add_output(app, options.output);
  app.add_option("--masks", options.masks,
                 "The muscle of the rest maps: a label map (1 is LV myocardium), a DICOM segmentation, or an "
                 "output folder of qcdseg")
      ->type_name("PATH");
  app.add_option("--landmarks", options.landmarks,
                 "Landmarks of the rest maps: landmarks.json, or an output folder of ahalandmarks")
      ->type_name("PATH");
  app.add_flag("--list", options.list,
               "Print the maps found at rest and under stress, study by study, and stop");
  add_method(app, options.registration);
  app.add_option("--slice-tolerance", options.pairing.tolerance_mm,
                 "Largest distance between the planes of a rest and a stress map of one slice")
      ->capture_default_str()
      ->type_name("MM");
  app.add_option("--rest-floor", options.reactivity.floor_ms, "dT1 is undefined where rest T1 is lower")
      ->capture_default_str()
      ->type_name("MS");
  add_level(app, options.level);
  add_network_options(app, options.network);
  app.add_flag("--keep-identifiers", options.write.keep_identifiers,
               "Put series descriptions and source paths into result.json");
  add_threads(app, options.threads, options.write.threads);
  add_verbosity(app, options.verbosity);
  add_run_control(app, options.control);
}

void Dt1mapOptions::check() const {
  if (pairs.empty() && (rest.empty() || stress.empty()))
    throw UsageError("give maps with --rest and --stress, or a table with --pairs");
  if (!pairs.empty() && (!rest.empty() || !stress.empty()))
    throw UsageError("--pairs takes the place of --rest and --stress: give one of them");
  if (!pairs.empty() && (!masks.empty() || !landmarks.empty()))
    throw UsageError("with --pairs, masks and landmarks are columns of the table: mask, landmarks");
  if (!list && output.empty()) throw UsageError("no output folder: give -o OUT (or --list to look only)");
  pairing.check();
  registration.check();
  reactivity.check();
  network.check();
}

std::map<std::string, std::string> Dt1mapOptions::as_text() const {
  return {{"method", to_string(registration.method)},
          {"slice_tolerance_mm", std::to_string(pairing.tolerance_mm)},
          {"rest_floor_ms", std::to_string(reactivity.floor_ms)},
          {"level", level ? to_string(*level) : "by position"}};
}

}  // namespace cmrt1
