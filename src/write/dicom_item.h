#pragma once
/// Short ways to fill a DCMTK item.

#include <dcmtk/dcmdata/dctk.h>

#include <span>
#include <string>

#include "cmrt1/image/geometry.h"

namespace cmrt1 {

/// A coded concept: value, coding scheme, meaning.
struct Code {
  const char* value;
  const char* scheme;
  const char* meaning;
};

void put(DcmItem& item, const DcmTagKey& tag, const std::string& text);
/// An unsigned short (US).
void put_number(DcmItem& item, const DcmTagKey& tag, int value);
/// Single-precision values (OF).
void put_floats(DcmItem& item, const DcmTagKey& tag, std::span<const Float32> values);
/// Appends an item to the sequence `sequence` of `item`.
DcmItem& add_item(DcmItem& item, const DcmTagKey& sequence);
void add_code(DcmItem& item, const DcmTagKey& sequence, const Code& code);

/// A decimal string (DS) of at most 16 characters, as exact as these allow.
std::string decimal_string(double value);
/// Several of them, separated by backslashes.
std::string decimal_strings(std::span<const double> values);

/// Pixel Spacing and Slice Thickness.
void put_spacing(DcmItem& item, const Geometry& geometry);
void put_position(DcmItem& item, const Geometry& geometry);
void put_orientation(DcmItem& item, const Geometry& geometry);
/// Image plane: size, spacing, position, orientation, slice location.
void put_geometry(DcmItem& item, const Geometry& geometry);

}  // namespace cmrt1
