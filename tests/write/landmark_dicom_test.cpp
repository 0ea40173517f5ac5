#include "cmrt1/write/landmark_dicom.h"

#include <gtest/gtest.h>

#include <fstream>

#include "cmrt1/base/error.h"
#include "support/dciodvfy.h"
#include "support/landmark_record.h"
#include "support/orthanc.h"
#include "support/read_back.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

namespace {

/// All content items below `parent` of a value type, with what names them.
void collect(DcmItem& parent, const std::string& type, std::vector<DcmItem*>& found) {
  for (unsigned long i = 0; i < ReadBack::items(parent, DCM_ContentSequence); ++i) {
    DcmItem& item = ReadBack::item(parent, DCM_ContentSequence, static_cast<long>(i));
    if (ReadBack::text(item, DCM_ValueType) == type) found.push_back(&item);
    collect(item, type, found);
  }
}

std::vector<DcmItem*> items(ReadBack& read, const std::string& type) {
  std::vector<DcmItem*> found;
  collect(read.dataset(), type, found);
  return found;
}

/// The sample, as if it had been made from `source`.
LandmarkRecord record_of(DcmDataset& source) {
  source.findAndDeleteElement(DCM_PixelData);
  LandmarkRecord record = sample::landmark_record();
  record.loaded.dicom_header = std::make_shared<const std::string>(sample::part10(source));
  return record;
}

/// The sample, as if its images were the frames of one instance.
LandmarkRecord multi_frame_record() {
  const auto source = sample::scanner_dataset();
  source->putAndInsertString(DCM_SOPClassUID, UID_EnhancedMRImageStorage);
  source->putAndInsertString(DCM_NumberOfFrames, "4");
  LandmarkRecord record = record_of(*source);
  for (std::size_t i = 0; i < record.series.frames.size(); ++i) {
    Frame& frame = record.series.frames[i];
    frame.sop_class_uid = UID_EnhancedMRImageStorage;
    frame.sop_instance_uid = "1.2.3.20.1";
    frame.frame_index = static_cast<int>(i);
  }
  return record;
}

/// dciodvfy's errors: a report may have none of its own, whatever the source is.
void expect_no_error(const LandmarkRecord& record) {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "report.dcm";
  std::ofstream(file, std::ios::binary) << landmark_dicom(record);
  for (const auto& error : dciodvfy_errors(file)) ADD_FAILURE() << error;
}

constexpr const char* no_validator = "dciodvfy is missing (package dicom3tools)";

}  // namespace

TEST(LandmarkDicom, HasNoErrorOfItsOwn) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << no_validator;
  expect_no_error(sample::landmark_record());
  expect_no_error(multi_frame_record());
}

TEST(LandmarkDicom, HasNoErrorWhereNoImageHasLandmarks) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << no_validator;
  LandmarkRecord record = sample::landmark_record();
  for (auto& slice : record.slices)
    if (slice) slice->found = false;
  expect_no_error(record);
}

TEST(LandmarkDicom, HasNoErrorWhereTheSourceIsLossyBareOrHasEmptyAttributes) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << no_validator;
  expect_no_error(record_of(*sample::poor_dataset()));
  expect_no_error(record_of(*sample::bare_dataset("1.2.3.20")));
}

TEST(LandmarkDicom, HasNoErrorWhereTheSourceIsOfTheSampleStudy) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << no_validator;
  DcmFileFormat source;
  ASSERT_TRUE(source.loadFile(CMRT1_SOURCE_DIR "/data/sample_study/01_magnitude/0001.dcm").good());
  expect_no_error(record_of(*source.getDataset()));
}

TEST(LandmarkDicom, TheValidatorSeesAMissingValueType) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << no_validator;
  ReadBack read(landmark_dicom(sample::landmark_record()));
  read.dataset().findAndDeleteElement(DCM_ValueType);
  const TemporaryFolder folder;
  const std::string file = folder.path() / "report.dcm";
  std::ofstream(file, std::ios::binary) << sample::part10(read.dataset());
  EXPECT_FALSE(dciodvfy_errors(file).empty());
}

TEST(LandmarkDicom, NamesTheFramesOfAMultiFrameSource) {
  ReadBack read(landmark_dicom(multi_frame_record()));
  const auto points = items(read, "SCOORD");
  ASSERT_EQ(points.size(), 6u);
  DcmItem& image = ReadBack::item(ReadBack::item(*points[4], DCM_ContentSequence), DCM_ReferencedSOPSequence);
  EXPECT_EQ(ReadBack::text(image, DCM_ReferencedSOPInstanceUID), "1.2.3.20.1");
  EXPECT_EQ(ReadBack::text(image, DCM_ReferencedFrameNumber), "2");
  DcmItem& series =
      ReadBack::item(read.item(DCM_CurrentRequestedProcedureEvidenceSequence), DCM_ReferencedSeriesSequence);
  EXPECT_EQ(ReadBack::items(series, DCM_ReferencedSOPSequence), 1u) << "the instance, once";
}

TEST(LandmarkDicom, NamesNoFrameOfAnInstanceThatHasOne) {
  ReadBack read(landmark_dicom(sample::landmark_record()));
  for (DcmItem* image : items(read, "IMAGE"))
    EXPECT_FALSE(ReadBack::item(*image, DCM_ReferencedSOPSequence).tagExists(DCM_ReferencedFrameNumber));
}

TEST(LandmarkDicom, KeepsADescriptionThatIsNotAsciiWithItsCharacterSet) {
  const auto source = sample::scanner_dataset();
  source->putAndInsertString(DCM_SeriesDescription, "Herz M\xfcller");
  ReadBack read(landmark_dicom(record_of(*source)));
  EXPECT_EQ(read.text(DCM_SeriesDescription), "Herz M\xfcller_AHA_FLAGGED");
  EXPECT_EQ(read.text(DCM_SpecificCharacterSet), "ISO_IR 100");
}

TEST(LandmarkDicom, GivesPointsInTheCoordinatesOfItsImages) {
  ReadBack read(landmark_dicom(sample::landmark_record()));
  const auto points = items(read, "SCOORD");
  ASSERT_EQ(points.size(), 6u);  // three in each of the two images with landmarks
  const Float32* point = nullptr;
  unsigned long count = 0;
  points[4]->findAndGetFloat32Array(DCM_GraphicData, point, &count);
  ASSERT_EQ(count, 2u);
  EXPECT_EQ(point[0], 16.5f);
  EXPECT_EQ(point[1], 12.5f);
  EXPECT_EQ(ReadBack::code(*points[4], DCM_ConceptNameCodeSequence), "RV_ANTERIOR 99CMRT1");
  DcmItem& image = ReadBack::item(ReadBack::item(*points[4], DCM_ContentSequence), DCM_ReferencedSOPSequence);
  EXPECT_EQ(ReadBack::text(image, DCM_ReferencedSOPInstanceUID),
            sample::landmark_record().series.frames[1].sop_instance_uid);
}

TEST(LandmarkDicom, GivesTheValuesOfEverySegmentWithItsSite) {
  ReadBack read(landmark_dicom(sample::landmark_record()));
  int means = 0;
  for (DcmItem* number : items(read, "NUM"))
    if (ReadBack::items(*number, DCM_ContentSequence) == 2) {
      DcmItem& derivation = ReadBack::item(*number, DCM_ContentSequence, 0);
      means += ReadBack::code(derivation, DCM_ConceptCodeSequence) == "373098007 SCT";
      EXPECT_EQ(ReadBack::code(ReadBack::item(*number, DCM_MeasuredValueSequence),
                               DCM_MeasurementUnitsCodeSequence),
                "ms UCUM");
    }
  EXPECT_EQ(means, 12);
}

TEST(LandmarkDicom, SaysInSeriesAndContentWhatIsFlagged) {
  ReadBack read(landmark_dicom(sample::landmark_record()));
  EXPECT_TRUE(read.text(DCM_SeriesDescription).ends_with("_AHA_FLAGGED"));
  const auto texts = items(read, "TEXT");
  const auto flagged = std::count_if(texts.begin(), texts.end(), [](DcmItem* item) {
    return ReadBack::text(*item, DCM_TextValue).find("turned_against_series") != std::string::npos;
  });
  EXPECT_EQ(flagged, 1);
  LandmarkRecord accepted = sample::landmark_record();
  accepted.slices = {accepted.slices[0], accepted.slices[0], accepted.slices[0], accepted.slices[0]};
  EXPECT_TRUE(ReadBack(landmark_dicom(accepted)).text(DCM_SeriesDescription).ends_with("_AHA"));
}

TEST(LandmarkDicom, IsTheSameInEveryRunAndAnotherForOtherLandmarks) {
  const std::string first = landmark_dicom(sample::landmark_record());
  EXPECT_TRUE(first == landmark_dicom(sample::landmark_record()));
  LandmarkRecord moved = sample::landmark_record();
  moved.slices[0]->lv_centre[0] += 0.25;
  EXPECT_NE(ReadBack(first).text(DCM_SOPInstanceUID),
            ReadBack(landmark_dicom(moved)).text(DCM_SOPInstanceUID));
}

TEST(LandmarkDicom, BelongsToThePatientAndStudyOfItsSource) {
  ReadBack read(landmark_dicom(sample::landmark_record()));
  ReadBack source(*sample::landmark_record().loaded.dicom_header);
  for (const auto& tag : {DCM_PatientID, DCM_PatientName, DCM_StudyInstanceUID})
    EXPECT_EQ(read.text(tag), source.text(tag));
  EXPECT_NE(read.text(DCM_SeriesInstanceUID), source.text(DCM_SeriesInstanceUID));
}

TEST(LandmarkDicom, RefusesASourceHeaderThatIsNotDicom) {
  LandmarkRecord record = sample::landmark_record();
  record.loaded.dicom_header = std::make_shared<const std::string>("no DICOM");
  EXPECT_THROW(landmark_dicom(record), CaseError);
}

TEST(LandmarkDicom, OrthancStoresIt) {
  if (Orthanc::program().empty()) GTEST_SKIP() << "Orthanc is missing (package orthanc)";
  if (!program_exists("dcmsend")) GTEST_SKIP() << "dcmsend is missing (package dcmtk)";
  const TemporaryFolder folder;
  const std::string file = folder.path() / "report.dcm";
  std::ofstream(file, std::ios::binary) << landmark_dicom(sample::landmark_record());
  const Orthanc orthanc;
  ASSERT_TRUE(orthanc.answers());
  const auto sent = run_command("dcmsend -v -aec ORTHANC " + orthanc.address() + " " + file);
  EXPECT_EQ(sent.status, 0) << sent.output;
  const auto found = run_command(
      "findscu -v -S -aec ORTHANC -k QueryRetrieveLevel=SERIES -k StudyInstanceUID=1.2.3 "
      "-k SeriesInstanceUID -k SeriesDescription " +
      orthanc.address());
  EXPECT_NE(found.output.find("ShMOLLI_192i_AHA_FLAGGED"), std::string::npos) << found.output;
}
