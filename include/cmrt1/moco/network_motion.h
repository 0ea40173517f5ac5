#pragma once
/// The motion of one series as a trained network sees it.

#include <string>
#include <vector>

#include "cmrt1/image/warp.h"
#include "cmrt1/nn/network.h"
#include "cmrt1/study/study.h"

namespace cmrt1 {

/// Name of the network in models/manifest.json. Input [views, K, rows, columns]: the magnitudes of K
/// images in order of inversion time, of any scale. Output [views, K, 2, rows, columns]: displacement
/// (x, y) in pixels of that grid, corrected(p) = image(p + u(p)).
inline constexpr const char* kMotionNetwork = "moconet";

struct NetworkMotionOptions {
  int views = 1;       ///< 1, or 4: the mean over the images and their three mirror images
  void check() const;  ///< throws UsageError
};

/// Size of the grid that the network sees: square pixels, no finer than the images', the longer side at
/// most 256 of them, as in training.
struct NetworkGrid {
  int rows = 0;
  int columns = 0;
};
NetworkGrid network_grid(const Geometry& geometry);

/// Why the network cannot take these images; empty where it can.
std::string network_obstacle(const SeriesImages& images);

/// One field an image on the series' grid, mean zero, invertible. Images of which network_obstacle() is
/// empty. Throws NetworkError where the network does not answer as described above.
std::vector<DisplacementField> network_fields(const SeriesImages& images, const nn::Network& network,
                                              const NetworkMotionOptions& options = {});

}  // namespace cmrt1
