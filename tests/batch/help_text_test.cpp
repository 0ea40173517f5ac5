#include "cmrt1/batch/help_text.h"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace cmrt1 {
namespace {

struct HelpText : testing::Test {
  HelpText() { app.formatter(help_formatter()); }
  bool has(const std::string& lines) const { return app.help().find(lines) != std::string::npos; }
  CLI::App app{"Does something.", "program"};
  std::string text = "x";
  std::vector<std::string> texts;
  int number = 7;
  bool flag = false;
};

TEST_F(HelpText, NamesValuesAndDefaultsBesideTheText) {
  app.add_option("-o,--output", text, "Folder for the results")->type_name("FOLDER");
  app.add_option("--number", number, "How many")
      ->check(CLI::Range(0, 9))
      ->capture_default_str()
      ->type_name("N");
  app.add_flag("--list", flag, "Look only");
  EXPECT_TRUE(has("\n  -o, --output FOLDER         Folder for the results\n")) << app.help();
  EXPECT_TRUE(has("\n      --number N              How many (default: 7)\n")) << app.help();
  EXPECT_TRUE(has("\n      --list                  Look only\n")) << app.help();
}

TEST_F(HelpText, ShowsChoicesAsASet) {
  app.add_option("--level", text, "Level")->check(CLI::IsMember({"basal", "mid"}));
  EXPECT_TRUE(has("\n      --level {basal,mid}     Level\n")) << app.help();
}

TEST_F(HelpText, PutsTheTextBelowANameThatIsTooLong) {
  app.add_option("--a-name-that-is-too-long", text, "Text")->type_name("VALUE");
  EXPECT_TRUE(has("\n      --a-name-that-is-too-long VALUE\n                              Text\n"))
      << app.help();
}

TEST_F(HelpText, MarksWhatMayBeGivenSeveralTimes) {
  app.add_option("INPUT", texts, "Files")->required();
  app.add_option("--ti", texts, "Times")->delimiter(',')->allow_extra_args(false)->type_name("MS,MS,...");
  EXPECT_TRUE(has("\nUsage: program [OPTIONS] INPUT...\n")) << app.help();
  EXPECT_TRUE(has("\n  INPUT...                    Files\n")) << app.help();
  EXPECT_TRUE(has("\n      --ti MS,MS,...          Times\n")) << app.help();
}

TEST(Wrapped, BreaksAtSpacesAndKeepsLongWordsWhole) {
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrapped("a muchlongerword b", 5), "a\nmuchlongerword\nb");
  EXPECT_EQ(wrapped("", 5), "");
}

}  // namespace
}  // namespace cmrt1
