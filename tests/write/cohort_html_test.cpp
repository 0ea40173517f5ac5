#include "cmrt1/write/cohort_html.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "cmrt1/write/cohort_table.h"
#include "write/cohort_text.h"
#include "write/markup.h"

namespace cmrt1 {
namespace {

constexpr const char* kAttack = "</script><img src=x onerror=alert(1)>\"'&";

CohortSubject subject_called(const std::string& key) {
  CohortSubject subject;
  subject.key = subject.study_uid = key;
  subject.counts[0].flagged = 1;
  subject.figures.t1_rest.mean_ms = 1200;
  subject.figures.dt1_segments_percent[6] = 5;
  return subject;
}

Cohort cohort_of(std::size_t subjects) {
  Cohort cohort;
  cohort.present = {true, true, true, false};
  cohort.missing = {"dt1map/summary.csv"};
  for (std::size_t i = 0; i < subjects; ++i) {
    cohort.subjects.push_back(subject_called("1.2.840.113619.2.312.4120.8419247.10." + std::to_string(i)));
    CohortSubject& subject = cohort.subjects.back();
    subject.figures.t1_rest.mean_ms = 1200 + static_cast<double>(i * 7919 % 101);
    if (i % 10) continue;
    subject.reasons = {{CohortProgram::t1moco, "flagged", "low_r2"}};
    cohort.cases.push_back(
        {CohortProgram::t1moco, i, {"low_r2"}, "t1moco/" + subject.key + "/1.2/overview.png", "R² 0.8", 0.8});
  }
  cohort.reasons = {{{CohortProgram::t1moco, "flagged", "low_r2"}, subjects / 10, subjects / 10}};
  return with_outliers(cohort);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
  return times;
}

nlohmann::json data_of(const std::string& page) {
  const std::string start = "<script type=\"application/json\" id=\"data\">";
  const std::size_t from = page.find(start) + start.size();
  return nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from));
}

TEST(CohortText, IsEscapedForWhereItStands) {
  EXPECT_EQ(html_text("<b a=\"1\" c='2'>&\x01\xFF"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;??");
  EXPECT_EQ(json_text("</script>\"\\\n&"), "\"\\u003c/script\\u003e\\\"\\\\?\\u0026\"");
  EXPECT_EQ(link_to("qcdseg/a b#?%\"<é.png"), "qcdseg/a%20b%23%3F%25%22%3C%C3%A9.png");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(shown(-2.345, "%"), "−2.3");
}

TEST(CohortHtml, TextFromTablesIsNeverMarkup) {
  Cohort cohort = cohort_of(20);
  cohort.subjects.push_back(subject_called(kAttack));
  cohort.subjects.back().reasons = {{CohortProgram::t1moco, "flagged", kAttack}};
  cohort.subjects.back().outliers = {{20, 9, 99}};
  cohort.reasons.push_back({{CohortProgram::t1moco, kAttack, kAttack}, 1, 1});
  cohort.cases.push_back(
      {CohortProgram::t1moco, 20, {kAttack}, std::string("t1moco/") + kAttack, kAttack, 0});
  cohort.missing.push_back(kAttack);
  cohort.version = kAttack;
  const std::string page = cohort_html(cohort);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_EQ(count(page, "<script"), 2u);
  EXPECT_EQ(count(page, "</script"), 2u);
  const auto data = data_of(page);
  EXPECT_EQ(data["subjects"][20][0], kAttack);
  EXPECT_EQ(data["cases"].back()[3],
            "t1moco/%3C/script%3E%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E%22%27%26");
}

TEST(CohortHtml, NamesNoAddressToFetch) {
  const std::string page = cohort_html(cohort_of(20));
  EXPECT_FALSE(std::regex_search(
      page, std::regex("(src|href)=\"?(https?:|//|data:)|url\\(['\"]?(https?:|//)|@import")));
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
}

TEST(CohortHtml, SaysWhichTablesAreMissing) {
  const std::string page = cohort_html(cohort_of(20));
  EXPECT_NE(page.find("Not there: dt1map/summary.csv"), std::string::npos);
  EXPECT_NE(page.find("its table is not there"), std::string::npos);
}

TEST(CohortHtml, AnEmptyCohortIsAPageToo) {
  const std::string page = cohort_html({});
  EXPECT_NE(page.find("0 subjects"), std::string::npos);
  EXPECT_EQ(page.find("nan"), std::string::npos);
}

TEST(CohortHtml, TheSameCohortGivesTheSameBytes) {
  EXPECT_EQ(cohort_html(cohort_of(50)), cohort_html(cohort_of(50)));
}

TEST(CohortHtml, TenThousandSubjectsAreDataAndNotMarkup) {
  const std::string few = cohort_html(cohort_of(1000)), many = cohort_html(cohort_of(10000));
  EXPECT_EQ(data_of(many)["subjects"].size(), 10000u);
  EXPECT_EQ(data_of(many)["cases"].size(), 1000u);
  const auto elements = [](const std::string& page) { return static_cast<double>(count(page, "<")); };
  EXPECT_LT(elements(many), 1.3 * elements(few));  // rows are made in the browser, a page at a time
  EXPECT_LT(many.size(), 3u << 20);
}

TEST(CohortTable, LeavesCellsEmptyThatNothingIsKnownOf) {
  const Table table = cohort_table(cohort_of(1));
  const auto cell = [&](const std::string& column) {
    const auto at = std::find(table.columns.begin(), table.columns.end(), column) - table.columns.begin();
    return table.rows.at(0).at(static_cast<std::size_t>(at));
  };
  EXPECT_EQ(cell("t1moco_flagged"), "1");
  EXPECT_EQ(cell("qcdseg_images"), "0");
  EXPECT_EQ(cell("dt1map_pairs"), "");
  EXPECT_EQ(cell("t1_rest_mean_ms"), "1200");
  EXPECT_EQ(cell("t1_stress_mean_ms"), "");
  EXPECT_EQ(cell("dt1_segment_07_mean_percent"), "5");
  EXPECT_EQ(cell("reasons"), "t1moco:low_r2");
  EXPECT_EQ(cell("status"), "flagged");
}

}  // namespace
}  // namespace cmrt1
