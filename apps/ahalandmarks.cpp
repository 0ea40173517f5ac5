#include "cmrt1/batch/ahalandmarks.h"

#include "cmrt1/batch/run_app.h"

int main(int argc, char** argv) {
  const int exit_code = cmrt1::run_app(
      "ahalandmarks",
      "Finds the LV centre and the RV insertion points on short-axis images, and the 16 AHA segments.", argc,
      argv, [](CLI::App& app) {
        const auto options = std::make_shared<cmrt1::AhalandmarksOptions>();
        add_options(app, *options);
        return [options] { return run_ahalandmarks(*options); };
      });
  cmrt1::leave(exit_code);
}
