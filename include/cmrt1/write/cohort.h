#pragma once
/// What the tables of all programs say about a cohort: values only. A subject is a study.

#include <array>
#include <compare>
#include <cstddef>
#include <string>
#include <vector>

#include "cmrt1/write/cohort_measures.h"

namespace cmrt1 {

/// In the order of the chain.
enum class CohortProgram : std::size_t { t1moco, qcdseg, ahalandmarks, dt1map };
inline constexpr std::size_t kCohortPrograms = 4;
const char* to_string(CohortProgram program);

/// What a program's rows are: "series", "images", "pairs".
const char* items_of(CohortProgram program);

/// Rows of a program's table by status.
struct CohortCounts {
  std::size_t ok = 0, flagged = 0, failed = 0, unpaired = 0;
  /// Without `unpaired`.
  std::size_t items() const { return ok + flagged + failed; }
};

/// Why a row is flagged, failed or unpaired.
struct CohortReason {
  CohortProgram program = CohortProgram::t1moco;
  std::string status, reason;
  auto operator<=>(const CohortReason&) const = default;
};

/// Rows and subjects for which a reason was given.
struct CohortReasonCount {
  CohortReason reason;
  std::size_t rows = 0, subjects = 0;
};

enum class SubjectStatus { ok, flagged, failed };
const char* to_string(SubjectStatus status);

/// A figure far from the cohort's.
struct CohortOutlier {
  std::size_t subject = 0;  ///< place in Cohort::subjects
  std::size_t measure = 0;  ///< place in cohort_measures()
  double z = 0;
};

struct CohortSubject {
  std::string key;        ///< the study UID; where there is none the name of the result folder
  std::string study_uid;  ///< may be empty
  std::array<CohortCounts, kCohortPrograms> counts;
  std::size_t corrected_series = 0;
  std::vector<CohortReason> reasons;  ///< sorted, each once
  CohortFigures figures;
  std::vector<CohortOutlier> outliers;  ///< the farthest first

  /// The worst status of its rows. Maps without partner do not count.
  SubjectStatus status() const;
};

/// A row that a person should look at and that has a picture.
struct CohortCase {
  CohortProgram program = CohortProgram::t1moco;
  std::size_t subject = 0;           ///< place in Cohort::subjects
  std::vector<std::string> reasons;  ///< why flagged
  std::string picture;               ///< path relative to the cohort's folder, with '/'
  std::string note;                  ///< the figure that says how bad it is, such as "predicted Dice 0.61"
  double order = 0;                  ///< lower is worse, within a program
};

struct Cohort {
  std::string version;                       ///< of the software
  std::vector<std::string> tables, missing;  ///< paths relative to the cohort's folder: read, and not there
  std::array<bool, kCohortPrograms> present = {};
  std::vector<CohortSubject> subjects;                 ///< by key
  std::vector<CohortCase> cases;                       ///< by program, the worst first
  std::array<CohortCounts, kCohortPrograms> homeless;  ///< rows that name neither study nor result
  std::vector<CohortReasonCount> reasons;              ///< the most frequent first
};

/// The same with the outliers of every measure that has a tail (cohort_statistics.h says who is one).
Cohort with_outliers(Cohort cohort);

}  // namespace cmrt1
