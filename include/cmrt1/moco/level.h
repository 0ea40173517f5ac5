#pragma once
/// The images about the heart at one resolution: how well they predict one another, and the step that
/// registers each to its prediction.

#include <vector>

#include "cmrt1/moco/correct.h"
#include "cmrt1/moco/recovery.h"
#include "cmrt1/moco/working_grid.h"

namespace cmrt1 {

using Fields = std::vector<DisplacementField>;  ///< one an image, in order of inversion time

struct Level {
  WorkingGrid grid;
  Geometry full;  ///< the series' grid
  Stack moving;   ///< acquired images with their sign, scaled to about 1
  Pixels window;  ///< one about the heart, zero at the border
  RecoveryModel model;
  int threads;

  bool too_small() const;  ///< for a registration
};

/// Blocks of about `block_mm` in a square about the heart region. Needs kFewestImagesForMotion images.
Level make_level(const ComplexSeries& series, double block_mm, const std::array<double, 2>& centre_px,
                 const MocoOptions& options);

/// Fields of the series' grid on the level's.
Fields on_level(const Fields& fields, const Level& level);

/// Fields of the level on the series' grid, zero beyond the level's.
Fields on_series(const Fields& fields, const Level& level);

/// Share of the variance about the heart (all samples, none left out) that the other images do not
/// predict, once the fields (of the level's grid) have brought the images together.
double unexplained(const Level& level, const Fields& fields);

/// One round from `fields`: predict each image from the others, register it to the prediction by demons,
/// remove the mean displacement. Where the window falls to zero the fields return to `origin`.
Fields registered_once(const Level& level, const Fields& fields, const Fields& origin);

struct Improved {
  Fields fields;   ///< on the level's grid
  int rounds = 0;  ///< kept; 0: the fields are those it started from
};

/// How long to improve.
struct Effort {
  int rounds;         ///< at most
  int iterations;     ///< of demons in each
  double least_gain;  ///< share of what is unexplained that a round has to take away
  int patience;       ///< rounds in turn that took less, after which it ends
};

/// Such rounds from `start`; the fields with the highest R^2 = 1 - unexplained.
Improved improve(const Level& level, const Fields& start, const Fields& origin, const Effort& effort);

}  // namespace cmrt1
