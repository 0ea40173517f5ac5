#include "cmrt1/batch/merge_tables.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>

#include "batch/add_choice.h"
#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/qcdseg_case.h"
#include "cmrt1/batch/shard.h"
#include "cmrt1/batch/table_order.h"
#include "cmrt1/batch/unlisted.h"
#include "cmrt1/write/segmentation_table.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

constexpr const char* examples = R"(Examples:
  t1moco cohort/ -o out/ --shard 1/2      on one machine
  t1moco cohort/ -o out/ --shard 2/2      on another, with the same folder out/
  cohortmerge out/                        once both are done
  cohortmerge out/ --unlisted remove      remove results of series that are no longer among the inputs

Exit codes: 0 all done, 1 internal error, 2 usage, 3 no tables or a shard is missing, 7 output.
For research use only, not for diagnosis.)";

/// The parts of one table by the number of their shard.
struct Parts {
  int count = 0;
  std::string fingerprint;
  std::map<int, fs::path> files;
};

/// The table and the shard of a part's file name; no table where it is none.
std::pair<std::string, Shard> part_in(const std::string& name) {
  const std::size_t end = name.rfind(".csv");
  const std::size_t dot = end == std::string::npos || end == 0 ? end : name.rfind('.', end - 1);
  if (dot == std::string::npos) return {};
  const std::string table = name.substr(0, dot) + ".csv";
  const Shard shard = shard_of_part(name, table);
  return shard.count > 0 ? std::pair(table, shard) : std::pair(std::string(), shard);
}

void require_all(const fs::path& folder, const std::string& table, const Parts& parts) {
  for (int number = 1; number <= parts.count; ++number)
    if (parts.files.count(number) == 0)
      throw NoInputError((folder / Shard{number, parts.count, parts.fingerprint}.part_of(table)).string() +
                         " is missing: its shard has not come to its end; run it with --resume");
}

/// True where the table is there and younger than its parts, of which some are gone: a merge was stopped
/// while it removed them. They are removed.
bool left_of_a_merge(const fs::path& table, const Parts& parts) {
  std::error_code failure;
  const auto merged = fs::last_write_time(table, failure);
  if (failure || static_cast<int>(parts.files.size()) == parts.count) return false;
  for (const auto& [number, file] : parts.files)
    if (!(fs::last_write_time(file, failure) < merged) || failure) return false;
  for (const auto& [number, file] : parts.files) fs::remove(file, failure);
  return true;
}

/// The parts in a folder by their table; none where the tables are whole.
std::map<std::string, Parts> parts_in(const fs::path& folder) {
  std::map<std::string, Parts> tables;
  bool whole = false;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    if (entry.path().filename().string().starts_with("."))
      continue;  // being written, or left of a killed run
    const auto [table, shard] = part_in(entry.path().filename().string());
    whole = whole || (table.empty() && entry.path().extension() == ".csv");
    if (table.empty()) continue;
    Parts& parts = tables[table];
    if (parts.count != 0 && parts.count != shard.count)
      throw NoInputError(folder.string() + " has parts of " + table + " of " + std::to_string(parts.count) +
                         " and of " + std::to_string(shard.count) + " shards: run the shards again");
    if (parts.count != 0 && parts.fingerprint != shard.fingerprint)
      throw NoInputError(
          "the shards in " + folder.string() +
          " found different studies, or have different options or versions: a study may be in no "
          "part of " +
          table + ", or in two; run all shards again");
    parts.count = shard.count;
    parts.fingerprint = shard.fingerprint;
    parts.files[shard.number] = entry.path();
  }
  if (failure) throw NoInputError("cannot read the folder " + folder.string() + ": " + failure.message());
  if (tables.empty() && !whole)
    throw NoInputError(folder.string() +
                       " has no tables, nor those of shards, such as summary.1-of-2-0a1b2c3d.csv");
  std::erase_if(tables, [&](const auto& one) { return left_of_a_merge(folder / one.first, one.second); });
  for (const auto& [table, parts] : tables) require_all(folder, table, parts);
  return tables;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  if (!stream.is_open() || stream.bad()) throw IoError("cannot read " + file.string());
  return bytes;
}

/// Header and rows of a file that write_csv made, cells as they stand in it.
Table read_part(const fs::path& file) {
  const std::string bytes = bytes_of(file);
  Rows rows(1);
  std::string cell;
  bool quoted = false;
  for (const char c : bytes) {
    if (c == '"') quoted = !quoted;
    const bool ends_cell = !quoted && (c == ',' || c == '\n');
    if (!ends_cell) {
      cell += c;
      continue;
    }
    rows.back().push_back(std::move(cell));
    cell.clear();
    if (c == '\n') rows.emplace_back();
  }
  const std::string broken = file.string() + " is not whole: run its shard again";
  if (rows.size() < 2 || quoted || !cell.empty() || !rows.back().empty()) throw NoInputError(broken);
  rows.pop_back();
  Table table{rows.front(), {std::make_move_iterator(rows.begin() + 1), std::make_move_iterator(rows.end())}};
  for (const auto& row : table.rows)
    if (row.size() != table.columns.size()) throw NoInputError(broken);
  return table;
}

Table merged(const Parts& parts) {
  std::optional<Table> all;
  for (const auto& [number, file] : parts.files) {
    Table part = read_part(file);
    if (!all)
      all = std::move(part);
    else if (part.columns != all->columns)
      throw NoInputError(file.string() + " has other columns than " + parts.files.begin()->second.string() +
                         ": they are of different versions or programs; run the shards again");
    else
      std::move(part.rows.begin(), part.rows.end(), std::back_inserter(all->rows));
  }
  all->rows = in_order(all->columns, std::move(all->rows));
  return std::move(*all);
}

/// The tables of a folder, and those that are made from them.
std::map<std::string, Table> merged_tables(const std::map<std::string, Parts>& parts) {
  std::map<std::string, Table> tables;
  for (const auto& [name, of_shards] : parts) tables[name] = merged(of_shards);
  if (const auto found = tables.find(kQcdTable); found != tables.end()) {
    if (found->second.columns != segmentation_columns())
      throw NoInputError(std::string(kQcdTable) + " is of another version: run the shards again");
    Table flagged{found->second.columns, flagged_rows(found->second.rows)};
    tables["flagged.csv"] = std::move(flagged);
  }
  return tables;
}

/// A folder with its parts; no other run writes there meanwhile.
struct Pending {
  fs::path folder;
  std::unique_ptr<OutputHold> hold;
  std::map<std::string, Parts> parts;
  std::map<std::string, Table> tables;
};

Pending pending_in(const fs::path& folder) {
  std::error_code failure;
  if (!fs::is_directory(folder, failure)) throw NoInputError(folder.string() + " is no folder");
  Pending pending{folder, std::make_unique<OutputHold>(folder, Shard{}), {}, {}};
  pending.parts = parts_in(folder);
  pending.tables = merged_tables(pending.parts);
  return pending;
}

void merge(const Pending& pending) {
  std::error_code failure;
  remove_stale_staging(pending.folder, [&](const fs::path& target) {  // tables of a merge or a shard killed
    return target == pending.folder / target.filename() && target.extension() == ".csv";
  });
  for (const auto& [name, table] : pending.tables) write_csv(table, pending.folder / name);
  for (const auto& [name, of_shards] : pending.parts)
    for (const auto& [number, file] : of_shards.files) fs::remove(file, failure);
  for (const auto& [name, table] : pending.tables)
    log::debug((pending.folder / name).string() + ": " + std::to_string(table.rows.size()) + " rows");
  if (pending.tables.empty()) log::debug(pending.folder.string() + ": the tables are whole");
}

void treat_unlisted(const fs::path& folder, Unlisted how) {
  if (how == Unlisted::keep) return;
  const auto results = unlisted_results(folder);
  if (results.empty()) return;
  const std::string count = std::to_string(results.size()) + (results.size() == 1 ? " result" : " results");
  if (how == Unlisted::refuse)
    throw IoError(folder.string() + " holds " + count + " that its tables do not name, such as " +
                  results.front().string() + ": of inputs that are not among those of the last run");
  for (const fs::path& result : results) remove_result(folder / result, folder);
  log::info(folder.string() + ": " + count + " of inputs that are gone removed");
}

}  // namespace

void add_options(CLI::App& app, MergeOptions& options) {
  app.footer(examples);
  app.add_option("FOLDER", options.folders, "Output folders of programs that were run with --shard")
      ->required();
  add_choice<Unlisted>(
      app, "--unlisted", options.unlisted,
      {{"keep", Unlisted::keep}, {"refuse", Unlisted::refuse}, {"remove", Unlisted::remove}}, "keep",
      "Results that the tables do not name, of inputs that are gone: leave them, end with code 7, or "
      "remove them");
  add_verbosity(app, options.verbosity);
}

ExitCode run_cohortmerge(const MergeOptions& options) {
  options.verbosity.apply();
  std::vector<Pending> all;
  for (const fs::path& folder : options.folders) all.push_back(pending_in(folder));
  std::size_t count = 0;
  for (const Pending& one : all) {
    merge(one);
    count += one.tables.size();
    treat_unlisted(one.folder, options.unlisted);
  }
  log::info("cohortmerge: " + std::to_string(count) + (count == 1 ? " table in " : " tables in ") +
            std::to_string(options.folders.size()) + (options.folders.size() == 1 ? " folder" : " folders"));
  return ExitCode::ok;
}

}  // namespace cmrt1
