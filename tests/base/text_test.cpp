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
  for (const char* uid : {"", ".1", "1.", "1..2", "../../x", "1.2/3", "1.2 3"})
    EXPECT_FALSE(is_valid_uid(uid)) << uid;
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

TEST(ValidUtf8, KeepsCharactersAndReplacesOtherBytes) {
  EXPECT_EQ(valid_utf8("R² – 日本 🫀"), "R² – 日本 🫀");
  EXPECT_EQ(valid_utf8("caf\xe9"), "caf?");
  EXPECT_EQ(valid_utf8("\xff\xfe"), "??");
  EXPECT_EQ(valid_utf8("cut \xe6\x97"), "cut ??");
}

TEST(ValidUtf8, RefusesOverlongFormsSurrogatesAndWhatLiesBeyondUnicode) {
  for (const char* text : {"\xc0\xaf", "\xc1\xbf"}) EXPECT_EQ(valid_utf8(text), "??");
  for (const char* text : {"\xe0\x9f\xbf", "\xed\xa0\x80"}) EXPECT_EQ(valid_utf8(text), "???");
  for (const char* text : {"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80"}) EXPECT_EQ(valid_utf8(text), "????");
}

TEST(Printable, HoldsNoControlCharacters) { EXPECT_EQ(printable("a\nb\x1b[31m\x7fé\xe9"), "a?b?[31m?é?"); }

TEST(Shortened, CutsBetweenCharacters) {
  EXPECT_EQ(shortened("aé", 3), "aé");
  EXPECT_EQ(shortened("aé", 2), "a");
  EXPECT_EQ(shortened("é", 1), "");
}
