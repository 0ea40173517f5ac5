#include "cmrt1/batch/qcdseg_case.h"

#include <chrono>

#include "cmrt1/base/log.h"
#include "cmrt1/batch/guard.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/run_app.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/nn/runtime.h"
#include "cmrt1/write/segmentation_table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* kMarker = "segmentation.json";  // of a folder that holds a result

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

SeriesOutcome failed_series(const ImageSeries& series, const std::string& reason,
                            const std::string& message) {
  log::error(series.key + ": " + message);
  SeriesOutcome outcome{
      series.key + " failed (" + reason + ")", {}, 0, 0, static_cast<int>(series.frames.size())};
  for (std::size_t i = 0; i < series.frames.size(); ++i)
    outcome.rows.push_back(
        failed_segmentation_row(series.frames[i].source.name(), series, i, reason, message));
  return outcome;
}

/// Of a series none of whose images could be read: each row has its own reason.
SeriesOutcome unreadable(SegmentationRecord record) {
  record.slices.resize(record.loaded.images.size());
  const int count = static_cast<int>(record.slices.size());
  return {record.series.key + " failed (" + record.loaded.images.front().reason + ")",
          segmentation_rows(record, ""), 0, 0, count};
}

Segmented segmented(ImageCase& one, const QcdsegOptions& options, const SegmentationNetworks& networks) {
  SegmentationRecord record;
  const auto start = Clock::now();
  record.loaded = load_images(one);
  record.series = one.series;
  record.timings_s["load"] = seconds_since(start);
  throw_if_stopped();
  std::vector<const Image*> images;
  for (const LoadedImage& image : record.loaded.images)
    if (image.reason.empty())
      images.push_back(&image.image);
    else
      log::error(one.series.key + ": " + image.message);
  if (images.empty()) return unreadable(std::move(record));
  const auto loaded = Clock::now();
  QcdOptions how = options.qcd;
  how.before_image = throw_if_stopped;
  SeriesSegmentation found = segment_series(images, networks.all(), how);
  record.timings_s["segment"] = seconds_since(loaded);
  record.heart = found.heart;
  auto next = found.slices.begin();
  for (const LoadedImage& image : record.loaded.images)
    record.slices.push_back(image.reason.empty() ? std::optional(std::move(*next++)) : std::nullopt);
  record.threshold = options.qcd.threshold;
  record.level = networks.all().quality.level();
  record.networks = networks.identities();
  record.quality_sha256 = networks.all().quality.sha256();
  record.versions = {{"cmrt1", software_version()}, {"libtorch", nn::runtime_version()}};
  throw_if_stopped();
  return record;
}

SeriesOutcome delivered(const SegmentationRecord& record, const fs::path& folder) {
  SeriesOutcome outcome;
  outcome.rows = segmentation_rows(record, folder);
  outcome.flagged = flagged_count(record);
  for (std::size_t i = 0; i < record.slices.size(); ++i)
    outcome.failed += image_status(record, i) == "failed";
  outcome.ok = static_cast<int>(record.slices.size()) - outcome.flagged - outcome.failed;
  outcome.note = record.series.key + ": " + std::to_string(outcome.ok) + " ok, " +
                 std::to_string(outcome.flagged) + " flagged, " + std::to_string(outcome.failed) + " failed";
  return outcome;
}

}  // namespace

SegmentationNetworks::SegmentationNetworks(const nn::NetworkOptions& options)
    : segmentation_(kSegmentationNetwork, options),
      heart_(kHeartNetwork, options),
      quality_((options.models.empty() ? nn::models_folder() : options.models) / kQualityFile,
               segmentation_.sha256()) {}

std::vector<nn::NetworkIdentity> SegmentationNetworks::identities() const {
  return {segmentation_.identity(), heart_.identity()};
}

void require_replaceable(const ImageCase& one, const fs::path& output) {
  require_replaceable(output / one.folder, kMarker);
}

Segmented segment_case(ImageCase& one, const QcdsegOptions& options, const SegmentationNetworks& networks) {
  return guarded<Segmented>([&] { return segmented(one, options, networks); },
                            [&](const std::string& reason, const std::string& message) {
                              return failed_series(one.series, reason, message);
                            });
}

SeriesOutcome deliver_case(const ImageCase& one, const Segmented& segmented, const QcdsegOptions& options) {
  const auto* record = std::get_if<SegmentationRecord>(&segmented);
  const fs::path folder = options.output / one.folder;
  const auto failed = [&](const std::string& reason, const std::string& message) {
    return failed_series(one.series, reason, message);
  };
  SeriesOutcome outcome = !record ? std::get<SeriesOutcome>(segmented)
                                  : guarded<SeriesOutcome>(
                                        [&] {
                                          deliver(folder, [&](const fs::path& staging) {
                                            write_segmentation(*record, staging, options.write);
                                          });
                                          return delivered(*record, one.folder);
                                        },
                                        failed);
  if (outcome.ok + outcome.flagged == 0) remove_result(folder, options.output);
  return outcome;
}

}  // namespace cmrt1
