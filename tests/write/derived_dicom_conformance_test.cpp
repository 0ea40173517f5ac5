/// Derived images before the judges of others: the validator dciodvfy and the archive Orthanc.

#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "cmrt1/write/derived_dicom.h"
#include "support/command.h"
#include "support/dciodvfy.h"
#include "support/orthanc.h"
#include "support/record.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

namespace {

namespace fs = std::filesystem;

std::string written(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
  return file.string();
}

void expect_no_new_errors(const SeriesRecord& record, const std::string& source) {
  const TemporaryFolder folder;
  for (const DerivedMap map : {DerivedMap::t1, DerivedMap::r2}) {
    const std::string file = written(folder.path() / "derived.dcm", derived_dicom(record, map));
    for (const auto& error : new_errors(source, file)) ADD_FAILURE() << error;
  }
}

}  // namespace

TEST(DerivedDicomConformance, HasNoErrorThatTheSourceLacks) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << "dciodvfy is missing (package dicom3tools)";
  const TemporaryFolder folder;
  const auto source = sample::scanner_dataset();
  const std::vector<Uint16> pixels(sample::rows * sample::columns, 7);
  source->putAndInsertUint16Array(DCM_PixelData, pixels.data(), pixels.size());
  const std::string file = written(folder.path() / "source.dcm", sample::part10(*source));
  expect_no_new_errors(sample::record(), file);
}

TEST(DerivedDicomConformance, HasNoErrorThatAGatedSourceLacks) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << "dciodvfy is missing (package dicom3tools)";
  const TemporaryFolder folder;
  const auto source = sample::scanner_dataset();
  source->putAndInsertString(DCM_ScanOptions, "CG\\PFP");
  SeriesRecord record = sample::record();
  record.images.header = std::make_shared<const std::string>(sample::part10(*source));
  const std::vector<Uint16> pixels(sample::rows * sample::columns, 7);
  source->putAndInsertUint16Array(DCM_PixelData, pixels.data(), pixels.size());
  expect_no_new_errors(record, written(folder.path() / "source.dcm", sample::part10(*source)));
}

TEST(DerivedDicomConformance, HasNoErrorThatAScannersImageLacks) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << "dciodvfy is missing (package dicom3tools)";
  const std::string file =
      CMRT1_SOURCE_DIR "/../shared/data/shmolli_phantom/ShMOLLI_192i_e11_12/IM-0001-0001.dcm";
  if (!fs::exists(file)) GTEST_SKIP() << "the phantom is missing: " << file;
  DcmFileFormat source;
  ASSERT_TRUE(source.loadFile(file.c_str()).good());
  source.getDataset()->findAndDeleteElement(DCM_PixelData);
  SeriesRecord record = sample::record();
  record.images.header = std::make_shared<const std::string>(sample::part10(*source.getDataset()));
  expect_no_new_errors(record, file);
}

TEST(DerivedDicomConformance, TheValidatorSeesAMissingUnit) {
  if (!program_exists("dciodvfy")) GTEST_SKIP() << "dciodvfy is missing (package dicom3tools)";
  const TemporaryFolder folder;
  const std::string good =
      written(folder.path() / "good.dcm", derived_dicom(sample::record(), DerivedMap::t1));
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(good.c_str()).good());
  DcmItem* mapping = nullptr;
  file.getDataset()->findAndGetSequenceItem(DCM_RealWorldValueMappingSequence, mapping);
  mapping->findAndDeleteElement(DCM_MeasurementUnitsCodeSequence);
  const std::string bad = (folder.path() / "bad.dcm").string();
  ASSERT_TRUE(file.saveFile(bad.c_str()).good());
  EXPECT_FALSE(new_errors(good, bad).empty());
}

TEST(DerivedDicomConformance, OrthancStoresBothMaps) {
  if (Orthanc::program().empty()) GTEST_SKIP() << "Orthanc is missing (package orthanc)";
  if (!program_exists("dcmsend")) GTEST_SKIP() << "dcmsend is missing (package dcmtk)";
  const TemporaryFolder folder;
  const std::string t1 = written(folder.path() / "t1.dcm", derived_dicom(sample::record(), DerivedMap::t1));
  const std::string r2 = written(folder.path() / "r2.dcm", derived_dicom(sample::record(), DerivedMap::r2));
  const Orthanc orthanc;
  ASSERT_TRUE(orthanc.answers());
  const auto sent = run_command("dcmsend -v -aec ORTHANC " + orthanc.address() + " " + t1 + " " + r2);
  EXPECT_EQ(sent.status, 0) << sent.output;
  const auto found = run_command(
      "findscu -v -S -aec ORTHANC -k QueryRetrieveLevel=SERIES -k StudyInstanceUID=1.2.3 "
      "-k SeriesInstanceUID -k SeriesDescription " +
      orthanc.address());
  EXPECT_NE(found.output.find("ShMOLLI_192i_T1MAP_MOCO"), std::string::npos) << found.output;
  EXPECT_NE(found.output.find("ShMOLLI_192i_R2_MOCO"), std::string::npos) << found.output;
}
