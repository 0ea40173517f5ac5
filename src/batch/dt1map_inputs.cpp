#include "cmrt1/batch/dt1map_inputs.h"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <utility>

#include "cmrt1/base/error.h"
#include "cmrt1/base/log.h"
#include "cmrt1/base/text.h"
#include "cmrt1/batch/csv_file.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

bool is_t1_map(const ImageCase& one) { return one.nifti || one.series.kind == FrameKind::t1_map; }

/// The T1 maps among the inputs; files that cannot be read are added to `bad_files`.
std::vector<ImageCase> maps_in(std::span<const fs::path> inputs, std::vector<SkippedFile>& bad_files) {
  ImageCases found = find_image_cases(inputs);
  const std::size_t all = found.cases.size();
  std::erase_if(found.cases, [](const ImageCase& one) { return !is_t1_map(one); });
  if (all > found.cases.size())
    log::info("passed over " + std::to_string(all - found.cases.size()) + " series that are no T1 maps");
  bad_files.insert(bad_files.end(), found.bad_files.begin(), found.bad_files.end());
  return std::move(found.cases);
}

/// Leaves out the series that are not wanted, where there are others.
template <typename Wanted>
void prefer(std::vector<ImageCase>& side, const char* name, const Wanted& wanted) {
  if (std::none_of(side.begin(), side.end(), wanted)) return;
  const std::size_t left_out = std::erase_if(side, [&](const ImageCase& one) { return !wanted(one); });
  if (left_out > 0)
    log::info("passed over " + std::to_string(left_out) + " series among the maps " + name +
              ": their descriptions, or the other side's inputs, tell that they belong there");
}

/// The same images; of DICOM files copies, too.
bool same_series(const ImageCase& a, const ImageCase& b) {
  const Frame &of_a = a.series.frames.front(), &of_b = b.series.frames.front();
  if (!of_a.sop_instance_uid.empty() && !of_b.sop_instance_uid.empty())
    return a.series.series_uid == b.series.series_uid && of_a.sop_instance_uid == of_b.sop_instance_uid;
  const SourceFile &first = of_a.source, &second = of_b.source;
  std::error_code ignored;
  return a.series.series_uid == b.series.series_uid && first.member == second.member &&
         fs::equivalent(first.path, second.path, ignored);
}

bool among(const ImageCase& one, const std::vector<ImageCase>& side) {
  return std::any_of(side.begin(), side.end(),
                     [&](const ImageCase& other) { return same_series(one, other); });
}

/// Each side keeps the series that are its own.
void keep_own(MapGroup& group) {
  const auto tells = [](const ImageCase& one) { return tells_of_stress(one.series.description); };
  prefer(group.rest, "at rest", [&](const ImageCase& one) { return !tells(one); });
  prefer(group.stress, "under stress", tells);
  if (group.named) return;
  prefer(group.stress, "under stress", [&](const ImageCase& one) { return !among(one, group.rest); });
  prefer(group.rest, "at rest", [&](const ImageCase& one) { return !among(one, group.stress); });
  const auto shared = std::find_if(group.rest.begin(), group.rest.end(),
                                   [&](const ImageCase& one) { return among(one, group.stress); });
  if (shared != group.rest.end())
    group.one_sided = tells(*shared) ? "no_series_at_rest" : "no_series_tells_of_stress";
}

std::set<std::string> studies_of(const std::vector<ImageCase>& side) {
  std::set<std::string> uids;
  for (const ImageCase& one : side) uids.insert(one.series.study_uid);
  return uids;
}

std::vector<ImageCase> of_study(const std::vector<ImageCase>& side, const std::string& uid) {
  std::vector<ImageCase> own;
  std::copy_if(side.begin(), side.end(), std::back_inserter(own),
               [&](const ImageCase& one) { return one.series.study_uid == uid; });
  return own;
}

/// A map without partner keeps its group, so that it is listed.
std::vector<MapGroup> by_study(const MapGroup& all) {
  const auto rest = studies_of(all.rest), stress = studies_of(all.stress);
  if (rest.size() <= 1 && stress.size() <= 1) return {all};
  std::set<std::string> either = rest;
  either.insert(stress.begin(), stress.end());
  std::vector<MapGroup> groups;
  for (const std::string& uid : either) {
    MapGroup group = all;
    group.rest = of_study(all.rest, uid);
    group.stress = of_study(all.stress, uid);
    groups.push_back(std::move(group));
  }
  return groups;
}

void add(MapStudies& found, MapGroup group) {
  const std::vector<ImageCase>& first = group.rest.empty() ? group.stress : group.rest;
  if (first.empty()) return;
  const fs::path folder = *first.front().folder.begin();
  const auto same = std::find_if(found.studies.begin(), found.studies.end(),
                                 [&](const MapStudy& study) { return study.folder == folder; });
  if (same == found.studies.end() || first.front().nifti) {
    fs::path own = folder;  // NIfTI files of one name in several rows
    for (int n = 2; std::any_of(found.studies.begin(), found.studies.end(),
                                [&](const MapStudy& study) { return study.folder == own; });
         ++n)
      own = folder.string() + "_" + std::to_string(n);
    found.studies.push_back({own, {std::move(group)}});
  } else {
    same->groups.push_back(std::move(group));
  }
}

void add_by_study(MapStudies& found, const MapGroup& all) {
  for (MapGroup& group : by_study(all)) {
    keep_own(group);
    add(found, std::move(group));
  }
}

bool all_files(const std::vector<fs::path>& inputs) {
  return std::all_of(inputs.begin(), inputs.end(),
                     [](const fs::path& input) { return fs::is_regular_file(input); });
}

void add_inputs(MapStudies& found, const Dt1mapOptions& options) {
  MapGroup all;
  all.rest = maps_in(options.rest, found.bad_files);
  std::vector<SkippedFile> bad_again;  // most often the same folder is given twice
  all.stress = maps_in(options.stress, bad_again);
  for (SkippedFile& file : bad_again) {
    const auto same = [&](const SkippedFile& one) { return one.source.name() == file.source.name(); };
    if (std::none_of(found.bad_files.begin(), found.bad_files.end(), same))
      found.bad_files.push_back(std::move(file));
  }
  all.masks = options.masks;
  all.landmarks = options.landmarks;
  all.named = all_files(options.rest) && all_files(options.stress);
  add_by_study(found, all);
}

fs::path beside(const fs::path& table, const std::string& cell) {
  return cell.empty() ? fs::path() : table.parent_path() / cell;
}

SkippedFile no_map(const fs::path& path, const std::string& message) {
  SkippedFile bad;
  bad.source.path = path;
  bad.reason = "no_t1_map";
  bad.message = message;
  bad.failed_case = true;
  return bad;
}

/// The maps that a cell of the table names; a path that leads to no map is a file that cannot be read.
std::vector<ImageCase> maps_of_cell(const fs::path& path, const std::string& where, MapStudies& found) {
  const std::size_t bad_before = found.bad_files.size();
  std::string why = "no T1 map in it";
  try {
    const std::array inputs = {path};
    std::vector<ImageCase> maps = maps_in(inputs, found.bad_files);
    if (!maps.empty() || found.bad_files.size() > bad_before) return maps;
  } catch (const NoInputError& error) {
    why = error.what();
  } catch (const UsageError& error) {  // a file of another kind
    why = error.what();
  }
  found.bad_files.push_back(no_map(path, where + ": " + why));
  return {};
}

/// A column that is taken for another would lose a mask without a word.
void check_columns(const CsvRow& row, const fs::path& table) {
  const std::set<std::string> known = {"rest", "stress", "mask", "landmarks"}, alike = {"masks", "landmark"};
  for (const auto& [column, cell] : row.cells) {
    if (alike.count(column) > 0)
      throw UsageError(table.filename().string() + ": there is no column " + column +
                       "; there are rest, stress, mask and landmarks");
    if (known.count(column) == 0)
      log::warning(table.filename().string() + ": the column " + printable(column) +
                   " is not used; rest, stress, mask and landmarks are");
  }
}

void add_table(MapStudies& found, const fs::path& table) {
  std::set<std::pair<std::string, std::string>> named;
  const std::vector<CsvRow> rows = read_csv(table);
  if (!rows.empty()) check_columns(rows.front(), table);
  for (const CsvRow& row : rows) {
    const std::string where = table.filename().string() + ", line " + std::to_string(row.line);
    if (!named.emplace(row.at("rest"), row.at("stress")).second) {
      log::warning(where + ": the pair was named before; this line is passed over");
      continue;
    }
    if (row.at("rest").empty() || row.at("stress").empty())
      throw UsageError(
          where +
          ": give a map in each of the columns rest and stress (and, if you like, mask and landmarks)");
    MapGroup group;
    group.rest = maps_of_cell(beside(table, row.at("rest")), where, found);
    group.stress = maps_of_cell(beside(table, row.at("stress")), where, found);
    if (group.rest.empty() || group.stress.empty()) continue;
    group.masks = beside(table, row.at("mask"));
    group.landmarks = beside(table, row.at("landmarks"));
    group.named = true;
    add_by_study(found, group);
  }
}

}  // namespace

bool tells_of_stress(const std::string& description) {
  const std::string text = to_lower(description);
  constexpr std::array words = {"stress", "adeno", "regad", "dobut", "dipyr"};
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

MapStudies find_map_studies(const Dt1mapOptions& options) {
  MapStudies found;
  if (options.pairs.empty())
    add_inputs(found, options);
  else
    add_table(found, options.pairs);
  if (found.studies.empty() && found.bad_files.empty())
    throw NoInputError(
        "no T1 maps among the inputs: give scanner maps, NIfTI files in ms or output folders of t1moco");
  return found;
}

std::string describe(const MapStudies& found) {
  std::ostringstream text;
  for (const MapStudy& study : found.studies) {
    text << printable(study.folder.string()) << "\n";
    for (const MapGroup& group : study.groups)
      for (const auto& [side, name] : {std::pair{&group.rest, "rest"}, std::pair{&group.stress, "stress"}})
        for (const ImageCase& one : *side)
          text << "  " << name << "  " << printable(one.series.key) << "  \""
               << printable(one.series.description) << "\", " << one.series.frames.size()
               << (one.series.frames.size() == 1 ? " map\n" : " maps\n");
  }
  for (const SkippedFile& file : found.bad_files)
    text << "cannot be read: " << printable(file.source.name()) << ": " << printable(file.message) << "\n";
  return text.str();
}

}  // namespace cmrt1
