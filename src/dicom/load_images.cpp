#include "cmrt1/dicom/load_images.h"

#include "cmrt1/base/error.h"
#include "dicom/pixels.h"
#include "dicom/source_reader.h"

namespace cmrt1 {
namespace {

using namespace dicom;

void require_mr(const Frame& frame) {
  if (frame.kind_reason == "not an MR image")
    throw CaseError("not_an_mr_image", frame.source.name() + " is an image, but not one of an MR scanner");
}

}  // namespace

LoadedSeries load_images(const ImageSeries& series) {
  SourceReader reader({&series.frames});
  LoadedSeries loaded;
  for (const Frame& frame : series.frames) {
    LoadedImage one;
    one.image.geometry = frame.geometry;
    try {
      DcmDataset& dataset = reader.dataset(frame);
      require_mr(frame);
      one.image.pixels = rescaled_pixels(dataset, frame.frame_index);
      require_scanned_size(one.image.pixels, frame);
      if (!loaded.dicom_header)
        loaded.dicom_header = std::make_shared<const std::string>(header_bytes(dataset));
    } catch (const CaseError& error) {
      one.reason = error.reason();
      one.message = error.what();
    }
    loaded.images.push_back(std::move(one));
  }
  return loaded;
}

}  // namespace cmrt1
