#include "cmrt1/write/result_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "support/record.h"

using namespace cmrt1;
using nlohmann::json;

TEST(ResultJson, NamesInputsByUidWithTheirInversionTimes) {
  const json result = json::parse(result_json(sample::record()));
  ASSERT_EQ(result["inputs"].size(), 7u);
  EXPECT_EQ(result["inputs"][3]["inversion_time_ms"], 1100);
  EXPECT_EQ(result["inputs"][3]["inversion_time_source"], to_string(InversionTimeSource::inversion_time));
  EXPECT_EQ(result["inputs"][3]["magnitude_uid"], "1.2.3.10.4");
  EXPECT_EQ(result["inputs"][3]["phase_uid"], "1.2.3.11.4");
}

TEST(ResultJson, HoldsQualityAndPixelCounts) {
  const json result = json::parse(result_json(sample::record()));
  EXPECT_EQ(result["status"], "ok");
  EXPECT_EQ(result["quality"]["before"]["r2_median"], 0.93);
  EXPECT_EQ(result["quality"]["after"]["r2_median"], 0.985);
  EXPECT_EQ(result["quality"]["min_jacobian"], 0.8);
  EXPECT_EQ(result["pixels"][to_string(FitStatus::below_signal_floor)], 25);
  EXPECT_EQ(result["versions"]["cmrt1"], "0.1.0");
}

TEST(ResultJson, SaysWhichCandidatesThereWereAndWhichNetwork) {
  const json result = json::parse(result_json(sample::record()));
  EXPECT_EQ(result["method"], "auto");
  EXPECT_EQ(result["method_used"], "network+model");
  ASSERT_EQ(result["candidates"].size(), 2u);
  EXPECT_EQ(result["candidates"][0]["method"], "network");
  EXPECT_EQ(result["candidates"][1]["after"]["r2_median"], 0.985);
  EXPECT_EQ(result["network"]["sha256"], std::string(64, 'a'));
  EXPECT_EQ(result["quality"]["agreement_mm"], 0.5);
}

TEST(ResultJson, NamesNoNetworkWhereNoneTookPart) {
  SeriesRecord record = sample::record();
  record.result.network.reset();
  EXPECT_TRUE(json::parse(result_json(record))["network"].is_null());
}

TEST(ResultJson, WritesUndefinedFiguresAsNull) {
  SeriesRecord record = sample::record();
  record.result.after.r2_median = std::nan("");
  const std::string text = result_json(record);
  EXPECT_TRUE(json::parse(text)["quality"]["after"]["r2_median"].is_null());
  EXPECT_EQ(text.find("NaN"), std::string::npos);
}

TEST(ResultJson, LeavesOutWhatMayNameAPerson) {
  SeriesRecord record = sample::record();
  record.series.description = "Smith heart";
  record.series.magnitude[0].source.path = "/data/Smith/IM1";
  EXPECT_EQ(result_json(record).find("Smith"), std::string::npos);
  const json kept = json::parse(result_json(record, {.keep_identifiers = true}));
  EXPECT_EQ(kept["series_description"], "Smith heart");
  EXPECT_EQ(kept["inputs"][0]["magnitude_file"], "/data/Smith/IM1");
}

TEST(ResultJson, DiffersBetweenRunsInTheTimingsAlone) {
  SeriesRecord first = sample::record(), second = sample::record();
  second.timings_s["fit"] = 0.07;
  json a = json::parse(result_json(first)), b = json::parse(result_json(second));
  EXPECT_NE(a, b);
  a.erase("timings_s");
  b.erase("timings_s");
  EXPECT_EQ(a, b);
}

TEST(ResultJson, SurvivesTextThatIsNotUtf8) {
  SeriesRecord record = sample::record();
  record.series.warnings = {"bad \xff byte"};
  EXPECT_TRUE(json::accept(result_json(record)));
}
