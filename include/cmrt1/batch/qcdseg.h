#pragma once
/// The program qcdseg: inputs -> series of images -> (each: load -> segment -> write) -> qcd.csv,
/// flagged.csv.

#include <filesystem>
#include <vector>

#include "cmrt1/base/error.h"
#include "cmrt1/batch/command_line.h"
#include "cmrt1/batch/image_run.h"
#include "cmrt1/batch/options.h"
#include "cmrt1/qcd/segment.h"
#include "cmrt1/write/segmentation_result.h"

namespace cmrt1 {

struct QcdsegOptions {
  ImageInputs where;
  Verbosity verbosity;
  QcdOptions qcd;
  nn::NetworkOptions network;
  SegmentationWriteOptions write;
  void check() const;  ///< throws UsageError
};

/// Declares the options of qcdseg, with help and examples, on `app`.
void add_options(CLI::App& app, QcdsegOptions& options);

/// Runs the program. An image or series that fails is reported in qcd.csv and on stderr, and the others go
/// on. Throws NoInputError, IoError and NetworkError.
ExitCode run_qcdseg(const QcdsegOptions& options);

}  // namespace cmrt1
