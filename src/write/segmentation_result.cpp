#include "cmrt1/write/segmentation_result.h"

#include <functional>

#include "cmrt1/write/nifti.h"
#include "cmrt1/write/segmentation_dicom.h"
#include "cmrt1/write/segmentation_json.h"
#include "cmrt1/write/segmentation_overlay.h"
#include "write/result_files.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

/// Labels of all images on the source's grid: the delivered ones, or those of a candidate. An image that
/// failed is all background; its status stands in the table and in segmentation.json.
std::string label_map(const SegmentationRecord& record,
                      const std::function<const LabelMap&(const SliceSegmentation&)>& labels_of) {
  std::vector<Mask> slices;
  for (std::size_t i = 0; i < record.slices.size(); ++i) {
    const Geometry& geometry = record.series.frames[i].geometry;
    slices.push_back(record.slices[i] ? labels_of(*record.slices[i])
                                      : Mask::Zero(geometry.rows, geometry.columns));
  }
  const std::string note = flagged_note(record);
  const std::string description = "1 LV myocardium 2 LV blood pool" + (note.empty() ? "" : "; " + note);
  if (!record.loaded.nifti_header.empty())
    return label_map_like(record.loaded.nifti_header, slices, description);
  return nifti_gz(slices, record.series.frames.front().geometry, step_of(record.series), description);
}

std::string fingerprint(const SegmentationRecord& record) {
  std::string all = "threshold=" + std::to_string(record.threshold) + "|" + record.quality_sha256;
  for (const auto& network : record.networks) all += "|" + network.sha256;
  return all;
}

LabelledSeries labelled(const SegmentationRecord& record) {
  LabelledSeries series;
  series.header = record.loaded.dicom_header;
  series.series_uid = record.series.series_uid;
  series.series_number = record.series.series_number;
  for (std::size_t i = 0; i < record.slices.size(); ++i)
    if (record.slices[i]) series.images.push_back({record.series.frames[i], record.slices[i]->labels});
  series.algorithm = "cmrt1 qcdseg";
  for (const auto& network : record.networks)
    series.algorithm_version +=
        (series.algorithm_version.empty() ? "" : ", ") + network.name + " " + network.version;
  const std::string note = flagged_note(record);
  series.note = note.empty() ? "All images accepted by the automatic checks" : note + ": to be looked at";
  series.flagged = !note.empty();
  series.fingerprint = fingerprint(record);
  series.software_version = record.versions.at("cmrt1");
  return series;
}

std::vector<ResultFile> files_of(const SegmentationRecord& record, const SegmentationWriteOptions& options) {
  std::vector<ResultFile> files;
  for (std::size_t i = 0; i < record.slices.size(); ++i)
    if (record.slices[i])
      files.push_back({overlay_name(i), [&record, i] { return segmentation_overlay_png(record, i); }});
  files.push_back({"segmentation.nii.gz", [&record] {
                     return label_map(record,
                                      [](const auto& slice) -> const LabelMap& { return slice.labels; });
                   }});
  if (record.loaded.dicom_header)
    files.push_back({"segmentation.dcm", [&record] { return segmentation_dicom(labelled(record)); }});
  files.push_back({"segmentation.json", [&] { return segmentation_json(record, options.keep_identifiers); }});
  for (std::size_t k = 0; options.candidates && k < kCandidates; ++k)
    files.push_back({"candidate_" + candidate_names()[k] + ".nii.gz", [&record, k] {
                       return label_map(
                           record, [k](const auto& slice) -> const LabelMap& { return slice.candidates[k]; });
                     }});
  return files;
}

}  // namespace

void write_segmentation(const SegmentationRecord& record, const fs::path& folder,
                        const SegmentationWriteOptions& options) {
  write_files(files_of(record, options), folder, options.threads);
}

}  // namespace cmrt1
