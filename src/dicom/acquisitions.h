#pragma once
/// Splits the images of one series into acquisitions: one slice, one set of inversion times each.

#include <string>
#include <vector>

#include "dicom/image_header.h"

namespace cmrt1::dicom {

struct Acquisition {
  std::vector<ImageHeader> images;
  int slice = 0;    ///< 0-based, ordered along the slice normal
  int slices = 1;   ///< of the series
  int repeat = 0;   ///< 0-based, ordered by time
  int repeats = 1;  ///< of the slice
  std::string reason;
  std::string message;
};

/// Two images belong to one slice where orientation agrees within 1e-3 and position within 0.1 mm.
bool same_slice(const Geometry& a, const Geometry& b);

/// Slices first, then repeats. A slice is split into repeats where the acquisition numbers, or else the
/// order in time of images with equal inversion times, give complete sets of distinct inversion times.
/// Where the positions make no sense as slices (a slice is left with too few images while another has
/// enough), one acquisition with the reason `frames_differ_in_position` is returned.
/// `images` must not be empty.
std::vector<Acquisition> split_into_acquisitions(std::vector<ImageHeader> images);

/// Number of distinct inversion times (0.01 ms) among images that have one.
int distinct_inversion_times(const std::vector<ImageHeader>& images);

constexpr int kFewestImages = 4;  ///< three parameters are fitted

}  // namespace cmrt1::dicom
