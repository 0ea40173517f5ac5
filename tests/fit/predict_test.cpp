#include <gtest/gtest.h>

#include "cmrt1/base/error.h"
#include "support/fit_series.h"

namespace cmrt1 {
namespace {

using namespace cmrt1::testing;

TEST(Predict, GivesBackNoiseFreeImages) {
  const std::vector<Tissue> tissues = {{400}, {1000}, {1600}};
  const Series series = make_series(kShmolliTi, tissues);
  const T1Map map = fit(series);
  const Stack magnitude = predict_magnitude(kShmolliTi, map, series.magnitude);
  const Stack signed_images = predict_signed(kShmolliTi, map, series.magnitude);
  for (std::size_t i = 0; i < kShmolliTi.size(); ++i)
    for (int x = 0; x < 3; ++x) {
      EXPECT_NEAR(magnitude.frames[i](0, x), series.magnitude.frames[i](0, x), 0.1);
      EXPECT_NEAR(signed_images.frames[i](0, x), tissues[x].signal(kShmolliTi[i]), 0.1);
    }
}

TEST(Predict, KeepsWhatWasAcquiredWhereThereIsNoFit) {
  const Series series = make_series(kShmolliTi, {{.t1_ms = 1000, .a = 6, .b = 12}});
  const Stack predicted = predict_magnitude(kShmolliTi, fit(series), series.magnitude);
  for (std::size_t i = 0; i < kShmolliTi.size(); ++i)
    EXPECT_EQ(predicted.frames[i](0, 0), series.magnitude.frames[i](0, 0));
}

TEST(Predict, RefusesImagesOfAnotherShape) {
  const Series series = make_series(kShmolliTi, {{1000}});
  const Series other = make_series(kShmolliTi, {{1000}, {1000}});
  EXPECT_THROW(predict_magnitude(kShmolliTi, fit(series), other.magnitude), CaseError);
}

}  // namespace
}  // namespace cmrt1
