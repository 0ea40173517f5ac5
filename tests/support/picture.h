#pragma once
#include <cairo.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

#include "cmrt1/write/colour_map.h"

/// A PNG, read back.
class Picture {
 public:
  explicit Picture(const std::string& png) : unread_(png), surface_(read(), cairo_surface_destroy) {
    if (cairo_surface_status(surface_.get()) != CAIRO_STATUS_SUCCESS) throw std::runtime_error("no PNG");
    cairo_surface_flush(surface_.get());
  }
  int width() const { return cairo_image_surface_get_width(surface_.get()); }
  int height() const { return cairo_image_surface_get_height(surface_.get()); }
  cmrt1::Colour at(int x, int y) const {
    std::uint32_t pixel;
    const int stride = cairo_image_surface_get_stride(surface_.get());
    std::memcpy(&pixel, cairo_image_surface_get_data(surface_.get()) + y * stride + 4 * x, sizeof pixel);
    return {static_cast<std::uint8_t>(pixel >> 16), static_cast<std::uint8_t>(pixel >> 8),
            static_cast<std::uint8_t>(pixel)};
  }
  /// Pixels between the columns `from` and `to` whose colour `is`.
  template <typename Is>
  int count(int from, int to, const Is& is) const {
    int found = 0;
    for (int y = 0; y < height(); ++y)
      for (int x = from; x < to; ++x) found += is(at(x, y));
    return found;
  }

 private:
  cairo_surface_t* read() {
    const auto next = [](void* self, unsigned char* data, unsigned size) {
      auto& unread = static_cast<Picture*>(self)->unread_;
      if (unread.size() < size) return CAIRO_STATUS_READ_ERROR;
      std::copy_n(unread.begin(), size, data);
      unread.erase(0, size);
      return CAIRO_STATUS_SUCCESS;
    };
    return cairo_image_surface_create_from_png_stream(next, this);
  }

  std::string unread_;
  std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface_;
};
