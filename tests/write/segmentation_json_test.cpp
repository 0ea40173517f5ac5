#include "cmrt1/write/segmentation_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/segmentation_record.h"

using namespace cmrt1;
using nlohmann::json;

namespace {

json sample_json(bool keep_identifiers = false) {
  return json::parse(segmentation_json(sample::segmentation_record(), keep_identifiers));
}

}  // namespace

TEST(SegmentationJson, SaysWhatWasSegmentedAndWithWhat) {
  const json found = sample_json();
  EXPECT_EQ(found["format"], "cmrt1-segmentation");
  EXPECT_EQ(found["format_version"], 1);
  EXPECT_EQ(found["study_uid"], "1.2.3");
  EXPECT_EQ(found["series_uid"], "1.2.3.20");
  EXPECT_EQ(found["kind"], "t1_map");
  EXPECT_EQ(found["threshold"], 0.7);
  EXPECT_EQ(found["interval_level"], 0.9);
  EXPECT_EQ(found["labels"]["1"], "LV myocardium");
  EXPECT_EQ(found["networks"][0]["name"], "qcd");
  EXPECT_EQ(found["networks"][1]["sha256"], std::string(64, 'b'));
  EXPECT_EQ(found["quality_model_sha256"], std::string(64, 'c'));
  EXPECT_EQ(found["versions"]["cmrt1"], "0.3.0");
}

TEST(SegmentationJson, SaysHowTheCandidatesAgreeAndWhatIsPredictedOfEach) {
  const json image = sample_json()["images"][0];
  EXPECT_EQ(sample_json()["candidates"].size(), kCandidates);
  EXPECT_EQ(sample_json()["candidates"][6], "votes_1");
  EXPECT_EQ(image["winner"], "votes_6");
  EXPECT_EQ(image["predicted_dice"].size(), kCandidates);
  EXPECT_EQ(image["predicted_dice"]["polar"],
            (json{{"value", 0.5}, {"low", 0.375}, {"high", 0.625}, {"with_heart", 0.75}}));
  for (const std::string& kind : evidence_names()) ASSERT_EQ(image["evidence"][kind].size(), kCandidates);
  EXPECT_EQ(image["evidence"]["other_scales"][3], 0.5);
  EXPECT_EQ(image["evidence"]["whole_image"][3], 0.25);
  EXPECT_EQ(image["evidence"]["judge"][3], 0.75);
  ASSERT_EQ(image["agreement"].size(), kCandidates);
  for (std::size_t i = 0; i < kCandidates; ++i) {
    ASSERT_EQ(image["agreement"][i].size(), kCandidates);
    EXPECT_EQ(image["agreement"][i][i], 1);
    EXPECT_EQ(image["agreement"][i][3], image["agreement"][3][i]);
  }
}

TEST(SegmentationJson, MeasuresTheMyocardium) {
  const json image = sample_json()["images"][0];
  EXPECT_GT(image["areas_mm2"]["myocardium"], 300);
  EXPECT_GT(image["areas_mm2"]["blood_pool"], 300);
  EXPECT_GT(image["wall_thickness_mm"], 4);
  EXPECT_EQ(image["ring_closure"], 1);
  EXPECT_EQ(image["components"], 1);
  EXPECT_NEAR(image["centre_px"][0], 24, 1e-9);
  EXPECT_GT(image["t1"]["pixels"], 100);
  EXPECT_GT(image["t1"]["core_mean_ms"], 400);
}

TEST(SegmentationJson, SaysWhatBecameOfEachImage) {
  const json images = sample_json()["images"];
  ASSERT_EQ(images.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(images[i]["slice"], i);
  EXPECT_EQ(images[0]["status"], "ok");
  EXPECT_EQ(images[0]["flag"], false);
  EXPECT_EQ(images[0]["reasons"], json::array());
  EXPECT_EQ(images[1]["status"], "flagged");
  EXPECT_EQ(images[1]["reasons"], (json{"low_predicted_dice", "open_ring"}));
  EXPECT_EQ(images[2]["status"], "failed");
  EXPECT_EQ(images[2]["flag"], true);
  EXPECT_EQ(images[2]["reasons"], json{"truncated_pixel_data"});
  EXPECT_FALSE(images[2].contains("winner"));
}

TEST(SegmentationJson, HasNullForWhatIsUndefinedWithoutAHeart) {
  const json image = sample_json()["images"][3];
  for (const char* key : {"winner", "wall_thickness_mm", "ring_closure", "centre_px", "centre_offset"})
    EXPECT_TRUE(image[key].is_null()) << key;
  EXPECT_EQ(image["areas_mm2"]["myocardium"], 0);
  EXPECT_EQ(image["t1"]["pixels"], 0);
  EXPECT_TRUE(image["t1"]["mean_ms"].is_null());
  SegmentationRecord record = sample::segmentation_record();
  record.heart.reset();
  EXPECT_TRUE(json::parse(segmentation_json(record))["heart"].is_null());
}

TEST(SegmentationJson, SaysWhereTheHeartWasLookedFor) {
  const json heart = sample_json()["heart"];
  EXPECT_EQ(heart["centre_px"], (json{24, 20}));
  EXPECT_EQ(heart["window_mm"], 90);
  EXPECT_EQ(heart["view_down"], (json{0, 1}));
  EXPECT_EQ(heart["turned_by_right_ventricle"], false);
}

TEST(SegmentationJson, HasNoT1WhereTheImageIsNoMap) {
  SegmentationRecord record = sample::segmentation_record();
  record.series.kind = FrameKind::other;
  EXPECT_TRUE(json::parse(segmentation_json(record))["images"][0]["t1"].is_null());
}

TEST(SegmentationJson, NamesTheDicomImageOfEachSlice) {
  const json image = sample_json()["images"][1];
  EXPECT_EQ(image["sop_instance_uid"], "1.2.3.20.2");
  EXPECT_EQ(image["frame"], 1);
  EXPECT_NEAR(image["position_lps_mm"][2], 28.75, 1e-9);
  EXPECT_FALSE(
      json::parse(segmentation_json(sample::nifti_segmentation_record("")))["images"][0].contains("frame"));
}

TEST(SegmentationJson, NamesPersonsOnRequestAlone) {
  EXPECT_EQ(segmentation_json(sample::segmentation_record()).find("Secret"), std::string::npos);
  EXPECT_EQ(segmentation_json(sample::segmentation_record()).find("/study"), std::string::npos);
  const json kept = sample_json(true);
  EXPECT_EQ(kept["series_description"], "Secret^Person T1MAP");
  EXPECT_EQ(kept["images"][0]["input"], "/study/IM0");
}

TEST(SegmentationJson, IsValidWhateverTheTextInTheSource) {
  SegmentationRecord record = sample::segmentation_record();
  record.series.key = record.series.description = "\xff\"\n";
  EXPECT_NO_THROW(json::parse(segmentation_json(record, true)));
}

TEST(SegmentationJson, PutsWhatDiffersBetweenRunsLast) {
  const std::string text = segmentation_json(sample::segmentation_record());
  SegmentationRecord other = sample::segmentation_record();
  other.timings_s["segment"] = 7;
  const std::string timed = segmentation_json(other);
  const std::size_t timings = text.find("\"timings_s\"");
  EXPECT_EQ(text.substr(0, timings), timed.substr(0, timed.find("\"timings_s\"")));
  EXPECT_EQ(nlohmann::ordered_json::parse(text).items().begin().key(), "format");
  EXPECT_EQ(text.find("\n  \"", timings), std::string::npos) << "no key behind";
}
