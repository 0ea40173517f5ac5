#include "cmrt1/nn/runtime.h"

#include <gtest/gtest.h>

TEST(Runtime, IsTheLibTorchThatTheSetUpPins) {
  EXPECT_EQ(cmrt1::nn::runtime_version().substr(0, 6), "2.11.0");
}
