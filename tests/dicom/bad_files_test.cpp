// Inputs that are no whole DICOM files: each gets its stated answer and spares the rest.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmrt1/base/error.h"
#include "support/dicom_factory.h"
#include "support/scan_one.h"
#include "support/temporary_folder.h"

using namespace cmrt1;
namespace fs = std::filesystem;

namespace {

/// A nest of `depth` undefined-length sequences in implicit little endian.
std::string nested_sequences(int depth) {
  const std::string sequence("\x40\x00\x55\xa0\xff\xff\xff\xff", 8);
  const std::string item("\xfe\xff\x00\xe0\xff\xff\xff\xff", 8);
  std::string bytes;
  for (int i = 0; i < depth; ++i) bytes += sequence + item;
  return bytes;
}

/// A file with preamble and a meta header that states implicit little endian, followed by `dataset`.
std::string implicit_file(const std::string& dataset) {
  const std::string uid("1.2.840.10008.1.2\0", 18);
  const std::string meta = std::string("\x02\x00\x10\x00UI\x12\x00", 8) + uid;
  const std::string length =
      std::string("\x02\x00\x00\x00UL\x04\x00", 8) + std::string("\x1a\x00\x00\x00", 4);
  return std::string(128, '\0') + "DICM" + length + meta + dataset;
}

/// (0008,0016) SOP Class UID, MR Image Storage, implicit little endian.
std::string sop_class() {
  const std::string uid("1.2.840.10008.5.1.4.1.1.4\0", 26);
  return std::string("\x08\x00\x16\x00\x1a\x00\x00\x00", 8) + uid;
}

/// Root reads every folder: for the lifetime of this object such a process is nobody.
class WithoutPrivileges {
 public:
  WithoutPrivileges() : user_(::geteuid()) {
    if (user_ == 0 && ::seteuid(65534) != 0) throw std::runtime_error("cannot become nobody");
  }
  ~WithoutPrivileges() {
    if (user_ == 0 && ::seteuid(0) != 0) std::abort();
  }

 private:
  uid_t user_;
};

bool failed_with(const ScanResult& result, const std::string& reason) {
  return std::any_of(result.skipped.begin(), result.skipped.end(),
                     [&](const SkippedFile& file) { return file.failed_case && file.reason == reason; });
}

}  // namespace

TEST(BadFiles, AnEmptyFolderIsNoInput) {
  const TemporaryFolder folder;
  EXPECT_THROW(scan_one(folder.path()), NoInputError);
}

TEST(BadFiles, AMissingFolderIsNoInput) { EXPECT_THROW(scan_one("/nonexistent/study"), NoInputError); }

TEST(BadFiles, AnUnreadableFolderIsAnInputOutputError) {
  const TemporaryFolder folder;
  write_series(folder.path());
  fs::permissions(folder.path(), fs::perms::none);
  const WithoutPrivileges user;
  EXPECT_THROW(scan_one(folder.path()), IoError);
}

TEST(BadFiles, AnUnreadableFolderWithinTheInputFailsAndSparesTheRest) {
  const TemporaryFolder folder;
  write_series(folder.path());
  write_series(folder.path() / "closed");
  fs::permissions(folder.path(), fs::perms::all);
  fs::permissions(folder.path() / "closed", fs::perms::none);
  const WithoutPrivileges user;
  const ScanResult result = scan_one(folder.path());
  EXPECT_TRUE(failed_with(result, "unreadable_folder"));
  EXPECT_EQ(only_series(result).reason, "");
}

TEST(BadFiles, AFileThatIsNoDicomGivenAsFolderIsAUsageError) {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "notes.txt", "nothing to see");
  write_bytes(folder.path() / "empty", "");
  EXPECT_THROW(scan_one(folder.path() / "notes.txt"), UsageError);
  EXPECT_THROW(scan_one(folder.path() / "empty"), UsageError);
}

TEST(BadFiles, FilesThatAreNotDicomAreSkippedAndCounted) {
  const TemporaryFolder folder;
  write_series(folder.path());
  write_bytes(folder.path() / "notes.txt", "nothing to see");
  write_bytes(folder.path() / "short", "x");
  write_bytes(folder.path() / "bytes", std::string("\x08\x00\x05\x00garbage that begins like a dataset", 36));
  const ScanResult result = scan_one(folder.path());
  EXPECT_EQ(count_skipped(result, "not_dicom"), 3);
  EXPECT_EQ(only_series(result).reason, "");
}

TEST(BadFiles, ADicomdirIsSkippedAndCounted) {
  const fs::path file = fs::path(CMRT1_SOURCE_DIR) / "../shared/data/odd_dicom/DICOMDIR-empty.dcm";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not there";
  const TemporaryFolder folder;
  write_series(folder.path());
  fs::copy_file(file, folder.path() / "DICOMDIR");
  const ScanResult result = scan_one(folder.path());
  EXPECT_EQ(count_skipped(result, "dicomdir"), 1);
  EXPECT_EQ(only_series(result).reason, "");
}

TEST(BadFiles, AReportIsSkippedAsNoImage) {
  const TemporaryFolder folder;
  write_series(folder.path());
  DcmFileFormat report;
  set(*report.getDataset(), DCM_SOPClassUID, UID_BasicTextSRStorage);
  set(*report.getDataset(), DCM_SOPInstanceUID, "1.2.3.77");
  ASSERT_TRUE(report.saveFile((folder.path() / "report").c_str(), EXS_LittleEndianExplicit).good());
  EXPECT_EQ(count_skipped(scan_one(folder.path()), "not_an_image"), 1);
}

TEST(BadFiles, AZeroByteFileIsSkippedAndCounted) {
  const TemporaryFolder folder;
  write_series(folder.path());
  write_bytes(folder.path() / "empty.dcm", "");
  const ScanResult result = scan_one(folder.path());
  EXPECT_EQ(count_skipped(result, "empty_file"), 1);
  EXPECT_EQ(only_series(result).reason, "");
}

TEST(BadFiles, ANamedPipeIsSkipped) {
  const TemporaryFolder folder;
  write_series(folder.path());
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(count_skipped(scan_one(folder.path()), "not_a_file"), 1);
}

TEST(BadFiles, TruncatedPixelDataFailsItsSeries) {
  const TemporaryFolder folder;
  const auto files = write_series(folder.path());
  write_bytes(files[3], read_bytes(files[3]).substr(0, fs::file_size(files[3]) - 200));
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.reason, "truncated_pixel_data");
  EXPECT_EQ(series.magnitude.size(), 7u);
}

TEST(BadFiles, TruncatedPixelDataOutsideAnySeriesIsAFailedFile) {
  const TemporaryFolder folder;
  SeriesSpec spec;
  spec.description = "cine";
  const auto files = write_series(folder.path(), spec,
                                  [](DcmDataset& d, int) { d.findAndDeleteElement(DCM_InversionTime); });
  write_bytes(files[0], read_bytes(files[0]).substr(0, fs::file_size(files[0]) - 200));
  EXPECT_TRUE(failed_with(scan_one(folder.path()), "truncated_pixel_data"));
}

TEST(BadFiles, ATruncatedHeaderFails) {
  const TemporaryFolder folder;
  const auto files = write_series(folder.path());
  write_bytes(files[0], read_bytes(files[0]).substr(0, 400));
  const ScanResult result = scan_one(folder.path());
  EXPECT_TRUE(failed_with(result, "unreadable_header"));
  EXPECT_EQ(only_series(result).reason, "shmolli_needs_7_images");
}

TEST(BadFiles, AFileWithoutPreambleAndMetaHeaderIsAcceptedWhereItParses) {
  const TemporaryFolder folder;
  for (int i = 0; i < 7; ++i) {
    const auto file = make_image({}, i);
    const std::string path = (folder.path() / std::to_string(i)).string();
    const auto syntax = i % 2 == 0 ? EXS_LittleEndianExplicit : EXS_LittleEndianImplicit;
    ASSERT_TRUE(file->getDataset()->saveFile(path.c_str(), syntax).good());
  }
  const Series series = only_series(folder.path());
  EXPECT_EQ(series.reason, "");
  EXPECT_EQ(series.magnitude.size(), 7u);
}

TEST(BadFiles, AValueLengthBeyondTheFileFailsWithoutAllocatingIt) {
  const TemporaryFolder folder;
  const std::string huge = std::string("\x10\x00\x20\x00\xf0\xff\xff\xff", 8) + "id";
  write_bytes(folder.path() / "huge", implicit_file(sop_class() + huge));
  EXPECT_TRUE(failed_with(scan_one(folder.path()), "unreadable_header"));
}

TEST(BadFiles, DeeplyNestedSequencesFailWithoutOverflowingTheStack) {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "nested", implicit_file(sop_class() + nested_sequences(500000)));
  EXPECT_TRUE(failed_with(scan_one(folder.path()), "nested_too_deep"));
}

TEST(BadFiles, OrdinaryNestingIsRead) {
  const TemporaryFolder folder;
  write_series(folder.path(), {}, [](DcmDataset& dataset, int) {
    DcmItem* item = &dataset;
    for (int depth = 0; depth < 20; ++depth) item->findOrCreateSequenceItem(DCM_ContentSequence, item, 0);
  });
  EXPECT_EQ(only_series(folder.path()).reason, "");
}
