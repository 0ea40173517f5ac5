#include "cmrt1/write/result.h"

#include <cstdio>

#include "cmrt1/write/derived_dicom.h"
#include "cmrt1/write/nifti.h"
#include "cmrt1/write/overview.h"
#include "cmrt1/write/quality.h"
#include "cmrt1/write/result_json.h"
#include "write/result_files.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

std::vector<ResultFile> maps(const MocoResult& result) {
  const T1Map& map = result.map;
  const T1Map& uncorrected = result.uncorrected;
  const auto nifti = [&](const char* name, const Pixels& values, const Mask& status,
                         const char* description) {
    return ResultFile{name, [&, description] {
                        return nifti_gz(nan_where_undefined(values, status), map.geometry, description);
                      }};
  };
  const auto labels = [&](const char* name, const Mask& values, const char* description) {
    return ResultFile{name, [&, description] { return nifti_gz(values, map.geometry, description); }};
  };
  return {nifti("t1.nii.gz", map.t1_ms, map.status, "T1 (ms)"),
          nifti("r2.nii.gz", map.r2, map.status, "R2, goodness of fit"),
          nifti("t1_uncorrected.nii.gz", uncorrected.t1_ms, uncorrected.status,
                "T1 without motion correction (ms)"),
          nifti("t1_error.nii.gz", map.t1_error_ms, map.status, "standard deviation of T1 (ms)"),
          labels("samples_used.nii.gz", map.samples_used, "images used by the fit"),
          labels("status.nii.gz", map.status,
                 "0 fitted 1 below floor 2 not converged 3 clamped 4 outside image")};
}

std::vector<ResultFile> corrected_images(const MocoResult& result) {
  std::vector<ResultFile> files;
  for (std::size_t i = 0; i < result.images.frames.size(); ++i) {
    char name[64], description[64];
    std::snprintf(name, sizeof name, "corrected_%02zu.nii.gz", i + 1);
    std::snprintf(description, sizeof description, "magnitude as fitted, TI %g ms", result.ti_ms[i]);
    files.push_back({name, [&result, i, text = std::string(description)] {
                       return nifti_gz(result.images.frames[i], result.map.geometry, text);
                     }});
  }
  return files;
}

/// The slowest first.
std::vector<ResultFile> files_of(const SeriesRecord& record, const WriteOptions& options) {
  const MocoResult& result = record.result;
  std::vector<ResultFile> files = {{"overview.png", [&] { return overview_png(record); }},
                                   {"displacement_mm.nii.gz",
                                    [&] {
                                      return nifti_gz(result.fields, result.map.geometry,
                                                      "displacement (mm) along row, along column");
                                    }},
                                   {"t1.dcm", [&] { return derived_dicom(record, DerivedMap::t1); }},
                                   {"r2.dcm", [&] { return derived_dicom(record, DerivedMap::r2); }},
                                   {"result.json", [&] { return result_json(record, options); }}};
  for (auto& file : maps(result)) files.push_back(std::move(file));
  if (options.write_images)
    for (auto& file : corrected_images(result)) files.push_back(std::move(file));
  return files;
}

}  // namespace

void write_series(const SeriesRecord& record, const fs::path& folder, const WriteOptions& options) {
  write_files(files_of(record, options), folder, options.threads);
}

}  // namespace cmrt1
