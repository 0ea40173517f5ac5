#include "cmrt1/batch/cohort_report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <memory>

#include "cmrt1/write/cohort_html.h"
#include "cmrt1/write/cohort_table.h"
#include "support/temporary_folder.h"

namespace cmrt1 {
namespace {

/// A cohort's folder that is filled table by table.
class MadeCohort {
 public:
  MadeCohort& with(const std::string& table, const std::string& text) {
    std::filesystem::create_directories((folder_->path() / table).parent_path());
    std::ofstream(folder_->path() / table, std::ios::binary) << text;
    return *this;
  }
  Cohort read() const { return read_cohort(folder_->path()); }

 private:
  std::unique_ptr<TemporaryFolder> folder_ = std::make_unique<TemporaryFolder>();
};

constexpr const char* kMoco =
    "study_uid,series_uid,series_key,status,flag,reason,message,corrected,r2_median_before,r2_median_after,"
    "motion_before_mm,motion_after_mm,folder\n"
    "1.1,1.1.1,k,ok,,,,yes,0.90,0.96,4,0.2,1.1/k\n"
    "1.1,1.1.2,l,flagged,low_r2;motion_left,,,no,0.8,0.8,6,6,1.1/l\n"
    "1.1,1.1.3,m,failed,,phase_missing,/home/Doe/x.dcm,,,,,,\n"
    "1.2,1.2.1,n,ok,,,,yes,0.9,0.99,1,0.1,1.2/n\n"
    ",,,failed,,unreadable_header,/home/Doe/y.dcm,,,,,,\n";

constexpr const char* kQcd =
    "input,slice,study_uid,series_uid,sop_instance_uid,kind,status,predicted_dice,flag,reasons,t1_mean_ms,"
    "t1_pixels,folder,overlay,message\n"
    "a,0,1.1,1.1.7,1.1.7.1,t1_map,ok,0.9,false,,1200,300,1.1/1.1.7,1.1/1.1.7/overlay_000.png,\n"
    "b,0,1.1,1.1.8,1.1.8.1,t1_map,flagged,0.6,true,off_centre,1300,100,1.1/1.1.8,1.1/1.1.8/overlay_000.png,\n"
    "c,0,1.1,1.1.9,1.1.9.1,t1_map,ok,0.9,false,,1400,500,1.1/1.1.9,1.1/1.1.9/overlay_000.png,\n"
    "d,0,1.1,1.1.5,1.1.5.1,other,ok,0.9,false,,7,500,1.1/1.1.5,1.1/1.1.5/overlay_000.png,\n";

constexpr const char* kLandmarks =
    "input,slice,study_uid,series_uid,sop_instance_uid,status,confidence,level,reasons,folder,overlay\n"
    "a,3,1.1,1.1.7,1.1.7.1,ok,0.8,basal,,1.1/1.1.7,1.1/1.1.7/overlay_003.png\n"
    "b,0,1.1,1.1.8,1.1.8.1,ok,0.7,mid,,1.1/1.1.8,x\n"
    "c,0,1.1,1.1.9,1.1.9.1,ok,0.9,mid,,1.1/1.1.9,x\n";

constexpr const char* kSegments =
    "input,slice,study_uid,series_uid,segment,quantity,unit,mean,pixels,boundary_px\n"
    "a,3,1.1,1.1.7,1,T1,ms,1190,10,\"1 2;3 4\"\n"
    "b,0,1.1,1.1.8,1,T1,ms,1220,20,\n"
    "b,0,1.1,1.1.8,8,,,,,\n"
    "c,0,1.1,1.1.9,8,T1,ms,1390,20,\n";

constexpr const char* kDt1 =
    "pair,status,reasons,study_uid,rest_series_key,stress_series_key,stress_sop_instance_uid,stress_slice,"
    "dice_after,"
    "dt1_mean_percent,dt1_pixels,dt1_error_percent,folder,overlay\n"
    "p,ok,,1.1,r,s,1.1.9.1,0,0.93,5,100,1,1.1/p,1.1/p/overlay.png\n"
    "q,flagged,low_overlap,1.1,r,s,1.1.99.1,0,0.6,8,300,2,1.1/q,1.1/q/overlay.png\n"
    "u,unpaired,no_stress_map,1.2,r,,,,,,,,,\n";

constexpr const char* kDt1Segments =
    "pair,study_uid,segment,quantity,mean,pixels\np,1.1,16,dT1,4,10\nq,1.1,16,dT1,7,20\nq,1.1,17,dT1,7,20\n";

MadeCohort whole() {
  MadeCohort made;
  made.with("t1moco/summary.csv", kMoco).with("qcdseg/qcd.csv", kQcd);
  made.with("ahalandmarks/landmarks.csv", kLandmarks).with("ahalandmarks/segments.csv", kSegments);
  made.with("dt1map/summary.csv", kDt1).with("dt1map/segments.csv", kDt1Segments);
  return made;
}

TEST(CohortReport, ASubjectIsAStudyOfAllTables) {
  const Cohort cohort = whole().read();
  EXPECT_TRUE(cohort.missing.empty());
  ASSERT_EQ(cohort.subjects.size(), 2u);
  const CohortSubject& one = cohort.subjects[0];
  EXPECT_EQ(one.study_uid, "1.1");
  EXPECT_EQ(one.counts[0].ok, 1u);
  EXPECT_EQ(one.counts[0].flagged, 1u);
  EXPECT_EQ(one.counts[0].failed, 1u);
  EXPECT_EQ(one.counts[1].items(), 4u);
  EXPECT_EQ(one.counts[2].items(), 3u);
  EXPECT_EQ(one.counts[3].items(), 2u);
  EXPECT_EQ(one.corrected_series, 1u);
  EXPECT_EQ(one.status(), SubjectStatus::failed);
  EXPECT_DOUBLE_EQ(one.figures.r2, 0.88);
  EXPECT_DOUBLE_EQ(one.figures.r2_lowest, 0.8);
  EXPECT_DOUBLE_EQ(one.figures.motion_before_mm, 5);
  EXPECT_DOUBLE_EQ(one.figures.motion_after_largest_mm, 6);
  EXPECT_DOUBLE_EQ(one.figures.predicted_dice_lowest, 0.6);
  EXPECT_DOUBLE_EQ(one.figures.landmark_confidence_lowest, 0.7);
  EXPECT_DOUBLE_EQ(one.figures.dt1_percent, (5 * 100 + 8 * 300) / 400.0);
  EXPECT_DOUBLE_EQ(one.figures.dt1_segments_percent[15], 6);
}

TEST(CohortReport, T1IsToldByLevelAndByStressOfItsImage) {
  const CohortFigures figures = whole().read().subjects[0].figures;
  EXPECT_DOUBLE_EQ(figures.t1_rest.mean_ms, (1200 * 300 + 1300 * 100) / 400.0);
  EXPECT_DOUBLE_EQ(figures.t1_rest.basal_ms, 1200);
  EXPECT_DOUBLE_EQ(figures.t1_rest.mid_ms, 1300);
  EXPECT_TRUE(std::isnan(figures.t1_rest.apical_ms));
  EXPECT_DOUBLE_EQ(figures.t1_stress.mean_ms, 1400);
  EXPECT_DOUBLE_EQ(figures.t1_stress.mid_ms, 1400);
  EXPECT_DOUBLE_EQ(figures.t1_rest_segments_ms[0], 1210);
  EXPECT_TRUE(std::isnan(figures.t1_rest_segments_ms[7]));
  EXPECT_DOUBLE_EQ(figures.t1_stress_segments_ms[7], 1390);
}

TEST(CohortReport, ImagesOfOneObjectAreToldApartByTheirPlace) {
  MadeCohort made;
  made.with("qcdseg/qcd.csv",
            "slice,study_uid,sop_instance_uid,kind,status,t1_mean_ms,t1_pixels\n"
            "0,1.1,9,t1_map,ok,1100,10\n1,1.1,9,t1_map,ok,1200,10\n");
  made.with("dt1map/summary.csv",
            "pair,status,study_uid,stress_sop_instance_uid,stress_slice\np,ok,1.1,9,1\nq,ok,1.1,9,2\n");
  const CohortFigures figures = made.read().subjects[0].figures;
  EXPECT_DOUBLE_EQ(figures.t1_rest.mean_ms, 1100);
  EXPECT_DOUBLE_EQ(figures.t1_stress.mean_ms, 1200);
}

TEST(CohortReport, ReasonsAreCountedByRowAndSubject) {
  const Cohort cohort = whole().read();
  const auto rows_of = [&](const char* status, const char* reason) {
    for (const auto& one : cohort.reasons)
      if (one.reason.status == status && one.reason.reason == reason)
        return std::pair(one.rows, one.subjects);
    return std::pair<std::size_t, std::size_t>(0, 0);
  };
  EXPECT_EQ(rows_of("flagged", "low_r2"), std::pair(1ul, 1ul));
  EXPECT_EQ(rows_of("flagged", "motion_left"), std::pair(1ul, 1ul));
  EXPECT_EQ(rows_of("failed", "phase_missing"), std::pair(1ul, 1ul));
  EXPECT_EQ(rows_of("unpaired", "no_stress_map"), std::pair(1ul, 1ul));
  EXPECT_EQ(rows_of("failed", "unreadable_header"), std::pair(1ul, 0ul));  // a file of no study
  EXPECT_EQ(cohort.homeless[0].failed, 1u);
  EXPECT_EQ(cohort.subjects[1].status(), SubjectStatus::ok);  // a map without partner is no fault
}

TEST(CohortReport, FlaggedCasesShowTheirPictures) {
  const Cohort cohort = whole().read();
  ASSERT_EQ(cohort.cases.size(), 3u);
  EXPECT_EQ(cohort.cases[0].picture, "t1moco/1.1/l/overview.png");
  EXPECT_EQ(cohort.cases[0].note, "R² 0.8");
  EXPECT_EQ(cohort.cases[1].picture, "qcdseg/1.1/1.1.8/overlay_000.png");
  EXPECT_EQ(cohort.cases[2].picture, "dt1map/1.1/q/overlay.png");
}

TEST(CohortReport, NoPictureLiesOutsideTheCohort) {
  MadeCohort made;
  made.with("qcdseg/qcd.csv",
            "study_uid,status,reasons,overlay\n1,flagged,a,../../x.png\n1,flagged,a,/etc/"
            "x.png\n1,flagged,a,b/../../../x\n"
            "1,flagged,a,javascript:x\n1,flagged,a,'-scan/overlay_000.png\n");
  const Cohort cohort = made.read();
  ASSERT_EQ(cohort.cases.size(), 2u);
  EXPECT_EQ(cohort.cases[0].picture, "qcdseg/-scan/overlay_000.png");
  EXPECT_EQ(cohort.cases[1].picture, "qcdseg/javascript:x");
}

TEST(CohortReport, MissingTablesAreNamedAndLeaveTheirCellsEmpty) {
  MadeCohort made;
  made.with("qcdseg/qcd.csv", kQcd);
  const Cohort cohort = made.read();
  EXPECT_EQ(cohort.tables, std::vector<std::string>{"qcdseg/qcd.csv"});
  EXPECT_EQ(cohort.missing.size(), 5u);
  EXPECT_DOUBLE_EQ(cohort.subjects[0].figures.t1_rest.mean_ms,
                   (1200 * 300 + 1300 * 100 + 1400 * 500) / 900.0);
  EXPECT_TRUE(std::isnan(cohort.subjects[0].figures.t1_rest.mid_ms));
  EXPECT_TRUE(std::isnan(cohort.subjects[0].figures.r2));
  EXPECT_FALSE(cohort.present[0]);
  EXPECT_NE(cohort_html(cohort).find("Not there: t1moco/summary.csv"), std::string::npos);
}

TEST(CohortReport, SegmentsWithoutTheirImagesCountAsRest) {
  MadeCohort made;
  made.with("qcdseg/qcd.csv", kQcd).with("ahalandmarks/segments.csv", kSegments);
  EXPECT_DOUBLE_EQ(made.read().subjects[0].figures.t1_rest_segments_ms[7], 1390);
}

TEST(CohortReport, RefusesWhatIsNoCohort) {
  EXPECT_THROW(MadeCohort().read(), NoInputError);
  EXPECT_THROW(MadeCohort().with("qcdseg/qcd.csv", "a,b\n1,2\n").read(), UsageError);
  EXPECT_THROW(MadeCohort().with("qcdseg/qcd.csv", "").read(), UsageError);
}

TEST(CohortReport, ATableWithoutRowsGivesACohortWithoutSubjects) {
  MadeCohort made;
  made.with("qcdseg/qcd.csv", "study_uid,status\n");
  EXPECT_TRUE(made.read().subjects.empty());
  EXPECT_NE(cohort_html(made.read()).find("0 subjects"), std::string::npos);
}

TEST(CohortReport, NiftiFilesAreSubjectsByTheirResultsFolder) {
  MadeCohort made;
  made.with(
      "qcdseg/qcd.csv",
      "input,slice,study_uid,kind,status,t1_mean_ms,t1_pixels,folder\n/x/s.nii,0,,t1_map,ok,1200,10,s\n");
  made.with("ahalandmarks/landmarks.csv",
            "input,slice,study_uid,series_uid,status,confidence,level,folder\n/x/s.nii,0,,,ok,0.7,mid,s\n");
  made.with(
      "ahalandmarks/segments.csv",
      "input,slice,study_uid,series_uid,segment,quantity,unit,mean,pixels\n/x/s.nii,0,,,7,T1,ms,1210,5\n");
  made.with("dt1map/summary.csv",
            "pair,status,study_uid,rest_series_key,stress_series_key,stress_slice,dt1_mean_percent,dt1_"
            "pixels,folder\n"
            "s,ok,,s,s,0,5,10,s\n");
  const Cohort cohort = made.read();
  ASSERT_EQ(cohort.subjects.size(), 1u);
  EXPECT_EQ(cohort.subjects[0].key, "s");
  EXPECT_EQ(cohort.subjects[0].figures.t1_rest.mid_ms, 1200);
  EXPECT_EQ(cohort.subjects[0].figures.t1_rest_segments_ms[6], 1210);
  EXPECT_EQ(cohort.subjects[0].figures.dt1_percent, 5);
}

/// Ten thousand studies of three images; `turned` gives the rows from the last to the first.
std::string many_rows(bool turned) {
  std::string text =
      "slice,study_uid,sop_instance_uid,kind,status,predicted_dice,reasons,t1_mean_ms,t1_pixels,overlay\n";
  for (int i = 0; i < 30000; ++i) {
    const int row = turned ? 29999 - i : i;
    const std::string study = "1.2.840." + std::to_string(100000 + row / 3), image = std::to_string(row);
    const bool flagged = row % 50 == 0;
    text += "0," + study + "," + study + "." + image + ",t1_map," + (flagged ? "flagged" : "ok") + ",0." +
            std::to_string(700 + row % 251) + "," + (flagged ? "off_centre" : "") + "," +
            std::to_string(1100 + row % 211) + "." + std::to_string(row % 10) + "," +
            std::to_string(300 + row % 97) + "," + study + "/overlay_" + image + ".png\n";
  }
  return text;
}

TEST(CohortReport, TenThousandStudiesGiveARowEachWhateverTheOrderOfRows) {
  MadeCohort made, turned;
  made.with("qcdseg/qcd.csv", many_rows(false));
  turned.with("qcdseg/qcd.csv", many_rows(true));
  const Cohort cohort = made.read();
  EXPECT_EQ(cohort.subjects.size(), 10000u);
  EXPECT_EQ(cohort.cases.size(), 600u);
  EXPECT_EQ(cohort_table(cohort).rows.size(), 10000u);
  EXPECT_EQ(cohort_table(cohort).rows, cohort_table(turned.read()).rows);
  const std::string page = cohort_html(cohort);
  EXPECT_EQ(page, cohort_html(turned.read()));
  EXPECT_LT(page.size(), 3u << 20);
}

}  // namespace
}  // namespace cmrt1
