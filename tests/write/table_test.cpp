#include "cmrt1/write/table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include "cmrt1/base/error.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

TEST(Csv, LeavesPlainTextAlone) {
  EXPECT_EQ(csv_text("ShMOLLI_192i"), "ShMOLLI_192i");
  EXPECT_EQ(csv_text(""), "");
}

TEST(Csv, QuotesSeparatorsQuotesAndLineBreaks) {
  EXPECT_EQ(csv_text("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_text("say \"R2\""), "\"say \"\"R2\"\"\"");
  EXPECT_EQ(csv_text("two\nlines"), "\"two\nlines\"");
}

TEST(Csv, DefusesFormulas) {
  EXPECT_EQ(csv_text("=cmd()"), "'=cmd()");
  EXPECT_EQ(csv_text("+1"), "'+1");
  EXPECT_EQ(csv_text("-1"), "'-1");
  EXPECT_EQ(csv_text("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(csv_text("\t=1"), "'\t=1");
  EXPECT_EQ(csv_text("\r=1"), "\"'\r=1\"");
  EXPECT_EQ(csv_text("\n=1"), "\"'\n=1\"");
  EXPECT_EQ(csv_text("=a,b"), "\"'=a,b\"");
}

TEST(Csv, IsUtf8WhateverTheTextIs) { EXPECT_EQ(csv_text("caf\xe9 é"), "caf? é"); }

TEST(Csv, WritesNumbersWithSignificantDigits) {
  EXPECT_EQ(csv_number(0.98765432), "0.987654");
  EXPECT_EQ(csv_number(-12.5), "-12.5");
  EXPECT_EQ(csv_number(1196), "1196");
  EXPECT_EQ(csv_number(1.0 / 3, 3), "0.333");
  EXPECT_EQ(csv_number(-0.0), "0");
}

TEST(Csv, LeavesUndefinedNumbersEmpty) {
  EXPECT_EQ(csv_number(std::nan("")), "");
  EXPECT_EQ(csv_number(std::numeric_limits<double>::infinity()), "");
}

TEST(Csv, WritesAHeaderLineAndOneLineARow) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "summary.csv";
  write_csv({{"series", "t1_ms"}, {{"a", "1"}, {csv_text("b,c"), ""}}}, file);
  std::ifstream stream(file);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_EQ(bytes, "series,t1_ms\na,1\n\"b,c\",\n");
}

TEST(Csv, NamesTheFileThatCannotBeWritten) {
  const std::filesystem::path file = "/proc/cmrt1/summary.csv";
  try {
    write_csv({{"a"}, {}}, file);
    FAIL() << "nothing was thrown";
  } catch (const IoError& error) {
    EXPECT_NE(std::string(error.what()).find(file.string()), std::string::npos) << error.what();
  }
}
