#include "dicom/series_checks.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"
#include "dicom/image_checks.h"
#include "dicom/inversion_time.h"

namespace cmrt1::dicom {
namespace {

constexpr double kShortestLastTimeMs = 50;  ///< a series that ends before is in seconds

Defect check_times(const std::vector<Frame>& frames) {
  std::vector<double> times;
  for (const Frame& frame : frames) {
    if (frame.inversion_time_source == InversionTimeSource::missing) {
      return {"inversion_time_missing", "an image states no inversion time; give them all with --ti"};
    }
    if (!is_inversion_time(frame.inversion_time_ms)) {
      return {"inversion_time_invalid",
              "an inversion time is not a positive number of ms; give the right ones with --ti"};
    }
    times.push_back(frame.inversion_time_ms);
  }
  std::sort(times.begin(), times.end());
  if (times.back() < kShortestLastTimeMs) {
    return {"inversion_time_unit",
            "the inversion times look like seconds, not milliseconds; give them in ms with --ti"};
  }
  const auto close = [](double a, double b) { return b - a < 0.01; };
  if (std::adjacent_find(times.begin(), times.end(), close) != times.end()) {
    return {"inversion_time_duplicated",
            "two images state the same inversion time; give the right ones with --ti"};
  }
  return {};
}

/// --ti in order of instance number.
void assign_times(std::vector<Frame>& frames, const std::vector<double>& ti_ms) {
  std::stable_sort(frames.begin(), frames.end(),
                   [](const Frame& a, const Frame& b) { return a.instance_number < b.instance_number; });
  for (std::size_t i = 0; i < frames.size(); ++i) {
    frames[i].inversion_time_ms = ti_ms[i];
    frames[i].inversion_time_source = InversionTimeSource::command_line;
  }
}

Defect settle_times(Series& series, const std::vector<double>& given) {
  const Defect defect = check_times(series.magnitude);
  if (given.empty()) return defect;
  if (defect.reason.empty()) {
    series.warnings.push_back("--ti is not used: the images state their inversion times");
    return {};
  }
  if (given.size() != series.magnitude.size()) {
    return {"ti_count_mismatch", "--ti gives " + std::to_string(given.size()) + " times for " +
                                     std::to_string(series.magnitude.size()) + " images"};
  }
  assign_times(series.magnitude, given);
  return {};
}

void sort_by_time(std::vector<Frame>& frames) {
  std::stable_sort(frames.begin(), frames.end(),
                   [](const Frame& a, const Frame& b) { return a.inversion_time_ms < b.inversion_time_ms; });
}

std::vector<double> times_of(const std::vector<Frame>& frames) {
  std::vector<double> times;
  for (const Frame& frame : frames) times.push_back(frame.inversion_time_ms);
  return times;
}

Sequence tell_sequence(const Acquisition& acquisition, const Series& series, const ScanOptions& options) {
  if (options.sequence) return *options.sequence;
  const bool shmolli =
      acquisition.images.front().named_shmolli || has_shmolli_pattern(times_of(series.magnitude));
  return shmolli ? Sequence::shmolli : Sequence::molli;
}

Defect check_count(const Series& series) {
  const std::string count = std::to_string(series.magnitude.size());
  if (series.sequence == Sequence::shmolli && series.magnitude.size() != 7) {
    return {"shmolli_needs_7_images",
            "a ShMOLLI series has 7 images, this one " + count + " (--sequence molli overrides)"};
  }
  if (series.magnitude.size() < kFewestImages) {
    return {"too_few_images", "a T1 fit needs at least 4 inversion times, this series has " + count};
  }
  return {};
}

Defect check_patients(const std::vector<ImageHeader>& images) {
  const bool one = std::all_of(images.begin(), images.end(), [&](const ImageHeader& image) {
    return image.patient_id == images.front().patient_id;
  });
  return one ? Defect{} : Defect{"mixed_patients", "the images of this series have different patient IDs"};
}

Defect check_shapes(const std::vector<Frame>& frames) {
  const bool one = std::all_of(frames.begin(), frames.end(), [&](const Frame& frame) {
    return same_grid(frame.geometry, frames.front().geometry, 0.1);
  });
  return one ? Defect{}
             : Defect{"frames_differ_in_shape", "the images of this series differ in size or pixel spacing"};
}

Defect image_defect(const std::vector<ImageHeader>& images) {
  for (const ImageHeader& image : images) {
    if (!image.defect.empty()) return {image.defect, image.frame.source.name() + ": " + image.defect_message};
  }
  return {};
}

std::string key_of(const Acquisition& acquisition) {
  const auto numbered = [](const char* what, int index) {
    return std::string("_") + what + (index < 9 ? "0" : "") + std::to_string(index + 1);
  };
  std::string key = file_name_from_uid(acquisition.images.front().series_uid);
  if (acquisition.slices > 1) key += numbered("slice", acquisition.slice);
  if (acquisition.repeats > 1) key += numbered("repeat", acquisition.repeat);
  return key;
}

void fail(Series& series, const Defect& defect) {
  if (!series.reason.empty() || defect.reason.empty()) return;
  series.reason = defect.reason;
  series.message = defect.message;
}

}  // namespace

bool has_shmolli_pattern(const std::vector<double>& ti_ms) {
  if (ti_ms.size() != 7) return false;
  const double beats[] = {ti_ms[3] - ti_ms[0], ti_ms[4] - ti_ms[3], ti_ms[5] - ti_ms[4], ti_ms[6] - ti_ms[5]};
  const double rr = (ti_ms[6] - ti_ms[0]) / 4;
  if (rr < 300 || rr > 2500 || ti_ms[2] - ti_ms[0] > 0.6 * rr) return false;
  return std::all_of(std::begin(beats), std::end(beats),
                     [&](double beat) { return std::abs(beat - rr) <= 0.25 * rr; });
}

void check_given_times(const std::vector<double>& ti_ms) {
  for (const double ms : ti_ms) {
    if (!is_inversion_time(ms)) throw UsageError("--ti takes positive times in ms");
  }
  if (std::set<double>(ti_ms.begin(), ti_ms.end()).size() != ti_ms.size()) {
    throw UsageError("--ti takes distinct times");
  }
  if (!ti_ms.empty() && *std::max_element(ti_ms.begin(), ti_ms.end()) < kShortestLastTimeMs) {
    throw UsageError("--ti takes milliseconds; these look like seconds");
  }
}

Series make_series(const Acquisition& acquisition, const ScanOptions& options) {
  const ImageHeader& first = acquisition.images.front();
  Series series;
  series.study_uid = first.study_uid;
  series.series_uid = first.series_uid;
  series.key = key_of(acquisition);
  series.description = first.description;
  series.series_number = first.series_number;
  series.slice_index = acquisition.slice;
  for (const ImageHeader& image : acquisition.images) series.magnitude.push_back(image.frame);

  fail(series, {acquisition.reason, acquisition.message});
  fail(series, check_patients(acquisition.images));
  fail(series, image_defect(acquisition.images));
  const Defect times = settle_times(series, options.ti_ms);
  sort_by_time(series.magnitude);
  series.sequence = tell_sequence(acquisition, series, options);
  const bool count_explains = times.reason == "inversion_time_duplicated";
  if (!count_explains) fail(series, times);
  fail(series, check_count(series));
  fail(series, times);
  fail(series, check_shapes(series.magnitude));
  const bool lossy = std::any_of(acquisition.images.begin(), acquisition.images.end(),
                                 [](const ImageHeader& image) { return image.lossy; });
  if (lossy) series.warnings.push_back("the images were compressed with loss: T1 values may be off");
  return series;
}

}  // namespace cmrt1::dicom
