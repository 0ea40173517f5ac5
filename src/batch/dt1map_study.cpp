#include "cmrt1/batch/dt1map_study.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

#include "batch/dt1map_pair.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/guard.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/batch/stopwatch.h"
#include "cmrt1/image/short_axis.h"
#include "cmrt1/write/dt1_table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

/// What a study gave before it is written.
struct StudyResult {
  std::vector<Dt1Record> pairs;
  Rows other_rows;  ///< of maps without partner, and of what failed
  int failed = 0;
};

void add_failed(StudyResult& result, std::vector<std::string> row, const std::string& name,
                const std::string& message) {
  log::error(name + ": " + message);
  result.other_rows.push_back(std::move(row));
  ++result.failed;
}

void report_lost(const MapSide& side, MapRole role, StudyResult& result) {
  for (const LostMap& map : side.lost) {
    const ImageSeries& series = map.one->series;
    const std::string input = series.frames[map.number].source.name();
    add_failed(result, failed_dt1_row(input, series, map.number, role, map.reason, map.message), input,
               map.message);
  }
}

/// The maps that one group holds on both sides.
struct Sides {
  MapSide rest, stress;
};

Pairing nothing_paired(const Sides& sides, const std::string& reason) {
  Pairing pairing;
  for (std::size_t i = 0; i < sides.rest.maps.size(); ++i) pairing.unpaired.push_back({false, i, reason});
  return pairing;
}

Pairing paired(const Sides& sides, const MapGroup& group, const PairingOptions& options) {
  if (group.not_told_apart) return nothing_paired(sides, "rest_and_stress_not_told_apart");
  std::vector<MapPlace> rest, stress;
  for (const FoundMap& map : sides.rest.maps) rest.push_back({map.map.map.geometry, map.protocol});
  for (const FoundMap& map : sides.stress.maps) stress.push_back({map.map.map.geometry, map.protocol});
  if (!group.named || rest.size() != 1 || stress.size() != 1) return pair_slices(rest, stress, options);
  return pair_slices(rest, stress, {std::numeric_limits<double>::max(), 89.9});
}

void report_unpaired(const Sides& sides, const Pairing& pairing, StudyResult& result) {
  for (const Unpaired& one : pairing.unpaired) {
    const FoundMap& map = (one.stress ? sides.stress : sides.rest).maps[one.number];
    const MapRole role = one.stress ? MapRole::stress : MapRole::rest;
    log::warning(map.map.frame().source.name() + ": " + (one.stress ? "stress" : "rest") +
                 " map without partner (" + one.reason + ")");
    result.other_rows.push_back(unpaired_dt1_row(map.map.series, map.number, role, one.reason));
  }
}

/// Masks and landmarks of the maps, given or found.
void look_for_hearts(Sides& sides, const MapGroup& group, const Dt1Networks& networks) {
  if (!group.masks.empty()) {
    take_masks(sides.rest, group.masks);
    if (fs::is_directory(group.masks)) take_masks(sides.stress, group.masks);
  } else {
    segment_maps(sides.rest, *networks.segmentation());
    segment_maps(sides.stress, *networks.segmentation());
  }
  if (!group.landmarks.empty())
    take_landmarks(sides.rest, group.landmarks);
  else
    find_map_landmarks(sides.rest, *networks.landmarks());
}

bool parallel(const Geometry& a, const Geometry& b) {
  constexpr double least_cosine = 0.985;  // 10 degrees
  return std::abs(dot(slice_normal(a), slice_normal(b))) >= least_cosine;
}

/// Told by the places of all maps at rest of the study that are parallel to this one, in whatever group.
SliceLevel level_of(const Geometry& own, const MapStudy& study, std::optional<Level> given) {
  std::vector<double> along = {along_long_axis_mm(own)};
  for (const MapGroup& group : study.groups)
    for (const ImageCase& one : group.rest)
      for (const Frame& frame : one.series.frames)
        if (frame.geometry.columns > 0 && parallel(own, frame.geometry))
          along.push_back(along_long_axis_mm(frame.geometry));
  return levels_along(along, given).front();
}

/// Of two pairs with one rest map the second gets a name of its own.
std::string free_key(const std::string& key, const StudyResult& result) {
  const auto taken = [&](const std::string& name) {
    return std::any_of(result.pairs.begin(), result.pairs.end(),
                       [&](const Dt1Record& pair) { return pair.key == name; });
  };
  std::string name = key;
  for (int n = 2; taken(name); ++n) name = key + "_" + std::to_string(n);
  return name;
}

void work_on_group(MapGroup& group, const MapStudy& study, const Dt1mapOptions& options,
                   const Dt1Networks& networks, StudyResult& result) {
  const Stopwatch loading;
  Sides sides = {load_side(group.rest), load_side(group.stress)};
  report_lost(sides.rest, MapRole::rest, result);
  report_lost(sides.stress, MapRole::stress, result);
  const double load_s = loading.seconds();
  const Pairing pairing = paired(sides, group, options.pairing);
  report_unpaired(sides, pairing, result);
  if (pairing.pairs.empty()) return;
  const auto fail = [&](const SlicePair& pair, const std::string& reason, const std::string& message) {
    const FoundMap& rest = sides.rest.maps[pair.rest];
    const Dt1Record record = described_pair(rest, sides.stress.maps[pair.stress], pair, options);
    add_failed(result, failed_dt1_row(record, reason, message), pair_key(rest), message);
  };
  const Stopwatch looking;
  const bool looked = guarded<bool>([&] { return look_for_hearts(sides, group, networks), true; },
                                    [&](const std::string& reason, const std::string& message) {
                                      for (const SlicePair& pair : pairing.pairs) fail(pair, reason, message);
                                      return false;
                                    });
  if (!looked) return;
  const double look_s = looking.seconds();
  PairContext context;
  context.named = group.named && sides.rest.maps.size() == 1 && sides.stress.maps.size() == 1;
  context.masks_given = !group.masks.empty();
  context.landmarks_given = !group.landmarks.empty();
  for (const SlicePair& pair : pairing.pairs) {
    throw_if_stopped();
    const FoundMap &rest = sides.rest.maps[pair.rest], &stress = sides.stress.maps[pair.stress];
    context.level = level_of(rest.map.map.geometry, study, options.level);
    guarded<int>(
        [&] {
          Dt1Record made = dt1_pair(rest, stress, pair, context, options, networks);
          made.key = free_key(made.key, result);
          made.timings_s["load"] = load_s;
          made.timings_s["segment_and_find_landmarks"] = look_s;
          result.pairs.push_back(std::move(made));
          return 0;
        },
        [&](const std::string& reason, const std::string& message) {
          fail(pair, reason, message);
          return 0;
        });
  }
}

/// A group that failed as a whole: a row for each of its maps at rest.
void fail_group(const MapGroup& group, const std::string& reason, const std::string& message,
                StudyResult& result) {
  for (const ImageCase& one : group.rest)
    for (std::size_t i = 0; i < one.series.frames.size(); ++i) {
      const std::string input = one.series.frames[i].source.name();
      add_failed(result, failed_dt1_row(input, one.series, i, MapRole::rest, reason, message), input,
                 message);
    }
}

StudyResult worked_on(MapStudy& study, const Dt1mapOptions& options, const Dt1Networks& networks) {
  StudyResult result;
  for (MapGroup& group : study.groups)
    guarded<int>([&] { return work_on_group(group, study, options, networks, result), 0; },
                 [&](const std::string& reason, const std::string& message) {
                   fail_group(group, reason, message, result);
                   return 0;
                 });
  return result;
}

/// A NIfTI file's only pair lies in the study's folder itself.
fs::path folder_of(const Dt1Record& pair, const StudyResult& result) {
  const bool alone = result.pairs.size() == 1 && pair.rest.series.study_key.empty();
  return alone ? fs::path() : fs::path(pair.key);
}

void write_study(const StudyResult& result, const fs::path& staging, const Dt1WriteOptions& options) {
  for (const Dt1Record& pair : result.pairs) {
    throw_if_stopped();
    const fs::path folder = staging / folder_of(pair, result);
    fs::create_directories(folder);
    write_dt1(pair, folder, options);
  }
  write_dt1_study(result.pairs, staging);
}

SeriesOutcome outcome_of(const StudyResult& result, const fs::path& folder) {
  SeriesOutcome outcome;
  for (const Dt1Record& pair : result.pairs) {
    const fs::path own = folder_of(pair, result);
    outcome.rows[kDt1Table].push_back(dt1_row(pair, own.empty() ? folder : folder / own));
    for (auto& row : dt1_segment_rows(pair)) outcome.rows[kDt1SegmentTable].push_back(std::move(row));
    ++(pair.flagged() ? outcome.flagged : outcome.ok);
  }
  Rows& rows = outcome.rows[kDt1Table];
  rows.insert(rows.end(), result.other_rows.begin(), result.other_rows.end());
  outcome.failed = result.failed;
  outcome.note = folder.string() + ": " + std::to_string(outcome.ok) + " ok, " +
                 std::to_string(outcome.flagged) + " flagged, " + std::to_string(outcome.failed) + " failed";
  return outcome;
}

/// All pairs as failed, where their files could not be made.
SeriesOutcome unwritten(const StudyResult& result, const fs::path& folder, const std::string& reason,
                        const std::string& message) {
  StudyResult failed;
  failed.other_rows = result.other_rows;
  failed.failed = result.failed;
  for (const Dt1Record& pair : result.pairs)
    add_failed(failed, failed_dt1_row(pair, reason, message), pair.key, message);
  return outcome_of(failed, folder);
}

/// What was given for a map: a file for all, or the map's own in an output folder.
void add_given(CaseInputs& inputs, const std::string& role, const fs::path& given, const ImageCase& one,
               const char* name) {
  if (given.empty()) return;
  inputs.add(role, fs::is_directory(given) ? given / one.folder / name : given);
}

/// t1moco's error maps beside its T1 maps.
void add_beside(CaseInputs& inputs, const ImageCase& one) {
  std::error_code failure;
  for (const Frame& frame : one.series.frames)
    if (const fs::path file = frame.source.path.parent_path() / "t1_error.nii.gz"; fs::exists(file, failure))
      inputs.add("t1_error", file);
}

}  // namespace

Dt1Networks::Dt1Networks(const Dt1mapOptions& options, bool masks_missing, bool landmarks_missing) {
  if (needs_network(options.registration.method))
    registration_ = std::make_unique<nn::Network>(kRegistrationNetwork, options.network);
  if (masks_missing) segmentation_ = std::make_unique<SegmentationNetworks>(options.network);
  if (landmarks_missing) landmarks_ = std::make_unique<LandmarkStages>(options.network);
}

std::vector<nn::NetworkIdentity> Dt1Networks::identities() const {
  std::vector<nn::NetworkIdentity> all;
  const auto add = [&](const nn::NetworkIdentity& one) {
    const bool known =
        std::any_of(all.begin(), all.end(), [&](const auto& other) { return other.name == one.name; });
    if (!known) all.push_back(one);
  };
  if (registration_) add(registration_->identity());
  if (segmentation_)
    for (const nn::NetworkIdentity& one : segmentation_->identities()) add(one);
  if (landmarks_)
    for (const nn::NetworkIdentity& one : landmarks_->identities()) add(one);
  return all;
}

std::vector<std::string> Dt1Networks::names() const {
  std::vector<std::string> all;
  const auto add = [&](const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  if (registration_) add({named(*registration_)});
  if (segmentation_) add(segmentation_->names());
  if (landmarks_) add(landmarks_->names());
  return all;
}

CaseInputs study_inputs(const MapStudy& study) {
  CaseInputs inputs;
  inputs.folder = study.folder;
  inputs.facts.push_back(study.folder.generic_string());
  for (const MapGroup& group : study.groups) {
    inputs.facts.push_back(group.named ? "group of named files" : "group");
    for (const ImageCase& one : group.rest) {
      add_images(inputs, "rest", one);
      add_beside(inputs, one);
      add_given(inputs, "mask", group.masks, one, "segmentation.nii.gz");
      add_given(inputs, "landmarks", group.landmarks, one, "landmarks.json");
    }
    for (const ImageCase& one : group.stress) {
      add_images(inputs, "stress", one);
      add_beside(inputs, one);
      if (fs::is_directory(group.masks)) add_given(inputs, "mask", group.masks, one, "segmentation.nii.gz");
    }
  }
  return inputs;
}

std::function<SeriesOutcome()> dt1_study(MapStudy& study, const Dt1mapOptions& options,
                                         const Dt1Networks& networks) {
  auto result = std::make_shared<StudyResult>(worked_on(study, options, networks));
  return [result, folder = study.folder, &options] {
    const fs::path target = options.output / folder;
    if (result->pairs.empty()) {
      remove_result(target, options.output);
      return outcome_of(*result, folder);
    }
    return guarded<SeriesOutcome>(
        [&] {
          deliver(target, [&](const fs::path& staging) { write_study(*result, staging, options.write); });
          return outcome_of(*result, folder);
        },
        [&](const std::string& reason, const std::string& message) {
          remove_result(target, options.output);
          return unwritten(*result, folder, reason, message);
        });
  };
}

}  // namespace cmrt1
