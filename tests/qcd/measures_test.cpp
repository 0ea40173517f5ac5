#include "cmrt1/qcd/measures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cmrt1 {
namespace {

Geometry grid(double spacing_x_mm = 1, double spacing_y_mm = 1) {
  Geometry geometry;
  geometry.columns = geometry.rows = 100;
  geometry.spacing_x_mm = spacing_x_mm;
  geometry.spacing_y_mm = spacing_y_mm;
  return geometry;
}

/// A ring about (x, y): myocardium between two radii, blood pool within.
LabelMap ring(double x, double y, double inner, double outer) {
  return LabelMap::NullaryExpr(100, 100, [=](auto row, auto column) {
    const double distance = std::hypot(double(column) - x, double(row) - y);
    return distance < inner ? kBloodPool : distance < outer ? kMyocardium : kBackground;
  });
}

const std::map<std::string, Range> limits = {{"myocardium_mm2", {300, 3000}}, {"blood_pool_mm2", {50, 2500}},
                                             {"wall_thickness_mm", {4, 16}},  {"ring_closure", {0.75, 1}},
                                             {"components", {1, 1}},          {"centre_offset", {0, 0.2}}};

std::vector<std::string> flags(const LabelMap& labels) { return rule_flags(measure(labels, grid()), limits); }

bool has(const std::vector<std::string>& all, const char* one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

TEST(Measure, GivesAreasThicknessAndCentreInMm) {
  const auto measures = measure(ring(50, 40, 15, 25), grid(1.5, 1.5));
  EXPECT_NEAR(measures.blood_pool_mm2, 3.14159 * 15 * 15 * 2.25, 30);
  EXPECT_NEAR(measures.myocardium_mm2, 3.14159 * (625 - 225) * 2.25, 50);
  EXPECT_NEAR(measures.wall_thickness_mm, 15, 0.3);
  EXPECT_NEAR(measures.centre_px[0], 50, 0.1);
  EXPECT_NEAR(measures.centre_px[1], 40, 0.1);
  EXPECT_EQ(measures.components, 1);
  EXPECT_DOUBLE_EQ(measures.ring_closure, 1);
  EXPECT_FALSE(measures.touches_border);
}

TEST(RuleFlags, LeaveAnOrdinaryVentricleAlone) { EXPECT_TRUE(flags(ring(50, 50, 15, 24)).empty()); }

TEST(RuleFlags, FireOnEachThingTheyLookFor) {
  EXPECT_TRUE(has(flags(ring(50, 50, 4, 9)), "myocardium_area"));
  EXPECT_TRUE(has(flags(ring(50, 50, 2, 16)), "blood_pool_area"));
  EXPECT_TRUE(has(flags(ring(50, 50, 22, 24)), "wall_thickness"));
  EXPECT_TRUE(has(flags(ring(50, 85, 15, 24)), "cut_by_border"));

  LabelMap open = ring(50, 50, 15, 24);
  open.block(0, 0, 100, 45) = 0;
  EXPECT_TRUE(has(flags(open), "open_ring"));

  LabelMap broken = ring(50, 50, 15, 24);
  broken.block(0, 48, 100, 4) = 2;
  EXPECT_TRUE(has(flags(broken), "fragmented"));

  LabelMap aside = ring(50, 50, 0, 24);
  for (int row = 0; row < 100; ++row)
    for (int column = 0; column < 100; ++column)
      if (std::hypot(column - 60, row - 50) < 10) aside(row, column) = kBloodPool;
  EXPECT_TRUE(has(flags(aside), "off_centre"));
}

TEST(RuleFlags, SayOnlyThatThereIsNoHeartWhereThereIsNone) {
  EXPECT_EQ(flags(LabelMap::Zero(100, 100)), std::vector<std::string>{"no_heart_found"});
}

TEST(T1Statistics, LeaveOutWhatHasNoValue) {
  Pixels t1 = Pixels::Constant(100, 100, 1000);
  const Mask mask = mask_of(ring(50, 50, 10, 30), kMyocardium);
  t1(50, 70) = 0;
  t1(50, 71) = std::nanf("");
  t1(50, 72) = 4000;
  const T1Statistics found = t1_statistics(t1, mask);
  EXPECT_EQ(found.undefined_pixels, 2);
  EXPECT_EQ(found.pixels + 2, (mask != 0).count());
  EXPECT_FLOAT_EQ(found.median_ms, 1000);
  EXPECT_GT(found.mean_ms, 1000);
  EXPECT_FLOAT_EQ(found.robust_mean_ms, 1000);
  EXPECT_GT(found.sd_ms, 10);
  EXPECT_LT(found.core_pixels, found.pixels);
}

TEST(T1Statistics, AreUndefinedOfNothing) {
  const T1Statistics none = t1_statistics(Pixels::Constant(5, 5, 900), Mask::Zero(5, 5));
  EXPECT_EQ(none.pixels, 0);
  EXPECT_TRUE(std::isnan(none.mean_ms) && std::isnan(none.median_ms) && std::isnan(none.core_mean_ms));
}

}  // namespace
}  // namespace cmrt1
