#pragma once
/// The program ahalandmarks: inputs -> series of images -> (each: load -> find -> divide -> write) ->
/// landmarks.csv, segments.csv.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/aha/segments.h"
#include "cmrt1/base/error.h"
#include "cmrt1/batch/command_line.h"
#include "cmrt1/batch/image_run.h"
#include "cmrt1/batch/options.h"
#include "cmrt1/landmark/find.h"
#include "cmrt1/write/landmark_result.h"

namespace cmrt1 {

struct AhalandmarksOptions {
  ImageInputs where;
  std::filesystem::path mask;    ///< label map, DICOM SEG, or output folder of qcdseg; empty: none
  std::filesystem::path values;  ///< a map on the images' grids, NIfTI or DICOM; empty: T1 of T1 maps
  std::string quantity, unit;    ///< of `values`
  std::optional<Level> level;    ///< of all images
  Verbosity verbosity;
  LandmarkOptions landmarks;
  nn::NetworkOptions network;
  LandmarkWriteOptions write;
  void check() const;  ///< throws UsageError
};

/// Declares the options of ahalandmarks, with help and examples, on `app`.
void add_options(CLI::App& app, AhalandmarksOptions& options);

/// Runs the program. An image or series that fails is reported in landmarks.csv and on stderr, and the others
/// go on. Throws NoInputError, IoError and NetworkError.
ExitCode run_ahalandmarks(const AhalandmarksOptions& options);

}  // namespace cmrt1
