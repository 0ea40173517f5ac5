#pragma once
/// Reads the images of a series one by one.

#include "cmrt1/study/image_series.h"

namespace cmrt1 {

/// Decodes each image and applies its rescale. An image that cannot be read carries the reason
/// (docs/reasons.md) and spares the others. Throws nothing on content.
LoadedSeries load_images(const ImageSeries& series);

}  // namespace cmrt1
