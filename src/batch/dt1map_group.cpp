#include "batch/dt1map_group.h"

#include <algorithm>
#include <array>
#include <limits>

#include "batch/dt1map_pair.h"
#include "cmrt1/base/log.h"
#include "cmrt1/base/parallel.h"
#include "cmrt1/batch/guard.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/batch/stopwatch.h"
#include "cmrt1/image/short_axis.h"
#include "cmrt1/write/dt1_table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

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
  if (!group.one_sided.empty()) return nothing_paired(sides, group.one_sided);
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
void look_for_hearts(Sides& sides, const MapGroup& group, const Dt1Networks& networks, int threads) {
  if (!group.masks.empty()) {
    take_masks(sides.rest, group.masks);
    if (fs::is_directory(group.masks)) take_masks(sides.stress, group.masks);
  } else {
    const std::array both = {&sides.rest, &sides.stress};
    for_each_number(both.size(), threads,
                    [&](std::size_t i) { segment_maps(*both[i], *networks.segmentation(), threads); });
  }
  if (!group.landmarks.empty())
    take_landmarks(sides.rest, group.landmarks);
  else
    find_map_landmarks(sides.rest, *networks.landmarks(), threads);
}

/// Told by the places of all maps at rest of the study that are parallel to this one, in whatever group.
SliceLevel level_of(const Geometry& own, const MapStudy& study, std::optional<Level> given) {
  if (!given && !lies_as_short_axis(own)) return {};
  std::vector<double> along = {along_long_axis_mm(own)};
  for (const MapGroup& group : study.groups)
    for (const ImageCase& one : group.rest)
      for (const Frame& frame : one.series.frames)
        if (frame.geometry.columns > 0 && tilt_deg(own, frame.geometry) < kParallelDeg)
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
                   const Dt1Networks& networks, int threads, StudyResult& result) {
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
  const bool looked = guarded<bool>([&] { return look_for_hearts(sides, group, networks, threads), true; },
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

}  // namespace

void add_failed(StudyResult& result, std::vector<std::string> row, const std::string& name,
                const std::string& message) {
  log::error(name + ": " + message);
  result.other_rows.push_back(std::move(row));
  ++result.failed;
}

StudyResult worked_on(MapStudy& study, const Dt1mapOptions& options, const Dt1Networks& networks,
                      int threads) {
  StudyResult result;
  for (MapGroup& group : study.groups)
    guarded<int>([&] { return work_on_group(group, study, options, networks, threads, result), 0; },
                 [&](const std::string& reason, const std::string& message) {
                   fail_group(group, reason, message, result);
                   return 0;
                 });
  return result;
}

}  // namespace cmrt1
