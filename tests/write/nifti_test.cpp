#include "cmrt1/write/nifti.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "support/record.h"

using namespace cmrt1;

namespace {

constexpr std::size_t data_start = 352;

std::string gunzip(const std::string& packed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string bytes(1 << 22, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  if (inflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("not a whole gzip file");
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return bytes;
}

template <class T>
T at(const std::string& bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

float float_voxel(const std::string& bytes, std::size_t index) {
  return at<float>(bytes, data_start + sizeof(float) * index);
}

/// The sform: rows srow_x, srow_y, srow_z at bytes 280, 296, 312.
Vector3 ras_from_voxel(const std::string& bytes, double i, double j) {
  Vector3 point;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::size_t row = 280 + 16 * axis;
    point[axis] = at<float>(bytes, row) * i + at<float>(bytes, row + 4) * j + at<float>(bytes, row + 12);
  }
  return point;
}

}  // namespace

TEST(Nifti, HasTheShapeOfTheMap) {
  const std::string bytes =
      gunzip(nifti_gz(Pixels::Ones(sample::rows, sample::columns).eval(), sample::oblique(), "T1"));
  EXPECT_EQ(at<std::int32_t>(bytes, 0), 348);
  EXPECT_EQ(at<std::int16_t>(bytes, 40), 3);
  EXPECT_EQ(at<std::int16_t>(bytes, 42), sample::columns);
  EXPECT_EQ(at<std::int16_t>(bytes, 44), sample::rows);
  EXPECT_EQ(at<std::int16_t>(bytes, 46), 1);
  EXPECT_EQ(bytes.substr(344, 3), "n+1");
  EXPECT_EQ(bytes.size(), data_start + sizeof(float) * sample::rows * sample::columns);
}

TEST(Nifti, PutsEveryPixelWhereDicomDoes) {
  const Geometry geometry = sample::oblique();
  const std::string bytes =
      gunzip(nifti_gz(Pixels::Ones(sample::rows, sample::columns).eval(), geometry, "T1"));
  for (const auto& [x, y] : {std::pair{0.0, 0.0}, {47.0, 0.0}, {0.0, 39.0}, {31.0, 17.0}}) {
    const Vector3 lps = patient_from_pixel(geometry, x, y);
    const Vector3 ras = ras_from_voxel(bytes, x, y);
    EXPECT_NEAR(ras[0], -lps[0], 1e-4);
    EXPECT_NEAR(ras[1], -lps[1], 1e-4);
    EXPECT_NEAR(ras[2], lps[2], 1e-4);
  }
}

TEST(Nifti, StoresColumnsFastest) {
  Pixels pixels = Pixels::Zero(sample::rows, sample::columns);
  pixels(3, 5) = 42;
  const std::string bytes = gunzip(nifti_gz(pixels, sample::oblique(), "T1"));
  EXPECT_EQ(float_voxel(bytes, 3 * sample::columns + 5), 42);
}

TEST(Nifti, KeepsUndefinedValuesAsNaN) {
  Pixels pixels = Pixels::Zero(sample::rows, sample::columns);
  pixels(0, 1) = std::nanf("");
  EXPECT_TRUE(std::isnan(float_voxel(gunzip(nifti_gz(pixels, sample::oblique(), "T1")), 1)));
}

TEST(Nifti, StoresMasksAsBytes) {
  Mask mask = Mask::Zero(sample::rows, sample::columns);
  mask(1, 2) = 3;
  const std::string bytes = gunzip(nifti_gz(mask, sample::oblique(), "status"));
  EXPECT_EQ(at<std::int16_t>(bytes, 70), 2);
  EXPECT_EQ(bytes[data_start + sample::columns + 2], 3);
}

TEST(Nifti, StoresDisplacementInMillimetresImagesBeforeComponents) {
  const Pixels zero = Pixels::Zero(sample::rows, sample::columns);
  std::vector<DisplacementField> fields(3, {zero, zero});
  fields[1].x(2, 4) = 2;
  fields[1].y(2, 4) = -3;
  const std::string bytes = gunzip(nifti_gz(fields, sample::oblique(), "displacement"));
  const std::int16_t expected[] = {5, sample::columns, sample::rows, 1, 3, 2};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(at<std::int16_t>(bytes, 40 + 2 * i), expected[i]);
  const std::size_t image = sample::rows * sample::columns, pixel = 2 * sample::columns + 4;
  EXPECT_FLOAT_EQ(float_voxel(bytes, image + pixel), 2 * 1.5f);
  EXPECT_FLOAT_EQ(float_voxel(bytes, (3 + 1) * image + pixel), -3 * 2.0f);
}

TEST(Nifti, SaysNothingAboutTheTime) {
  const std::string packed = nifti_gz(Mask::Ones(4, 4).eval(), sample::oblique(), "status");
  EXPECT_EQ(at<std::uint32_t>(packed, 4), 0u) << "gzip's modification time";
}
