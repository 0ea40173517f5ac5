#include "cmrt1/base/parallel.h"

#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>
#include <vector>

using namespace cmrt1;

TEST(ParallelBlocks, VisitsEveryItemOnceForAnyNumberOfThreads) {
  for (int threads : {1, 2, 7}) {
    std::vector<int> visits(1003, 0);
    parallel_blocks(1003, 10, threads, [&](int begin, int end) {
      for (int i = begin; i < end; ++i) ++visits[i];
    });
    EXPECT_EQ(std::accumulate(visits.begin(), visits.end(), 0), 1003);
    EXPECT_EQ(*std::max_element(visits.begin(), visits.end()), 1);
  }
}

TEST(ParallelBlocks, DoesNothingForNoItems) {
  parallel_blocks(0, 10, 4, [](int, int) { FAIL(); });
}

TEST(ParallelBlocks, PassesOnTheFirstException) {
  EXPECT_THROW(parallel_blocks(100, 1, 4,
                               [](int begin, int) {
                                 if (begin == 50) throw std::runtime_error("x");
                               }),
               std::runtime_error);
}

TEST(ThreadCount, IsAtLeastOneAndHonoursARequest) {
  EXPECT_GE(thread_count(0), 1);
  EXPECT_EQ(thread_count(3), 3);
  EXPECT_EQ(usable_threads(100'000), thread_count(0));
  EXPECT_EQ(usable_threads(1), 1);
}
