#include "cmrt1/image/regions.h"

#include <algorithm>
#include <utility>

namespace cmrt1 {
namespace {

constexpr std::pair<int, int> kNeighbours[] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};

bool inside(const Mask& mask, Eigen::Index row, Eigen::Index column) {
  return row >= 0 && row < mask.rows() && column >= 0 && column < mask.cols();
}

/// 1 where `mask` is and `neighbours_in` of the four neighbours are; beyond the border nothing is.
template <typename Keep>
Mask by_neighbours(const Mask& mask, const Keep& keep) {
  Mask result = Mask::Zero(mask.rows(), mask.cols());
  for (Eigen::Index row = 0; row < mask.rows(); ++row)
    for (Eigen::Index column = 0; column < mask.cols(); ++column) {
      int found = 0;
      for (const auto& [down, right] : kNeighbours)
        found += inside(mask, row + down, column + right) && mask(row + down, column + right) != 0;
      result(row, column) = keep(mask(row, column) != 0, found);
    }
  return result;
}

}  // namespace

Regions connected_regions(const Mask& mask) {
  Regions regions{decltype(Regions::number)::Zero(mask.rows(), mask.cols()), {}};
  std::vector<std::pair<Eigen::Index, Eigen::Index>> open;
  const auto visit = [&](Eigen::Index row, Eigen::Index column, int number) {
    if (!inside(mask, row, column) || mask(row, column) == 0 || regions.number(row, column) != 0) return;
    regions.number(row, column) = number;
    open.emplace_back(row, column);
  };
  for (Eigen::Index row = 0; row < mask.rows(); ++row)
    for (Eigen::Index column = 0; column < mask.cols(); ++column) {
      const int number = static_cast<int>(regions.pixels.size()) + 1;
      visit(row, column, number);
      if (open.empty()) continue;
      regions.pixels.push_back(0);
      while (!open.empty()) {
        const auto [y, x] = open.back();
        open.pop_back();
        ++regions.pixels.back();
        for (const auto& [down, right] : kNeighbours) visit(y + down, x + right, number);
      }
    }
  return regions;
}

Mask largest_region(const Mask& mask) {
  const Regions regions = connected_regions(mask);
  if (regions.pixels.empty()) return Mask::Zero(mask.rows(), mask.cols());
  const auto largest = std::max_element(regions.pixels.begin(), regions.pixels.end());
  const int number = static_cast<int>(largest - regions.pixels.begin()) + 1;
  return (regions.number == number).cast<std::uint8_t>();
}

Mask eroded(const Mask& mask) {
  return by_neighbours(mask, [](bool self, int neighbours) { return self && neighbours == 4; });
}

Mask dilated(const Mask& mask) {
  return by_neighbours(mask, [](bool self, int neighbours) { return self || neighbours > 0; });
}

int pixel_count(const Mask& mask) { return static_cast<int>((mask != 0).count()); }

}  // namespace cmrt1
