#include "cmrt1/batch/dt1map.h"

#include "cmrt1/batch/run_app.h"

int main(int argc, char** argv) {
  const int exit_code = cmrt1::run_app("dt1map",
                                       "Registers stress T1 maps to rest T1 maps and gives the stress "
                                       "reactivity map dT1 = (stress - rest) / rest.",
                                       argc, argv, [](CLI::App& app) {
                                         const auto options = std::make_shared<cmrt1::Dt1mapOptions>();
                                         add_options(app, *options);
                                         return [options] { return run_dt1map(*options); };
                                       });
  cmrt1::leave(exit_code);
}
