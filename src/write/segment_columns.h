#pragma once
/// The columns that all tables with a row a segment share.

#include <string>
#include <vector>

#include "cmrt1/write/landmark_record.h"
#include "write/columns.h"

namespace cmrt1 {

/// A segment of an image; `statistics` is null without values. A table's own row derives from it.
struct SegmentRow {
  const SliceSegments* slice = nullptr;
  const SegmentRegion* region = nullptr;
  const SegmentStatistics* statistics = nullptr;
  Geometry geometry;           ///< of the image
  bool flagged = false;        ///< the image
  std::string quantity, unit;  ///< of the values; empty where there are none
};

/// What is known of all segments of an image, in the order of their numbers.
std::vector<SegmentRow> segments_of_image(const SliceSegments& slice, const Geometry& geometry, bool flagged,
                                          const std::string& quantity, const std::string& unit);

/// Which segment, where it lies, and the values in it and in its halves.
std::vector<Column<SegmentRow>> shared_segment_columns();

}  // namespace cmrt1
