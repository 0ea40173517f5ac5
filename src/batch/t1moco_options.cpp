#include <map>

#include "batch/add_choice.h"
#include "cmrt1/batch/options.h"
#include "cmrt1/batch/t1moco.h"

namespace cmrt1 {
namespace {

constexpr const char* examples = R"(Examples:
  t1moco study/ -o out/                     correct every T1-mapping series below study/
  t1moco 1234567_20214_2_0.zip -o out/      read an archive in place
  t1moco --list study/                      say what is there, and stop
  t1moco study/ -o out/ --method network    the network alone: the fastest correction
  t1moco cohort/ -o out/ --resume           go on after an interruption
  t1moco cohort/ -o out/ --shard 2/8        the second eighth of the studies (cohortmerge joins the tables)
  t1moco study/ -o out/ --method none       reconstruct without motion correction
  t1moco study/ -o out/ --device cuda:1 --precision bf16 --views 4
                                            the network on a GPU, in bfloat16, mean of four views
  t1moco study/ -o out/ --models /data/models
                                            networks of your own, listed in /data/models/manifest.json
  t1moco study/ -o out/ --ti 100,180,260,1000,1900,2800,3700
                                            inversion times by instance number, where the files lack them

Exit codes: 0 all done, 1 internal error, 2 usage, 3 no usable input, 4 some series failed,
5 all failed, 6 network or device, 7 output, 130 and 143 stopped.
For research use only, not for diagnosis.)";

const std::map<std::string, MocoMethod> methods = {{"auto", MocoMethod::automatic},
                                                   {"network", MocoMethod::network},
                                                   {"network+model", MocoMethod::network_model},
                                                   {"model", MocoMethod::model},
                                                   {"none", MocoMethod::none}};
const std::map<std::string, std::optional<Sequence>> sequences = {
    {"auto", std::nullopt}, {"shmolli", Sequence::shmolli}, {"molli", Sequence::molli}};

void add_input_options(CLI::App& app, T1MocoOptions& options) {
  app.add_option("INPUT", options.inputs, "Folders, DICOM files, .zip or .tar.gz archives")->required();
  add_output(app, options.output);
  app.add_flag("--list", options.list, "Print what was found and how it was classified, and stop");
  app.add_option("--series", options.scan.series_uid,
                 "Work on this series alone: a Series Instance UID, or a key that --list prints")
      ->type_name("UID");
  app.add_option("--ti", options.scan.ti_ms, "Inversion times in ms by instance number")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("MS,MS,...");
  add_choice(app, "--sequence", options.scan.sequence, sequences, "auto", "Acquisition scheme");
}

void add_method_options(CLI::App& app, T1MocoOptions& options) {
  add_choice(
      app, "--method", options.moco.method, methods, "auto",
      "Motion correction: by a network, by registration to the fit (model), by the network and then that "
      "registration, or (auto) per series by what fits best");
  app.add_option("--heart-radius", options.moco.heart_radius_mm,
                 "Radius of the region in which quality is judged")
      ->capture_default_str()
      ->type_name("MM");
  app.add_option_function<std::vector<double>>(
         "--heart-centre",
         [&options](const std::vector<double>& xy) {
           options.moco.heart_centre_px = {xy[0], xy[1]};
         },
         "Centre of that region: zero-based column,row (default: the image centre)")
      ->delimiter(',')
      ->expected(2)
      ->allow_extra_args(false)
      ->type_name("X,Y");
}

void add_motion_network_options(CLI::App& app, T1MocoOptions& options) {
  app.add_option("--views", options.moco.network.views,
                 "4: the network also sees three mirror images, and the mean is taken")
      ->check(CLI::IsMember({1, 4}))
      ->capture_default_str();
  add_network_options(app, options.network);
}

void add_run_options(CLI::App& app, T1MocoOptions& options) {
  app.add_flag("--write-images", options.write.write_images, "Write the corrected images too");
  app.add_flag("--keep-identifiers", options.write.keep_identifiers,
               "Put the series description and source paths into result.json");
  add_threads(app, options.moco.threads, options.write.threads, ", but for a network's last digits");
  add_verbosity(app, options.verbosity);
  add_run_control(app, options.control);
}

}  // namespace

void add_options(CLI::App& app, T1MocoOptions& options) {
  app.footer(examples);
  add_input_options(app, options);
  add_method_options(app, options);
  add_motion_network_options(app, options);
  add_run_options(app, options);
}

void T1MocoOptions::check() const {
  if (!list && output.empty()) throw UsageError("no output folder: give -o OUT (or --list to look only)");
  moco.check();
  network.check();
}

}  // namespace cmrt1
