#include "cmrt1/write/bullseye.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <regex>

#include "support/picture.h"
#include "write/bullseye_plan.h"

using namespace cmrt1;

namespace {

Bullseye sample() {
  Bullseye bullseye{"T1 of the segments", "ms", {ColourMap::viridis, 900, 1300}, {}, "1 of 3 images flagged"};
  for (std::size_t i = 0; i < 16; ++i) bullseye.values[i] = 900 + 25 * static_cast<double>(i);
  bullseye.values[4] = std::numeric_limits<double>::quiet_NaN();
  return bullseye;
}

const SegmentDrawing& drawing(const BullseyePlan& plan, std::size_t number) {
  return plan.segments[number - 1];
}

std::size_t count(const std::string& text, const std::string& piece) {
  std::size_t found = 0;
  for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++found;
  return found;
}

/// Whether every element of `svg` is closed, in the reverse order of the openings.
bool closes_all(const std::string& svg) {
  static const std::regex tag("<(/?)([A-Za-z]+)[^<>]*?(/?)>");
  std::vector<std::string> open;
  for (auto at = std::sregex_iterator(svg.begin(), svg.end(), tag); at != std::sregex_iterator(); ++at) {
    const bool ends = (*at)[1].length() > 0, empty = (*at)[3].length() > 0;
    if (ends && (open.empty() || open.back() != (*at)[2])) return false;
    if (ends) open.pop_back();
    if (!ends && !empty) open.push_back((*at)[2]);
  }
  return open.empty();
}

}  // namespace

TEST(Bullseye, HasAnteriorUpAndTheSeptumLeft) {
  const BullseyePlan plan = plan_of(sample());
  ASSERT_EQ(plan.segments.size(), 16u);
  const double x = drawing(plan, 1).sector.x, y = drawing(plan, 1).sector.y;
  for (const std::size_t anterior : {1u, 7u, 13u}) {
    EXPECT_NEAR(drawing(plan, anterior).label.x, x, 0.01);
    EXPECT_LT(drawing(plan, anterior).label.y, y);
  }
  for (const std::size_t septal : {2u, 3u, 8u, 9u, 14u}) EXPECT_LT(drawing(plan, septal).label.x, x);
  for (const std::size_t lateral : {5u, 6u, 11u, 12u, 16u}) EXPECT_GT(drawing(plan, lateral).label.x, x);
  EXPECT_GT(drawing(plan, 3).label.y, y);  // inferoseptal: below
  EXPECT_GT(drawing(plan, 15).label.y, y);
}

TEST(Bullseye, HasTheBaseOutsideAndTheApexInside) {
  const BullseyePlan plan = plan_of(sample());
  EXPECT_GT(drawing(plan, 1).sector.inner, drawing(plan, 7).sector.inner);
  EXPECT_GT(drawing(plan, 7).sector.inner, drawing(plan, 13).sector.inner);
}

TEST(Bullseye, HatchesWhatIsUndefined) {
  const BullseyePlan plan = plan_of(sample());
  EXPECT_FALSE(drawing(plan, 5).defined);
  EXPECT_EQ(drawing(plan, 5).label.value, "–");
  EXPECT_TRUE(drawing(plan, 6).defined);
  EXPECT_EQ(count(bullseye_svg(sample()), "url(#undefined)"), 1u);
}

TEST(Bullseye, IsWellFormedWhateverItsTexts) {
  Bullseye bullseye = sample();
  bullseye.title = "a <b> & \"c\"\x01";
  const std::string svg = bullseye_svg(bullseye);
  EXPECT_NE(svg.find("a &lt;b&gt; &amp; &quot;c&quot;?</title>"), std::string::npos);
  EXPECT_EQ(svg.find('\x01'), std::string::npos);
  EXPECT_TRUE(closes_all(svg));
  EXPECT_EQ(count(svg, "<path"), 16u);
  EXPECT_NE(svg.find("Research use only"), std::string::npos);
  EXPECT_FALSE(std::regex_search(svg, std::regex("nan|inf ")));
}

TEST(Bullseye, ShowsTextsThatAreNotUtf8) {
  Bullseye bullseye = sample();
  bullseye.title = "T1 \xff";
  EXPECT_NE(bullseye_svg(bullseye).find("T1 ?</title>"), std::string::npos);
  EXPECT_NO_THROW(bullseye_png(bullseye));
}

TEST(Bullseye, KeepsTheBordersOfHatchedSegmentsWhole) {
  Bullseye bullseye = sample();
  bullseye.values.fill(std::numeric_limits<double>::quiet_NaN());
  const Picture picture(bullseye_png(bullseye));
  const Sector base = drawing(plan_of(bullseye), 1).sector;
  for (double angle = base.from; angle < base.to; angle += 0.01) {
    const auto x = static_cast<int>(base.x + base.inner * std::cos(angle));
    const auto y = static_cast<int>(base.y + base.inner * std::sin(angle));
    EXPECT_LT(picture.at(x, y)[0], undefined_colour[0]) << angle;
  }
}

TEST(Bullseye, IsTheSameInEveryRun) {
  EXPECT_EQ(bullseye_svg(sample()), bullseye_svg(sample()));
  EXPECT_EQ(bullseye_png(sample()), bullseye_png(sample()));
}

TEST(ShortNumber, HasThreeDigits) {
  EXPECT_EQ(short_number(1234.6), "1235");
  EXPECT_EQ(short_number(-12.34), "−12.3");
  EXPECT_EQ(short_number(3.456), "3.46");
  EXPECT_EQ(short_number(99.96), "100");
  EXPECT_EQ(short_number(9.996), "10.0");
}
