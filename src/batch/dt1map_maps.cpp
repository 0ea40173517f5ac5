#include "batch/dt1map_maps.h"

#include <algorithm>

#include "cmrt1/base/log.h"
#include "cmrt1/base/text.h"
#include "cmrt1/batch/given_mask.h"
#include "cmrt1/batch/guard.h"
#include "cmrt1/batch/stop_signal.h"
#include "cmrt1/dicom/acquisition.h"
#include "cmrt1/image/regions.h"
#include "cmrt1/nifti/read.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

/// What tells one protocol from another, without the words that tell rest from stress.
std::string protocol_of(const Acquisition& acquisition, const ImageSeries& series) {
  std::string text = to_lower(acquisition.protocol_name + " " + series.description);
  for (const std::string word :
       {"stress", "rest", "adenosine", "regadenoson", "dobutamine", "dipyridamole", "_", " "})
    for (std::size_t at; (at = text.find(word)) != std::string::npos;) text.erase(at, word.size());
  return text;
}

/// t1moco's error map beside its T1 map; of size 0 where there is none of the map's size.
Pixels error_beside(const Frame& frame) {
  const fs::path file = frame.source.path.parent_path() / "t1_error.nii.gz";
  std::error_code ignored;
  if (!frame.source.member.empty() || !fs::exists(file, ignored)) return {};
  try {
    NiftiImage read = read_nifti(file);
    const bool fits = read.slices.size() == 1 && read.slices[0].pixels.rows() == frame.geometry.rows &&
                      read.slices[0].pixels.cols() == frame.geometry.columns;
    return fits ? std::move(read.slices[0].pixels) : Pixels();
  } catch (const Error& error) {
    log::warning(file.string() + " is passed over: " + error.what());
    return {};
  }
}

FoundMap found_map(ImageCase& one, std::size_t number, LoadedImage& loaded, const LoadedSeries& series,
                   const Acquisition& acquisition) {
  FoundMap found;
  found.one = &one;
  found.number = number;
  found.patient_id = acquisition.patient_id;
  found.protocol = protocol_of(acquisition, one.series);
  found.as_read = std::move(loaded.image);
  found.map.series = one.series;
  found.map.slice = number;
  found.map.dicom_header = series.dicom_header;
  found.map.nifti_header = series.nifti_header;
  found.map.map = {defined_t1(found.as_read.pixels), found.as_read.geometry};
  found.map.error_ms = error_beside(one.series.frames[number]);
  found.map.trigger_time_ms = one.series.frames[number].trigger_time_ms;
  found.map.frame_of_reference_uid = acquisition.frame_of_reference_uid;
  return found;
}

void load_case(ImageCase& one, MapSide& side) {
  LoadedSeries loaded = load_images(one);
  const Acquisition acquisition = loaded.dicom_header ? acquisition_of(*loaded.dicom_header) : Acquisition();
  for (std::size_t i = 0; i < loaded.images.size(); ++i)
    if (loaded.images[i].reason.empty())
      side.maps.push_back(found_map(one, i, loaded.images[i], loaded, acquisition));
    else
      side.lost.push_back({&one, i, loaded.images[i].reason, loaded.images[i].message});
}

bool slices_of_one_stack(const Geometry& a, Geometry b) {
  b.position_mm = a.position_mm;
  return same_grid(a, b);
}

/// Calls `look` with the maps of each stack in turn.
template <typename Look>
void by_stack(MapSide& side, const Look& look) {
  std::vector<bool> done(side.maps.size());
  for (std::size_t i = 0; i < side.maps.size(); ++i) {
    if (done[i]) continue;
    std::vector<FoundMap*> stack;
    std::vector<const Image*> images;
    for (std::size_t k = i; k < side.maps.size(); ++k)
      if (!done[k] && slices_of_one_stack(side.maps[i].as_read.geometry, side.maps[k].as_read.geometry)) {
        done[k] = true;
        stack.push_back(&side.maps[k]);
        images.push_back(&side.maps[k].as_read);
      }
    look(stack, images);
  }
}

}  // namespace

MapSide load_side(std::vector<ImageCase>& cases) {
  MapSide side;
  for (ImageCase& one : cases)
    guarded<int>([&] { return load_case(one, side), 0; },
                 [&](const std::string& reason, const std::string& message) {
                   for (std::size_t i = 0; i < one.series.frames.size(); ++i)
                     side.lost.push_back({&one, i, reason, message});
                   return 0;
                 });
  return side;
}

void segment_maps(MapSide& side, const SegmentationNetworks& networks, int threads) {
  by_stack(side, [&](const std::vector<FoundMap*>& stack, const std::vector<const Image*>& images) {
    QcdOptions options;
    options.threads = threads;
    options.before_image = throw_if_stopped;
    const SeriesSegmentation found = segment_series(images, networks.all(), options);
    for (std::size_t i = 0; i < stack.size(); ++i) {
      const Mask muscle = mask_of(found.slices[i].labels, kMyocardium);
      stack[i]->heart = found.heart;
      stack[i]->mask_reasons = found.slices[i].reasons;
      if (pixel_count(muscle) == 0) continue;
      stack[i]->myocardium = muscle;
      stack[i]->myocardium_source = "qcdseg";
    }
  });
}

void find_map_landmarks(MapSide& side, const LandmarkStages& networks, int threads) {
  by_stack(side, [&](const std::vector<FoundMap*>& stack, const std::vector<const Image*>& images) {
    LandmarkOptions options;
    options.threads = threads;
    options.heart = stack.front()->heart;
    options.before_image = throw_if_stopped;
    SeriesLandmarks found = find_landmarks(images, networks.all(), options);
    for (std::size_t i = 0; i < stack.size(); ++i) stack[i]->landmarks = std::move(found.slices[i]);
  });
}

void take_masks(MapSide& side, const fs::path& masks) {
  const bool folder = fs::is_directory(masks);
  for (FoundMap& map : side.maps) {
    const fs::path own = folder ? masks / map.one->folder / "segmentation.nii.gz" : masks;
    if (folder && !fs::exists(own)) continue;
    const GivenMask mask(own);
    map.myocardium = mask.myocardium(*map.one, map.number);
    if (mask.flagged(*map.one, map.number)) map.mask_reasons = {"segmentation_flagged"};
    if (map.myocardium.size() > 0) map.myocardium_source = "given";
  }
}

}  // namespace cmrt1
