#include <gtest/gtest.h>

#include <limits>

#include "cmrt1/base/error.h"
#include "support/dicom_factory.h"
#include "support/scan_one.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

namespace {

void remove_inversion_time(DcmDataset& dataset, int) { dataset.findAndDeleteElement(DCM_InversionTime); }

/// Only image 2 is changed.
Series with_one_time(const std::string& ti) {
  const TemporaryFolder folder;
  write_series(folder.path(), {}, [&](DcmDataset& dataset, int index) {
    if (index == 2) set(dataset, DCM_InversionTime, ti);
  });
  return only_series(folder.path());
}

std::vector<double> times(const Series& series) {
  std::vector<double> ms;
  for (const Frame& frame : series.magnitude) ms.push_back(frame.inversion_time_ms);
  return ms;
}

const std::vector<double> kSorted = {100, 180, 260, 1100, 2100, 3100, 4100};

}  // namespace

TEST(InversionTime, IsReadAndSorted) {
  const TemporaryFolder folder;
  write_series(folder.path());
  const Series series = only_series(folder.path());
  EXPECT_EQ(times(series), kSorted);
  EXPECT_EQ(series.magnitude[0].inversion_time_source, InversionTimeSource::inversion_time);
}

TEST(InversionTime, IsTakenFromImageCommentsWhereTheTagIsMissing) {
  const TemporaryFolder folder;
  const SeriesSpec spec;
  write_series(folder.path(), spec, [&](DcmDataset& dataset, int index) {
    remove_inversion_time(dataset, index);
    set(dataset, DCM_ImageComments, "TIeff " + std::to_string(static_cast<int>(spec.ti_ms[index])) + " ms");
  });
  const Series series = only_series(folder.path());
  EXPECT_EQ(times(series), kSorted);
  EXPECT_EQ(series.magnitude[0].inversion_time_source, InversionTimeSource::image_comments);
}

TEST(InversionTime, TagComesBeforeImageComments) {
  const TemporaryFolder folder;
  write_series(folder.path(), {},
               [](DcmDataset& dataset, int) { set(dataset, DCM_ImageComments, "TIeff 77 ms"); });
  EXPECT_EQ(times(only_series(folder.path())), kSorted);
}

TEST(InversionTime, IsTakenFromThePhilipsPrivateTag) {
  const TemporaryFolder folder;
  const SeriesSpec spec;
  write_series(folder.path(), spec, [&](DcmDataset& dataset, int index) {
    remove_inversion_time(dataset, index);
    set(dataset, DCM_Manufacturer, "Philips Medical Systems");
    auto* value = new DcmFloatingPointSingle(DcmTag(0x2005, 0x1572, EVR_FL));
    value->putFloat32(static_cast<Float32>(spec.ti_ms[index]));
    dataset.insert(value);
  });
  const Series series = only_series(folder.path());
  EXPECT_EQ(times(series), kSorted);
  EXPECT_EQ(series.magnitude[0].inversion_time_source, InversionTimeSource::private_philips);
}

TEST(InversionTime, IsReadFromEnhancedMultiFrameObjects) {
  const TemporaryFolder folder;
  write_enhanced(folder.path(), {});
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.reason, "");
  EXPECT_EQ(times(series), kSorted);
  EXPECT_EQ(series.magnitude[1].frame_index, 5);
  EXPECT_EQ(series.magnitude[0].inversion_time_source, InversionTimeSource::inversion_times);
}

TEST(InversionTime, IsTakenFromTheSiemensXaPrivateGroup) {
  const TemporaryFolder folder;
  const SeriesSpec spec;
  write_enhanced(folder.path(), spec, [&](DcmItem& groups, int index) {
    groups.findAndDeleteElement(DCM_MRModifierSequence);
    auto* sequence = new DcmSequenceOfItems(DcmTag(0x0021, 0x11fe, EVR_SQ));
    auto* item = new DcmItem();
    auto* value = new DcmFloatingPointDouble(DcmTag(0x0021, 0x1189, EVR_FD));
    value->putFloat64(spec.ti_ms[index]);
    item->insert(value);
    sequence->append(item);
    groups.insert(sequence);
  });
  const Series series = only_series(folder.path());
  EXPECT_EQ(times(series), kSorted);
  EXPECT_EQ(series.magnitude[0].inversion_time_source, InversionTimeSource::private_siemens_xa);
}

TEST(EnhancedObjects, KeepTheirOwnIdentityWhereAFrameNestsAnother) {
  const TemporaryFolder folder;
  write_enhanced(folder.path(), {}, [](DcmItem& groups, int index) {
    auto* sequence = new DcmSequenceOfItems(DcmTag(0x2005, 0x140f, EVR_SQ));
    auto* item = new DcmItem();
    set(*item, DCM_SOPInstanceUID, "9.9." + std::to_string(index + 1));
    sequence->append(item);
    groups.insert(sequence);
  });
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.reason, "");
  EXPECT_EQ(series.magnitude[0].sop_instance_uid, "1.2.3.12.1");
}

TEST(EnhancedObjects, MayHoldMagnitudeAndPhase) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  const std::vector<double> once = spec.ti_ms;
  spec.ti_ms.insert(spec.ti_ms.end(), once.begin(), once.end());
  write_enhanced(folder.path(), spec, [](DcmItem& groups, int index) {
    DcmItem* type = nullptr;
    groups.findOrCreateSequenceItem(DCM_MRImageFrameTypeSequence, type, 0);
    set(*type, DCM_FrameType, "ORIGINAL\\PRIMARY\\T1\\NONE");
    set(*type, DCM_ComplexImageComponent, index < 7 ? "MAGNITUDE" : "PHASE");
  });
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.reason, "");
  EXPECT_EQ(series.magnitude.size(), 7u);
  ASSERT_EQ(series.phase.size(), 7u);
  EXPECT_EQ(series.phase[0].frame_index, 7);
}

TEST(InversionTime, IsNeverTheTriggerTime) {
  const TemporaryFolder folder;
  write_series(folder.path(), {}, [](DcmDataset& dataset, int index) {
    remove_inversion_time(dataset, index);
    set(dataset, DCM_TriggerTime, std::to_string(100 + 100 * index));
  });
  EXPECT_EQ(only_series(folder.path()).reason, "inversion_time_missing");
}

TEST(InversionTime, MissingFailsAndNamesTheOption) {
  const TemporaryFolder folder;
  write_series(folder.path(), {}, remove_inversion_time);
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.reason, "inversion_time_missing");
  EXPECT_NE(series.message.find("--ti"), std::string::npos);
}

TEST(InversionTime, MissingFromOneImageFails) {
  const TemporaryFolder folder;
  write_series(folder.path(), {}, [](DcmDataset& dataset, int index) {
    if (index == 4) remove_inversion_time(dataset, index);
  });
  EXPECT_EQ(only_series(folder.path()).reason, "inversion_time_missing");
}

TEST(InversionTime, DuplicatedFailsAndNamesTheOption) {
  const Series series = with_one_time("1100");
  EXPECT_EQ(series.reason, "inversion_time_duplicated");
  EXPECT_NE(series.message.find("--ti"), std::string::npos);
}

TEST(InversionTime, BeyondADoubleNotANumberOrNegativeFailsAndNamesTheOption) {
  for (const char* ti : {"1.8e308", "NaN", "-100", "abc"}) {
    const Series series = with_one_time(ti);
    EXPECT_EQ(series.reason, "inversion_time_invalid") << ti;
    EXPECT_NE(series.message.find("--ti"), std::string::npos) << ti;
  }
}

TEST(InversionTime, InSecondsFailsWithAHintAtTheUnit) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  for (double& ti : spec.ti_ms) ti /= 1000;
  write_series(folder.path(), spec);
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.reason, "inversion_time_unit");
  EXPECT_NE(series.message.find("seconds"), std::string::npos);
}

TEST(GivenTimes, AreAssignedByInstanceNumber) {
  const TemporaryFolder folder;
  write_series(folder.path(), {}, remove_inversion_time);
  ScanOptions options;
  options.ti_ms = SeriesSpec{}.ti_ms;
  const Series series = only_series(folder.path(), options);
  EXPECT_EQ(series.reason, "");
  EXPECT_EQ(times(series), kSorted);
  EXPECT_EQ(series.magnitude[1].instance_number, 6);
  EXPECT_EQ(series.magnitude[0].inversion_time_source, InversionTimeSource::command_line);
}

TEST(GivenTimes, MakeASeriesOfImagesThatNothingElseTellsApart) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  spec.description = "heart";
  write_series(folder.path(), spec, remove_inversion_time);
  EXPECT_TRUE(scan_one(folder.path()).studies[0].series.empty());
  ScanOptions options;
  options.ti_ms = spec.ti_ms;
  EXPECT_EQ(only_series(folder.path(), options).reason, "");
}

TEST(GivenTimes, FailWhereTheirNumberIsNotThatOfTheImages) {
  const TemporaryFolder folder;
  write_series(folder.path(), {}, remove_inversion_time);
  ScanOptions options;
  options.ti_ms = {100, 200, 300, 400};
  EXPECT_EQ(only_series(folder.path(), options).reason, "ti_count_mismatch");
}

TEST(GivenTimes, AreNotUsedWhereTheImagesStateThem) {
  const TemporaryFolder folder;
  write_series(folder.path());
  ScanOptions options;
  options.ti_ms = {110, 190, 270, 1110, 2110, 3110, 4110};
  const Series series = only_series(folder.path(), options);
  EXPECT_EQ(times(series), kSorted);
  EXPECT_TRUE(mentions(series.warnings, "--ti"));
}

TEST(GivenTimes, ThatAreNoTimesAreAUsageError) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::vector<double>& ti :
       {std::vector<double>{100, 100}, {100, -1}, {100, nan}, {0.1, 0.18, 4.1}}) {
    ScanOptions options;
    options.ti_ms = ti;
    EXPECT_THROW(scan_one("/tmp", options), UsageError);
  }
}
