#pragma once
/// The T1 maps that dt1map is given, study by study.

#include <filesystem>
#include <string>
#include <vector>

#include "cmrt1/batch/dt1map.h"
#include "cmrt1/batch/image_cases.h"

namespace cmrt1 {

/// Maps at rest and under stress that belong together, pixels not loaded.
struct MapGroup {
  std::vector<ImageCase> rest, stress;
  std::filesystem::path masks, landmarks;  ///< empty: none given
  /// Somebody named just these files for one another: where there is one map on each side they are a pair
  /// wherever they lie.
  bool named = false;
  /// Why nothing is paired, empty where there is no such reason: the same series were given for both sides,
  /// and the description of none of them tells of stress, or that of each.
  std::string one_sided;
};

/// What becomes one folder of results.
struct MapStudy {
  std::filesystem::path folder;  ///< below the output folder: the study's key, or the rest file's stem
  std::vector<MapGroup> groups;
};

struct MapStudies {
  std::vector<MapStudy> studies;
  std::vector<SkippedFile> bad_files;
};

/// True for a series description that tells of stress: "stress" or the name of an agent in it.
bool tells_of_stress(const std::string& description);

/// Finds T1 maps (all NIfTI files are taken for such) by --rest and --stress, or row by row of the table.
/// Maps of one study go together; where each side has one study only, these do. Where a side of a study holds
/// series that tell of stress and others, each side keeps its own. A series that was given on both sides
/// belongs to the side that has no other. Throws UsageError (a table without the columns rest and stress),
/// NoInputError and IoError.
MapStudies find_map_studies(const Dt1mapOptions& options);

/// What was found, as text for a person (`--list`).
std::string describe(const MapStudies& found);

}  // namespace cmrt1
