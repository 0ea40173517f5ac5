#include "dicom/grouping.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "cmrt1/base/text.h"
#include "dicom/inversion_time.h"
#include "dicom/phase_matching.h"
#include "dicom/repeats.h"
#include "dicom/series_checks.h"

namespace cmrt1::dicom {
namespace {

using Images = std::vector<ImageHeader>;

/// --ti makes images without an inversion time a series where a slice holds as many as times were given.
void promote_untimed(Images& series, std::size_t given) {
  const auto candidate = [](const ImageHeader& image) {
    return image.frame.kind == FrameKind::other && image.kind_if_timed != FrameKind::other &&
           image.frame.inversion_time_source == InversionTimeSource::missing;
  };
  std::vector<ImageHeader*> promoted;
  for (ImageHeader& image : series) {
    const auto members = std::count_if(series.begin(), series.end(), [&](const ImageHeader& other) {
      return candidate(other) && other.kind_if_timed == image.kind_if_timed &&
             same_slice(other.frame.geometry, image.frame.geometry);
    });
    if (candidate(image) && static_cast<std::size_t>(members) == given) promoted.push_back(&image);
  }
  for (ImageHeader* image : promoted) {
    image->frame.kind = image->kind_if_timed;
    image->frame.kind_reason = "inversion time given with --ti";
  }
}

/// The header states something for an inversion time that is none, or --ti gave it.
bool wants_inversion_time(const ImageHeader& image) {
  const bool stated = image.frame.inversion_time_source != InversionTimeSource::missing;
  return (stated && !is_inversion_time(image.frame.inversion_time_ms)) ||
         image.frame.kind_reason.ends_with("--ti");
}

/// False for late enhancement and the like: too few inversion times, and no name that promises a T1 map.
/// What was meant to be a series is kept, so that it fails with its reason.
bool is_t1_mapping(const Acquisition& acquisition) {
  const Images& images = acquisition.images;
  const int times = distinct_inversion_times(images);
  const bool enough = images.size() >= kFewestImages;
  const bool named = images.front().named_t1_mapping && (enough || times > 0);
  return !acquisition.reason.empty() || named || times >= kFewestImages ||
         (enough && std::any_of(images.begin(), images.end(), wants_inversion_time));
}

void demote(Acquisition& acquisition) {
  const int times = distinct_inversion_times(acquisition.images);
  for (ImageHeader& image : acquisition.images) {
    image.frame.kind = FrameKind::other;
    image.frame.kind_reason = "only " + std::to_string(times) +
                              (times == 1 ? " inversion time" : " inversion times") +
                              " at this slice: not T1 mapping";
  }
}

/// One study's images sorted into what becomes a series, what may be its phase, and the rest.
struct Sorted {
  std::vector<Acquisition> magnitude;
  std::vector<PhaseSet> phase;
  Images others;
};

void add_series(Sorted& sorted, Images series) {
  std::map<std::pair<FrameKind, bool>, Images> parts;
  for (ImageHeader& image : series) {
    parts[{image.frame.kind, image.motion_corrected}].push_back(std::move(image));
  }
  for (auto& [part, images] : parts) {
    if (part.first != FrameKind::magnitude && part.first != FrameKind::phase) {
      std::move(images.begin(), images.end(), std::back_inserter(sorted.others));
      continue;
    }
    for (Acquisition& acquisition : split_into_acquisitions(std::move(images))) {
      if (!is_t1_mapping(acquisition)) {
        demote(acquisition);
        std::move(acquisition.images.begin(), acquisition.images.end(), std::back_inserter(sorted.others));
      } else if (part.first == FrameKind::magnitude) {
        sorted.magnitude.push_back(std::move(acquisition));
      } else {
        sorted.phase.push_back({std::move(acquisition)});
      }
    }
  }
}

Sorted sort_images(const Images& study, const ScanOptions& options) {
  std::map<std::string, Images> by_series;
  for (const ImageHeader& image : study) by_series[image.series_uid].push_back(image);
  Sorted sorted;
  for (auto& [uid, images] : by_series) {
    if (!options.ti_ms.empty()) promote_untimed(images, options.ti_ms.size());
    add_series(sorted, std::move(images));
  }
  return sorted;
}

bool magnitude_at_slice(const std::vector<Recording>& recordings, const Geometry& slice) {
  return std::any_of(recordings.begin(), recordings.end(), [&](const Recording& recording) {
    return !recording.series.magnitude.empty() &&
           same_slice(recording.series.magnitude.front().geometry, slice);
  });
}

/// A phase series without magnitude images is a failed case, not just something else.
Recording without_magnitude(const Acquisition& acquisition, const ScanOptions& options) {
  Recording recording;
  recording.series = make_series(acquisition, options);
  recording.series.magnitude.clear();
  recording.series.warnings.clear();
  recording.series.reason = "magnitude_missing";
  recording.series.message =
      "these are phase images, and the magnitude images of the same slice are not there";
  return recording;
}

std::vector<Recording> make_recordings(Sorted& sorted, const ScanOptions& options) {
  std::vector<Recording> recordings;
  for (const Acquisition& acquisition : sorted.magnitude) {
    const ImageHeader& first = acquisition.images.front();
    Recording recording{make_series(acquisition, options), first.acquired, first.motion_corrected};
    match_phase(recording.series, recording.motion_corrected, sorted.phase);
    recordings.push_back(std::move(recording));
  }
  for (PhaseSet& set : sorted.phase) {
    const ImageHeader& first = set.acquisition.images.front();
    if (set.used) continue;
    if (magnitude_at_slice(recordings, first.frame.geometry)) {
      sorted.others.insert(sorted.others.end(), set.acquisition.images.begin(), set.acquisition.images.end());
    } else {
      recordings.push_back(without_magnitude(set.acquisition, options));
    }
  }
  return recordings;
}

void make_keys_unique(std::vector<Series>& series) {
  std::set<std::string> taken;
  for (Series& one : series) {
    const std::string stem = one.key;
    for (int n = 2; !taken.insert(one.key).second; ++n) one.key = stem + "_" + std::to_string(n);
  }
}

std::vector<OtherImages> list_others(const Images& images) {
  std::map<std::tuple<int, std::string, FrameKind, std::string>, OtherImages> groups;
  for (const ImageHeader& image : images) {
    OtherImages& group =
        groups[{image.series_number, image.series_uid, image.frame.kind, image.frame.kind_reason}];
    group.series_uid = image.series_uid;
    group.description = image.description;
    group.series_number = image.series_number;
    group.kind = image.frame.kind;
    group.kind_reason = image.frame.kind_reason;
    group.frames.push_back(image.frame);
  }
  std::vector<OtherImages> others;
  for (auto& [key, group] : groups) others.push_back(std::move(group));
  return others;
}

Study make_study(const std::string& uid, const Images& images, const ScanOptions& options) {
  Sorted sorted = sort_images(images, options);
  Study study;
  study.uid = uid;
  study.key = file_name_from_uid(uid);
  std::vector<Recording> recordings = make_recordings(sorted, options);
  std::stable_sort(recordings.begin(), recordings.end(), [](const Recording& a, const Recording& b) {
    return a.series.series_number < b.series.series_number;
  });
  study.series = keep_newest(select(std::move(recordings), options.series_uid));
  make_keys_unique(study.series);
  study.others = list_others(sorted.others);
  return study;
}

}  // namespace

std::vector<Study> group_into_studies(const std::vector<ImageHeader>& images, const ScanOptions& options) {
  std::map<std::string, Images> by_study;
  for (const ImageHeader& image : images) by_study[image.study_uid].push_back(image);
  std::vector<Study> studies;
  for (const auto& [uid, members] : by_study) studies.push_back(make_study(uid, members, options));
  return studies;
}

}  // namespace cmrt1::dicom
