#include "cmrt1/write/dt1_result.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "cmrt1/write/dt1_json.h"
#include "support/dt1_record.h"
#include "support/gunzip.h"
#include "support/nifti_file.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

const std::set<std::string> all_files = {"dt1.nii.gz",
                                         "dt1_status.nii.gz",
                                         "dt1_error.nii.gz",
                                         "registered_stress.nii.gz",
                                         "displacement_mm.nii.gz",
                                         "segments.nii.gz",
                                         "dt1.dcm",
                                         "registered_stress.dcm",
                                         "overlay.png",
                                         "result.json"};

/// The sample from NIfTI files, of which the rest map's has this header.
Dt1Record nifti_record(const std::string& rest_header) {
  Dt1Record record = sample::dt1_record();
  for (PairedMap* map : {&record.rest, &record.stress}) {
    map->dicom_header = nullptr;
    map->nifti_header = rest_header;
    map->frame_of_reference_uid = "";
    map->series.study_uid = map->series.series_uid = "";
    for (Frame& frame : map->series.frames) frame.sop_instance_uid = frame.sop_class_uid = "";
  }
  return record;
}

/// Of a file with this many slices of the sample's size, that lies by a qform alone.
std::string header_with_slices(std::int16_t slices) {
  NiftiFile file({3, sample::columns, sample::rows, slices, 1, 1, 1, 1}, 16);
  return file.pixdim(1.25f, 1.75f, 7).qform({0, 0, 1}, {11, 12, 13}, -1).bytes().substr(0, 348);
}

float voxel(const std::string& bytes, int row, int column) {
  return at<float>(bytes, 352 + sizeof(float) * static_cast<std::size_t>(row * sample::columns + column));
}

}  // namespace

TEST(Dt1Result, WritesEveryFileThatThereIsSomethingFor) {
  const TemporaryFolder folder;
  write_dt1(sample::dt1_record(), folder.path());
  EXPECT_EQ(names_in(folder.path()), all_files);
}

TEST(Dt1Result, LeavesOutWhatIsNotKnown) {
  Dt1Record record = nifti_record(header_with_slices(1));
  record.reactivity.error_percent = Pixels();
  record.segments.reset();
  const TemporaryFolder folder;
  write_dt1(record, folder.path());
  EXPECT_EQ(names_in(folder.path()),
            (std::set<std::string>{"dt1.nii.gz", "dt1_status.nii.gz", "registered_stress.nii.gz",
                                   "displacement_mm.nii.gz", "overlay.png", "result.json"}));
}

TEST(Dt1Result, WritesTheSameBytesInEveryRunOnAnyNumberOfThreads) {
  const TemporaryFolder one, two;
  write_dt1(sample::dt1_record(), one.path(), {false, 1});
  write_dt1(sample::dt1_record(), two.path(), {false, 2});
  for (const std::string& name : all_files)
    EXPECT_TRUE(bytes_of(one.path() / name) == bytes_of(two.path() / name)) << name;
}

TEST(Dt1Result, MapsHoldPercentAndNanWhereUndefined) {
  const TemporaryFolder folder;
  write_dt1(sample::dt1_record(), folder.path());
  const std::string dt1 = gunzip(bytes_of(folder.path() / "dt1.nii.gz"));
  EXPECT_NEAR(voxel(dt1, 20, 17), 6, 1e-4);
  EXPECT_TRUE(std::isnan(voxel(dt1, 0, 20)));
  const std::string status = gunzip(bytes_of(folder.path() / "dt1_status.nii.gz"));
  EXPECT_EQ(status[352 + 20], 4) << "leaves the image";
  EXPECT_EQ(status[352 + 20 * sample::columns + 31], 5) << "folds";
}

TEST(Dt1Result, LiesOnTheAxesOfANiftiFileOfOneSlice) {
  const TemporaryFolder folder;
  const std::string header = header_with_slices(1);
  write_dt1(nifti_record(header), folder.path());
  for (const char* name : {"dt1.nii.gz", "dt1_status.nii.gz", "displacement_mm.nii.gz", "segments.nii.gz"}) {
    const std::string bytes = gunzip(bytes_of(folder.path() / name));
    EXPECT_EQ(bytes.substr(76, 16), header.substr(76, 16)) << name << ": qfac and spacing";
    EXPECT_EQ(bytes.substr(252, 76), header.substr(252, 76)) << name << ": qform and sform";
  }
}

TEST(Dt1Result, WritesTheSliceAloneWhereANiftiFileHasSeveral) {
  const TemporaryFolder one, other;
  write_dt1(nifti_record(header_with_slices(3)), one.path());
  write_dt1(sample::dt1_record(), other.path());
  EXPECT_TRUE(bytes_of(one.path() / "dt1.nii.gz") == bytes_of(other.path() / "dt1.nii.gz"))
      << "where the geometry puts it";
}

TEST(Dt1Result, AStudyHasABullseyeWhereAPairHasSegments) {
  std::vector<Dt1Record> pairs = {sample::dt1_record(), sample::flagged_dt1_record()};
  pairs[1].segments.reset();
  const TemporaryFolder folder, empty;
  write_dt1_study(pairs, folder.path());
  EXPECT_EQ(names_in(folder.path()), (std::set<std::string>{"bullseye.png", "bullseye.svg", "dt1map.json"}));
  const std::string svg = bytes_of(folder.path() / "bullseye.svg");
  EXPECT_NE(svg.find("2 pairs, 1 flagged"), std::string::npos);
  EXPECT_NE(svg.find(">−15</text>"), std::string::npos);
  pairs[0].segments.reset();
  write_dt1_study(pairs, empty.path());
  EXPECT_EQ(names_in(empty.path()), (std::set<std::string>{"dt1map.json"}));
}

TEST(Dt1SegmentMeans, WeighThePairsByPixels) {
  std::vector<Dt1Record> pairs(3, sample::dt1_record());
  for (SegmentStatistics& one : pairs[1].segments->statistics) {
    one.whole.mean = 20;
    one.whole.pixels *= 3;
  }
  pairs[2].segments.reset();
  const double first = pairs[0].segments->statistics[0].whole.mean;
  EXPECT_NEAR(segment_means(pairs)[6], (first + 3 * 20) / 4, 1e-9);
  EXPECT_TRUE(std::isnan(segment_means(pairs)[0])) << "no basal pair";
}

TEST(Dt1Json, HoldsEveryFigureOfThePair) {
  const Json json = Json::parse(dt1_json(sample::dt1_record()));
  EXPECT_EQ(json["format"], "cmrt1-dt1");
  EXPECT_EQ(json["status"], "ok");
  EXPECT_EQ(json["rest"]["sop_instance_uid"], "1.2.3.20.2");
  EXPECT_EQ(json["stress"]["slice"], 1);
  EXPECT_EQ(json["pairing"]["distance_mm"], -1.5);
  EXPECT_EQ(json["pairing"]["same_frame_of_reference"], true);
  EXPECT_EQ(json["pairing"]["trigger_difference_ms"], -120);
  EXPECT_EQ(json["registration"]["method_used"], "network");
  EXPECT_EQ(json["registration"]["trials"].size(), 2u);
  EXPECT_EQ(json["registration"]["dice_after"], 0.875);
  EXPECT_EQ(json["pixels"]["folds"], 2);
  EXPECT_EQ(json["pixels"]["leaves_image"], sample::columns);
  EXPECT_EQ(json["myocardium"]["undefined_pixels"], 2);
  EXPECT_NEAR(json["myocardium"]["mean"], 6, 1e-4);
  EXPECT_EQ(json["segments"].size(), 6u);
  EXPECT_EQ(json["networks"].size(), 2u);
  EXPECT_EQ(json["options"]["floor_ms"], "200");
}

TEST(Dt1Json, SaysWhyAPairIsFlagged) {
  const Json json = Json::parse(dt1_json(sample::flagged_dt1_record()));
  EXPECT_EQ(json["flag"], true);
  EXPECT_EQ(json["reasons"][1], "poor_alignment");
  EXPECT_EQ(json["registration"]["delivered"], false);
}

TEST(Dt1Json, IsNullWhereSomethingIsNotKnown) {
  Dt1Record record = nifti_record(header_with_slices(1));
  record.muscle.reset();
  record.dice_before.reset();
  record.landmarks.reset();
  record.segments.reset();
  record.rest.trigger_time_ms = std::numeric_limits<double>::quiet_NaN();
  const Json json = Json::parse(dt1_json(record));
  for (const char* key : {"myocardium", "landmarks", "segments"}) EXPECT_TRUE(json.at(key).is_null()) << key;
  EXPECT_TRUE(json["registration"]["dice_before"].is_null());
  EXPECT_TRUE(json["pairing"]["same_frame_of_reference"].is_null());
  EXPECT_TRUE(json["pairing"]["trigger_difference_ms"].is_null());
}

TEST(Dt1Json, NamesPathsAndDescriptionsOnlyIfAsked) {
  const std::string usual = dt1_json(sample::dt1_record()), kept = dt1_json(sample::dt1_record(), true);
  for (const char* secret : {"Secret^Person", "/study/IM"}) {
    EXPECT_EQ(usual.find(secret), std::string::npos) << secret;
    EXPECT_NE(kept.find(secret), std::string::npos) << secret;
  }
}
