#include "cmrt1/write/overview.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "support/record.h"

using namespace cmrt1;

/// fontconfig, below cairo's text, keeps a cache until the process ends; LeakSanitizer asks here what to pass
/// over.
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig"; }

namespace {

int big_endian(const std::string& bytes, std::size_t offset) {
  int value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes.at(offset + i));
  return value;
}

}  // namespace

TEST(Overview, IsAPngWideEnoughForThreePanels) {
  const std::string png = overview_png(sample::record());
  EXPECT_EQ(png.substr(1, 3), "PNG");
  EXPECT_GT(big_endian(png, 16), 1200);
  EXPECT_GT(big_endian(png, 20), 600);
}

TEST(Overview, StaysOfASensibleSizeForAStripOfAnImage) {
  SeriesRecord record = sample::record();
  for (T1Map* map : {&record.result.map, &record.result.uncorrected}) map->geometry.spacing_y_mm = 100;
  const std::string tall = overview_png(record);
  EXPECT_LT(big_endian(tall, 20), 1500);
  for (T1Map* map : {&record.result.map, &record.result.uncorrected}) map->geometry.spacing_y_mm = 0.001;
  const std::string flat = overview_png(record);
  EXPECT_GT(big_endian(flat, 20), 600);
}

TEST(Overview, IsTheSameInEveryRun) {
  EXPECT_EQ(overview_png(sample::record()), overview_png(sample::record()));
}

TEST(Overview, ShowsTheMapsItIsGiven) {
  SeriesRecord record = sample::record();
  const std::string before = overview_png(record);
  record.result.map.t1_ms += 200;
  EXPECT_NE(overview_png(record), before);
}

TEST(Overview, IsDrawnWithoutFieldsOrValues) {
  SeriesRecord record = sample::record();
  record.result.fields.clear();
  record.result.max_displacement_mm = 0;
  record.result.map.status = static_cast<std::uint8_t>(FitStatus::not_converged);
  record.result.before.r2_median = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NO_THROW(overview_png(record));
}
