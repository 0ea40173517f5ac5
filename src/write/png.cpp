#include "write/png.h"

#include <libdeflate.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "cmrt1/base/wide.h"
#include "write/deflate.h"

namespace cmrt1 {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr int channels = 3;
constexpr char paeth_filter = 4;

void append_number(std::string& bytes, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 0xff);
}

/// Length, type, data and checksum of type and data.
void append_chunk(std::string& file, const std::string& type, const std::string& data) {
  const std::string checked = type + data;
  append_number(file, static_cast<std::uint32_t>(data.size()));
  file += checked;
  append_number(file, libdeflate_crc32(0, checked.data(), checked.size()));
}

/// Each value less the one of left, above and above left (`channels` values before) that is closest to left +
/// above - above left. Without branches, so that the compiler takes several values at once.
CMRT1_WIDE void filter_row(const std::uint8_t* row, const std::uint8_t* row_above, int count,
                           std::uint8_t* filtered) {
#pragma GCC ivdep
  for (int i = 0; i < count; ++i) {
    const std::int16_t left = row[i], above = row_above[i + channels], corner = row_above[i];
    const auto to_left = static_cast<std::int16_t>(std::abs(above - corner));
    const auto to_above = static_cast<std::int16_t>(std::abs(left - corner));
    const auto to_corner = static_cast<std::int16_t>(std::abs(left + above - 2 * corner));
    const std::int16_t second = to_above <= to_corner ? above : corner;
    const bool left_is_nearest = (to_left <= to_above) & (to_left <= to_corner);
    filtered[i] = static_cast<std::uint8_t>(row[i + channels] - (left_is_nearest ? left : second));
  }
}

/// Red, green, blue of each pixel of a row, after one black pixel that stands for what lies left of it.
void set_channels(Bytes& values, std::span<const std::uint32_t> row) {
  auto value = values.begin() + channels;
  for (const std::uint32_t pixel : row)
    for (const int shift : {16, 8, 0}) *value++ = static_cast<std::uint8_t>(pixel >> shift);
}

/// The rows, each after the number of its filter.
std::string filtered_rows(std::span<const std::uint32_t> pixels, std::uint32_t width) {
  std::string filtered(channels * pixels.size() + pixels.size() / width, paeth_filter);
  auto* next = filtered.data();
  Bytes row(channels * (width + 1)), above(row.size());
  for (std::size_t first = 0; first < pixels.size(); first += width, row.swap(above)) {
    set_channels(row, pixels.subspan(first, width));
    ++next;
    const std::size_t count = row.size() - channels;
    filter_row(row.data(), above.data(), static_cast<int>(count), reinterpret_cast<std::uint8_t*>(next));
    next += count;
  }
  return filtered;
}

std::string header(std::uint32_t width, std::uint32_t height) {
  constexpr char eight_bits_of_red_green_blue[] = {8, 2, 0, 0, 0};
  std::string data;
  append_number(data, width);
  append_number(data, height);
  return data.append(eight_bits_of_red_green_blue, sizeof eight_bits_of_red_green_blue);
}

}  // namespace

std::string png(std::span<const std::uint32_t> pixels, std::uint32_t width) {
  std::string file = "\x89PNG\r\n\x1a\n";
  append_chunk(file, "IHDR", header(width, static_cast<std::uint32_t>(pixels.size() / width)));
  append_chunk(file, "IDAT", deflated(filtered_rows(pixels, width), Wrapping::zlib));
  append_chunk(file, "IEND", "");
  return file;
}

}  // namespace cmrt1
