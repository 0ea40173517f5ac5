#include "cmrt1/write/cohort_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace cmrt1 {
namespace {

TEST(CohortStatistics, QuantilesAreLinearBetweenNeighboursAndLeaveOutTheUndefined) {
  const auto sorted = finite_sorted({4, kUndefined, 1, 3, 2});
  EXPECT_EQ(sorted.size(), 4u);
  EXPECT_DOUBLE_EQ(quantile(sorted, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile(sorted, 0.25), 1.75);
  EXPECT_DOUBLE_EQ(quantile(sorted, 1), 4);
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
}

TEST(CohortStatistics, ZScoresStandOnMedianAndMedianDistance) {
  const auto scores = robust_z({1, 2, 3, 4, 5, 6, 7, 8, 100, kUndefined});
  // median 5, distances 4 3 2 1 0 1 2 3 95: their median is 2
  EXPECT_NEAR(scores[8], 95 / (1.4826 * 2), 1e-9);
  EXPECT_NEAR(scores[0], -4 / (1.4826 * 2), 1e-9);
  EXPECT_TRUE(std::isnan(scores[9]));
}

TEST(CohortStatistics, NobodyIsAnOutlierOfFewValuesOrOfEqualOnes) {
  for (const double score : robust_z({1, 2, 3, 4, 5, 6, 1000})) EXPECT_TRUE(std::isnan(score));
  for (const double score : robust_z({1, 1, 1, 1, 1, 1, 1, 1, 1000})) EXPECT_TRUE(std::isnan(score));
}

TEST(CohortStatistics, OutliersLieOnTheSideThatCounts) {
  EXPECT_TRUE(is_outlier(3.6, Tail::high));
  EXPECT_FALSE(is_outlier(3.4, Tail::high));
  EXPECT_FALSE(is_outlier(-9, Tail::high));
  EXPECT_TRUE(is_outlier(-9, Tail::low));
  EXPECT_FALSE(is_outlier(9, Tail::low));
  EXPECT_TRUE(is_outlier(-9, Tail::both));
  EXPECT_FALSE(is_outlier(9, Tail::none));
  EXPECT_FALSE(is_outlier(kUndefined, Tail::both));
}

std::vector<double> normal_like(std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 1; i <= count; ++i) {  // quantiles of the logistic distribution
    const double share = static_cast<double>(i) / static_cast<double>(count + 1);
    values.push_back(1200 + 20 * std::log(share / (1 - share)));
  }
  return values;
}

TEST(CohortStatistics, EveryValueIsInOneBinOfRoundWidth) {
  auto values = normal_like(500);
  values.push_back(1e6);
  values.push_back(-1e6);
  values.push_back(kUndefined);
  const Bins bins = bins_of(values);
  EXPECT_GE(bins.count, 8u);
  EXPECT_LE(bins.count, 40u);
  EXPECT_EQ(bins.width, 20);
  EXPECT_GE(bins.above, 1u);
  EXPECT_GE(bins.below, 1u);
  const auto counts = counts_in(bins, values);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::size_t{0}), 502u);
}

TEST(CohortStatistics, BinsHoldWhateverComes) {
  EXPECT_EQ(bins_of({}).count, 0u);
  EXPECT_EQ(bins_of({kUndefined}).count, 0u);
  for (const auto& values : std::vector<std::vector<double>>{{0},
                                                             {5, 5, 5},
                                                             {0, 1},
                                                             {-3, -3, -3, -3, 1e9},
                                                             {1e-12, 2e-12, 3e-12},
                                                             {0.95, 1.0, 1.0, 1.0, 0.9}}) {
    const Bins bins = bins_of(values);
    EXPECT_GE(bins.count, 1u);
    EXPECT_LE(bins.count, 40u) << values.front();
    const auto counts = counts_in(bins, values);
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::size_t{0}), values.size());
  }
}

}  // namespace
}  // namespace cmrt1
