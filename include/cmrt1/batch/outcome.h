#pragma once
/// What became of one case of a run.

#include <map>
#include <string>
#include <vector>

namespace cmrt1 {

using Rows = std::vector<std::vector<std::string>>;

/// What became of one case: of a series, of a study.
struct SeriesOutcome {
  std::string note;                     ///< one line for a person
  std::map<std::string, Rows> rows;     ///< by the name of the table's file
  int ok = 0, flagged = 0, failed = 0;  ///< images, or pairs
};

}  // namespace cmrt1
