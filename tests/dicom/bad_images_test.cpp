// Images whose headers state what cannot be: the series fails by name.

#include <gtest/gtest.h>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"
#include "cmrt1/dicom/load.h"
#include "support/dicom_factory.h"
#include "support/scan_one.h"
#include "support/temporary_folder.h"

using namespace cmrt1;
namespace fs = std::filesystem;

namespace {

/// Reason of a series in which `tweak` changed one image.
std::string reason_with_one(const std::function<void(DcmDataset&)>& tweak) {
  const TemporaryFolder folder;
  write_series(folder.path(), {}, [&](DcmDataset& dataset, int index) {
    if (index == 2) tweak(dataset);
  });
  return only_series(folder.path()).reason;
}

std::string reason_with(const DcmTagKey& tag, const std::string& value) {
  return reason_with_one([&](DcmDataset& dataset) { set(dataset, tag, value); });
}

std::string reason_with_number(const DcmTagKey& tag, int value) {
  return reason_with_one(
      [&](DcmDataset& dataset) { dataset.putAndInsertUint16(tag, static_cast<Uint16>(value)); });
}

std::string reason_without(const DcmTagKey& tag) {
  return reason_with_one([&](DcmDataset& dataset) { dataset.findAndDeleteElement(tag); });
}

}  // namespace

TEST(BadImages, RowsOfZeroFail) { EXPECT_EQ(reason_with_number(DCM_Rows, 0), "invalid_image_size"); }

TEST(BadImages, SixtyThousandRowsFail) {
  EXPECT_EQ(reason_with_number(DCM_Rows, 60000), "invalid_image_size");
}

TEST(BadImages, MoreRowsThanPixelDataFail) {
  EXPECT_EQ(reason_with_number(DCM_Rows, 25), "truncated_pixel_data");
}

TEST(BadImages, TwelveBitsAllocatedFail) {
  EXPECT_EQ(reason_with_number(DCM_BitsAllocated, 12), "unsupported_bits_allocated");
}

TEST(BadImages, MoreBitsStoredThanAllocatedFail) {
  EXPECT_EQ(reason_with_number(DCM_BitsStored, 17), "invalid_bits_stored");
}

TEST(BadImages, ThreeSamplesAPixelFail) {
  EXPECT_EQ(reason_with_number(DCM_SamplesPerPixel, 3), "not_single_channel");
}

TEST(BadImages, InvertedBrightnessFails) {
  EXPECT_EQ(reason_with(DCM_PhotometricInterpretation, "MONOCHROME1"),
            "unsupported_photometric_interpretation");
}

TEST(BadImages, ARescaleSlopeOfZeroOrNoNumberFails) {
  EXPECT_EQ(reason_with(DCM_RescaleSlope, "0"), "invalid_rescale");
  EXPECT_EQ(reason_with(DCM_RescaleSlope, "NaN"), "invalid_rescale");
  EXPECT_EQ(reason_with(DCM_RescaleIntercept, "abc"), "invalid_rescale");
}

TEST(BadImages, APixelSpacingOfZeroOrMissingFails) {
  EXPECT_EQ(reason_with(DCM_PixelSpacing, "0\\0"), "invalid_pixel_spacing");
  EXPECT_EQ(reason_without(DCM_PixelSpacing), "invalid_pixel_spacing");
}

TEST(BadImages, AnOrientationThatIsZeroOrNotOrthonormalFails) {
  EXPECT_EQ(reason_with(DCM_ImageOrientationPatient, "0\\0\\0\\0\\0\\0"), "invalid_orientation");
  const TemporaryFolder folder;
  write_series(folder.path(), {}, [](DcmDataset& dataset, int) {
    set(dataset, DCM_ImageOrientationPatient, "1\\0\\0\\0.5\\1\\0");
  });
  EXPECT_EQ(only_series(folder.path()).reason, "invalid_orientation");
}

TEST(BadImages, AMissingPositionFails) {
  EXPECT_EQ(reason_without(DCM_ImagePositionPatient), "invalid_position");
}

TEST(BadImages, MissingPixelDataFails) { EXPECT_EQ(reason_without(DCM_PixelData), "pixel_data_missing"); }

TEST(BadImages, AMissingInstanceUidFails) { EXPECT_EQ(reason_without(DCM_SOPInstanceUID), "uid_missing"); }

TEST(BadImages, FramesThatDifferInShapeFail) {
  EXPECT_EQ(reason_with_number(DCM_Rows, 20), "frames_differ_in_shape");
  EXPECT_EQ(reason_with(DCM_PixelSpacing, "2\\2"), "frames_differ_in_shape");
}

TEST(BadImages, FramesThatDifferInPositionFail) {
  EXPECT_EQ(reason_with(DCM_ImagePositionPatient, "-30\\-20\\15"), "frames_differ_in_position");
}

TEST(BadImages, ASeriesThatMixesPatientsFails) {
  EXPECT_EQ(reason_with(DCM_PatientID, "another"), "mixed_patients");
}

TEST(BadImages, SeveralStudiesInOneFolderAreKeptApart) {
  const TemporaryFolder folder;
  SeriesSpec other;
  other.study_uid = "1.2.4";
  other.series_uid = "1.2.4.12";
  other.series_number = 13;
  other.patient_id = "another";
  write_series(folder.path());
  write_series(folder.path(), other);
  const ScanResult result = scan_one(folder.path());
  ASSERT_EQ(result.studies.size(), 2u);
  for (const Study& study : result.studies) {
    ASSERT_EQ(study.series.size(), 1u);
    EXPECT_EQ(study.series[0].reason, "");
    EXPECT_EQ(study.series[0].magnitude.size(), 7u);
  }
}

TEST(BadImages, AStudyUidThatIsAPathNeverReachesAFileName) {
  for (const std::string& uid : {std::string("../../x"), std::string(4000, '1'), std::string("\xe9t\xe9")}) {
    const TemporaryFolder folder;
    SeriesSpec spec;
    spec.patient_id = uid.substr(0, 64);
    write_series(folder.path(), spec, [&](DcmDataset& dataset, int) {
      set(dataset, DCM_StudyInstanceUID, uid);
      set(dataset, DCM_SeriesInstanceUID, uid);
    });
    const ScanResult result = scan_one(folder.path());
    const Series series = only_series(result);
    for (const std::string& key : {result.studies[0].key, series.key}) {
      EXPECT_EQ(key, file_name_from_uid(uid));
      EXPECT_EQ(key.find_first_not_of("0123456789abcdefhs-"), std::string::npos) << key;
    }
  }
}

TEST(BadImages, DescriptionsBecomeUtf8OnOneLine) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  spec.description = "ShMOLLI c\x9c\xe9ur\x1b[31m\n";
  write_series(folder.path(), spec);
  const std::string description = only_series(folder.path()).description;
  EXPECT_EQ(description.find_first_of("\x1b\n"), std::string::npos);
  SeriesSpec latin;
  latin.description = "ShMOLLI \xe9t\xe9";
  const TemporaryFolder second;
  write_series(second.path(), latin);
  EXPECT_EQ(only_series(second.path()).description, "ShMOLLI \xc3\xa9t\xc3\xa9");
}

TEST(BadImages, AnIdenticalDuplicateIsDroppedAndCounted) {
  const TemporaryFolder folder;
  const auto files = write_series(folder.path());
  for (const fs::path& file : files) fs::copy_file(file, file.string() + "_copy");
  const ScanResult result = scan_one(folder.path());
  EXPECT_EQ(count_skipped(result, "duplicate"), 7);
  EXPECT_EQ(only_series(result).reason, "");
  EXPECT_EQ(only_series(result).magnitude.size(), 7u);
}

TEST(BadImages, ADuplicateUidWithAnotherContentFails) {
  const TemporaryFolder folder;
  const auto files = write_series(folder.path());
  std::string bytes = read_bytes(files[0]);
  bytes[bytes.size() - 10] ^= 0x20;
  write_bytes(folder.path() / "altered", bytes);
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.reason, "duplicate_instance_uid");
  EXPECT_NE(series.message.find("altered: it has the SOP Instance UID of " + files[0].string()),
            std::string::npos);
}

TEST(BadImages, AnUnsupportedTransferSyntaxIsANamedFailure) {
  const TemporaryFolder folder;
  const auto files = write_series(folder.path());
  for (const fs::path& file : files) {  // JPEG 2000 in name: the syntax alone decides
    std::string bytes = read_bytes(file);
    const std::string native("1.2.840.10008.1.2.1\0", 20);
    const auto at = bytes.find(native);
    ASSERT_NE(at, std::string::npos);
    bytes.replace(at, 20, std::string("1.2.840.10008.1.2.4.90", 22));
    bytes[at - 2] = 22;
    bytes[140] = static_cast<char>(bytes[140] + 2);
    const auto pixels = bytes.find(std::string("\xe0\x7f\x10\x00OW", 6));
    ASSERT_NE(pixels, std::string::npos);
    bytes.resize(pixels);
    bytes += std::string("\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff", 12);
    bytes += std::string("\xfe\xff\x00\xe0\0\0\0\0", 8) + std::string("\xfe\xff\x00\xe0\4\0\0\0abcd", 12);
    bytes += std::string("\xfe\xff\xdd\xe0\0\0\0\0", 8);
    write_bytes(file, bytes);
  }
  EXPECT_EQ(only_series(folder.path()).reason, "unsupported_transfer_syntax");
}

TEST(BadImages, LossyCompressionIsWarnedOf) {
  const TemporaryFolder folder;
  write_series(folder.path(), {},
               [](DcmDataset& dataset, int) { set(dataset, DCM_LossyImageCompression, "01"); });
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.reason, "");
  EXPECT_TRUE(mentions(series.warnings, "loss"));
}
