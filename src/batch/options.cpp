#include "cmrt1/batch/options.h"

#include "batch/add_choice.h"
#include "cmrt1/base/log.h"

namespace cmrt1 {

void Verbosity::apply() const {
  log::set_level(quiet ? log::Level::warning : verbose ? log::Level::debug : log::Level::info);
}

void add_output(CLI::App& app, std::filesystem::path& output) {
  app.add_option("-o,--output", output, "Folder for the results; created where it is missing")
      ->type_name("FOLDER");
}

void add_network_options(CLI::App& app, nn::NetworkOptions& options) {
  static const std::map<std::string, nn::Precision> precisions = {{"f32", nn::Precision::float32},
                                                                  {"bf16", nn::Precision::bfloat16}};
  app.add_option("--device", options.device, "Where the network runs")
      ->capture_default_str()
      ->type_name("{auto,cpu,cuda,cuda:N}");
  add_choice(app, "--precision", options.precision, precisions, "f32", "Arithmetic of the network");
  app.add_option(
         "--models", options.models,
         "Folder with manifest.json and the networks (default: $CMRT1_MODELS, else the installed one)")
      ->type_name("FOLDER");
}

void add_level(CLI::App& app, std::optional<Level>& level) {
  app.add_option_function<std::string>(
         "--level",
         [&level](const std::string& name) {
           for (const Level one : {Level::basal, Level::mid, Level::apical})
             if (name == to_string(one)) level = one;
         },
         "Take all images for this level instead of telling it from their places")
      ->check(CLI::IsMember({"basal", "mid", "apical"}));
}

void add_threads(CLI::App& app, int& work_threads, int& write_threads, const std::string& exception) {
  app.add_option_function<int>(
         "--threads", [&](int threads) { work_threads = write_threads = threads; },
         "Threads; 0 takes all cores. Results do not depend on it" + exception)
      ->check(CLI::Range(0, 1024))
      ->default_str("0")
      ->type_name("N");
}

void add_verbosity(CLI::App& app, Verbosity& verbosity) {
  const auto verbose = app.add_flag("-v,--verbose", verbosity.verbose, "Say more on stderr");
  app.add_flag("-q,--quiet", verbosity.quiet, "Say only warnings and errors")->excludes(verbose);
}

}  // namespace cmrt1
