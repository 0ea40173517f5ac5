#include "dicom/acquisitions.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <tuple>

#include "dicom/inversion_time.h"

namespace cmrt1::dicom {
namespace {

using Images = std::vector<ImageHeader>;

bool close(const Vector3& a, const Vector3& b, double tolerance) {
  for (int i = 0; i < 3; ++i) {
    if (!(std::abs(a[i] - b[i]) <= tolerance)) return false;
  }
  return true;
}

bool placed(const Geometry& geometry) {
  return same_slice(geometry, geometry) && slice_normal(geometry) != Vector3{0, 0, 0};
}

auto in_order_of_time(const ImageHeader& image) {
  return std::tuple(image.acquired, image.frame.acquisition_number, image.frame.instance_number);
}

/// Images without a usable position join the first slice, where their defect fails it.
std::vector<Images> split_into_slices(Images images) {
  std::vector<Images> slices;
  Images unplaced;
  for (ImageHeader& image : images) {
    if (!placed(image.frame.geometry)) {
      unplaced.push_back(std::move(image));
      continue;
    }
    const auto slice = std::find_if(slices.begin(), slices.end(), [&](const Images& members) {
      return same_slice(members.front().frame.geometry, image.frame.geometry);
    });
    if (slice == slices.end()) {
      slices.push_back({std::move(image)});
    } else {
      slice->push_back(std::move(image));
    }
  }
  std::stable_sort(slices.begin(), slices.end(), [](const Images& a, const Images& b) {
    return slice_location_mm(a.front().frame.geometry) < slice_location_mm(b.front().frame.geometry);
  });
  if (slices.empty()) slices.emplace_back();
  std::move(unplaced.begin(), unplaced.end(), std::back_inserter(slices.front()));
  return slices;
}

bool complete(const Images& images) {
  return images.size() >= kFewestImages &&
         distinct_inversion_times(images) == static_cast<int>(images.size());
}

bool all_complete(const std::vector<Images>& sets) {
  return sets.size() > 1 && std::all_of(sets.begin(), sets.end(), [&](const Images& set) {
           return complete(set) && set.size() == sets.front().size();
         });
}

std::vector<Images> by_acquisition_number(const Images& images) {
  std::map<int, Images> sets;
  for (const ImageHeader& image : images) sets[image.frame.acquisition_number].push_back(image);
  std::vector<Images> split;
  for (auto& [number, set] : sets) split.push_back(std::move(set));
  return split;
}

/// The j-th image of each inversion time, in order of time, goes to the j-th set; nothing where images of
/// equal inversion time also have equal times and acquisition numbers.
std::vector<Images> by_order_in_time(Images images) {
  std::sort(images.begin(), images.end(),
            [](const auto& a, const auto& b) { return in_order_of_time(a) < in_order_of_time(b); });
  std::map<double, Images> by_inversion_time;
  std::vector<Images> sets;
  for (const ImageHeader& image : images) {
    Images& equal = by_inversion_time[image.frame.inversion_time_ms];
    const bool told_apart = equal.empty() || equal.back().acquired != image.acquired ||
                            equal.back().frame.acquisition_number != image.frame.acquisition_number;
    if (!told_apart) return {};
    if (sets.size() <= equal.size()) sets.emplace_back();
    sets[equal.size()].push_back(image);
    equal.push_back(image);
  }
  return sets;
}

std::vector<Images> split_into_repeats(const Images& images) {
  for (auto& sets : {by_acquisition_number(images), by_order_in_time(images)}) {
    if (all_complete(sets)) return sets;
  }
  return {images};
}

/// Some slice has enough images for a map and another has not.
bool positions_disagree(const std::vector<Images>& slices) {
  const auto enough = [](const Images& slice) { return slice.size() >= kFewestImages; };
  return std::any_of(slices.begin(), slices.end(), enough) &&
         !std::all_of(slices.begin(), slices.end(), enough);
}

}  // namespace

bool same_slice(const Geometry& a, const Geometry& b) {
  return close(a.row_direction, b.row_direction, 1e-3) &&
         close(a.column_direction, b.column_direction, 1e-3) && close(a.position_mm, b.position_mm, 0.1);
}

int distinct_inversion_times(const std::vector<ImageHeader>& images) {
  std::vector<double> times;
  for (const ImageHeader& image : images) {
    const double ms = image.frame.inversion_time_ms;
    if (is_inversion_time(ms)) times.push_back(ms);
  }
  std::sort(times.begin(), times.end());
  const auto equal = [](double a, double b) { return b - a < 0.01; };
  return static_cast<int>(std::unique(times.begin(), times.end(), equal) - times.begin());
}

std::vector<Acquisition> split_into_acquisitions(std::vector<ImageHeader> images) {
  const std::vector<Images> slices = split_into_slices(images);
  if (positions_disagree(slices)) {
    Acquisition failed;
    failed.images = std::move(images);
    failed.reason = "frames_differ_in_position";
    failed.message = "an image lies elsewhere than the others of its series";
    return {failed};
  }
  std::vector<Acquisition> acquisitions;
  for (std::size_t slice = 0; slice < slices.size(); ++slice) {
    std::vector<Images> repeats = split_into_repeats(slices[slice]);
    std::sort(repeats.begin(), repeats.end(),
              [](const Images& a, const Images& b) { return a.front().acquired < b.front().acquired; });
    for (std::size_t repeat = 0; repeat < repeats.size(); ++repeat) {
      acquisitions.push_back({std::move(repeats[repeat]), static_cast<int>(slice),
                              static_cast<int>(slices.size()), static_cast<int>(repeat),
                              static_cast<int>(repeats.size()), "", ""});
    }
  }
  return acquisitions;
}

}  // namespace cmrt1::dicom
