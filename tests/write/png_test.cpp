#include "write/png.h"

#include <cairo.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

using namespace cmrt1;

namespace {

using Pixels32 = std::vector<std::uint32_t>;

cairo_status_t take_bytes(void* source, unsigned char* data, unsigned int size) {
  auto& rest = *static_cast<std::string_view*>(source);
  if (rest.size() < size) return CAIRO_STATUS_READ_ERROR;
  std::copy_n(rest.begin(), size, data);
  rest.remove_prefix(size);
  return CAIRO_STATUS_SUCCESS;
}

/// What libpng reads, by way of cairo.
Pixels32 decoded(std::string_view file) {
  const std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface(
      cairo_image_surface_create_from_png_stream(take_bytes, &file), cairo_surface_destroy);
  EXPECT_EQ(cairo_surface_status(surface.get()), CAIRO_STATUS_SUCCESS);
  Pixels32 pixels;
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int row = 0; row < cairo_image_surface_get_height(surface.get()); ++row) {
    const auto* values = reinterpret_cast<const std::uint32_t*>(cairo_image_surface_get_data(surface.get()) +
                                                                static_cast<std::ptrdiff_t>(row) * stride);
    for (int column = 0; column < cairo_image_surface_get_width(surface.get()); ++column)
      pixels.push_back(values[column] & 0xffffff);
  }
  return pixels;
}

/// Without a pattern.
Pixels32 noise(std::size_t count) {
  Pixels32 pixels(count);
  std::uint32_t state = 1;
  for (auto& pixel : pixels) pixel = (state = state * 1664525u + 1013904223u) >> 8;
  return pixels;
}

}  // namespace

TEST(Png, IsReadBackAsItWasGiven) {
  const Pixels32 pixels = noise(17 * 9);
  EXPECT_EQ(decoded(png(pixels, 17)), pixels);
}

TEST(Png, MayBeOnePixelWideOrHigh) {
  const Pixels32 pixels = noise(5);
  EXPECT_EQ(decoded(png(pixels, 1)), pixels);
  EXPECT_EQ(decoded(png(pixels, 5)), pixels);
}

TEST(Png, LeavesOutTheByteThatIsNoColour) {
  const Pixels32 pixels = {0xff123456, 0x00123456};
  EXPECT_EQ(decoded(png(pixels, 2)), (Pixels32{0x123456, 0x123456}));
}

TEST(Png, IsSmallForASmoothPicture) {
  Pixels32 pixels;
  for (std::uint32_t row = 0; row < 200; ++row)
    for (std::uint32_t column = 0; column < 200; ++column) pixels.push_back(row << 8 | column);
  EXPECT_LT(png(pixels, 200).size(), 4000u);
}
