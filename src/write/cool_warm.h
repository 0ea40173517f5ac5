#pragma once
/// A diverging colour map by formula: from blue over light grey to red, of even steps to the eye on both
/// sides.
///
/// Reference: K. Moreland, Diverging Color Maps for Scientific Visualization, Proc. 5th International
/// Symposium on Visual Computing, 2009 (polar form of CIELAB, white D65; the map known as "cool to warm").

#include "cmrt1/write/colour_map.h"

namespace cmrt1 {

/// `share` from 0 (blue) over 0.5 (light grey) to 1 (red).
Colour cool_warm(double share);

}  // namespace cmrt1
