#include "cmrt1/batch/receipt.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/log.h"
#include "cmrt1/base/text.h"
#include "cmrt1/write/table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kFormat = "cmrt1-receipt";

/// Sizes of all files of a result, by their paths below it; 0 for JSON files: their timings, and with them
/// their sizes, differ from run to run, and receipts do not.
std::map<std::string, std::uintmax_t> sizes_in(const fs::path& folder) {
  std::map<std::string, std::uintmax_t> sizes;
  std::error_code failure;
  for (fs::recursive_directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure))
    if (entry->is_regular_file(failure))
      sizes[entry->path().lexically_relative(folder).generic_string()] =
          entry->path().extension() == ".json" ? 0 : entry->file_size(failure);
  sizes.erase(kReceiptFile);
  return sizes;
}

/// Input files by the cells that name them, and the cells by number.
std::map<std::string, std::size_t> numbers_of(const CaseInputs& inputs) {
  std::map<std::string, std::size_t> numbers;
  for (std::size_t i = 0; i < inputs.files.size(); ++i)
    numbers.emplace(csv_text(inputs.files[i].source.name()), i);
  return numbers;
}

Json rows_as_json(const std::map<std::string, Rows>& tables, const CaseInputs& inputs) {
  const auto numbers = numbers_of(inputs);
  Json json = Json::object();
  for (const auto& [table, rows] : tables) {
    Json& own = json[table] = Json::array();
    for (const auto& row : rows) {
      Json cells = Json::array();
      for (const std::string& cell : row) {
        const auto number = numbers.find(cell);
        cells.push_back(number == numbers.end() ? Json(cell) : Json(number->second));
      }
      own.push_back(std::move(cells));
    }
  }
  return json;
}

std::map<std::string, Rows> rows_from(const Json& json, const CaseInputs& inputs) {
  std::map<std::string, Rows> tables;
  for (const auto& [table, rows] : json.items())
    for (const Json& row : rows) {
      std::vector<std::string> cells;
      for (const Json& cell : row)
        cells.push_back(cell.is_string() ? cell.get<std::string>()
                                         : csv_text(inputs.files.at(cell.get<std::size_t>()).source.name()));
      tables[table].push_back(std::move(cells));
    }
  return tables;
}

/// Why the result cannot be kept; empty where it can.
std::string objection(const Json& receipt, const fs::path& folder, const Fingerprint& now) {
  const auto made_from = receipt.at("made_from").get<Fingerprint>();
  for (const auto& [part, value] : now)
    if (const auto was = made_from.find(part); was == made_from.end() || was->second != value)
      return part + " changed";
  if (made_from.size() != now.size()) return "the receipt is of another version";
  const auto sizes = sizes_in(folder);
  for (const auto& [file, size] : receipt.at("files").get<std::map<std::string, std::uintmax_t>>())
    if (const auto found = sizes.find(file); found == sizes.end() || found->second != size)
      return file + " is missing or not whole";
  return "";
}

}  // namespace

void CaseInputs::add(const std::string& role, const Frame& frame) {
  facts.push_back(role + " " + frame.sop_instance_uid + " " + std::to_string(frame.frame_index) + " " +
                  frame.source.member);
  const bool again = !files.empty() && files.back().role == role &&
                     files.back().source.path == frame.source.path &&
                     files.back().source.member == frame.source.member;
  if (!again) files.push_back({role, frame.source});
}

void CaseInputs::add(const std::string& role, const fs::path& path) { files.push_back({role, {path, ""}}); }

std::string fingerprint_of(const CaseInputs& inputs, ContentHashes& hashes) {
  std::string all;
  for (const CaseInputs::File& file : inputs.files)
    all += file.role + '\n' + hashes.of(file.source.path) + '\n';
  for (const std::string& fact : inputs.facts) all += sha256(fact) + '\n';
  return sha256(all);
}

std::optional<SeriesOutcome> kept_outcome(const fs::path& folder, const CaseInputs& inputs,
                                          const Fingerprint& now) {
  std::ifstream stream(folder / kReceiptFile, std::ios::binary);
  if (!stream) return std::nullopt;
  std::string why;
  try {
    const Json receipt = Json::parse(stream);
    if (receipt.at("format") != kFormat) return std::nullopt;
    why = objection(receipt, folder, now);
    if (why.empty())
      return SeriesOutcome{receipt.at("note"), rows_from(receipt.at("rows"), inputs), receipt.at("ok"),
                           receipt.at("flagged"), 0};
  } catch (const std::exception&) {  // JSON of another shape, a number of a file that is not there
    why = "its receipt cannot be read";
  }
  log::debug(inputs.folder.string() + " is made again: " + why);
  return std::nullopt;
}

void write_receipt(const fs::path& folder, const CaseInputs& inputs, const Fingerprint& made_from,
                   const SeriesOutcome& outcome) {
  std::error_code failure;
  if (outcome.failed > 0 || outcome.ok + outcome.flagged == 0 || !fs::is_directory(folder, failure)) return;
  const Json receipt = {{"format", kFormat},
                        {"made_from", made_from},
                        {"files", sizes_in(folder)},
                        {"note", outcome.note},
                        {"ok", outcome.ok},
                        {"flagged", outcome.flagged},
                        {"rows", rows_as_json(outcome.rows, inputs)}};
  write_atomically(folder / kReceiptFile, receipt.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace cmrt1
