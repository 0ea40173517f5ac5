#include "write/one_bit_pixels.h"

namespace cmrt1 {

std::vector<std::uint8_t> packed_bits(const std::vector<Mask>& frames) {
  std::size_t pixels = 0;
  for (const Mask& frame : frames) pixels += static_cast<std::size_t>(frame.size());
  std::vector<std::uint8_t> bytes((pixels + 15) / 16 * 2, 0);
  std::size_t bit = 0;
  for (const Mask& frame : frames)
    for (Eigen::Index i = 0; i < frame.size(); ++i, ++bit)
      if (frame.data()[i]) bytes[bit / 8] |= static_cast<std::uint8_t>(1u << bit % 8);
  return bytes;
}

}  // namespace cmrt1
