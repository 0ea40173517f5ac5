#include "cmrt1/batch/image_cases.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "cmrt1/base/error.h"
#include "cmrt1/base/log.h"
#include "cmrt1/base/text.h"
#include "cmrt1/batch/inputs.h"
#include "cmrt1/dicom/load_images.h"
#include "cmrt1/nifti/find.h"
#include "cmrt1/nifti/read.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestStem = 200;  // bytes: file systems take 255, staging folders have longer names

/// The file's name without .nii or .nii.gz, fit for a folder: never empty, hidden, a way upwards or too long.
std::string stem_of(const fs::path& file) {
  std::string name = file.filename().string();
  for (const char* ending : {".gz", ".nii"})
    if (to_lower(name).ends_with(ending)) name.resize(name.size() - std::string(ending).size());
  name = shortened(name, kLongestStem);
  return name.empty() || name.front() == '.' ? "image" + name : name;
}

std::string counted(std::size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// Raw images of T1 mapping are no maps: they are left to t1moco.
std::size_t raw_series_count(const ScanResult& found) {
  std::size_t count = 0;
  for (const Study& study : found.studies) count += study.series.size();
  return count;
}

/// scan() of what is not NIfTI. Where there is NIfTI to work on, inputs without DICOM are no error.
ScanResult scan_dicom(std::span<const fs::path> inputs, bool nifti_found) {
  std::vector<fs::path> others;
  std::copy_if(inputs.begin(), inputs.end(), std::back_inserter(others),
               [](const fs::path& input) { return !is_nifti_name(input) || fs::is_directory(input); });
  if (others.empty()) return {};
  try {
    return scan_inputs(others, {});
  } catch (const NoInputError&) {
    if (!nifti_found) throw;
    return {};
  }
}

void add_dicom(ImageCases& found, const ScanResult& scanned) {
  for (const Study& study : scanned.studies)
    for (ImageSeries& series : image_series(study)) {
      const fs::path folder = fs::path(study.key) / series.key;
      found.cases.push_back({std::move(series), folder, false});
    }
}

void add_nifti(ImageCases& found, const std::vector<fs::path>& files) {
  std::set<fs::path> taken = {"qcd.csv", "flagged.csv", "landmarks.csv", "segments.csv",
                              "summary.csv"};  // the tables beside the folders
  for (const ImageCase& one : found.cases) taken.insert(*one.folder.begin());
  for (const fs::path& file : files) {
    ImageCase one;
    one.nifti = true;
    one.series.key = stem_of(file);
    for (int n = 2; !taken.insert(one.series.key).second; ++n)
      one.series.key = stem_of(file) + "_" + std::to_string(n);
    one.folder = one.series.key;
    Frame frame;
    frame.source.path = file;
    one.series.frames.push_back(frame);
    found.cases.push_back(std::move(one));
  }
}

bool is(const ImageCase& one, const std::string& name) {
  return one.series.key == name || (!name.empty() && one.series.series_uid == name);
}

constexpr double kMostSeconds = 10, kLeastMs = 100,
                 kMostMs = 4000;  // of T1 of tissue: what its unit is told by

/// Factor that turns the file's values into ms where it holds a T1 map, else 0. BIDS has T1 maps in seconds;
/// many are in ms all the same. A map in neither is none: what it would be measured as would be wrong.
float t1_unit(const fs::path& file, const NiftiImage& read) {
  const bool by_us = read.description.starts_with("T1 (ms)");  // as t1moco writes it
  if (!by_us && !to_lower(stem_of(file)).ends_with("_t1map")) return 0;
  std::vector<float> positive;
  for (const Image& slice : read.slices)
    for (const float value : slice.pixels.reshaped())
      if (value > 0 && std::isfinite(value)) positive.push_back(value);
  if (positive.empty()) return 1;
  const double middle = quantile(positive, 0.5);
  const float unit = !by_us && middle < kMostSeconds ? 1000 : 1;
  if (unit * middle >= kLeastMs && unit * middle <= kMostMs) return unit;
  log::warning(file.string() + " is named as a T1 map, but its values (median " + std::to_string(middle) +
               ") are neither in ms nor in s: taken for an image without T1");
  return 0;
}

/// read_nifti, where a file that cannot be read is the fault of that file alone.
NiftiImage read_case(const fs::path& file) {
  try {
    return read_nifti(file);
  } catch (const IoError& error) {
    throw CaseError("unreadable_file", error.what());
  }
}

LoadedSeries load_nifti(ImageCase& one) {
  const Frame file = one.series.frames.front();
  NiftiImage read = read_case(file.source.path);
  const float unit = t1_unit(file.source.path, read);
  one.series.kind = unit > 0 ? FrameKind::t1_map : FrameKind::other;
  one.series.frames.clear();
  LoadedSeries loaded;
  loaded.nifti_header = read.header;
  for (Image& slice : read.slices) {
    Frame frame = file;
    frame.geometry = slice.geometry;
    frame.frame_index = static_cast<int>(one.series.frames.size());
    one.series.frames.push_back(frame);
    if (unit > 0) slice.pixels *= unit;
    loaded.images.push_back({std::move(slice), "", ""});
  }
  return loaded;
}

}  // namespace

ImageCases find_image_cases(std::span<const fs::path> inputs, const std::string& only) {
  const std::vector<fs::path> nifti = find_nifti(inputs);
  ScanResult scanned = scan_dicom(inputs, !nifti.empty());
  std::erase_if(scanned.skipped, [](const SkippedFile& file) {  // not as DICOM, that is
    return !file.failed_case && file.source.member.empty() && is_nifti_name(file.source.path);
  });
  ImageCases found;
  report_skipped(scanned);
  found.bad_files = bad_files(scanned);
  add_dicom(found, scanned);
  add_nifti(found, nifti);
  if (!only.empty()) std::erase_if(found.cases, [&](const ImageCase& one) { return !is(one, only); });
  const std::size_t raw = raw_series_count(scanned);
  if (raw > 0)
    log::info("passed over " + std::to_string(raw) + " raw T1-mapping series: t1moco makes maps of them");
  if (found.cases.empty() && !only.empty())
    throw NoInputError("no series " + only + " found (--list prints those there are)");
  if (found.cases.empty() && found.bad_files.empty()) {
    throw NoInputError(raw > 0
                           ? "only raw T1-mapping series among the inputs: run t1moco, then give its output"
                           : "no images to look at among the inputs");
  }
  return found;
}

LoadedSeries load_images(ImageCase& one) { return one.nifti ? load_nifti(one) : load_images(one.series); }

std::string describe(const ImageCases& found) {
  std::ostringstream text;
  for (const ImageCase& one : found.cases) {
    const ImageSeries& series = one.series;
    text << printable(one.folder.string()) << "  ";
    if (one.nifti) {
      text << "NIfTI " << printable(series.frames.front().source.name()) << "\n";
      continue;
    }
    const Geometry& geometry = series.frames.front().geometry;
    text << (series.kind == FrameKind::t1_map ? "T1 map" : "image") << "  "
         << counted(series.frames.size(), "image") << " of series " << series.series_number << " \""
         << printable(series.description) << "\", " << geometry.columns << " x " << geometry.rows
         << " pixels\n";
  }
  for (const SkippedFile& file : found.bad_files)
    text << "cannot be read: " << printable(file.source.name()) << ": " << printable(file.message) << "\n";
  return text.str();
}

}  // namespace cmrt1
