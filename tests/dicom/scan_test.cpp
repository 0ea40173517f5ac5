#include "cmrt1/dicom/scan.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include "cmrt1/base/error.h"
#include "cmrt1/dicom/load.h"
#include "support/dicom_factory.h"
#include "support/scan_one.h"
#include "support/temporary_folder.h"

using namespace cmrt1;
namespace fs = std::filesystem;

namespace {

const fs::path kData = fs::path(CMRT1_SOURCE_DIR) / "../shared/data";

SeriesSpec phase_of(SeriesSpec spec) {
  spec.phase = true;
  spec.series_uid += "9";
  ++spec.series_number;
  return spec;
}

enum class Format { zip, tar_gz };

void write_archive(const fs::path& path, Format format, const std::vector<fs::path>& files) {
  archive* writer = archive_write_new();
  if (format == Format::zip) {
    archive_write_set_format_zip(writer);
  } else {
    archive_write_set_format_pax_restricted(writer);
    archive_write_add_filter_gzip(writer);
  }
  ASSERT_EQ(archive_write_open_filename(writer, path.c_str()), ARCHIVE_OK);
  for (const fs::path& file : files) {
    const std::string bytes = read_bytes(file);
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, ("deep/er/" + file.filename().string()).c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    ASSERT_EQ(archive_write_header(writer, entry), ARCHIVE_OK);
    archive_write_data(writer, bytes.data(), bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
}

/// Kinds of the images of a series whose attributes `tweak` changes, by the names of FrameKind.
std::string kind_of(const SeriesSpec& spec, const Tweak& tweak) {
  const TemporaryFolder folder;
  write_series(folder.path(), spec, tweak);
  const ScanResult result = scan_one(folder.path());
  if (!result.studies.at(0).series.empty()) return "series";
  return to_string(result.studies[0].others.at(0).kind);
}

}  // namespace

TEST(Scan, FindsSeriesAtAnyDepth) {
  const TemporaryFolder folder;
  write_series(folder.path() / "a" / "b" / "c");
  write_series(folder.path() / "d", phase_of({}));
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.magnitude.size(), 7u);
  EXPECT_EQ(series.phase.size(), 7u);
}

TEST(Scan, FollowsALinkThatLeadsBackOnlyOnce) {
  const TemporaryFolder folder;
  write_series(folder.path() / "a");
  fs::create_directory_symlink(folder.path(), folder.path() / "a" / "loop");
  EXPECT_EQ(only_series(folder.path()).reason, "");
}

TEST(Scan, TakesSingleFilesAsInput) {
  const TemporaryFolder folder;
  const auto files = write_series(folder.path());
  EXPECT_EQ(only_series(scan(files)).magnitude.size(), 7u);
}

TEST(Scan, ReportsProgress) {
  const TemporaryFolder folder;
  for (int i = 0; i < 10; ++i) {
    SeriesSpec spec;
    spec.series_uid += "." + std::to_string(i);
    spec.series_number = 20 + i;
    write_series(folder.path(), spec);
  }
  ScanOptions options;
  std::vector<int> reports;
  options.progress = [&](int files) { reports.push_back(files); };
  scan_one(folder.path(), options);
  EXPECT_EQ(reports, std::vector<int>{50});
}

TEST(Archives, AreReadInPlaceWhateverTheirName) {
  const TemporaryFolder folder;
  const auto files = write_series(folder.path() / "files");
  const auto images = load(only_series(folder.path() / "files"));
  for (const Format format : {Format::zip, Format::tar_gz}) {
    const fs::path path = folder.path() / "archive_of_some_kind";
    write_archive(path, format, files);
    const Series series = only_series(path);
    EXPECT_EQ(series.reason, "");
    EXPECT_EQ(series.magnitude[0].source.name(), path.string() + "!deep/er/12_0");
    const auto from_archive = load(series);
    for (int i = 0; i < 7; ++i) {
      EXPECT_TRUE((from_archive.magnitude.frames[i] == images.magnitude.frames[i]).all());
    }
  }
}

TEST(Archives, AreReadInsideFolders) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  write_archive(folder.path() / "study.zip", Format::zip, write_series(elsewhere.path()));
  EXPECT_EQ(only_series(folder.path()).magnitude.size(), 7u);
}

TEST(Archives, KeepMembersOfOneNameApart) {
  const TemporaryFolder folder;
  const auto files = write_series(folder.path() / "files");
  std::vector<fs::path> namesakes;
  for (const fs::path& file : files) {
    const fs::path parent = folder.path() / ("of_" + file.filename().string());
    fs::create_directory(parent);
    namesakes.push_back(parent / "image");
    fs::copy_file(file, namesakes.back());
  }
  write_archive(folder.path() / "namesakes", Format::tar_gz, namesakes);
  const auto expected = load(only_series(folder.path() / "files"));
  const auto loaded = load(only_series(folder.path() / "namesakes"));
  for (int i = 0; i < 7; ++i) {
    EXPECT_TRUE((loaded.magnitude.frames[i] == expected.magnitude.frames[i]).all()) << i;
  }
}

TEST(Archives, ThatEndEarlyFailTheCase) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  for (const Format format : {Format::zip, Format::tar_gz}) {
    const fs::path path = folder.path() / "study";
    write_archive(path, format, write_series(elsewhere.path()));
    write_bytes(path, read_bytes(path).substr(0, fs::file_size(path) / 2));
    const ScanResult result = scan_one(path);
    EXPECT_TRUE(std::any_of(result.skipped.begin(), result.skipped.end(), [](const SkippedFile& file) {
      return file.failed_case && file.reason == "unreadable_archive";
    }));
  }
}

TEST(Archives, NestedAndForeignOnesAreSkipped) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  write_archive(elsewhere.path() / "inner.zip", Format::zip, write_series(elsewhere.path()));
  write_archive(folder.path() / "outer.zip", Format::zip, {elsewhere.path() / "inner.zip"});
  write_bytes(folder.path() / "volume.nii.gz", "\x1f\x8b not really compressed");
  EXPECT_THROW(scan_one(folder.path()), NoInputError);
}

TEST(Classify, PhaseAloneFailsWhetherImageTypeOrRescaleTellsIt) {
  for (const char* type : {"ORIGINAL\\PRIMARY\\P", "ORIGINAL\\PRIMARY\\M"}) {
    const TemporaryFolder folder;
    write_series(folder.path(), phase_of({}),
                 [&](DcmDataset& dataset, int) { set(dataset, DCM_ImageType, type); });
    EXPECT_EQ(only_series(folder.path()).reason, "magnitude_missing");
  }
}

TEST(Classify, AScannerMapFedAsRawIsNoSeries) {
  SeriesSpec spec;
  spec.description = "ShMOLLI_192i_T1MAP";
  EXPECT_EQ(kind_of(spec, {}), "t1_map");
  spec.description = "ShMOLLI_192i_FITPARAMS";
  EXPECT_EQ(kind_of(spec, {}), "fit_map");
  spec.description = "heart";
  EXPECT_EQ(kind_of(spec, [](DcmDataset& d, int) { set(d, DCM_ImageType, "DERIVED\\PRIMARY\\T1 MAP\\T1"); }),
            "t1_map");
  EXPECT_EQ(kind_of(spec, [](DcmDataset& d, int) { set(d, DCM_ImageComments, "ShMOLLI T1 Map"); }), "t1_map");
  EXPECT_EQ(kind_of(spec, [](DcmDataset& d, int) { set(d, DCM_ImageComments, "Rsquare*4000 Map"); }),
            "fit_map");
  EXPECT_EQ(kind_of(spec,
                    [](DcmDataset& d, int) {
                      const Uint16 descriptor[] = {256, 0, 16};
                      d.putAndInsertUint16Array(DCM_RedPaletteColorLookupTableDescriptor, descriptor, 3);
                    }),
            "fit_map");
}

TEST(Classify, ADerivedR2MapIsNoSeriesEvenWithGivenTimes) {
  const TemporaryFolder folder;
  write_series(folder.path(), {}, [](DcmDataset& dataset, int) {
    set(dataset, DCM_ImageType, "DERIVED\\PRIMARY\\OTHER\\R2\\MOCO");
    delete dataset.remove(DCM_InversionTime);
  });
  ScanOptions options;
  options.ti_ms = {100, 180, 260, 1100, 2100, 3100, 4100};
  const ScanResult result = scan_one(folder.path(), options);
  EXPECT_TRUE(result.studies.at(0).series.empty());
  EXPECT_EQ(result.studies[0].others.at(0).kind, FrameKind::fit_map);
}

TEST(Classify, CineAndLateEnhancementAreSomethingElse) {
  SeriesSpec spec;
  spec.description = "cine";
  EXPECT_EQ(kind_of(spec, [](DcmDataset& d, int) { d.findAndDeleteElement(DCM_InversionTime); }), "other");
  EXPECT_EQ(kind_of(spec, [](DcmDataset& d, int) { set(d, DCM_InversionTime, "0"); }), "other");
  EXPECT_EQ(kind_of(spec, [](DcmDataset& d, int) { set(d, DCM_InversionTime, "220"); }), "other");
  EXPECT_EQ(kind_of(spec, [](DcmDataset& d, int) { set(d, DCM_ImageType, "ORIGINAL\\PRIMARY\\R"); }),
            "other");
}

TEST(PhaseMatching, NeedsTheSameSliceTimesAndAcquisition) {
  const auto phase_count = [](const SeriesSpec& phase) {
    const TemporaryFolder folder;
    write_series(folder.path() / "magnitude");
    write_series(folder.path() / "phase", phase);
    const ScanResult result = scan_one(folder.path());
    return result.studies[0].series[0].phase.size();
  };
  SeriesSpec elsewhere = phase_of({});
  elsewhere.position_mm[2] += 10;
  SeriesSpec later = phase_of({});
  later.start_time = 130000;
  SeriesSpec other_times = phase_of({});
  other_times.ti_ms[1] += 20;
  EXPECT_EQ(phase_count(phase_of({})), 7u);
  EXPECT_EQ(phase_count(elsewhere), 0u);
  EXPECT_EQ(phase_count(later), 0u);
  EXPECT_EQ(phase_count(other_times), 0u);
}

TEST(PhaseMatching, AnIncompleteSetLeavesAWarning) {
  const TemporaryFolder folder;
  write_series(folder.path());
  fs::remove(write_series(folder.path(), phase_of({}))[3]);
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.reason, "");
  EXPECT_TRUE(series.phase.empty());
  EXPECT_TRUE(mentions(series.warnings, "phase"));
}

TEST(PhaseMatching, GivesEachRepeatItsOwnPhase) {
  const TemporaryFolder folder;
  SeriesSpec later;
  later.series_uid = "1.2.3.20";
  later.series_number = 20;
  later.start_time = 121500;
  for (const SeriesSpec& spec : {SeriesSpec{}, phase_of({}), later, phase_of(later)})
    write_series(folder.path(), spec);
  const Series series = only_series(folder.path());
  ASSERT_EQ(series.phase.size(), 7u);
  EXPECT_EQ(series.phase[0].sop_instance_uid, "1.2.3.209.1");
}

TEST(RealData, PhantomIsOneShmolliSeriesWithPhaseAndTwoMaps) {
  if (!fs::exists(kData / "shmolli_phantom")) GTEST_SKIP() << kData << " is not there";
  const ScanResult result = scan_one(kData / "shmolli_phantom");
  const Series series = only_series(result);
  EXPECT_EQ(series.series_number, 12);
  EXPECT_EQ(series.sequence, Sequence::shmolli);
  EXPECT_EQ(series.phase.size(), 7u);
  ASSERT_EQ(result.studies[0].others.size(), 2u);
  EXPECT_EQ(result.studies[0].others[0].kind, FrameKind::t1_map);
  EXPECT_EQ(result.studies[0].others[1].kind, FrameKind::fit_map);
  EXPECT_EQ(result.studies[0].others[1].frames.size(), 7u);
}

TEST(RealData, PostContrastMolliHasThreeSlicesOfNineImages) {
  if (!fs::exists(kData / "molli_postcontrast")) GTEST_SKIP() << kData << " is not there";
  const ScanResult result = scan_one(kData / "molli_postcontrast");
  ASSERT_EQ(result.studies[0].series.size(), 3u);
  for (const Series& series : result.studies[0].series) {
    EXPECT_EQ(series.sequence, Sequence::molli);
    EXPECT_EQ(series.magnitude.size(), 9u);
    EXPECT_EQ(series.reason, "");
  }
  ASSERT_EQ(result.studies[0].others.size(), 2u);
  EXPECT_EQ(result.studies[0].others[0].kind, FrameKind::other);
  EXPECT_EQ(result.studies[0].others[1].kind, FrameKind::t1_map);
}

TEST(RealData, CineHoldsNoSeries) {
  for (const char* name : {"sunnybrook", "preclinical_sax"}) {
    if (!fs::exists(kData / name)) GTEST_SKIP() << kData / name << " is not there";
    for (const Study& study : scan_one(kData / name).studies) EXPECT_TRUE(study.series.empty());
  }
}

TEST(TriggerTime, IsThatOfEachImage) {
  const TemporaryFolder folder;
  write_series(folder.path(), {.ti_ms = {100, 200, 300, 1000}}, [](DcmDataset& dataset, int index) {
    set(dataset, DCM_TriggerTime, std::to_string(600 + 10 * index));
  });
  const auto frames = scan_one(folder.path()).studies.at(0).series.at(0).magnitude;
  EXPECT_EQ(frames.at(0).trigger_time_ms, 600);
  EXPECT_EQ(frames.at(3).trigger_time_ms, 630);
}

TEST(TriggerTime, IsThatOfEachFrameOfAnEnhancedObject) {
  const TemporaryFolder folder;
  write_enhanced(folder.path(), {}, [](DcmItem& groups, int index) {
    DcmItem* item = nullptr;
    groups.findOrCreateSequenceItem(DCM_CardiacSynchronizationSequence, item, 0);
    item->putAndInsertFloat64(DCM_NominalCardiacTriggerDelayTime, 500 + 10 * index);
  });
  for (const Frame& frame : scan_one(folder.path()).studies.at(0).series.at(0).magnitude)
    EXPECT_EQ(frame.trigger_time_ms, 500 + 10 * frame.frame_index);
}

TEST(TriggerTime, IsNoNumberWhereTheHeaderHasNone) {
  const TemporaryFolder folder;
  write_series(folder.path(), {.ti_ms = {100, 200, 300, 1000}}, [](DcmDataset& dataset, int index) {
    index == 0 ? set(dataset, DCM_TriggerTime, "late") : (void)dataset.findAndDeleteElement(DCM_TriggerTime);
  });
  for (const Frame& frame : scan_one(folder.path()).studies.at(0).series.at(0).magnitude)
    EXPECT_FALSE(std::isfinite(frame.trigger_time_ms));
}
