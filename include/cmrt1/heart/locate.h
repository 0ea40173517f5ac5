#pragma once
/// Where the heart lies in a series: one network looks at the whole images, and all images of the series
/// answer together, since single ones (apex, stomach in view) mislead.

#include <optional>
#include <span>

#include "cmrt1/heart/window.h"
#include "cmrt1/nn/network.h"

namespace cmrt1 {

inline constexpr const char* kHeartNetwork = "heart";

struct LocateOptions {
  double diameters = 2.7;  ///< side of the window found, in diameters of the left ventricle
};

struct HeartLocation {
  Window window;     ///< about the left ventricle, the right ventricle to the left
  double share = 0;  ///< highest mean share of the left ventricle over the images, 0...1
  double lv_diameter_mm = 0;
  bool turned_by_rv =
      false;  ///< the header's orientation contradicts the right ventricle, which was followed
};

/// `images` share grid size, spacing and orientation (a stack or phases; of many at most 24, evenly spaced,
/// are looked at). Nothing where no left ventricle is seen. Throws NetworkError and CaseError as Network
/// does.
std::optional<HeartLocation> locate_heart(std::span<const Image* const> images, const nn::Network& network,
                                          const LocateOptions& options = {});

/// What locate_heart concludes from mean shares over `whole` (exposed for tests): `lv` and `rv` are the mean
/// over the images, `lv_of_images` the left ventricle in each.
std::optional<HeartLocation> locate_in_shares(const Pixels& lv, const Pixels& rv,
                                              std::span<const Pixels> lv_of_images, const Window& whole,
                                              const Geometry& geometry, const LocateOptions& options = {});

}  // namespace cmrt1
