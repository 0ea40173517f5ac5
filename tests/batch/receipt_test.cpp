#include "cmrt1/batch/receipt.h"

#include <gtest/gtest.h>

#include <fstream>

#include "cmrt1/base/file_hash.h"
#include "support/temporary_folder.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

/// A result in a folder, made from one image and a mask.
struct Result {
  TemporaryFolder folder;
  fs::path result = folder.path() / "out" / "study" / "series";
  CaseInputs inputs;
  SeriesOutcome outcome;

  Result() {
    fs::create_directories(result);
    write(result / "t1.dcm", "map");
    write(folder.path() / "image.dcm", "pixels");
    write(folder.path() / "mask.nii", "labels");
    inputs.folder = "study/series";
    Frame frame;
    frame.source.path = folder.path() / "image.dcm";
    frame.sop_instance_uid = "1.2.3";
    inputs.add("image", frame);
    inputs.add("mask", folder.path() / "mask.nii");
    outcome.note = "series: 1 ok";
    outcome.ok = 1;
    outcome.rows["qcd.csv"] = {{image(), "0", "a \"quoted\", cell", ""}, {image(), "1", "", "x"}};
  }
  std::string image() const { return (folder.path() / "image.dcm").string(); }
  Fingerprint now(const std::string& version = "1") const {
    ContentHashes hashes;
    return {{"version", version}, {"inputs", fingerprint_of(inputs, hashes)}};
  }
  void sign() const { write_receipt(result, inputs, now(), outcome); }
  std::optional<SeriesOutcome> kept() const { return kept_outcome(result, inputs, now()); }
};

TEST(Receipt, GivesBackTheRowsOfTheResult) {
  Result made;
  made.sign();
  const auto kept = made.kept();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->rows, made.outcome.rows);
  EXPECT_EQ(kept->note, made.outcome.note);
  EXPECT_EQ(kept->ok, 1);
  EXPECT_EQ(kept->failed, 0);
}

TEST(Receipt, IsNotThereBeforeTheResultIsSigned) { EXPECT_FALSE(Result().kept()); }

TEST(Receipt, DoesNotHoldForAnotherVersion) {
  Result made;
  made.sign();
  EXPECT_FALSE(kept_outcome(made.result, made.inputs, made.now("2")));
}

TEST(Receipt, DoesNotHoldForOtherBytesOfAnInput) {
  for (const char* input : {"image.dcm", "mask.nii"}) {
    Result made;
    made.sign();
    write(made.folder.path() / input, "others");
    EXPECT_FALSE(made.kept()) << input;
  }
}

TEST(Receipt, DoesNotHoldForAnotherInstanceFactOrMask) {
  Result made;
  made.sign();
  Result other;
  other.inputs.facts.push_back("neighbour at 10");
  EXPECT_NE(made.now().at("inputs"), other.now().at("inputs"));
  Result without;
  without.inputs.files.pop_back();
  EXPECT_NE(made.now().at("inputs"), without.now().at("inputs"));
}

TEST(Receipt, HoldsWhereTheCohortWasMovedAndNamesTheNewPlace) {
  Result made;
  made.sign();
  const fs::path moved = made.folder.path() / "moved.dcm";
  fs::rename(made.image(), moved);
  made.inputs.files.front().source.path = moved;
  const auto kept = made.kept();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->rows.at("qcd.csv")[0][0], moved.string());
}

TEST(Receipt, DoesNotHoldWhereAFileOfTheResultIsMissingOrCut) {
  Result made;
  made.sign();
  write(made.result / "t1.dcm", "ma");
  EXPECT_FALSE(made.kept());
  fs::remove(made.result / "t1.dcm");
  EXPECT_FALSE(made.kept());
}

TEST(Receipt, DoesNotDependOnTimings) {
  Result made;
  const auto receipt = [&](const char* json) {
    write(made.result / "result.json", json);
    made.sign();
    std::ifstream stream(made.result / kReceiptFile);
    return std::string((std::istreambuf_iterator<char>(stream)), {});
  };
  EXPECT_EQ(receipt("{\"timings_s\": 1}"), receipt("{\"timings_s\": 1.25}"));
  fs::remove(made.result / "result.json");
  EXPECT_FALSE(made.kept());
}

TEST(Receipt, ThatIsBrokenCountsAsNone) {
  Result made;
  made.sign();
  const auto size = fs::file_size(made.result / kReceiptFile);
  for (const auto cut : {std::uintmax_t{0}, size / 2, size - 3}) {
    made.sign();
    fs::resize_file(made.result / kReceiptFile, cut);
    EXPECT_FALSE(made.kept()) << cut;
  }
  for (const char* text : {"[]", "{}", "null", R"({"format":"cmrt1-receipt","made_from":7})"}) {
    write(made.result / kReceiptFile, text);
    EXPECT_FALSE(made.kept()) << text;
  }
}

TEST(Receipt, IsNotWrittenWhereAnImageFailed) {
  Result made;
  made.outcome.failed = 1;
  made.sign();
  EXPECT_FALSE(fs::exists(made.result / kReceiptFile));
}

TEST(Receipt, NamesNoPath) {
  Result made;
  made.sign();
  std::ifstream stream(made.result / kReceiptFile);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  EXPECT_EQ(text.find(made.folder.path().string()), std::string::npos);
}

TEST(ContentHash, OfAFileIsItsSha256) {
  const TemporaryFolder folder;
  write(folder.path() / "x", "abc");
  EXPECT_EQ(content_hash(folder.path() / "x"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(content_hash(folder.path() / "none"), "unreadable");
}

TEST(ContentHash, OfAFolderDependsOnNamesAndContents) {
  const TemporaryFolder folder;
  write(folder.path() / "a", "1");
  const std::string before = content_hash(folder.path());
  write(folder.path() / "b", "1");
  const std::string two = content_hash(folder.path());
  EXPECT_NE(before, two);
  write(folder.path() / "b", "2");
  EXPECT_NE(two, content_hash(folder.path()));
}

}  // namespace
}  // namespace cmrt1
