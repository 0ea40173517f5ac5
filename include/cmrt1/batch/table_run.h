#pragma once
/// A run over many cases that ends in tables: some cases are worked on at once, each is then written while
/// others are worked on; or what an earlier run made of it is kept (receipt.h says when).

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cmrt1/base/error.h"
#include "cmrt1/batch/outcome.h"
#include "cmrt1/batch/receipt.h"
#include "cmrt1/batch/run_control.h"
#include "cmrt1/nn/network.h"
#include "cmrt1/study/study.h"

namespace cmrt1 {

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
  int threads = 1;                                 ///< for the work on cases, see CaseWork; 0: all cores
  std::string cases = "series", items = "images";  ///< what is counted, for a person
  /// Not empty: it is an error where no case has any item, failed ones too (exit 3), and this is said. A
  /// shard may well have none.
  std::string without_items;
  RunControl control;
  std::vector<std::string> networks;  ///< that results depend on: "name SHA-256"
  std::vector<RunTable> tables;
  std::vector<SkippedFile> bad_files;
  /// The row of a file that could not be read, for the first table.
  std::function<std::vector<std::string>(const SkippedFile& file)> unreadable;
  std::function<CaseInputs(std::size_t number)> inputs;  ///< of a case
};

/// What a receipt says of a network.
std::string named(const nn::Network& network);

/// True where the shard has the file: told by its name, as its study is not known.
bool holds(const Shard& shard, const SkippedFile& file);

/// Works on case `number`, and returns what writes it. Is called for as many cases at once as the run has
/// threads; where there are fewer cases, each is given several `threads`. What ends the run (IoError,
/// NetworkError, Stopped) is thrown, all else is part of the outcome.
using CaseWork = std::function<std::function<SeriesOutcome()>(std::size_t number, int threads)>;

/// Opens and locks the output folder, works on all cases and writes the tables, also where a signal or an
/// error ends the run. The rows are in the order of table_order.h. A shard writes its part of each table that
/// is not made from others (Shard::part_of), for merge_tables.h. Throws IoError, NetworkError and
/// Stopped.
ExitCode run_to_tables(const TableRun& run, std::size_t count, const CaseWork& work);

}  // namespace cmrt1
