#include "cmrt1/batch/qcdseg.h"

#include "cmrt1/batch/run_app.h"

int main(int argc, char** argv) {
  const int exit_code = cmrt1::run_app(
      "qcdseg",
      "Segments the left ventricle on short-axis images and predicts how good each segmentation is.", argc,
      argv, [](CLI::App& app) {
        const auto options = std::make_shared<cmrt1::QcdsegOptions>();
        add_options(app, *options);
        return [options] { return run_qcdseg(*options); };
      });
  cmrt1::leave(exit_code);
}
