#include "cmrt1/write/segmentation_dicom.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"
#include "support/labelled_series.h"
#include "support/read_back.h"

using namespace cmrt1;

namespace {

/// A segmentation, read back without the writer's help.
class Segmentation : public ReadBack {
 public:
  explicit Segmentation(const LabelledSeries& series) : ReadBack(segmentation_dicom(series)) {
    dataset().findAndGetUint16(DCM_Rows, rows_);
    dataset().findAndGetUint16(DCM_Columns, columns_);
  }
  int frames() { return std::stoi(text(DCM_NumberOfFrames)); }
  DcmItem& groups(int frame) { return item(DCM_PerFrameFunctionalGroupsSequence, frame); }
  int segment(int frame) {
    Uint16 number = 0;
    item(groups(frame), DCM_SegmentIdentificationSequence)
        .findAndGetUint16(DCM_ReferencedSegmentNumber, number);
    return number;
  }
  std::vector<int> index(int frame) {
    const Uint32* values = nullptr;
    unsigned long count = 0;
    item(groups(frame), DCM_FrameContentSequence)
        .findAndGetUint32Array(DCM_DimensionIndexValues, values, &count);
    return {values, values + count};
  }
  DcmItem& source(int frame) {
    return item(item(groups(frame), DCM_DerivationImageSequence), DCM_SourceImageSequence);
  }
  std::string source_uid(int frame) { return text(source(frame), DCM_ReferencedSOPInstanceUID); }
  Mask pixels(int frame) {
    const Uint8* bytes = nullptr;
    dataset().findAndGetUint8Array(DCM_PixelData, bytes);
    Mask made(rows_, columns_);
    for (int row = 0; row < rows_; ++row)
      for (int column = 0; column < columns_; ++column) {
        const int bit = (frame * rows_ + row) * columns_ + column;
        made(row, column) = bytes[bit / 8] / (1 << bit % 8) % 2;
      }
    return made;
  }
  /// The labels of one image, put together from its frames.
  Mask labels(const std::string& uid) {
    Mask made = Mask::Zero(rows_, columns_);
    for (int i = 0; i < frames(); ++i)
      if (source_uid(i) == uid) made += pixels(i) * static_cast<std::uint8_t>(segment(i));
    return made;
  }

 private:
  Uint16 rows_ = 0, columns_ = 0;
};

LabelledSeries with_header(DcmDataset& dataset) {
  LabelledSeries series = sample::labelled_series();
  series.header = std::make_shared<const std::string>(sample::part10(dataset));
  return series;
}

void clear(LabelledSeries& series, std::uint8_t label) {
  for (auto& image : series.images)
    image.labels = (image.labels == label).select(Mask::Zero(5, 7), image.labels);
}

}  // namespace

TEST(SegmentationDicom, GivesBackTheLabelsOfEveryImage) {
  const LabelledSeries series = sample::labelled_series();
  Segmentation read(series);
  ASSERT_EQ(read.frames(), 6);
  for (const auto& image : series.images)
    EXPECT_TRUE((read.labels(image.source.sop_instance_uid) == image.labels).all())
        << image.source.sop_instance_uid;
}

TEST(SegmentationDicom, IsBinaryWithOneBitAPixel) {
  Segmentation read(sample::labelled_series());
  EXPECT_EQ(read.text(DCM_SOPClassUID), UID_SegmentationStorage);
  EXPECT_EQ(read.text(DCM_Modality), "SEG");
  EXPECT_EQ(read.text(DCM_SegmentationType), "BINARY");
  EXPECT_EQ(read.text(DCM_BitsAllocated), "1");
  EXPECT_EQ(read.text(DCM_HighBit), "0");
  DcmElement* pixels = nullptr;
  read.dataset().findAndGetElement(DCM_PixelData, pixels);
  EXPECT_EQ(pixels->getLength(), 28u) << "6 frames of 35 bits, an even number of bytes";
}

TEST(SegmentationDicom, NamesAndCodesBothSegments) {
  Segmentation read(sample::labelled_series());
  ASSERT_EQ(read.items(DCM_SegmentSequence), 2u);
  DcmItem& myocardium = read.item(DCM_SegmentSequence, 0);
  DcmItem& blood = read.item(DCM_SegmentSequence, 1);
  EXPECT_EQ(ReadBack::text(myocardium, DCM_SegmentLabel), "LV myocardium");
  EXPECT_EQ(ReadBack::code(myocardium, DCM_SegmentedPropertyTypeCodeSequence), "49848007 SCT");
  EXPECT_EQ(ReadBack::text(blood, DCM_SegmentLabel), "LV blood pool");
  EXPECT_EQ(ReadBack::code(blood, DCM_SegmentedPropertyTypeCodeSequence), "87878005 SCT");
  EXPECT_EQ(ReadBack::code(blood, DCM_SegmentedPropertyCategoryCodeSequence), "123037004 SCT");
  EXPECT_EQ(ReadBack::text(blood, DCM_SegmentAlgorithmType), "AUTOMATIC");
  EXPECT_EQ(ReadBack::text(blood, DCM_SegmentAlgorithmName), "qcd, heart");
  EXPECT_TRUE(blood.tagExistsWithValue(DCM_RecommendedDisplayCIELabValue));
}

TEST(SegmentationDicom, OrdersFramesBySegmentThenAlongTheNormal) {
  Segmentation read(sample::labelled_series());
  for (int i = 0; i < read.frames(); ++i) EXPECT_EQ(read.index(i), (std::vector{1 + i / 3, 1 + i % 3})) << i;
  EXPECT_EQ(read.source_uid(0), "1.2.3.10.3");
  EXPECT_EQ(read.source_uid(2), "1.2.3.10.1");
  EXPECT_EQ(read.source_uid(3), "1.2.3.10.3");
}

TEST(SegmentationDicom, CountsPositionsEvenWhereTwoImagesShareOne) {
  LabelledSeries series = sample::labelled_series();
  for (auto& image : series.images) image.source.geometry.position_mm = {1, 2, 3};
  Segmentation read(series);
  EXPECT_EQ(read.index(2), (std::vector{1, 3}));
  EXPECT_EQ(read.source_uid(0), "1.2.3.10.1");
}

TEST(SegmentationDicom, SaysWhereItsFramesLie) {
  const LabelledSeries series = sample::labelled_series();
  Segmentation read(series);
  DcmItem& shared = read.item(DCM_SharedFunctionalGroupsSequence);
  EXPECT_EQ(ReadBack::text(ReadBack::item(shared, DCM_PixelMeasuresSequence), DCM_PixelSpacing), "2\\1.5");
  Float64 cosine = 0, x = 0;
  ReadBack::item(shared, DCM_PlaneOrientationSequence)
      .findAndGetFloat64(DCM_ImageOrientationPatient, cosine, 3);
  EXPECT_NEAR(cosine, sample::oblique().column_direction[0], 1e-12);
  ReadBack::item(read.groups(0), DCM_PlanePositionSequence).findAndGetFloat64(DCM_ImagePositionPatient, x);
  EXPECT_NEAR(x, series.images[2].source.geometry.position_mm[0], 1e-9);
}

TEST(SegmentationDicom, HasNoFrameForAnImageWithoutTheSegment) {
  LabelledSeries series = sample::labelled_series();
  series.images[1].labels.setZero();
  clear(series, 2);
  Segmentation read(series);
  ASSERT_EQ(read.frames(), 2);
  EXPECT_EQ(read.source_uid(0), "1.2.3.10.3");
  EXPECT_EQ(read.index(1), (std::vector{1, 2})) << "indices without a gap";
  EXPECT_EQ(read.items(DCM_SegmentSequence), 2u);
}

TEST(SegmentationDicom, HasOneEmptyFrameASegmentWhereNothingWasFound) {
  LabelledSeries series = sample::labelled_series();
  clear(series, 1);
  clear(series, 2);
  Segmentation read(series);
  ASSERT_EQ(read.frames(), 2);
  EXPECT_EQ(read.segment(0), 1);
  EXPECT_EQ(read.segment(1), 2);
  EXPECT_EQ(read.source_uid(1), "1.2.3.10.1");
  EXPECT_FALSE(read.pixels(0).any() || read.pixels(1).any());
}

TEST(SegmentationDicom, NamesEverySourceImageOfTheSeries) {
  LabelledSeries series = sample::labelled_series();
  series.images[1].labels.setZero();
  Segmentation read(series);
  DcmItem& referenced = read.item(DCM_ReferencedSeriesSequence);
  EXPECT_EQ(ReadBack::text(referenced, DCM_SeriesInstanceUID), "1.2.3.10");
  ASSERT_EQ(ReadBack::items(referenced, DCM_ReferencedInstanceSequence), 3u);
  EXPECT_EQ(ReadBack::text(ReadBack::item(referenced, DCM_ReferencedInstanceSequence, 1),
                           DCM_ReferencedSOPInstanceUID),
            "1.2.3.10.2");
  EXPECT_EQ(ReadBack::code(read.source(0), DCM_PurposeOfReferenceCodeSequence), "121322 DCM");
  EXPECT_FALSE(read.source(0).tagExists(DCM_ReferencedFrameNumber)) << "a source of one frame";
}

TEST(SegmentationDicom, NamesTheFramesOfAMultiFrameSource) {
  const auto dataset = sample::scanner_dataset();
  dataset->putAndInsertString(DCM_SOPClassUID, UID_EnhancedMRImageStorage);
  dataset->putAndInsertString(DCM_NumberOfFrames, "3");
  LabelledSeries series = with_header(*dataset);
  for (int i = 0; i < 3; ++i) {
    series.images[i].source.sop_class_uid = UID_EnhancedMRImageStorage;
    series.images[i].source.sop_instance_uid = "1.2.3.10.1";
    series.images[i].source.frame_index = i;
  }
  Segmentation read(series);
  EXPECT_EQ(ReadBack::text(read.source(0), DCM_ReferencedFrameNumber), "3");
  EXPECT_EQ(ReadBack::text(read.source(0), DCM_ReferencedSOPClassUID), UID_EnhancedMRImageStorage);
  EXPECT_EQ(ReadBack::items(read.item(DCM_ReferencedSeriesSequence), DCM_ReferencedInstanceSequence), 1u);
}

TEST(SegmentationDicom, NamesNoFrameOfAnInstanceThatHasOne) {
  const auto dataset = sample::scanner_dataset();
  dataset->putAndInsertString(DCM_NumberOfFrames, "1");
  Segmentation read(with_header(*dataset));
  EXPECT_FALSE(read.source(0).tagExists(DCM_ReferencedFrameNumber));
}

TEST(SegmentationDicom, KeepsPatientStudyDatesAndFrameOfReference) {
  Segmentation read(sample::labelled_series());
  EXPECT_EQ(read.text(DCM_PatientID), "SYN-1");
  EXPECT_EQ(read.text(DCM_StudyInstanceUID), "1.2.3");
  EXPECT_EQ(read.text(DCM_FrameOfReferenceUID), "1.2.3.99");
  EXPECT_EQ(read.text(DCM_ContentDate), "20180709");
  EXPECT_EQ(read.text(DCM_ContentTime), "152354");
}

TEST(SegmentationDicom, DropsHowTheImagesWereAcquired) {
  Segmentation read(sample::labelled_series());
  for (const auto& tag : {DCM_ScanningSequence, DCM_EchoTime, DCM_InversionTime, DCM_ContrastBolusAgent,
                          DCM_SliceLocation, DcmTagKey(0x0019, 0x1008)})
    EXPECT_FALSE(read.dataset().tagExists(tag)) << tag.toString();
}

TEST(SegmentationDicom, DropsWhatTheSourceLeavesEmpty) {
  const auto dataset = sample::scanner_dataset();
  DcmItem* step = nullptr;
  dataset->findOrCreateSequenceItem(DCM_ReferencedPerformedProcedureStepSequence, step);
  dataset->findAndDeleteSequenceItem(DCM_ReferencedPerformedProcedureStepSequence, 0);
  dataset->putAndInsertString(DCM_Laterality, "");
  ASSERT_TRUE(dataset->tagExists(DCM_ReferencedPerformedProcedureStepSequence));
  Segmentation read(with_header(*dataset));
  EXPECT_FALSE(read.dataset().tagExists(DCM_ReferencedPerformedProcedureStepSequence));
  EXPECT_FALSE(read.dataset().tagExists(DCM_Laterality));
  EXPECT_TRUE(read.dataset().tagExists(DCM_AccessionNumber)) << "has to be there, if only empty";
}

TEST(SegmentationDicom, IsMadeByThisSoftwareForResearchOnly) {
  Segmentation read(sample::labelled_series());
  EXPECT_EQ(read.text(DCM_Manufacturer), "cmrt1");
  EXPECT_EQ(read.text(DCM_SoftwareVersions), "0.3.0");
  EXPECT_EQ(read.text(DCM_ContentDescription), "2 of 3 images flagged: to be looked at");
  EXPECT_EQ(read.text(DCM_ImageComments),
            "Research use only, not for diagnosis. 2 of 3 images flagged: to be looked at");
  EXPECT_EQ(read.text(DCM_DerivationDescription),
            "Left ventricle segmented by qcd, heart 1.0. 2 of 3 images flagged: to be looked at");
}

TEST(SegmentationDicom, SaysInItsDescriptionWhetherItIsFlagged) {
  LabelledSeries flagged = sample::labelled_series();
  flagged.flagged = true;
  Segmentation plain(sample::labelled_series()), marked(flagged);
  EXPECT_EQ(plain.text(DCM_SeriesDescription), "ShMOLLI_192i_QCDSEG");
  EXPECT_EQ(marked.text(DCM_SeriesDescription), "ShMOLLI_192i_QCDSEG_FLAGGED");
  EXPECT_EQ(plain.text(DCM_SeriesNumber), "1205");
  EXPECT_NE(plain.text(DCM_SeriesInstanceUID), marked.text(DCM_SeriesInstanceUID));
}

TEST(SegmentationDicom, KeepsTheFlagOfALongDescription) {
  const auto dataset = sample::scanner_dataset();
  dataset->putAndInsertString(DCM_SeriesDescription, std::string(64, 'x').c_str());
  LabelledSeries series = with_header(*dataset);
  series.flagged = true;
  EXPECT_EQ(Segmentation(series).text(DCM_SeriesDescription), std::string(49, 'x') + "_QCDSEG_FLAGGED");
}

TEST(SegmentationDicom, FitsLongNotesIntoTheirAttributes) {
  LabelledSeries series = sample::labelled_series();
  series.note = std::string(2000, 'n');
  series.algorithm = std::string(100, 'a');
  Segmentation read(series);
  EXPECT_EQ(read.text(DCM_ContentDescription).size(), 64u);
  EXPECT_EQ(read.text(DCM_DerivationDescription).size(), 1024u);
  EXPECT_EQ(ReadBack::text(read.item(DCM_SegmentSequence), DCM_SegmentAlgorithmName).size(), 64u);
}

TEST(SegmentationDicom, MakesUpWhatASourceWithoutPatientDatesAndFrameOfReferenceLacks) {
  const auto dataset = sample::scanner_dataset();
  for (const auto& tag :
       {DCM_PatientID, DCM_PatientName, DCM_StudyDate, DCM_StudyTime, DCM_SeriesDate, DCM_AcquisitionDate,
        DCM_ContentDate, DCM_ContentTime, DCM_FrameOfReferenceUID, DCM_LossyImageCompression})
    dataset->findAndDeleteElement(tag);
  Segmentation read(with_header(*dataset));
  EXPECT_TRUE(read.dataset().tagExists(DCM_PatientID)) << "empty";
  EXPECT_EQ(read.text(DCM_ContentDate), "19000101");
  EXPECT_EQ(read.text(DCM_ContentTime), "000000");
  EXPECT_EQ(read.text(DCM_LossyImageCompression), "00");
  EXPECT_TRUE(is_valid_uid(read.text(DCM_FrameOfReferenceUID)));
}

TEST(SegmentationDicom, TakesTheAcquisitionsDateWhereTheContentHasNone) {
  const auto dataset = sample::scanner_dataset();
  dataset->putAndInsertString(DCM_ContentDate, "");
  Segmentation read(with_header(*dataset));
  EXPECT_EQ(read.text(DCM_ContentDate), "20180709");
  EXPECT_EQ(read.text(DCM_ContentTime), "152342");
}

TEST(SegmentationDicom, IsTheSameInEveryRun) {
  EXPECT_EQ(segmentation_dicom(sample::labelled_series()), segmentation_dicom(sample::labelled_series()));
}

TEST(SegmentationDicom, ChangesItsUidWithTheLabelsAndItsSeriesWithTheFingerprint) {
  LabelledSeries other_labels = sample::labelled_series(), other_options = sample::labelled_series();
  other_labels.images[1].labels(0, 0) = 0;
  other_labels.images[1].labels(0, 1) = 0;
  other_options.fingerprint += "|other";
  Segmentation read(sample::labelled_series()), labels(other_labels), options(other_options);
  EXPECT_TRUE(is_valid_uid(read.text(DCM_SeriesInstanceUID)));
  EXPECT_NE(read.text(DCM_SOPInstanceUID), labels.text(DCM_SOPInstanceUID));
  EXPECT_EQ(read.text(DCM_SeriesInstanceUID), labels.text(DCM_SeriesInstanceUID));
  EXPECT_NE(read.text(DCM_SeriesInstanceUID), options.text(DCM_SeriesInstanceUID));
  EXPECT_NE(read.text(DCM_SOPInstanceUID), options.text(DCM_SOPInstanceUID));
}

TEST(SegmentationDicom, RefusesImagesOfDifferentOrientation) {
  LabelledSeries series = sample::labelled_series();
  std::swap(series.images[2].source.geometry.row_direction,
            series.images[2].source.geometry.column_direction);
  EXPECT_THROW(segmentation_dicom(series), CaseError);
}

TEST(SegmentationDicom, RefusesLabelsThatDoNotFitTheirImage) {
  LabelledSeries series = sample::labelled_series();
  series.images[1].labels = Mask::Zero(7, 5);
  EXPECT_THROW(segmentation_dicom(series), std::invalid_argument);
  series.images.clear();
  EXPECT_THROW(segmentation_dicom(series), std::invalid_argument);
}

TEST(SegmentationDicom, RefusesASourceHeaderThatIsNotDicom) {
  LabelledSeries series = sample::labelled_series();
  series.header = std::make_shared<const std::string>("not DICOM");
  EXPECT_THROW(segmentation_dicom(series), CaseError);
}
