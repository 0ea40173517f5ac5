#include "cmrt1/write/derived_dicom.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"
#include "support/read_back.h"
#include "support/record.h"

using namespace cmrt1;

namespace {

/// A derived file, read back.
class Derived : public ReadBack {
 public:
  Derived(const SeriesRecord& record, DerivedMap map) : ReadBack(derived_dicom(record, map)) {}
  int pixel(int row, int column) {
    const Uint16* pixels = nullptr;
    dataset().findAndGetUint16Array(DCM_PixelData, pixels);
    return pixels[row * sample::columns + column];
  }
};

std::string code(DcmItem& parent, const DcmTagKey& sequence) { return ReadBack::code(parent, sequence); }

}  // namespace

TEST(DerivedDicom, KeepsPatientStudyAndFrameOfReference) {
  Derived t1(sample::record(), DerivedMap::t1);
  EXPECT_EQ(t1.text(DCM_PatientID), "SYN-1");
  EXPECT_EQ(t1.text(DCM_StudyInstanceUID), "1.2.3");
  EXPECT_EQ(t1.text(DCM_FrameOfReferenceUID), "1.2.3.99");
  EXPECT_EQ(t1.text(DCM_ContrastBolusAgent), "Gadolinium");
  EXPECT_EQ(t1.text(DCM_ContentDate), "20180709");
}

TEST(DerivedDicom, IsANewSeriesOfItsOwn) {
  Derived t1(sample::record(), DerivedMap::t1), r2(sample::record(), DerivedMap::r2);
  EXPECT_TRUE(is_valid_uid(t1.text(DCM_SeriesInstanceUID)));
  EXPECT_NE(t1.text(DCM_SeriesInstanceUID), "1.2.3.10");
  EXPECT_NE(t1.text(DCM_SeriesInstanceUID), r2.text(DCM_SeriesInstanceUID));
  EXPECT_NE(t1.text(DCM_SOPInstanceUID), r2.text(DCM_SOPInstanceUID));
  EXPECT_EQ(t1.text(DCM_SeriesDescription), "ShMOLLI_192i_T1MAP_MOCO");
  EXPECT_EQ(r2.text(DCM_SeriesDescription), "ShMOLLI_192i_R2_MOCO");
  EXPECT_EQ(t1.text(DCM_ImageType), "DERIVED\\PRIMARY\\T1 MAP\\MOCO");
}

TEST(DerivedDicom, StoresT1InWholeMilliseconds) {
  Derived t1(sample::record(), DerivedMap::t1);
  EXPECT_EQ(t1.pixel(20, 24), 1600);
  EXPECT_EQ(t1.pixel(20, 32), 1000);
  EXPECT_EQ(t1.pixel(0, sample::columns - 1), 4000) << "clamped";
  EXPECT_EQ(t1.pixel(0, 0), 0) << "not fitted";
  EXPECT_EQ(t1.text(DCM_PixelPaddingValue), "0");
}

TEST(DerivedDicom, CodesUnitsAndQuantity) {
  Derived t1(sample::record(), DerivedMap::t1), r2(sample::record(), DerivedMap::r2);
  DcmItem& t1_mapping = t1.item(DCM_RealWorldValueMappingSequence);
  DcmItem& r2_mapping = r2.item(DCM_RealWorldValueMappingSequence);
  EXPECT_EQ(code(t1_mapping, DCM_MeasurementUnitsCodeSequence), "ms UCUM");
  EXPECT_EQ(code(Derived::item(t1_mapping, DCM_QuantityDefinitionSequence), DCM_ConceptCodeSequence),
            "113063 DCM");
  EXPECT_EQ(code(r2_mapping, DCM_MeasurementUnitsCodeSequence), "1 UCUM");
  EXPECT_EQ(code(Derived::item(r2_mapping, DCM_QuantityDefinitionSequence), DCM_ConceptCodeSequence),
            "126220 DCM");
  Float64 slope = 0;
  r2_mapping.findAndGetFloat64(DCM_RealWorldValueSlope, slope);
  EXPECT_NEAR(slope * r2.pixel(20, 24), 0.985, 1e-3);
}

TEST(DerivedDicom, NamesEverySourceImage) {
  Derived t1(sample::record(), DerivedMap::t1);
  ASSERT_EQ(t1.items(DCM_SourceImageSequence), 14u);
  EXPECT_EQ(Derived::text(t1.item(DCM_SourceImageSequence, 0), DCM_ReferencedSOPInstanceUID), "1.2.3.10.1");
  EXPECT_EQ(Derived::text(t1.item(DCM_SourceImageSequence, 13), DCM_ReferencedSOPInstanceUID), "1.2.3.11.7");
  EXPECT_EQ(code(t1.item(DCM_SourceImageSequence, 13), DCM_PurposeOfReferenceCodeSequence), "121322 DCM");
}

TEST(DerivedDicom, DropsWhatHoldsForOneImageAlone) {
  Derived t1(sample::record(), DerivedMap::t1);
  EXPECT_EQ(t1.text(DCM_InversionTime), "");
  EXPECT_FALSE(t1.dataset().tagExists(DCM_TriggerTime));
  EXPECT_FALSE(t1.dataset().tagExists(DcmTagKey(0x0019, 0x1008)));
  EXPECT_EQ(t1.text(DCM_ImageComments).find("TIeff"), std::string::npos);
}

TEST(DerivedDicom, HasTheGeometryOfTheMap) {
  Derived t1(sample::record(), DerivedMap::t1);
  EXPECT_EQ(t1.text(DCM_PixelSpacing), "2\\1.5") << "rows first";
  EXPECT_EQ(t1.text(DCM_ImagePositionPatient), "-61.25\\-40.5\\17.75");
  Float64 cosine = 0;
  t1.dataset().findAndGetFloat64(DCM_ImageOrientationPatient, cosine, 3);
  EXPECT_NEAR(cosine, sample::oblique().column_direction[0], 1e-12);
}

TEST(DerivedDicom, SaysThatAnUncorrectedMapIsUncorrected) {
  SeriesRecord record = sample::record();
  record.result.corrected = false;
  record.result.decision = "median R2 would have fallen";
  Derived t1(record, DerivedMap::t1), corrected(sample::record(), DerivedMap::t1);
  EXPECT_EQ(t1.text(DCM_SeriesDescription), "ShMOLLI_192i_T1MAP");
  EXPECT_EQ(t1.text(DCM_ImageType), "DERIVED\\PRIMARY\\T1 MAP");
  EXPECT_NE(t1.text(DCM_ImageComments).find("NOT motion-corrected: median R2 would have fallen"),
            std::string::npos);
  EXPECT_NE(t1.text(DCM_SeriesInstanceUID), corrected.text(DCM_SeriesInstanceUID));
}

TEST(DerivedDicom, NumbersItsSeriesAfterTheSource) {
  SeriesRecord record = sample::record();
  EXPECT_EQ(Derived(record, DerivedMap::t1).text(DCM_SeriesNumber), "1201");
  EXPECT_EQ(Derived(record, DerivedMap::r2).text(DCM_SeriesNumber), "1202");
  record.series.series_number = 2000000000;
  EXPECT_EQ(Derived(record, DerivedMap::t1).text(DCM_SeriesNumber), "2000000000")
      << "no room for more digits";
}

TEST(DerivedDicom, IsForResearchOnly) {
  Derived t1(sample::record(), DerivedMap::t1);
  EXPECT_NE(t1.text(DCM_ImageComments).find("Research use only"), std::string::npos);
  EXPECT_EQ(Derived::text(t1.item(DCM_ContributingEquipmentSequence), DCM_SoftwareVersions), "0.1.0");
}

TEST(DerivedDicom, IsTheSameInEveryRun) {
  EXPECT_EQ(derived_dicom(sample::record(), DerivedMap::t1), derived_dicom(sample::record(), DerivedMap::t1));
}

TEST(DerivedDicom, ChangesItsUidWithThePixelsAndItsSeriesWithTheOptions) {
  SeriesRecord other_pixels = sample::record(), other_options = sample::record();
  other_pixels.result.map.t1_ms(20, 24) = 1500;
  other_options.options["heart_radius_mm"] = "50";
  Derived t1(sample::record(), DerivedMap::t1), pixels(other_pixels, DerivedMap::t1),
      options(other_options, DerivedMap::t1);
  EXPECT_NE(t1.text(DCM_SOPInstanceUID), pixels.text(DCM_SOPInstanceUID));
  EXPECT_EQ(t1.text(DCM_SeriesInstanceUID), pixels.text(DCM_SeriesInstanceUID));
  EXPECT_NE(t1.text(DCM_SeriesInstanceUID), options.text(DCM_SeriesInstanceUID));
}

TEST(DerivedDicom, CutsALongDescriptionAtACharacter) {
  SeriesRecord record = sample::record();
  const auto source = sample::scanner_dataset();
  std::string description = "a";
  for (int i = 0; i < 30; ++i) description += "é";
  source->putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192");
  source->putAndInsertString(DCM_SeriesDescription, description.c_str());
  record.images.header = std::make_shared<const std::string>(sample::part10(*source));
  Derived t1(record, DerivedMap::t1);
  EXPECT_EQ(t1.text(DCM_SeriesDescription), description.substr(0, 1 + 2 * 26) + "_T1MAP_MOCO");
}

TEST(DerivedDicom, TakesAcquisitionFromAnEnhancedSource) {
  SeriesRecord record = sample::record();
  const auto source = sample::scanner_dataset();
  for (const auto& tag : {DCM_ScanningSequence, DCM_SequenceVariant, DCM_EchoTime, DCM_RepetitionTime})
    source->findAndDeleteElement(tag);
  source->putAndInsertString(DCM_SOPClassUID, UID_EnhancedMRImageStorage);
  source->putAndInsertString(DCM_NumberOfFrames, "7");
  source->putAndInsertString(DCM_EchoPulseSequence, "GRADIENT");
  DcmItem *shared = nullptr, *timing = nullptr, *echo = nullptr;
  source->findOrCreateSequenceItem(DCM_SharedFunctionalGroupsSequence, shared);
  shared->findOrCreateSequenceItem(DCM_MRTimingAndRelatedParametersSequence, timing);
  timing->putAndInsertString(DCM_RepetitionTime, "2.6");
  shared->findOrCreateSequenceItem(DCM_MREchoSequence, echo);
  echo->putAndInsertFloat64(DCM_EffectiveEchoTime, 1.07);
  record.images.header = std::make_shared<const std::string>(sample::part10(*source));
  for (auto& frame : record.series.magnitude) frame.sop_class_uid = UID_EnhancedMRImageStorage;
  record.series.magnitude[2].frame_index = 2;
  Derived t1(record, DerivedMap::t1);
  EXPECT_EQ(t1.text(DCM_SOPClassUID), UID_MRImageStorage);
  EXPECT_EQ(t1.text(DCM_ScanningSequence), "GR\\IR");
  EXPECT_EQ(t1.text(DCM_RepetitionTime), "2.6");
  EXPECT_EQ(t1.text(DCM_EchoTime), "1.07");
  EXPECT_EQ(Derived::text(t1.item(DCM_SourceImageSequence, 2), DCM_ReferencedFrameNumber), "3");
}

TEST(DerivedDicom, RefusesASourceHeaderThatIsNotDicom) {
  SeriesRecord record = sample::record();
  record.images.header = std::make_shared<const std::string>("not DICOM");
  EXPECT_THROW(derived_dicom(record, DerivedMap::t1), CaseError);
}
