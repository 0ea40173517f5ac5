#pragma once
/// A run over many cases that ends in tables: each case is worked on, then written while the next is worked
/// on.

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cmrt1/base/error.h"
#include "cmrt1/study/study.h"

namespace cmrt1 {

using Rows = std::vector<std::vector<std::string>>;

/// What became of one case: of a series, of a study.
struct SeriesOutcome {
  std::string note;                     ///< one line for a person
  std::map<std::string, Rows> rows;     ///< by the name of the table's file
  int ok = 0, flagged = 0, failed = 0;  ///< images, or pairs
};

/// A CSV file of the output folder.
struct RunTable {
  std::string file;
  std::vector<std::string> columns;
  /// Its rows, from those of all cases by table; empty: the rows that the cases gave for it.
  std::function<Rows(const std::map<std::string, Rows>& all)> rows = {};
};

struct TableRun {
  std::string program;
  std::filesystem::path output;
  bool quiet = false;
  std::string cases = "series", items = "images";  ///< what is counted, for a person
  std::vector<RunTable> tables;
  std::vector<SkippedFile> bad_files;
  /// The row of a file that could not be read, for the first table.
  std::function<std::vector<std::string>(const SkippedFile& file)> unreadable;
};

/// Works on case 0 ... count - 1: `work` returns what writes the case, called while the next is worked on.
/// What ends the run (IoError, NetworkError, Stopped) is thrown, all else is part of the outcome.
using CaseWork = std::function<std::function<SeriesOutcome()>(std::size_t number)>;

/// Opens and locks the output folder, works on all cases and writes the tables, also where a signal or an
/// error ends the run.
ExitCode run_to_tables(const TableRun& run, std::size_t count, const CaseWork& work);

}  // namespace cmrt1
