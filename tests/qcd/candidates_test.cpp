#include "cmrt1/qcd/candidates.h"

#include <gtest/gtest.h>

namespace cmrt1 {
namespace {

LabelMap row_of(std::initializer_list<int> labels) {
  LabelMap map(1, static_cast<Eigen::Index>(labels.size()));
  Eigen::Index column = 0;
  for (const int label : labels) map(0, column++) = static_cast<std::uint8_t>(label);
  return map;
}

TEST(CandidateNames, AreSixMembersAndSixVotes) {
  EXPECT_EQ(candidate_names()[0], "polar");
  EXPECT_EQ(candidate_names()[1], "polar_unet_6");
  EXPECT_EQ(candidate_names()[2], "unet_3");
  EXPECT_EQ(candidate_names()[5], "unet_6");
  EXPECT_EQ(candidate_names()[6], "votes_1");
  EXPECT_EQ(candidate_names()[11], "votes_6");
}

TEST(LabelsFromShares, TakesTheLargest) {
  Pixels muscle(1, 4), blood(1, 4);
  muscle << 0.5f, 0.2f, 0.3f, 0.0f;
  blood << 0.3f, 0.5f, 0.3f, 0.4f;
  EXPECT_TRUE((labels_from_shares(muscle, blood) == row_of({1, 2, 0, 0})).all());
}

TEST(Voted, IsARankFilterOverBackgroundMyocardiumAndBloodPool) {
  const std::vector<LabelMap> members = {row_of({0, 1, 2, 2}), row_of({0, 1, 1, 2}), row_of({0, 0, 2, 1}),
                                         row_of({0, 0, 0, 1}), row_of({1, 0, 1, 0}), row_of({0, 0, 1, 2})};
  EXPECT_TRUE((voted(members, 1) == row_of({1, 1, 2, 2})).all());
  EXPECT_TRUE((voted(members, 2) == row_of({0, 1, 2, 2})).all());
  EXPECT_TRUE((voted(members, 3) == row_of({0, 0, 1, 2})).all());
  EXPECT_TRUE((voted(members, 5) == row_of({0, 0, 1, 1})).all());
  EXPECT_TRUE((voted(members, 6) == row_of({0, 0, 0, 0})).all());
}

TEST(OneHeart, DropsWhatIsNotConnected) {
  EXPECT_TRUE((one_heart(row_of({1, 2, 1, 0, 1, 0, 2})) == row_of({1, 2, 1, 0, 0, 0, 0})).all());
}

TEST(CandidatesOf, AreTwelve) {
  const std::vector<LabelMap> members(6, row_of({0, 1, 2, 1, 0}));
  const auto candidates = candidates_of(members);
  ASSERT_EQ(candidates.size(), 12u);
  for (const auto& candidate : candidates) EXPECT_TRUE((candidate == members.front()).all());
  EXPECT_THROW(candidates_of(std::vector<LabelMap>(5, members.front())), std::invalid_argument);
}

}  // namespace
}  // namespace cmrt1
