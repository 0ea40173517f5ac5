#include "cmrt1/batch/private_text.h"

#include <gtest/gtest.h>

#include <vector>

namespace cmrt1 {
namespace {

TEST(WithoutPaths, LeavesNoPathButTellsFilesApart) {
  const std::vector<std::string> paths = {"/data/Doe^Jane/1.dcm", "/data/Doe^Jane/2.dcm"};
  const std::string told = without_paths(paths[0] + " and " + paths[1] + ": as " + paths[0], paths);
  EXPECT_EQ(told.find("Doe"), std::string::npos);
  EXPECT_EQ(told, pseudonym(paths[0]) + " and " + pseudonym(paths[1]) + ": as " + pseudonym(paths[0]));
  EXPECT_NE(pseudonym(paths[0]), pseudonym(paths[1]));
}

TEST(Pseudonym, IsTheBeginningOfTheHashOfThePath) {
  EXPECT_EQ(pseudonym("abc"), "file ba7816bf8f01");  // SHA-256 of abc, FIPS 180-2
}

TEST(WithoutPaths, KeepsWhatNamesNoFile) {
  EXPECT_EQ(without_paths("no phase images", std::vector<std::string>{"", "/a/b"}), "no phase images");
}

}  // namespace
}  // namespace cmrt1
