#include "write/cool_warm.h"

#include <algorithm>
#include <cmath>

namespace cmrt1 {
namespace {

using Triple = std::array<double, 3>;

constexpr Colour blue = {59, 76, 192}, red = {180, 4, 38};
constexpr double middle_magnitude = 88;
constexpr Triple white_d65 = {0.95047, 1, 1.08883};

/// Linear sRGB to XYZ, D65 (IEC 61966-2-1), and back.
constexpr std::array<Triple, 3> xyz_from_rgb = {
    {{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}};
constexpr std::array<Triple, 3> rgb_from_xyz = {
    {{3.2406, -1.5372, -0.4986}, {-0.9689, 1.8758, 0.0415}, {0.0557, -0.2040, 1.0570}}};

Triple product(const std::array<Triple, 3>& matrix, const Triple& v) {
  Triple result;
  for (std::size_t i = 0; i < 3; ++i)
    result[i] = matrix[i][0] * v[0] + matrix[i][1] * v[1] + matrix[i][2] * v[2];
  return result;
}

double linear(std::uint8_t channel) {
  const double value = channel / 255.0;
  return value > 0.04045 ? std::pow((value + 0.055) / 1.055, 2.4) : value / 12.92;
}

std::uint8_t encoded(double value) {
  const double shown = value > 0.0031308 ? 1.055 * std::pow(value, 1 / 2.4) - 0.055 : 12.92 * value;
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(shown, 0.0, 1.0)));
}

Triple lab_from(const Colour& colour) {
  const Triple xyz = product(xyz_from_rgb, {linear(colour[0]), linear(colour[1]), linear(colour[2])});
  Triple f;
  for (std::size_t i = 0; i < 3; ++i) {
    const double t = xyz[i] / white_d65[i];
    f[i] = t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116;
  }
  return {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
}

Colour colour_from(const Triple& lab) {
  const double y = (lab[0] + 16) / 116;
  Triple xyz = {y + lab[1] / 500, y, y - lab[2] / 200};
  for (std::size_t i = 0; i < 3; ++i) {
    const double cube = xyz[i] * xyz[i] * xyz[i];
    xyz[i] = white_d65[i] * (cube > 0.008856 ? cube : (xyz[i] - 16.0 / 116) / 7.787);
  }
  const Triple rgb = product(rgb_from_xyz, xyz);
  return {encoded(rgb[0]), encoded(rgb[1]), encoded(rgb[2])};
}

/// CIELAB in polar form: magnitude, saturation, hue.
Triple polar_from(const Triple& lab) {
  const double magnitude = std::hypot(lab[0], lab[1], lab[2]);
  return {magnitude, std::acos(lab[0] / magnitude), std::atan2(lab[2], lab[1])};
}

Triple lab_from_polar(const Triple& polar) {
  const double chroma = polar[0] * std::sin(polar[1]);
  return {polar[0] * std::cos(polar[1]), chroma * std::cos(polar[2]), chroma * std::sin(polar[2])};
}

/// The hue that a colour without saturation needs for the way to `end` to look even (section 4 of the paper).
double middle_hue(const Triple& end) {
  const double spin =
      end[1] * std::sqrt(middle_magnitude * middle_magnitude - end[0] * end[0]) / (end[0] * std::sin(end[1]));
  constexpr double third = 1.0471975511965976;  // pi / 3
  return end[2] > -third ? end[2] + spin : end[2] - spin;
}

}  // namespace

Colour cool_warm(double share) {
  static const Triple cool = polar_from(lab_from(blue)), warm = polar_from(lab_from(red));
  const Triple& end = share < 0.5 ? cool : warm;
  const double way = std::clamp(std::abs(2 * share - 1), 0.0, 1.0);  // 0 in the middle, 1 at the end
  return colour_from(lab_from_polar({middle_magnitude + way * (end[0] - middle_magnitude), way * end[1],
                                     middle_hue(end) + way * (end[2] - middle_hue(end))}));
}

}  // namespace cmrt1
