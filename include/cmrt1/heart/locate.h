#pragma once
/// Where the heart lies in a series: one network looks at the whole images, and all images of the series
/// answer together, since single ones (apex, stomach in view) mislead.

#include <array>
#include <optional>
#include <span>
#include <string>

#include "cmrt1/heart/place.h"
#include "cmrt1/heart/window.h"
#include "cmrt1/nn/network.h"

namespace cmrt1 {

inline constexpr const char* kHeartNetwork = "heart";
inline constexpr int kHeartCells = 128;  ///< across what it sees, so that small hearts are more than a few

/// The landmarks that networks tell as the chance that one lies in a cell, in this order.
enum Landmark : std::size_t { kLvCentre, kAnteriorInsertion, kInferiorInsertion, kLandmarks };

/// What a network that tells class shares and landmarks sees in a window of `size` x `size` cells.
struct HeartView {
  Pixels myocardium, blood_pool, rv;  ///< shares of the cells
  /// The anterior insertion's by the direction in which it is expected, where any is.
  std::array<Place, kLandmarks> places;
  double usual = 1;  ///< usual_share of the anterior insertion
  bool against_expected =
      false;  ///< without the expectation the anterior insertion would lie elsewhere, more than 60 degrees
};

/// Runs `network` (outputs 4 class shares and kLandmarks planes) on `window` cut into `size` x `size` cells.
/// The anterior insertion is expected in the direction `entry` from the LV's centre, in mm along columns and
/// rows; without one anywhere. Throws NetworkError where it answers anything else, and as Network does.
HeartView view_of(const Image& image, const Window& window, int size, const nn::Network& network,
                  const std::optional<Direction>& entry);

/// The same with the direction that the header lets one expect (usual_entry).
HeartView view_of(const Image& image, const Window& window, int size, const nn::Network& network);

struct LocateOptions {
  double diameters = 2.7;  ///< side of the window found, in diameters of the left ventricle
  int threads = 1;         ///< for several images; 0: all cores. Changes no result
};

struct HeartLocation {
  Window window;     ///< about the left ventricle, the right ventricle to the left
  double share = 0;  ///< highest mean share of the left ventricle over the images, 0...1
  double lv_diameter_mm = 0;
  bool turned_by_rv =
      false;  ///< the header's orientation contradicts the right ventricle, which was followed
  bool rv_against_header =
      false;  ///< what looks like a right ventricle lies where it cannot by the header: not followed
  /// To look at it closer in: 4.5 diameters wide, or where it was first seen if a second look showed nothing.
  Window surroundings;
};

/// Why nothing can be looked for in an image: image_too_small (less than 16 pixels across), constant_image;
/// empty where something can.
std::string obstacle_to_locating(const Image& image);

/// The images without an obstacle.
std::vector<const Image*> images_to_look_at(std::span<const Image* const> images);

/// `images` share grid size, spacing and orientation (a stack or phases; of many at most 24, evenly spaced,
/// are looked at). Of several regions that may be the heart the one is taken in which, looked at again, the
/// network is surest of the landmarks. Nothing where no left ventricle is seen. Throws NetworkError and
/// CaseError as Network does.
std::optional<HeartLocation> locate_heart(std::span<const Image* const> images, const nn::Network& network,
                                          const LocateOptions& options = {});

/// What locate_heart concludes from mean shares over `whole` (exposed for tests): `lv` and `rv` are the mean
/// over the images, `lv_of_images` the left ventricle in each.
std::optional<HeartLocation> locate_in_shares(const Pixels& lv, const Pixels& rv,
                                              std::span<const Pixels> lv_of_images, const Window& whole,
                                              const Geometry& geometry, const LocateOptions& options = {});

}  // namespace cmrt1
