// Damaged copies of a real or made image: whatever the bytes are, scan and load answer without crashing.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <gtest/gtest.h>

#include <random>

#include "cmrt1/base/error.h"
#include "cmrt1/dicom/load.h"
#include "support/dicom_factory.h"
#include "support/scan_one.h"
#include "support/temporary_folder.h"

using namespace cmrt1;
namespace fs = std::filesystem;

namespace {

std::string flip_bytes(std::string bytes, std::mt19937& random, std::size_t within) {
  const int count = 1 + static_cast<int>(random() % 8);
  for (int i = 0; i < count; ++i) bytes[random() % within] = static_cast<char>(random());
  return bytes;
}

/// Scans and loads; true where it ended with a result or one of the errors that are reported.
bool answers(const fs::path& folder) {
  try {
    for (const Study& study : scan_one(folder).studies) {
      for (const Series& series : study.series) {
        try {
          load(series);
        } catch (const CaseError& error) {
          if (error.reason().empty()) return false;
        }
      }
    }
  } catch (const Error&) {
  }
  return true;
}

}  // namespace

TEST(Mutation, FiveHundredDamagedCopiesOfOneImageAreAnswered) {
  const TemporaryFolder folder;
  const auto files = write_series(folder.path());
  const std::string good = read_bytes(files[0]);
  std::mt19937 random(20261122);
  for (int i = 0; i < 500; ++i) {
    const std::string damaged =
        i % 2 == 0 ? flip_bytes(good, random, good.size() - 1536) : good.substr(0, random() % good.size());
    write_bytes(files[0], damaged);
    ASSERT_TRUE(answers(folder.path())) << i;
  }
}

TEST(Mutation, DamagedCompressedImagesAreAnswered) {
  std::mt19937 random(7);
  for (const E_TransferSyntax syntax : {EXS_RLELossless, EXS_DeflatedLittleEndianExplicit}) {
    const TemporaryFolder folder;
    answers(folder.path());  // registers the decoders
    DcmRLEEncoderRegistration::registerCodecs();
    const auto files = write_series(folder.path(), {}, {}, syntax);
    const std::string good = read_bytes(files[0]);
    for (int i = 0; i < 100; ++i) {
      write_bytes(files[0], flip_bytes(good, random, good.size()));
      ASSERT_TRUE(answers(folder.path())) << i;
    }
    DcmRLEEncoderRegistration::cleanup();
  }
}

TEST(Mutation, DamagedCopiesOfAPhantomImageAreAnswered) {
  const fs::path source = fs::path(CMRT1_SOURCE_DIR) / "../shared/data/shmolli_phantom/ShMOLLI_192i_e11_12";
  if (!fs::exists(source)) GTEST_SKIP() << source << " is not there";
  const TemporaryFolder folder;
  for (const auto& entry : fs::directory_iterator(source))
    fs::copy(entry.path(), folder.path() / entry.path().filename());
  const fs::path victim = folder.path() / "IM-0001-0003.dcm";
  const std::string good = read_bytes(victim);
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    write_bytes(victim, i % 2 == 0 ? flip_bytes(good, random, 6000) : good.substr(0, random() % good.size()));
    ASSERT_TRUE(answers(folder.path())) << i;
  }
}

TEST(Mutation, EveryOddFileIsAnswered) {
  const fs::path folder = fs::path(CMRT1_SOURCE_DIR) / "../shared/data/odd_dicom";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not there";
  EXPECT_TRUE(answers(folder));
  for (const auto& entry : fs::directory_iterator(folder)) EXPECT_TRUE(answers(entry.path())) << entry.path();
}
