#include <gtest/gtest.h>
#include <torch/script.h>

#include "cmrt1/nn/runtime.h"

TEST(LibTorch, ConvolvesATensor) {
  cmrt1::nn::set_threads(1);
  const auto image = torch::arange(9, torch::kFloat32).reshape({1, 1, 3, 3});
  const auto box = torch::ones({1, 1, 3, 3});
  EXPECT_FLOAT_EQ(torch::conv2d(image, box).item<float>(), 36.0f);
}

TEST(LibTorch, IsTheVersionTheSetUpPins) { EXPECT_EQ(cmrt1::nn::runtime_version().substr(0, 6), "2.11.0"); }
