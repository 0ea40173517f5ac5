#include "cmrt1/write/dt1_dicom.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "cmrt1/base/error.h"
#include "support/dciodvfy.h"
#include "support/dt1_record.h"
#include "support/orthanc.h"
#include "support/read_back.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

namespace {

constexpr const char* no_validator = "dciodvfy is missing (package dicom3tools)";

/// Both maps as if derived from `source`.
Dt1Record record_of(DcmDataset& source) {
  source.findAndDeleteElement(DCM_PixelData);
  Dt1Record record = sample::dt1_record();
  record.rest.dicom_header = record.stress.dicom_header =
      std::make_shared<const std::string>(sample::part10(source));
  return record;
}

/// Both maps as frames of multi-frame instances.
Dt1Record multi_frame_record() {
  const auto source = sample::scanner_dataset();
  source->putAndInsertString(DCM_SOPClassUID, UID_EnhancedMRImageStorage);
  source->putAndInsertString(DCM_NumberOfFrames, "2");
  Dt1Record record = record_of(*source);
  for (PairedMap* map : {&record.rest, &record.stress})
    for (Frame& frame : map->series.frames) {
      frame.sop_class_uid = UID_EnhancedMRImageStorage;
      frame.frame_index = 1;
    }
  return record;
}

std::string written(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
  return file.string();
}

/// A parametric map may have no error of its own, whatever the source is.
void expect_no_error(const Dt1Record& record) {
  const TemporaryFolder folder;
  const std::string file = written(folder.path() / "dt1.dcm", dt1_dicom(record));
  for (const auto& error : dciodvfy_errors(file)) ADD_FAILURE() << error;
}

const Float32* pixels_of(ReadBack& read) {
  const Float32* pixels = nullptr;
  if (read.dataset().findAndGetFloat32Array(DCM_FloatPixelData, pixels).bad())
    throw std::runtime_error("no Float Pixel Data");
  return pixels;
}

DcmItem& shared(ReadBack& read, const DcmTagKey& group) {
  return ReadBack::item(read.item(DCM_SharedFunctionalGroupsSequence), group);
}

DcmItem& of_frame(ReadBack& read, const DcmTagKey& group) {
  return ReadBack::item(read.item(DCM_PerFrameFunctionalGroupsSequence), group);
}

}  // namespace

TEST(Dt1Dicom, HasNoErrorOfItsOwn) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << no_validator;
  expect_no_error(sample::dt1_record());
  expect_no_error(sample::flagged_dt1_record());
  expect_no_error(multi_frame_record());
}

TEST(Dt1Dicom, HasNoErrorWhereTheSourceIsLossyBareOrHasEmptyAttributes) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << no_validator;
  expect_no_error(record_of(*sample::poor_dataset()));
  Dt1Record record = record_of(*sample::bare_dataset("1.2.3.20"));
  record.rest.frame_of_reference_uid = record.stress.frame_of_reference_uid = "";
  expect_no_error(record);
}

TEST(Dt1Dicom, HasNoErrorWhereTheStressMapIsOfAnotherStudy) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << no_validator;
  Dt1Record record = sample::dt1_record();
  record.stress.series.study_uid = "1.2.4";
  expect_no_error(record);
  ReadBack read(dt1_dicom(record));
  EXPECT_EQ(
      ReadBack::text(read.item(DCM_StudiesContainingOtherReferencedInstancesSequence), DCM_StudyInstanceUID),
      "1.2.4");
  EXPECT_EQ(read.items(DCM_ReferencedSeriesSequence), 1u);
}

TEST(Dt1Dicom, TheValidatorSeesAMissingUnit) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << no_validator;
  ReadBack read(dt1_dicom(sample::dt1_record()));
  shared(read, DCM_RealWorldValueMappingSequence).findAndDeleteElement(DCM_MeasurementUnitsCodeSequence);
  const TemporaryFolder folder;
  EXPECT_FALSE(dciodvfy_errors(written(folder.path() / "bad.dcm", sample::part10(read.dataset()))).empty());
}

TEST(Dt1Dicom, StoresPercentAsFloatAndNothingButNanWhereUndefined) {
  const Dt1Record record = sample::dt1_record();
  ReadBack read(dt1_dicom(record));
  const Float32* pixels = pixels_of(read);
  for (Eigen::Index i = 0; i < record.reactivity.status.size(); ++i)
    if (record.reactivity.status.data()[i] == 0)
      ASSERT_EQ(pixels[i], record.reactivity.dt1_percent.data()[i]) << i;
    else
      ASSERT_TRUE(std::isnan(pixels[i])) << i;
  EXPECT_NEAR(pixels[20 * sample::columns + 17], 6, 1e-4) << "1000 to 1060 ms";
  EXPECT_FALSE(read.dataset().tagExists(DCM_PixelData));
  EXPECT_FALSE(read.dataset().tagExists(DCM_FloatPixelPaddingValue));
}

TEST(Dt1Dicom, CodesUnitAndQuantity) {
  ReadBack read(dt1_dicom(sample::dt1_record()));
  EXPECT_EQ(read.text(DCM_SOPClassUID), UID_ParametricMapStorage);
  DcmItem& mapping = shared(read, DCM_RealWorldValueMappingSequence);
  EXPECT_EQ(ReadBack::code(mapping, DCM_MeasurementUnitsCodeSequence), "% UCUM");
  EXPECT_EQ(ReadBack::code(ReadBack::item(mapping, DCM_QuantityDefinitionSequence), DCM_ConceptCodeSequence),
            "DT1 99CMRT1");
  Float64 slope = 0, intercept = -1;
  mapping.findAndGetFloat64(DCM_RealWorldValueSlope, slope);
  mapping.findAndGetFloat64(DCM_RealWorldValueIntercept, intercept);
  EXPECT_EQ(slope, 1);
  EXPECT_EQ(intercept, 0);
}

TEST(Dt1Dicom, NamesBothMapsTheRestMapFirst) {
  for (const bool multi_frame : {false, true}) {
    ReadBack read(dt1_dicom(multi_frame ? multi_frame_record() : sample::dt1_record()));
    DcmItem& derivation = of_frame(read, DCM_DerivationImageSequence);
    ASSERT_EQ(ReadBack::items(derivation, DCM_SourceImageSequence), 2u);
    for (const long i : {0, 1}) {
      DcmItem& source = ReadBack::item(derivation, DCM_SourceImageSequence, i);
      EXPECT_EQ(ReadBack::text(source, DCM_ReferencedSOPInstanceUID), i == 0 ? "1.2.3.20.2" : "1.2.3.30.2");
      EXPECT_EQ(ReadBack::code(source, DCM_PurposeOfReferenceCodeSequence), "121322 DCM");
      EXPECT_EQ(ReadBack::text(source, DCM_ReferencedFrameNumber), multi_frame ? "2" : "");
    }
    ASSERT_EQ(read.items(DCM_ReferencedSeriesSequence), 2u);
    EXPECT_EQ(ReadBack::text(read.item(DCM_ReferencedSeriesSequence, 1), DCM_SeriesInstanceUID), "1.2.3.30");
  }
}

TEST(Dt1Dicom, LiesWhereTheRestMapLies) {
  Dt1Record record = sample::dt1_record();
  record.stress.map.geometry.position_mm = {1, 2, 3};
  record.stress.frame_of_reference_uid = "1.2.3.98";
  ReadBack read(dt1_dicom(record));
  EXPECT_EQ(ReadBack::text(of_frame(read, DCM_PlanePositionSequence), DCM_ImagePositionPatient),
            "-61.25\\-40.5\\17.75");
  EXPECT_EQ(ReadBack::text(shared(read, DCM_PixelMeasuresSequence), DCM_PixelSpacing), "2\\1.5");
  ReadBack stress(registered_stress_dicom(record));
  EXPECT_EQ(stress.text(DCM_ImagePositionPatient), "-61.25\\-40.5\\17.75");
  for (ReadBack* map : {&read, &stress}) EXPECT_EQ(map->text(DCM_FrameOfReferenceUID), "1.2.3.99");
}

TEST(Dt1Dicom, BelongsToPatientAndStudyOfTheSource) {
  ReadBack read(dt1_dicom(sample::dt1_record())), source(*sample::dt1_record().rest.dicom_header);
  for (const auto& tag : {DCM_PatientID, DCM_PatientName, DCM_StudyInstanceUID, DCM_StudyDate})
    EXPECT_EQ(read.text(tag), source.text(tag));
  EXPECT_EQ(read.text(DCM_SeriesNumber), "2008");
}

TEST(Dt1Dicom, SaysInTheSeriesDescriptionWhatIsFlaggedAndWhatWasNotRegistered) {
  ReadBack accepted(dt1_dicom(sample::dt1_record())), flagged(dt1_dicom(sample::flagged_dt1_record()));
  EXPECT_EQ(accepted.text(DCM_SeriesDescription), "ShMOLLI_192i_DT1");
  EXPECT_EQ(flagged.text(DCM_SeriesDescription), "ShMOLLI_192i_DT1_FLAGGED");
  EXPECT_NE(accepted.text(DCM_SeriesInstanceUID), flagged.text(DCM_SeriesInstanceUID));
  EXPECT_NE(flagged.text(DCM_ImageComments).find("poor_alignment"), std::string::npos);
  EXPECT_NE(flagged.text(DCM_ImageComments).find("NOT registered"), std::string::npos);
  ReadBack registered(registered_stress_dicom(sample::dt1_record())),
      resampled(registered_stress_dicom(sample::flagged_dt1_record()));
  EXPECT_EQ(registered.text(DCM_SeriesDescription), "ShMOLLI_192i_REG");
  EXPECT_EQ(registered.text(DCM_ImageType), "DERIVED\\PRIMARY\\T1 MAP\\REGISTERED");
  EXPECT_EQ(resampled.text(DCM_SeriesDescription), "ShMOLLI_192i_RESAMPLED_FLAGGED");
}

TEST(Dt1Dicom, IsTheSameInEveryRunAndAnotherForAnotherMap) {
  const Dt1Record record = sample::dt1_record();
  Dt1Record other = record;
  other.reactivity.dt1_percent(20, 17) += 1;
  other.reactivity.registered_stress_ms(20, 17) += 10;
  for (const auto make : {dt1_dicom, registered_stress_dicom}) {
    EXPECT_TRUE(make(record) == make(sample::dt1_record()));
    ReadBack first(make(record)), second(make(other));
    EXPECT_NE(first.text(DCM_SOPInstanceUID), second.text(DCM_SOPInstanceUID));
    EXPECT_EQ(first.text(DCM_SeriesInstanceUID), second.text(DCM_SeriesInstanceUID));
  }
}

TEST(Dt1Dicom, DoesNotDependOnWhichNanIsUndefined) {
  Dt1Record record = sample::dt1_record();
  const std::string first = dt1_dicom(record);
  record.reactivity.dt1_percent(0, 0) = -std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(dt1_dicom(record) == first);
}

TEST(Dt1Dicom, StoresTheStressMapInWholeMillisecondsWithZeroWhereUndefined) {
  ReadBack read(registered_stress_dicom(sample::dt1_record()));
  const Uint16* pixels = nullptr;
  ASSERT_TRUE(read.dataset().findAndGetUint16Array(DCM_PixelData, pixels).good());
  EXPECT_EQ(pixels[20 * sample::columns + 17], 1060);
  EXPECT_EQ(pixels[0], 0);
  EXPECT_EQ(read.text(DCM_SeriesNumber), "3009");
  EXPECT_EQ(read.items(DCM_SourceImageSequence), 2u);
}

TEST(Dt1Dicom, TheStressMapHasNoErrorThatItsSourceLacks) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << no_validator;
  const TemporaryFolder folder;
  const auto source = sample::scanner_dataset();
  const std::vector<Uint16> pixels(sample::rows * sample::columns, 7);
  source->putAndInsertUint16Array(DCM_PixelData, pixels.data(), pixels.size());
  const std::string before = written(folder.path() / "source.dcm", sample::part10(*source));
  const std::string after =
      written(folder.path() / "stress.dcm", registered_stress_dicom(sample::dt1_record()));
  for (const auto& error : new_errors(before, after)) ADD_FAILURE() << error;
}

TEST(Dt1Dicom, RefusesASourceHeaderThatIsNotDicom) {
  Dt1Record record = sample::dt1_record();
  record.stress.dicom_header = std::make_shared<const std::string>("no DICOM");
  EXPECT_THROW(dt1_dicom(record), CaseError);
  EXPECT_THROW(registered_stress_dicom(record), CaseError);
}

TEST(Dt1Dicom, OrthancStoresBothMaps) {
  if (Orthanc::program().empty()) GTEST_SKIP() << "Orthanc is missing (package orthanc)";
  if (!program_exists("dcmsend")) GTEST_SKIP() << "dcmsend is missing (package dcmtk)";
  const TemporaryFolder folder;
  const std::string dt1 = written(folder.path() / "dt1.dcm", dt1_dicom(sample::dt1_record()));
  const std::string stress =
      written(folder.path() / "stress.dcm", registered_stress_dicom(sample::dt1_record()));
  const Orthanc orthanc;
  ASSERT_TRUE(orthanc.answers());
  const auto sent = run_command("dcmsend -v -aec ORTHANC " + orthanc.address() + " " + dt1 + " " + stress);
  EXPECT_EQ(sent.status, 0) << sent.output;
  const auto found = run_command(
      "findscu -v -S -aec ORTHANC -k QueryRetrieveLevel=SERIES -k StudyInstanceUID=1.2.3 "
      "-k SeriesInstanceUID -k SeriesDescription " +
      orthanc.address());
  EXPECT_NE(found.output.find("ShMOLLI_192i_DT1"), std::string::npos) << found.output;
  EXPECT_NE(found.output.find("ShMOLLI_192i_REG"), std::string::npos) << found.output;
}
