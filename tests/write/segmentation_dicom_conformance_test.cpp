/// Segmentations before the judges of others: the validator dciodvfy and the archive Orthanc.

#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "support/command.h"
#include "support/dciodvfy.h"
#include "support/labelled_series.h"
#include "support/orthanc.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

namespace {

namespace fs = std::filesystem;

std::string written(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
  return file.string();
}

/// The sample, as if it had been made from `source` (without pixels).
LabelledSeries labelled(DcmDataset& source) {
  source.findAndDeleteElement(DCM_PixelData);
  LabelledSeries series = sample::labelled_series();
  series.header = std::make_shared<const std::string>(sample::part10(source));
  return series;
}

/// dciodvfy's errors: a segmentation may have none of its own, whatever the source is.
void expect_no_error(const LabelledSeries& series) {
  const TemporaryFolder folder;
  const std::string file = written(folder.path() / "segmentation.dcm", segmentation_dicom(series));
  for (const auto& error : dciodvfy_errors(file)) ADD_FAILURE() << error;
}

/// Errors that the source itself does not have.
void expect_no_new_error(const fs::path& file) {
  DcmFileFormat source;
  ASSERT_TRUE(source.loadFile(file.c_str()).good());
  const LabelledSeries series = labelled(*source.getDataset());
  const TemporaryFolder folder;
  const std::string made = written(folder.path() / "segmentation.dcm", segmentation_dicom(series));
  for (const auto& error : new_errors(file.string(), made)) ADD_FAILURE() << error;
}

bool validator_missing() { return !program_exists("dciodvfy"); }
constexpr const char* no_validator = "dciodvfy is missing (package dicom3tools)";

}  // namespace

TEST(SegmentationDicomConformance, HasNoError) {
  if (validator_missing()) GTEST_SKIP() << no_validator;
  expect_no_error(sample::labelled_series());
}

TEST(SegmentationDicomConformance, HasNoErrorWithoutAnyPixel) {
  if (validator_missing()) GTEST_SKIP() << no_validator;
  LabelledSeries series = sample::labelled_series();
  for (auto& image : series.images) image.labels.setZero();
  expect_no_error(series);
}

TEST(SegmentationDicomConformance, HasNoErrorWhereOneSegmentHasNoFrame) {
  if (validator_missing()) GTEST_SKIP() << no_validator;
  LabelledSeries series = sample::labelled_series();
  for (auto& image : series.images) image.labels = image.labels.min(std::uint8_t{1});
  expect_no_error(series);
}

TEST(SegmentationDicomConformance, HasNoErrorWhereTheSourceIsLossyBareOrHasEmptyAttributes) {
  if (validator_missing()) GTEST_SKIP() << no_validator;
  const auto lossy = sample::scanner_dataset();
  lossy->putAndInsertString(DCM_LossyImageCompression, "01");
  expect_no_error(labelled(*lossy));
  const auto empty = sample::scanner_dataset();
  for (const auto& tag : {DCM_Laterality, DCM_SeriesDate, DCM_ContentTime, DCM_FrameOfReferenceUID})
    empty->putAndInsertString(tag, "");
  expect_no_error(labelled(*empty));
  DcmDataset bare;
  for (const auto& [tag, text] :
       {std::pair{DCM_SOPClassUID, UID_MRImageStorage}, std::pair{DCM_SOPInstanceUID, "1.2.3.10.1"},
        std::pair{DCM_StudyInstanceUID, "1.2.3"}, std::pair{DCM_SeriesInstanceUID, "1.2.3.10"}})
    bare.putAndInsertString(tag, text);
  expect_no_error(labelled(bare));
}

TEST(SegmentationDicomConformance, HasNoErrorWhereTheSourceIsMultiFrame) {
  if (validator_missing()) GTEST_SKIP() << no_validator;
  const auto enhanced = sample::scanner_dataset();
  enhanced->putAndInsertString(DCM_SOPClassUID, UID_EnhancedMRImageStorage);
  enhanced->putAndInsertString(DCM_NumberOfFrames, "3");
  LabelledSeries series = labelled(*enhanced);
  for (auto& image : series.images) image.source.sop_class_uid = UID_EnhancedMRImageStorage;
  expect_no_error(series);
}

TEST(SegmentationDicomConformance, HasNoErrorThatAScannersImageLacks) {
  if (validator_missing()) GTEST_SKIP() << no_validator;
  const fs::path file =
      CMRT1_SOURCE_DIR "/../shared/data/shmolli_phantom/ShMOLLI_192i_e11_12/IM-0001-0001.dcm";
  if (!fs::exists(file)) GTEST_SKIP() << "the phantom is missing: " << file;
  expect_no_new_error(file);
}

TEST(SegmentationDicomConformance, HasNoErrorThatTheSampleStudyLacks) {
  if (validator_missing()) GTEST_SKIP() << no_validator;
  const fs::path study = CMRT1_SOURCE_DIR "/data/sample_study";
  int files = 0;
  for (const auto& series : fs::directory_iterator(study)) {
    if (!series.is_directory()) continue;
    expect_no_new_error(fs::directory_iterator(series)->path());
    ++files;
  }
  EXPECT_GT(files, 0);
}

TEST(SegmentationDicomConformance, TheValidatorSeesAMissingSegmentNumber) {
  if (validator_missing()) GTEST_SKIP() << no_validator;
  const TemporaryFolder folder;
  const std::string good = written(folder.path() / "good.dcm", segmentation_dicom(sample::labelled_series()));
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(good.c_str()).good());
  DcmItem* segment = nullptr;
  file.getDataset()->findAndGetSequenceItem(DCM_SegmentSequence, segment);
  segment->findAndDeleteElement(DCM_SegmentNumber);
  const std::string bad = (folder.path() / "bad.dcm").string();
  ASSERT_TRUE(file.saveFile(bad.c_str()).good());
  EXPECT_FALSE(new_errors(good, bad).empty());
}

TEST(SegmentationDicomConformance, OrthancStoresIt) {
  if (Orthanc::program().empty()) GTEST_SKIP() << "Orthanc is missing (package orthanc)";
  if (!program_exists("dcmsend")) GTEST_SKIP() << "dcmsend is missing (package dcmtk)";
  const TemporaryFolder folder;
  const std::string file =
      written(folder.path() / "segmentation.dcm", segmentation_dicom(sample::labelled_series()));
  const Orthanc orthanc;
  ASSERT_TRUE(orthanc.answers());
  const auto sent = run_command("dcmsend -v -aec ORTHANC " + orthanc.address() + " " + file);
  EXPECT_EQ(sent.status, 0) << sent.output;
  const auto found = run_command(
      "findscu -v -S -aec ORTHANC -k QueryRetrieveLevel=SERIES -k StudyInstanceUID=1.2.3 "
      "-k SeriesInstanceUID -k SeriesDescription " +
      orthanc.address());
  EXPECT_NE(found.output.find("ShMOLLI_192i_QCDSEG"), std::string::npos) << found.output;
}
