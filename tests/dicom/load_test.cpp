#include "cmrt1/dicom/load.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrploss.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <gtest/gtest.h>

#include <numbers>

#include "cmrt1/base/error.h"
#include "support/dicom_factory.h"
#include "support/scan_one.h"
#include "support/temporary_folder.h"

using namespace cmrt1;
namespace fs = std::filesystem;

namespace {

const fs::path kData = fs::path(CMRT1_SOURCE_DIR) / "../shared/data";

SeriesImages load_made(const SeriesSpec& spec = {}, const Tweak& tweak = {},
                       E_TransferSyntax syntax = EXS_LittleEndianExplicit) {
  const TemporaryFolder folder;
  write_series(folder.path(), spec, tweak, syntax);
  return load(only_series(folder.path()));
}

std::string reason_of(const SeriesSpec& spec, const Tweak& tweak) {
  try {
    load_made(spec, tweak);
  } catch (const CaseError& error) {
    return error.reason();
  }
  return "";
}

bool same_pixels(const SeriesImages& a, const SeriesImages& b) {
  for (std::size_t i = 0; i < a.magnitude.frames.size(); ++i) {
    if (!(a.magnitude.frames[i] == b.magnitude.frames[i]).all()) return false;
  }
  return a.magnitude.frames.size() == b.magnitude.frames.size();
}

/// Every pixel of the image takes the value of `stored`.
void fill(DcmDataset& dataset, const std::function<Uint16(int pixel)>& stored) {
  Uint16 rows = 0;
  Uint16 columns = 0;
  dataset.findAndGetUint16(DCM_Rows, rows);
  dataset.findAndGetUint16(DCM_Columns, columns);
  std::vector<Uint16> pixels(static_cast<std::size_t>(rows) * columns);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = stored(static_cast<int>(i));
  dataset.putAndInsertUint16Array(DCM_PixelData, pixels.data(), pixels.size());
}

SeriesSpec plain() {
  SeriesSpec spec;
  spec.description = "heart";
  return spec;
}

}  // namespace

TEST(Load, ReturnsFramesInOrderOfInversionTimeOnTheStatedGrid) {
  const SeriesImages images = load_made();
  EXPECT_EQ(images.ti_ms, (std::vector<double>{100, 180, 260, 1100, 2100, 3100, 4100}));
  ASSERT_TRUE(consistent(images.magnitude));
  const Geometry& geometry = images.magnitude.geometry;
  EXPECT_EQ(geometry.columns, 32);
  EXPECT_EQ(geometry.rows, 24);
  EXPECT_DOUBLE_EQ(geometry.spacing_x_mm, 1.25);
  EXPECT_DOUBLE_EQ(geometry.spacing_y_mm, 1.5);
  EXPECT_DOUBLE_EQ(geometry.slice_thickness_mm, 8);
  const double t1_star = 600 + 300.0 * 20 / 32;
  EXPECT_NEAR(images.magnitude.frames[3](5, 20), std::abs(500 - 950 * std::exp(-1100 / t1_star)), 0.5);
}

TEST(Load, AppliesRescale) {
  const SeriesImages plain_images = load_made();
  const SeriesImages images = load_made({}, [](DcmDataset& dataset, int) {
    set(dataset, DCM_RescaleSlope, "0.5");
    set(dataset, DCM_RescaleIntercept, "3");
  });
  EXPECT_FLOAT_EQ(images.magnitude.frames[2](5, 20), plain_images.magnitude.frames[2](5, 20) / 2 + 3);
}

TEST(Load, IgnoresBitsBeyondBitsStored) {
  const SeriesImages images = load_made({}, [](DcmDataset& dataset, int) {
    const Uint16* stored = nullptr;
    unsigned long count = 0;
    dataset.findAndGetUint16Array(DCM_PixelData, stored, &count);
    std::vector<Uint16> with_overlay(stored, stored + count);
    for (Uint16& value : with_overlay) value |= 0x8000;
    dataset.putAndInsertUint16Array(DCM_PixelData, with_overlay.data(), count);
  });
  EXPECT_TRUE(same_pixels(images, load_made()));
}

TEST(Load, ExtendsTheSignOfSignedValues) {
  const SeriesImages images = load_made({}, [](DcmDataset& dataset, int) {
    dataset.putAndInsertUint16(DCM_PixelRepresentation, 1);
    const Uint16* stored = nullptr;
    unsigned long count = 0;
    dataset.findAndGetUint16Array(DCM_PixelData, stored, &count);
    std::vector<Uint16> shifted(stored, stored + count);
    for (Uint16& value : shifted) value = static_cast<Uint16>((value - 1000) & 0xfff);
    dataset.putAndInsertUint16Array(DCM_PixelData, shifted.data(), count);
    set(dataset, DCM_RescaleSlope, "1");
    set(dataset, DCM_RescaleIntercept, "1000");
  });
  EXPECT_TRUE(same_pixels(images, load_made()));
}

TEST(Load, DecodesEveryLosslessTransferSyntax) {
  const SeriesImages expected = load_made();
  DcmRLEEncoderRegistration::registerCodecs();
  DJEncoderRegistration::registerCodecs();
  DJLSEncoderRegistration::registerCodecs();
  for (const E_TransferSyntax syntax :
       {EXS_LittleEndianImplicit, EXS_BigEndianExplicit, EXS_DeflatedLittleEndianExplicit, EXS_RLELossless,
        EXS_JPEGProcess14SV1, EXS_JPEGLSLossless}) {
    EXPECT_TRUE(same_pixels(load_made({}, {}, syntax), expected)) << DcmXfer(syntax).getXferName();
  }
  DcmRLEEncoderRegistration::cleanup();
  DJEncoderRegistration::cleanup();
  DJLSEncoderRegistration::cleanup();
}

TEST(Load, WarnsOfLossyJpegAndDecodesIt) {
  const SeriesImages expected = load_made();
  DJEncoderRegistration::registerCodecs();
  const TemporaryFolder folder;
  for (int i = 0; i < 7; ++i) {
    const auto file = make_image({}, i);
    const DJ_RPLossy quality(95);
    ASSERT_TRUE(file->getDataset()->chooseRepresentation(EXS_JPEGProcess2_4, &quality).good());
    ASSERT_TRUE(file->saveFile((folder.path() / std::to_string(i)).c_str(), EXS_JPEGProcess2_4).good());
  }
  DJEncoderRegistration::cleanup();
  const Series series = only_series(folder.path());
  EXPECT_TRUE(mentions(series.warnings, "loss"));
  const SeriesImages images = load(series);
  EXPECT_LT((images.magnitude.frames[3] - expected.magnitude.frames[3]).abs().mean(), 20);
}

TEST(Load, PutsPhaseIntoRadians) {
  const TemporaryFolder folder;
  SeriesSpec phase;
  phase.phase = true;
  phase.series_uid = "1.2.3.13";
  phase.series_number = 13;
  write_series(folder.path());
  write_series(folder.path(), phase);
  const SeriesImages images = load(only_series(folder.path()));
  ASSERT_TRUE(images.phase);
  EXPECT_NEAR(images.phase->frames[0](5, 20), 0, 1e-6);
  EXPECT_NEAR(images.phase->frames[6](5, 20), 4094 * std::numbers::pi / 4096, 1e-5);
  EXPECT_GE(images.phase->frames[0].minCoeff(), -3.1416f);
}

TEST(Load, PutsPhaseWithoutRescaleIntoRadians) {
  const TemporaryFolder folder;
  SeriesSpec phase;
  phase.phase = true;
  phase.series_uid = "1.2.3.13";
  phase.series_number = 13;
  write_series(folder.path());
  write_series(folder.path(), phase, [](DcmDataset& dataset, int) {
    dataset.findAndDeleteElement(DCM_RescaleSlope);
    dataset.findAndDeleteElement(DCM_RescaleIntercept);
  });
  const SeriesImages images = load(only_series(folder.path()));
  EXPECT_NEAR(images.phase->frames[6](5, 20), 4094 * std::numbers::pi / 4096, 1e-5);
}

TEST(Load, ReadsEnhancedMultiFrameObjects) {
  const TemporaryFolder folder;
  write_enhanced(folder.path(), {});
  EXPECT_TRUE(same_pixels(load(only_series(folder.path())), load_made()));
}

TEST(Load, KeepsTheHeaderOfTheFirstFrameWithoutItsPixels) {
  const SeriesImages images = load_made();
  const TemporaryFolder folder;
  write_bytes(folder.path() / "header", *images.header);
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile((folder.path() / "header").c_str()).good());
  OFString uid;
  file.getDataset()->findAndGetOFString(DCM_SOPInstanceUID, uid);
  EXPECT_EQ(uid, "1.2.3.12.1");
  EXPECT_TRUE(file.getDataset()->tagExists(DCM_PatientID));
  EXPECT_TRUE(file.getDataset()->tagExists(DCM_FrameOfReferenceUID));
  EXPECT_FALSE(file.getDataset()->tagExists(DCM_PixelData));
}

TEST(Load, FailsWhereAFileVanishedOrChangedAfterTheScan) {
  const TemporaryFolder folder;
  const auto files = write_series(folder.path());
  const Series series = only_series(folder.path());
  fs::copy_file(files[1], files[0], fs::copy_options::overwrite_existing);
  EXPECT_THROW(load(series), CaseError);
  fs::remove(files[0]);
  EXPECT_THROW(load(series), CaseError);
}

TEST(Load, RefusesASeriesThatCarriesAReason) {
  Series series;
  series.reason = "inversion_time_missing";
  EXPECT_THROW(load(series), CaseError);
}

TEST(Content, OneImageGivenSeveralTimesIsRejected) {
  EXPECT_EQ(reason_of(plain(),
                      [](DcmDataset& dataset, int) {
                        fill(dataset, [](int i) { return static_cast<Uint16>(800 + i % 500); });
                      }),
            "not_inversion_recovery");
}

TEST(Content, PhaseThatClaimsToBeMagnitudeIsRejected) {
  EXPECT_EQ(reason_of(plain(),
                      [](DcmDataset& dataset, int index) {
                        fill(dataset, [&](int i) {
                          return static_cast<Uint16>(
                              (static_cast<std::uint32_t>(i + 31 * index) * 2654435761u >> 13) % 4096);
                        });
                      }),
            "not_inversion_recovery");
}

TEST(Content, NegativeValuesAreRejected) {
  EXPECT_EQ(reason_of(plain(), [](DcmDataset& dataset, int) { set(dataset, DCM_RescaleIntercept, "-300"); }),
            "not_inversion_recovery");
}

TEST(Content, ConstantZeroAndSaturatedImagesAreLeftToTheFit) {
  for (const Uint16 value : {0, 100, 4095}) {
    EXPECT_EQ(reason_of({}, [&](DcmDataset& dataset, int) { fill(dataset, [&](int) { return value; }); }),
              "");
  }
}

TEST(Content, RealPhaseAndRealMapsAreRejectedWhateverTheHeaderClaims) {
  const fs::path phase = kData / "shmolli_phantom" / "ShMOLLI_192i_e11_13";
  if (!fs::exists(phase)) GTEST_SKIP() << phase << " is not there";
  const TemporaryFolder folder;
  for (const auto& entry : fs::directory_iterator(phase)) {
    DcmFileFormat file;
    ASSERT_TRUE(file.loadFile(entry.path().c_str()).good());
    set(*file.getDataset(), DCM_ImageType, "ORIGINAL\\PRIMARY\\M\\DIS2D");
    file.getDataset()->findAndDeleteElement(DCM_RescaleSlope);
    file.getDataset()->findAndDeleteElement(DCM_RescaleIntercept);
    ASSERT_TRUE(file.saveFile((folder.path() / entry.path().filename()).c_str()).good());
  }
  try {
    load(only_series(folder.path()));
    FAIL() << "phase was taken for magnitude";
  } catch (const CaseError& error) {
    EXPECT_EQ(error.reason(), "not_inversion_recovery");
  }
}

TEST(RealData, PhantomPixelsAreTheStoredOnes) {
  const fs::path folder = kData / "shmolli_phantom";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not there";
  const SeriesImages images = load(only_series(folder));
  EXPECT_EQ(images.magnitude.frames[0].maxCoeff(), 546);
  EXPECT_EQ(images.magnitude.frames[6].maxCoeff(), 1059);
  ASSERT_TRUE(images.phase);
  EXPECT_NEAR(images.phase->frames[0].minCoeff(), -std::numbers::pi, 1e-5);
}
