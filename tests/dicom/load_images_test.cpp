#include "cmrt1/dicom/load_images.h"

#include <gtest/gtest.h>

#include "support/command.h"
#include "support/dicom_factory.h"
#include "support/scan_one.h"
#include "support/temporary_folder.h"

using namespace cmrt1;
namespace fs = std::filesystem;

namespace {

/// Three images 10 mm apart of a series that is no T1 mapping.
SeriesSpec stack() {
  SeriesSpec spec;
  spec.ti_ms = {100, 200, 300};
  spec.description = "cine";
  return spec;
}

void as_stack(DcmDataset& dataset, int index) {
  dataset.findAndDeleteElement(DCM_InversionTime);
  set(dataset, DCM_ImagePositionPatient, "-30\\-20\\" + std::to_string(10 * index));
}

/// The stack with image 1 changed.
std::vector<fs::path> write_stack(const fs::path& folder,
                                  const std::function<void(DcmDataset&)>& spoil = {}) {
  return write_series(folder, stack(), [&](DcmDataset& dataset, int index) {
    as_stack(dataset, index);
    if (index == 1 && spoil) spoil(dataset);
  });
}

std::vector<ImageSeries> series_in(const fs::path& path) {
  std::vector<ImageSeries> all;
  for (const Study& study : scan_one(path).studies)
    for (ImageSeries& series : image_series(study)) all.push_back(std::move(series));
  return all;
}

/// Reasons of all images of all series, in order of their instances.
std::vector<std::string> reasons(const fs::path& path) {
  std::vector<std::string> all(3, "not found");
  for (const ImageSeries& series : series_in(path)) {
    const LoadedSeries loaded = load_images(series);
    for (std::size_t i = 0; i < series.frames.size(); ++i) {
      all.at(static_cast<std::size_t>(series.frames[i].instance_number - 1)) = loaded.images[i].reason;
      EXPECT_EQ(loaded.images[i].message.empty(), loaded.images[i].reason.empty());
    }
  }
  return all;
}

std::vector<std::string> reasons_with(const std::function<void(DcmDataset&)>& spoil) {
  const TemporaryFolder folder;
  write_stack(folder.path(), spoil);
  return reasons(folder.path());
}

using Reasons = std::vector<std::string>;

}  // namespace

TEST(LoadImages, GivesTheImagesInTheOrderOfTheSeriesOnTheirGrids) {
  const TemporaryFolder folder;
  write_stack(folder.path());
  const auto series = series_in(folder.path());
  ASSERT_EQ(series.size(), 1u);
  const LoadedSeries loaded = load_images(series[0]);
  ASSERT_EQ(loaded.images.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(loaded.images[i].reason, "");
    EXPECT_EQ(loaded.images[i].image.pixels.rows(), 24);
    EXPECT_EQ(loaded.images[i].image.pixels.cols(), 32);
    EXPECT_EQ(loaded.images[i].image.geometry.position_mm[2], 10.0 * static_cast<double>(i));
  }
  EXPECT_TRUE(loaded.dicom_header);
  EXPECT_TRUE(loaded.nifti_header.empty());
}

TEST(LoadImages, AppliesTheRescale) {
  const auto pixel = [](const char* slope) {
    const TemporaryFolder folder;
    write_stack(folder.path(), [&](DcmDataset& dataset) {
      set(dataset, DCM_RescaleSlope, slope);
      set(dataset, DCM_RescaleIntercept, "-5");
    });
    return load_images(series_in(folder.path())[0]).images[1].image.pixels(12, 30);
  };
  EXPECT_FLOAT_EQ(pixel("3") + 5, 3 * (pixel("1") + 5));
}

TEST(LoadImages, ReadsTheFramesOfAMultiFrameObject) {
  const TemporaryFolder folder;
  SeriesSpec spec = stack();
  write_enhanced(folder.path(), spec, [](DcmItem& groups, int index) {
    groups.findAndDeleteElement(DCM_MRModifierSequence);
    DcmItem* place = nullptr;
    groups.findAndGetSequenceItem(DCM_PlanePositionSequence, place, 0);
    set(*place, DCM_ImagePositionPatient, "-30\\-20\\" + std::to_string(10 * index));
  });
  const auto series = series_in(folder.path());
  ASSERT_EQ(series.size(), 1u);
  const LoadedSeries loaded = load_images(series[0]);
  ASSERT_EQ(loaded.images.size(), 3u);
  EXPECT_FALSE((loaded.images[0].image.pixels == loaded.images[1].image.pixels).all());
}

TEST(LoadImages, GivesTheSamePixelsFromAnArchive) {
  const TemporaryFolder folder;
  write_stack(folder.path() / "study");
  const fs::path archive = folder.path() / "study.tar.gz";
  ASSERT_EQ(run_command("tar -C " + folder.path().string() + " -czf " + archive.string() + " study").status,
            0);
  const LoadedSeries plain = load_images(series_in(folder.path() / "study")[0]);
  const LoadedSeries packed = load_images(series_in(archive)[0]);
  ASSERT_EQ(packed.images.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_TRUE((packed.images[i].image.pixels == plain.images[i].image.pixels).all());
  EXPECT_EQ(*packed.dicom_header, *plain.dicom_header);
}

TEST(LoadImages, SparesTheOthersWhereOneIsBad) {
  EXPECT_EQ(reasons_with([](DcmDataset& dataset) { set(dataset, DCM_RescaleSlope, "0"); }),
            (Reasons{"", "invalid_rescale", ""}));
}

TEST(LoadImages, NamesAColourImage) {
  const auto colour = [](DcmDataset& dataset) {
    dataset.putAndInsertUint16(DCM_SamplesPerPixel, 3);
    set(dataset, DCM_PhotometricInterpretation, "RGB");
  };
  EXPECT_EQ(reasons_with(colour), (Reasons{"", "not_single_channel", ""}));
}

TEST(LoadImages, NamesAnImageOfAnotherKindOfScanner) {
  const auto ct = [](DcmDataset& dataset) {
    set(dataset, DCM_SOPClassUID, UID_CTImageStorage);
    set(dataset, DCM_Modality, "CT");
  };
  EXPECT_EQ(reasons_with(ct), (Reasons{"", "not_an_mr_image", ""}));
}

TEST(LoadImages, NamesAnImageWithoutPlace) {
  EXPECT_EQ(reasons_with([](DcmDataset& dataset) { dataset.findAndDeleteElement(DCM_PixelSpacing); }),
            (Reasons{"", "invalid_pixel_spacing", ""}));
  EXPECT_EQ(reasons_with(
                [](DcmDataset& dataset) { set(dataset, DCM_ImageOrientationPatient, "0\\0\\0\\0\\0\\0"); }),
            (Reasons{"", "invalid_orientation", ""}));
}

TEST(LoadImages, NoticesWhatChangedSinceTheScan) {
  const TemporaryFolder folder;
  const auto paths = write_stack(folder.path());
  const auto series = series_in(folder.path());
  fs::remove(paths[0]);
  write_bytes(paths[1], read_bytes(paths[2]));
  const LoadedSeries loaded = load_images(series[0]);
  EXPECT_EQ(loaded.images[0].reason, "unreadable_file");
  EXPECT_EQ(loaded.images[1].reason, "changed_since_scan");
  EXPECT_EQ(loaded.images[2].reason, "");
  EXPECT_TRUE(loaded.dicom_header) << "of the first that can be read";
}

TEST(LoadImages, HasNoHeaderWhereNoImageCanBeRead) {
  const TemporaryFolder folder;
  const auto paths = write_stack(folder.path());
  const auto series = series_in(folder.path());
  for (const fs::path& path : paths) write_bytes(path, "");
  const LoadedSeries loaded = load_images(series[0]);
  EXPECT_FALSE(loaded.dicom_header);
  for (const LoadedImage& one : loaded.images) EXPECT_FALSE(one.reason.empty());
}
