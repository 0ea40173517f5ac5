#include "cmrt1/batch/qcdseg_case.h"

#include <memory>
#include <variant>

#include "cmrt1/base/log.h"
#include "cmrt1/batch/guard.h"
#include "cmrt1/batch/output.h"
#include "cmrt1/batch/run_app.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/batch/stopwatch.h"
#include "cmrt1/nn/runtime.h"
#include "cmrt1/write/segmentation_table.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

/// Of a series none of whose images could be read: each row has its own reason.
SeriesOutcome unreadable(SegmentationRecord record) {
  record.slices.resize(record.loaded.images.size());
  SeriesOutcome outcome = counted(record);
  outcome.note = record.series.key + " failed (" + record.loaded.images.front().reason + ")";
  outcome.rows[kQcdTable] = segmentation_rows(record, "");
  return outcome;
}

/// A series between its two steps: segmented, not yet written; or failed.
using Segmented = std::variant<SegmentationRecord, SeriesOutcome>;

Segmented segmented(ImageCase& one, const QcdsegOptions& options, const SegmentationNetworks& networks,
                    int threads) {
  SegmentationRecord record;
  const Stopwatch watch;
  record.loaded = load_images(one);
  record.series = one.series;
  record.timings_s["load"] = watch.seconds();
  throw_if_stopped();
  const std::vector<const Image*> images = readable_images(record.loaded, one.series.key);
  if (images.empty()) return unreadable(std::move(record));
  const Stopwatch working;
  QcdOptions how = options.qcd;
  how.threads = threads;
  how.before_image = throw_if_stopped;
  SeriesSegmentation found = segment_series(images, networks.all(), how);
  record.timings_s["segment"] = working.seconds();
  record.heart = found.heart;
  record.slices = in_place(std::move(found.slices), record.loaded);
  record.threshold = options.qcd.threshold;
  record.level = networks.all().quality.level();
  record.networks = networks.identities();
  record.quality_sha256 = networks.all().quality.sha256();
  record.versions = {{"cmrt1", software_version()}, {"libtorch", nn::runtime_version()}};
  throw_if_stopped();
  return record;
}

SeriesOutcome delivered(const SegmentationRecord& record, const fs::path& folder) {
  SeriesOutcome outcome = counted(record);
  outcome.rows[kQcdTable] = segmentation_rows(record, folder);
  return outcome;
}

}  // namespace

SegmentationNetworks::SegmentationNetworks(const nn::NetworkOptions& options)
    : segmentation_(kSegmentationNetwork, options),
      heart_(std::make_shared<nn::Network>(kHeartNetwork, options)),
      judge_(kJudgeNetwork, options),
      quality_((options.models.empty() ? nn::models_folder() : options.models) / kQualityFile,
               {segmentation_.sha256(), heart_->sha256(), judge_.sha256()}) {}

std::vector<nn::NetworkIdentity> SegmentationNetworks::identities() const {
  return {segmentation_.identity(), heart_->identity(), judge_.identity()};
}

std::vector<std::string> SegmentationNetworks::names() const {
  return {named(segmentation_), named(*heart_), named(judge_),
          std::string(kQualityFile) + " " + quality_.sha256()};
}

std::function<SeriesOutcome()> segment_case(ImageCase& one, const QcdsegOptions& options,
                                            const SegmentationNetworks& networks, int threads) {
  const auto failed = [&one](const std::string& reason, const std::string& message) {
    return failed_series(one.series, kQcdTable, failed_segmentation_row, reason, message);
  };
  auto done = std::make_shared<Segmented>(
      guarded<Segmented>([&] { return segmented(one, options, networks, threads); }, failed));
  return [done, failed, &one, &options] {
    const auto* record = std::get_if<SegmentationRecord>(done.get());
    if (!record) return nothing_delivered(one.folder, options.where.output, std::get<SeriesOutcome>(*done));
    return deliver_case(
        one.folder, options.where.output,
        [&](const fs::path& staging) { write_segmentation(*record, staging, options.write); },
        [&] { return delivered(*record, one.folder); }, failed);
  };
}

}  // namespace cmrt1
