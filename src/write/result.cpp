#include "cmrt1/write/result.h"

#include <cstdio>
#include <functional>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/parallel.h"
#include "cmrt1/write/derived_dicom.h"
#include "cmrt1/write/nifti.h"
#include "cmrt1/write/overview.h"
#include "cmrt1/write/quality.h"
#include "cmrt1/write/result_json.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

/// A file to be: what it is called, and what makes its bytes.
struct File {
  std::string name;
  std::function<std::string()> bytes;
};

std::vector<File> maps(const MocoResult& result) {
  const T1Map& map = result.map;
  const T1Map& uncorrected = result.uncorrected;
  const auto nifti = [&](const char* name, const Pixels& values, const Mask& status,
                         const char* description) {
    return File{name, [&, description] {
                  return nifti_gz(nan_where_undefined(values, status), map.geometry, description);
                }};
  };
  const auto labels = [&](const char* name, const Mask& values, const char* description) {
    return File{name, [&, description] { return nifti_gz(values, map.geometry, description); }};
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

std::vector<File> corrected_images(const MocoResult& result) {
  std::vector<File> files;
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
std::vector<File> files_of(const SeriesRecord& record, const WriteOptions& options) {
  const MocoResult& result = record.result;
  std::vector<File> files = {{"overview.png", [&] { return overview_png(record); }},
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
  const std::vector<File> files = files_of(record, options);
  std::vector<std::string> contents(files.size());
  parallel_blocks(static_cast<int>(files.size()), 1, options.threads, [&](int first, int) {
    const auto i = static_cast<std::size_t>(first);
    contents[i] = files[i].bytes();
  });
  for (std::size_t i = 0; i < files.size(); ++i) write_staged(folder / files[i].name, contents[i]);
}

}  // namespace cmrt1
