#include "cmrt1/write/uid.h"

#include <gtest/gtest.h>

#include "cmrt1/base/text.h"

using namespace cmrt1;

TEST(DerivedUid, IsAValidUidBelowTheUuidRoot) {
  for (const char* content : {"", "a", "a longer text that names the sources"}) {
    const std::string uid = derived_uid(content);
    EXPECT_TRUE(is_valid_uid(uid)) << uid;
    EXPECT_EQ(uid.rfind("2.25.", 0), 0u) << uid;
  }
}

// SHA-256("abc") = ba7816bf 8f01cfea 414140de 5dae2223 ...; as a version 8 UUID
// ba7816bf-8f01-8fea-8141-40de5dae2223.
TEST(DerivedUid, IsTheDecimalValueOfAVersion8Uuid) {
  EXPECT_EQ(derived_uid("abc"), "2.25.247859944228867097191300499870369849891");
}

TEST(DerivedUid, DependsOnTheContentAlone) {
  EXPECT_EQ(derived_uid("series 1"), derived_uid("series 1"));
  EXPECT_NE(derived_uid("series 1"), derived_uid("series 2"));
}
