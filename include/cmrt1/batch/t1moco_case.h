#pragma once
/// One series through t1moco: load -> correct -> write, failures turned into a row.

#include <functional>
#include <string>
#include <vector>

#include "cmrt1/batch/outcome.h"
#include "cmrt1/batch/receipt.h"
#include "cmrt1/batch/t1moco.h"

namespace cmrt1 {

inline constexpr const char* kSummaryTable = "summary.csv";
inline constexpr const char* kSeriesMarker =
    "result.json";  ///< by which the folder of an earlier result is told

/// Below the output folder.
std::filesystem::path result_folder(const Study& study, const Series& series);

/// What a series' result is made from.
CaseInputs series_inputs(const Study& study, const Series& series);

/// Corrects a series, and returns what writes its folder OUT/<study>/<series>, whole or not at all, and gives
/// its row: called while another series is corrected. A series that failed leaves no folder, not even one of
/// an earlier run. `network` may be null where the method needs none. All but `network` outlives the call.
/// Throws IoError, NetworkError and Stopped, which are no series' fault.
std::function<SeriesOutcome()> correct_case(const Study& study, const Series& series,
                                            const T1MocoOptions& options, const nn::Network* network);

}  // namespace cmrt1
