#pragma once
/// One study through dt1map: load -> pair -> (each pair: register -> dT1 -> segments) -> write.

#include <functional>

#include "cmrt1/batch/dt1map_inputs.h"
#include "cmrt1/batch/dt1map_networks.h"
#include "cmrt1/batch/table_run.h"

namespace cmrt1 {

inline constexpr const char* kDt1Table = "summary.csv";
inline constexpr const char* kDt1SegmentTable = "segments.csv";

/// What a study's result is made from.
CaseInputs study_inputs(const MapStudy& study);

/// Works on a study on `threads` threads, and returns what writes its folder and gives its rows. Throws
/// IoError, NetworkError and Stopped, which are no study's fault. `study` outlives the call.
std::function<SeriesOutcome()> dt1_study(MapStudy& study, const Dt1mapOptions& options,
                                         const Dt1Networks& networks, int threads);

}  // namespace cmrt1
