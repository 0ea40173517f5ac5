#pragma once
/// Everything the files and table rows of one pair of T1 maps, and of a study's pairs together, are made
/// from.

#include <array>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cmrt1/dt1/reactivity.h"
#include "cmrt1/write/landmark_record.h"

namespace cmrt1 {

/// One of the two maps of a pair.
struct PairedMap {
  ImageSeries series;     ///< the map's series
  std::size_t slice = 0;  ///< the map's place in series.frames
  /// As in LoadedSeries; null for a NIfTI file, whose header is in `nifti_header`.
  std::shared_ptr<const std::string> dicom_header;
  std::string nifti_header;
  Image map;        ///< T1 in ms, NaN where undefined
  Pixels error_ms;  ///< standard error, where t1moco made the map; else of size 0
  double trigger_time_ms = std::numeric_limits<double>::quiet_NaN();
  std::string frame_of_reference_uid;
  const Frame& frame() const { return series.frames[slice]; }
};

struct Dt1Record {
  std::string key;  ///< of the pair, safe for a file name
  PairedMap rest, stress;
  double distance_mm = 0;    ///< between the planes (dt1/pair_slices.h)
  double tolerance_mm = 0;   ///< that was allowed
  std::string heart_source;  ///< where the window came from: landmarks, segmentation, image centre
  Registration registration;
  Reactivity reactivity;
  Mask myocardium;                                ///< on the rest map's grid; of size 0 where there is none
  std::string myocardium_source;                  ///< "given", "qcdseg", "circles"; empty where there is none
  std::optional<double> dice_before, dice_after;  ///< of the myocardium in the rest and in the stress map
  std::optional<SliceLandmarks> landmarks;        ///< of the rest map
  std::optional<SliceSegments> segments;          ///< with dT1 in them; nothing where they cannot be told
  std::optional<Statistics> muscle;               ///< dT1 in the myocardium, percent
  double muscle_error_percent = std::numeric_limits<double>::quiet_NaN();  ///< mean of error_percent there
  std::vector<std::string> reasons;  ///< why a person must look at it; empty: accepted
  std::vector<nn::NetworkIdentity> networks;
  std::map<std::string, double> timings_s;
  std::map<std::string, std::string> options;   ///< those that shape the result, as text
  std::map<std::string, std::string> versions;  ///< program ("cmrt1") and libraries
  bool flagged() const { return !reasons.empty(); }
  bool registered() const;          ///< a field is delivered; else the stress map is resampled as it lies
  std::string reason_list() const;  ///< joined by ";"
};

/// Nothing where a map does not say (NIfTI).
std::optional<bool> same_frame_of_reference(const Dt1Record& pair);

/// Of the stress map less that of the rest map; NaN where either is not known.
double trigger_difference_ms(const Dt1Record& pair);

/// Pixels of each Dt1Status.
std::array<int, kDt1Statuses> count_by_status(const Reactivity& reactivity);

/// Mean dT1 of each of the 16 segments over the pairs, weighed by pixels; NaN where there is none.
std::array<double, 16> segment_means(std::span<const Dt1Record> pairs);

}  // namespace cmrt1
