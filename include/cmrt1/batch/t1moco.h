#pragma once
/// The program t1moco: inputs -> scan -> (each series: load -> correct -> write) -> summary.csv.

#include <filesystem>
#include <string>
#include <vector>

#include "cmrt1/base/error.h"
#include "cmrt1/batch/command_line.h"
#include "cmrt1/batch/options.h"
#include "cmrt1/batch/run_control.h"
#include "cmrt1/dicom/scan.h"
#include "cmrt1/moco/correct.h"
#include "cmrt1/nn/network.h"
#include "cmrt1/write/result.h"

namespace cmrt1 {

struct T1MocoOptions {
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path output;
  bool list = false;
  Verbosity verbosity;
  ScanOptions scan;
  MocoOptions moco;
  nn::NetworkOptions network;
  WriteOptions write;
  RunControl control;
  void check() const;  ///< throws UsageError
};

/// Declares the options of t1moco, with help and examples, on `app`.
void add_options(CLI::App& app, T1MocoOptions& options);

/// Runs the program. A series that fails is reported in summary.csv and on stderr, and the others go
/// on. Throws NoInputError, IoError, and NetworkError where the method needs a network that cannot be used.
ExitCode run_t1moco(const T1MocoOptions& options);

}  // namespace cmrt1
