#pragma once
/// The maps of one side of a group, loaded, with what was found in them.

#include "cmrt1/batch/dt1map_inputs.h"
#include "cmrt1/batch/dt1map_networks.h"
#include "cmrt1/write/dt1_record.h"

namespace cmrt1 {

/// A map with its heart, before it is paired.
struct FoundMap {
  PairedMap map;
  Image as_read;           ///< before pixels without value became NaN
  std::string protocol;    ///< protocol name and description without what tells of stress, for pairing
  std::string patient_id;  ///< empty where the file does not say; compared, never written
  ImageCase* one = nullptr;
  std::size_t number = 0;                 ///< in one->series.frames
  std::optional<HeartLocation> heart;     ///< where segment_maps found it
  Mask myocardium;                        ///< of size 0 where there is none
  std::string myocardium_source;          ///< "given", "qcdseg"
  std::vector<std::string> mask_reasons;  ///< why the segmentation was flagged
  std::optional<SliceLandmarks> landmarks;
};

/// A map that could not be read.
struct LostMap {
  const ImageCase* one = nullptr;
  std::size_t number = 0;
  std::string reason, message;
};

struct MapSide {
  std::vector<FoundMap> maps;
  std::vector<LostMap> lost;
};

/// Loads the maps of `cases` (a case that cannot be loaded loses all of its maps), with t1moco's error maps
/// where these lie beside them.
MapSide load_side(std::vector<ImageCase>& cases);

/// Segments the maps: those of one grid and orientation together, as slices of one heart.
void segment_maps(MapSide& side, const SegmentationNetworks& networks, int threads);

/// Finds the landmarks, the same way; where the maps were segmented, in the heart that was found then.
void find_map_landmarks(MapSide& side, const LandmarkStages& networks, int threads);

/// Takes the muscle from what --masks names: a file, or an output folder of qcdseg, in which a map may have
/// none. Throws CaseError (mask_missing) where a file cannot be read.
void take_masks(MapSide& side, const std::filesystem::path& masks);

/// Takes the landmarks from what --landmarks names: landmarks.json, or an output folder of ahalandmarks.
/// Throws CaseError (landmarks_missing) where it cannot be read.
void take_landmarks(MapSide& side, const std::filesystem::path& landmarks);

}  // namespace cmrt1
