#pragma once
/// The maps of a study: load -> pair -> (each pair: dt1map_pair.h), failures turned into rows.

#include <string>
#include <vector>

#include "cmrt1/batch/dt1map_study.h"
#include "cmrt1/write/dt1_record.h"

namespace cmrt1 {

/// What a study gave before it is written.
struct StudyResult {
  std::vector<Dt1Record> pairs;
  Rows other_rows;  ///< of maps without partner, and of what failed
  int failed = 0;
};

/// Tells the log of a failure, and keeps its row.
void add_failed(StudyResult& result, std::vector<std::string> row, const std::string& name,
                const std::string& message);

/// All groups of the study. Throws IoError, NetworkError and Stopped.
StudyResult worked_on(MapStudy& study, const Dt1mapOptions& options, const Dt1Networks& networks,
                      int threads);

}  // namespace cmrt1
