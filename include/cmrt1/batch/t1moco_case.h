#pragma once
/// One series through t1moco: load -> correct -> write, failures turned into a row.

#include <string>
#include <variant>
#include <vector>

#include "cmrt1/batch/t1moco.h"

namespace cmrt1 {

/// What became of one series.
struct Outcome {
  std::string status;              ///< "ok", "flagged" or "failed"
  std::string note;                ///< one line for a person
  std::vector<std::string> cells;  ///< its row of summary.csv
};

/// Throws IoError where OUT/<study>/<series> is there and holds anything but an earlier result (it may be
/// the input itself): such a folder is never replaced.
void require_replaceable(const Study& study, const Series& series, const std::filesystem::path& output);

/// A series between its two steps: corrected, not yet written; or failed.
using Corrected = std::variant<SeriesRecord, Outcome>;

/// `network` may be null where the method needs none. Throws IoError, NetworkError and Stopped, which are no
/// series' fault.
Corrected correct_case(const Series& series, const T1MocoOptions& options, const nn::Network* network);

/// Writes the series' folder OUT/<study>/<series>, whole or not at all. A series that failed leaves no
/// folder, not even one of an earlier run. May run while another series is corrected. Throws IoError and
/// Stopped.
Outcome deliver_case(const Study& study, const Series& series, const Corrected& corrected,
                     const T1MocoOptions& options);

/// The outcome of a file that was meant to be an image and could not be read.
Outcome outcome_of(const SkippedFile& file);

}  // namespace cmrt1
