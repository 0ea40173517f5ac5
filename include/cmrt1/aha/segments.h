#pragma once
/// The 16 segments of the left ventricle's muscle. Reference: Cerqueira et al., Circulation 2002;105:539
/// (the seventeenth, the apex itself, is not seen in short-axis images).

#include <array>
#include <span>

namespace cmrt1 {

enum class Level { basal, mid, apical };
const char* to_string(Level level);

struct Segment {
  int number = 0;  ///< 1...16
  Level level = Level::basal;
  const char* name = "";         ///< "basal anteroseptal"
  const char* snomed_code = "";  ///< SNOMED CT, "left ventricle basal anteroseptal segment" (DICOM CID 3717)
  /// Angles about the LV's centre from the anterior insertion over the septum, degrees; `to` may exceed 360.
  double from_deg = 0, to_deg = 0;
};

const std::array<Segment, 16>& aha_segments();

/// Those of a level: six or four, in the order of their numbers.
std::span<const Segment> segments_of(Level level);

/// The segment of `level` in which `angle_deg` (any) lies; a border belongs to the segment that begins there.
const Segment& segment_at(Level level, double angle_deg);

}  // namespace cmrt1
