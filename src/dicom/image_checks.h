#pragma once
/// Can the pixels of this image be read and placed? Asked of the header before any pixel is decoded.

#include <string>

#include "cmrt1/image/geometry.h"
#include "dicom/attributes.h"
#include "dicom/part10.h"

namespace cmrt1::dicom {

struct Defect {
  std::string reason;  ///< empty: none found
  std::string message;
};

/// Grid and position as stated; values that are missing or no numbers are NaN (sizes 0).
Geometry read_geometry(const Attributes& attributes);

/// The first thing that is wrong. The reasons are listed in docs/reasons.md.
Defect find_defect(const Attributes& attributes, const Parsed& parsed);

/// Parts of find_defect, for objects whose pixels are no brightness: size and channels; spacing, orientation
/// and position; whether the pixel data is there, whole and can be decoded.
Defect check_shape(const Attributes& attributes, const Geometry& geometry);
Defect check_position(const Geometry& geometry);
Defect check_pixel_data(const Attributes& attributes, const Geometry& geometry, const Parsed& parsed);

/// Value of the rescale: slope * stored + intercept, 1 and 0 where absent.
struct Rescale {
  double slope = 1;
  double intercept = 0;
};
Rescale read_rescale(const Attributes& attributes);

}  // namespace cmrt1::dicom
