#include "cmrt1/batch/t1moco.h"

#include "cmrt1/batch/run_app.h"

int main(int argc, char** argv) {
  const int exit_code =
      cmrt1::run_app("t1moco", "Corrects motion in ShMOLLI and MOLLI series and reconstructs T1 and R2 maps.",
                     argc, argv, [](CLI::App& app) {
                       const auto options = std::make_shared<cmrt1::T1MocoOptions>();
                       add_options(app, *options);
                       return [options] { return run_t1moco(*options); };
                     });
  cmrt1::leave(exit_code);
}
