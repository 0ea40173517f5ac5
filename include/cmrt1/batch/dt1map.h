#pragma once
/// The program dt1map: rest and stress maps -> pairs of slices -> (each: locate -> register -> dT1 ->
/// segments)
/// -> files, study by study -> summary.csv, segments.csv.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/aha/segments.h"
#include "cmrt1/base/error.h"
#include "cmrt1/batch/command_line.h"
#include "cmrt1/batch/options.h"
#include "cmrt1/batch/run_control.h"
#include "cmrt1/dt1/pair_slices.h"
#include "cmrt1/dt1/reactivity.h"
#include "cmrt1/write/dt1_result.h"

namespace cmrt1 {

struct Dt1mapOptions {
  std::vector<std::filesystem::path> rest, stress;
  std::filesystem::path pairs;      ///< table of rest and stress maps, instead of `rest` and `stress`
  std::filesystem::path masks;      ///< of the rest maps: label map, DICOM SEG, or output folder of qcdseg
  std::filesystem::path landmarks;  ///< of the rest maps: landmarks.json, or output folder of ahalandmarks
  std::filesystem::path output;
  bool list = false;  ///< print the maps found on either side, and stop
  int threads = 0;    ///< 0: all cores
  std::optional<Level> level;
  PairingOptions pairing;
  RegistrationOptions registration;
  ReactivityOptions reactivity;
  nn::NetworkOptions network;
  Dt1WriteOptions write;
  Verbosity verbosity;
  RunControl control;
  void check() const;  ///< throws UsageError
  /// Those that shape the result, as text.
  std::map<std::string, std::string> as_text() const;
};

/// Declares the options of dt1map, with help and examples, on `app`.
void add_options(CLI::App& app, Dt1mapOptions& options);

/// Runs the program. A map or pair that fails is reported in summary.csv and on stderr, and the others go on.
/// Throws UsageError, NoInputError, IoError and NetworkError.
ExitCode run_dt1map(const Dt1mapOptions& options);

}  // namespace cmrt1
