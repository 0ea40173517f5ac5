#include "cmrt1/write/result.h"

#include <cstdio>

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/write/derived_dicom.h"
#include "cmrt1/write/nifti.h"
#include "cmrt1/write/overview.h"
#include "cmrt1/write/quality.h"
#include "cmrt1/write/result_json.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

void write_maps(const MocoResult& result, const fs::path& folder) {
  const T1Map& map = result.map;
  const T1Map& uncorrected = result.uncorrected;
  const Geometry& grid = map.geometry;
  const auto write = [&](const char* name, const std::string& bytes) {
    write_atomically(folder / name, bytes);
  };
  write("t1.nii.gz", nifti_gz(nan_where_undefined(map.t1_ms, map.status), grid, "T1 (ms)"));
  write("r2.nii.gz", nifti_gz(nan_where_undefined(map.r2, map.status), grid, "R2, goodness of fit"));
  write("t1_uncorrected.nii.gz", nifti_gz(nan_where_undefined(uncorrected.t1_ms, uncorrected.status), grid,
                                          "T1 without motion correction (ms)"));
  write("t1_error.nii.gz",
        nifti_gz(nan_where_undefined(map.t1_error_ms, map.status), grid, "standard deviation of T1 (ms)"));
  write("samples_used.nii.gz", nifti_gz(map.samples_used, grid, "images used by the fit"));
  write("status.nii.gz",
        nifti_gz(map.status, grid, "0 fitted 1 below floor 2 not converged 3 clamped 4 outside image"));
  write("displacement_mm.nii.gz", nifti_gz(result.fields, grid, "displacement (mm) along row, along column"));
}

void write_corrected_images(const MocoResult& result, const fs::path& folder) {
  for (std::size_t i = 0; i < result.images.frames.size(); ++i) {
    char name[64], description[64];
    std::snprintf(name, sizeof name, "corrected_%02zu.nii.gz", i + 1);
    std::snprintf(description, sizeof description, "magnitude as fitted, TI %g ms", result.ti_ms[i]);
    write_atomically(folder / name, nifti_gz(result.images.frames[i], result.map.geometry, description));
  }
}

}  // namespace

void write_series(const SeriesRecord& record, const fs::path& folder, const WriteOptions& options) {
  write_atomically(folder / "t1.dcm", derived_dicom(record, DerivedMap::t1));
  write_atomically(folder / "r2.dcm", derived_dicom(record, DerivedMap::r2));
  write_maps(record.result, folder);
  if (options.write_images) write_corrected_images(record.result, folder);
  write_atomically(folder / "overview.png", overview_png(record));
  write_atomically(folder / "result.json", result_json(record, options));
}

}  // namespace cmrt1
