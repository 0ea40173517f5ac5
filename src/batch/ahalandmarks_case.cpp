#include "cmrt1/batch/ahalandmarks_case.h"

#include <algorithm>
#include <memory>
#include <variant>

#include "batch/ahalandmarks_segments.h"
#include "cmrt1/base/log.h"
#include "cmrt1/batch/guard.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/run_app.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/batch/stopwatch.h"
#include "cmrt1/image/short_axis.h"
#include "cmrt1/nn/runtime.h"
#include "cmrt1/write/landmark_table.h"
#include "cmrt1/write/segment_table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

/// Of a series none of whose images could be read: each row has its own reason.
SeriesOutcome unreadable(LandmarkRecord record) {
  record.slices.resize(record.loaded.images.size());
  record.segments.resize(record.loaded.images.size());
  SeriesOutcome outcome = counted(record);
  outcome.note = record.series.key + " failed (" + record.loaded.images.front().reason + ")";
  outcome.rows[kLandmarkTable] = landmark_rows(record, "");
  return outcome;
}

/// The mask given for a series: in an output folder of qcdseg, the series' own.
fs::path mask_file(const ImageCase& one, const fs::path& mask) {
  return fs::is_directory(mask) ? mask / one.folder / "segmentation.nii.gz" : mask;
}

std::optional<GivenMask> mask_for(const ImageCase& one, const fs::path& mask) {
  if (mask.empty()) return std::nullopt;
  const fs::path own = mask_file(one, mask);
  if (fs::is_directory(mask) && !fs::exists(own))
    throw CaseError("mask_missing", "there is no " + own.string() + ": run qcdseg on the same images first");
  return GivenMask(own);
}

/// A series between its two steps: done, not yet written; or failed.
using Found = std::variant<LandmarkRecord, SeriesOutcome>;

void find(LandmarkRecord& record, const std::vector<const Image*>& images, const AhalandmarksOptions& options,
          const LandmarkStages& networks, int threads) {
  const Stopwatch watch;
  LandmarkOptions how = options.landmarks;
  how.threads = threads;
  how.before_image = throw_if_stopped;
  SeriesLandmarks found = find_landmarks(images, networks.all(), how);
  record.heart = found.heart;
  record.slices = in_place(std::move(found.slices), record.loaded);
  record.timings_s["find"] = watch.seconds();
}

Found found_in(ImageCase& one, const AhalandmarksOptions& options, const LandmarkStages& networks,
               const OverlaidImages* values, const std::vector<double>& companions, int threads) {
  LandmarkRecord record;
  const Stopwatch watch;
  record.loaded = load_images(one);
  record.series = one.series;
  const std::optional<GivenMask> mask = mask_for(one, options.mask);
  record.timings_s["load"] = watch.seconds();
  throw_if_stopped();
  const std::vector<const Image*> images = readable_images(record.loaded, one.series.key);
  if (images.empty()) return unreadable(std::move(record));
  find(record, images, options, networks, threads);
  divide_series(record, one, mask ? &*mask : nullptr, values, options.level, companions);
  const bool t1 = values ? values->are_t1() : record.series.kind == FrameKind::t1_map;
  const std::string measured = t1 ? "T1" : values ? "value" : "";
  record.quantity = values && !options.quantity.empty() ? options.quantity : measured;
  record.unit = t1 ? "ms" : values ? options.unit : "";
  record.stages = options.landmarks.stages;
  record.networks = networks.identities();
  record.versions = {{"cmrt1", software_version()}, {"libtorch", nn::runtime_version()}};
  throw_if_stopped();
  return record;
}

SeriesOutcome delivered(const LandmarkRecord& record, const fs::path& folder) {
  SeriesOutcome outcome = counted(record);
  outcome.rows[kLandmarkTable] = landmark_rows(record, folder);
  outcome.rows[kSegmentTable] = segment_rows(record);
  return outcome;
}

}  // namespace

Companions companions_of(const ImageCases& found) {
  std::vector<const ImageCase*> singles;
  for (const ImageCase& one : found.cases)
    if (!one.nifti && one.series.frames.size() == 1) singles.push_back(&one);
  Companions companions;
  for (const ImageCase* one : singles)
    for (const ImageCase* other : singles) {
      const Geometry &own = one->series.frames.front().geometry, &its = other->series.frames.front().geometry;
      if (other != one && other->series.study_uid == one->series.study_uid &&
          other->series.kind == one->series.kind && tilt_deg(own, its) < kParallelDeg)
        companions[one->folder].push_back(along_long_axis_mm(its));
    }
  return companions;
}

LandmarkStages::LandmarkStages(const nn::NetworkOptions& options, std::shared_ptr<const nn::Network> heart)
    : heart_(heart ? std::move(heart) : std::make_shared<const nn::Network>(kHeartNetwork, options)),
      landmarks_(kLandmarkNetwork, options) {}

std::vector<nn::NetworkIdentity> LandmarkStages::identities() const {
  return {heart_->identity(), landmarks_.identity()};
}

std::vector<std::string> LandmarkStages::names() const { return {named(*heart_), named(landmarks_)}; }

void add_landmark_inputs(const ImageCase& one, const AhalandmarksOptions& options,
                         const Companions& companions, CaseInputs& inputs) {
  if (!options.mask.empty()) inputs.add("mask", mask_file(one, options.mask));
  if (!options.values.empty()) inputs.add("values", options.values);
  const auto others = companions.find(one.folder);
  if (others == companions.end()) return;
  std::vector<double> along = others->second;
  std::sort(along.begin(), along.end());
  for (const double place : along) inputs.facts.push_back("neighbour at " + std::to_string(place));
}

std::function<SeriesOutcome()> landmark_case(ImageCase& one, const AhalandmarksOptions& options,
                                             const LandmarkStages& networks, const OverlaidImages* values,
                                             const Companions& companions, int threads) {
  const auto failed = [&one](const std::string& reason, const std::string& message) {
    return failed_series(one.series, kLandmarkTable, failed_landmark_row, reason, message);
  };
  const auto others = companions.find(one.folder);
  const std::vector<double> along = others == companions.end() ? std::vector<double>() : others->second;
  auto done = std::make_shared<Found>(
      guarded<Found>([&] { return found_in(one, options, networks, values, along, threads); }, failed));
  return [done, failed, &one, &options] {
    const auto* record = std::get_if<LandmarkRecord>(done.get());
    if (!record) return nothing_delivered(one.folder, options.where.output, std::get<SeriesOutcome>(*done));
    return deliver_case(
        one.folder, options.where.output,
        [&](const fs::path& staging) { write_landmarks(*record, staging, options.write); },
        [&] { return delivered(*record, one.folder); }, failed);
  };
}

}  // namespace cmrt1
