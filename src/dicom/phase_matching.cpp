#include "dicom/phase_matching.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

namespace cmrt1::dicom {
namespace {

struct Candidate {
  std::vector<Frame> phase;
  int series_distance = 0;
};

bool times_were_given(const Series& series) {
  return series.magnitude.front().inversion_time_source == InversionTimeSource::command_line;
}

/// The phase frames take the times given for the magnitude frames, both in order of instance number.
std::vector<Frame> with_given_times(const Series& series, std::vector<Frame> phase) {
  const auto by_number = [](const Frame& a, const Frame& b) { return a.instance_number < b.instance_number; };
  std::vector<Frame> magnitude = series.magnitude;
  std::stable_sort(magnitude.begin(), magnitude.end(), by_number);
  std::stable_sort(phase.begin(), phase.end(), by_number);
  for (std::size_t i = 0; i < phase.size(); ++i) {
    phase[i].inversion_time_ms = magnitude[i].inversion_time_ms;
    phase[i].inversion_time_source = InversionTimeSource::command_line;
  }
  return phase;
}

bool acquired_apart(const Frame& a, const Frame& b) {
  const bool both_known = !a.acquisition_time.empty() && !b.acquisition_time.empty();
  return both_known && a.acquisition_time != b.acquisition_time;
}

std::optional<Candidate> pair_off(const Series& series, const Acquisition& acquisition) {
  if (acquisition.images.size() != series.magnitude.size()) return std::nullopt;
  Candidate candidate;
  for (const ImageHeader& image : acquisition.images) candidate.phase.push_back(image.frame);
  if (times_were_given(series)) candidate.phase = with_given_times(series, std::move(candidate.phase));
  std::stable_sort(candidate.phase.begin(), candidate.phase.end(),
                   [](const Frame& a, const Frame& b) { return a.inversion_time_ms < b.inversion_time_ms; });
  for (std::size_t i = 0; i < candidate.phase.size(); ++i) {
    const Frame& magnitude = series.magnitude[i];
    const Frame& phase = candidate.phase[i];
    if (!(std::abs(magnitude.inversion_time_ms - phase.inversion_time_ms) <= 0.5)) return std::nullopt;
    if (!same_grid(magnitude.geometry, phase.geometry, 0.1)) return std::nullopt;
    if (acquired_apart(magnitude, phase)) return std::nullopt;
  }
  candidate.series_distance = std::abs(acquisition.images.front().series_number - series.series_number);
  return candidate;
}

bool has_defect(const Acquisition& acquisition) {
  return std::any_of(acquisition.images.begin(), acquisition.images.end(),
                     [](const ImageHeader& image) { return !image.defect.empty(); });
}

}  // namespace

void match_phase(Series& series, bool motion_corrected, std::vector<PhaseSet>& sets) {
  if (series.magnitude.empty()) return;
  std::optional<Candidate> best;
  PhaseSet* chosen = nullptr;
  bool unusable = false;
  for (PhaseSet& set : sets) {
    const ImageHeader& first = set.acquisition.images.front();
    if (first.motion_corrected != motion_corrected) continue;
    if (!same_slice(first.frame.geometry, series.magnitude.front().geometry)) continue;
    auto candidate = has_defect(set.acquisition) ? std::nullopt : pair_off(series, set.acquisition);
    if (!candidate) {
      unusable = true;
      set.used = true;
    } else if (!best || candidate->series_distance < best->series_distance) {
      best = std::move(candidate);
      chosen = &set;
    }
  }
  if (best) {
    series.phase = std::move(best->phase);
    chosen->used = true;
  } else if (unusable) {
    series.warnings.push_back(
        "phase images of this slice do not pair off with its images: fitted without phase");
  }
}

}  // namespace cmrt1::dicom
