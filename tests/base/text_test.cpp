#include "cmrt1/base/text.h"

#include <gtest/gtest.h>

using namespace cmrt1;

TEST(Sha256, MatchesThePublishedExample) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Uid, AcceptsWhatTheStandardAllows) {
  EXPECT_TRUE(is_valid_uid("1.2.840.10008.1.1"));
  EXPECT_TRUE(is_valid_uid("2.25.0"));
}

TEST(Uid, RefusesPathsLengthAndEmptyComponents) {
  for (const char* uid : {"", ".1", "1.", "1..2", "../../x", "1.2/3", "1.2 3"}) EXPECT_FALSE(is_valid_uid(uid)) << uid;
  EXPECT_FALSE(is_valid_uid(std::string(65, '1')));
}

TEST(FileNameFromUid, IsTheUidWhereItIsValid) { EXPECT_EQ(file_name_from_uid("1.2.3"), "1.2.3"); }

TEST(FileNameFromUid, HashesWhatCouldSteerAPath) {
  const std::string name = file_name_from_uid("../../x");
  EXPECT_EQ(name.rfind("hash-", 0), 0u);
  EXPECT_EQ(name.find('/'), std::string::npos);
  EXPECT_NE(name, file_name_from_uid("../../y"));
  EXPECT_LT(file_name_from_uid(std::string(4096, 'x')).size(), 32u);
}

TEST(Trim, RemovesBlanksAndNulsAtBothEnds) { EXPECT_EQ(trim(std::string_view(" \ta b\0", 6)), "a b"); }
