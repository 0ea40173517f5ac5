#include "cmrt1/write/nifti.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>

#include "cmrt1/base/error.h"
#include "support/gunzip.h"
#include "support/nifti_file.h"
#include "support/record.h"

using namespace cmrt1;

namespace {

constexpr std::size_t data_start = 352;

float float_voxel(const std::string& bytes, std::size_t index) {
  return at<float>(bytes, data_start + sizeof(float) * index);
}

/// The sform: rows srow_x, srow_y, srow_z at bytes 280, 296, 312.
Vector3 ras_from_voxel(const std::string& bytes, double i, double j, double k = 0) {
  Vector3 point;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::size_t row = 280 + 16 * axis;
    point[axis] = at<float>(bytes, row) * i + at<float>(bytes, row + 4) * j + at<float>(bytes, row + 8) * k +
                  at<float>(bytes, row + 12);
  }
  return point;
}

/// The same point by the qform: quaternion at 256, offset at 268, pixdim (with the third axis's sign) at 76.
/// Reference: nifti1.h, method 2.
Vector3 ras_by_qform(const std::string& bytes, double i, double j, double k) {
  const double b = at<float>(bytes, 256), c = at<float>(bytes, 260), d = at<float>(bytes, 264);
  const double a = std::sqrt(std::max(0.0, 1 - b * b - c * c - d * d));
  const Vector3 x = {a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)};
  const Vector3 y = {2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)};
  const Vector3 z = {2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - b * b - c * c};
  const double third = at<float>(bytes, 76) < 0 ? -k : k;
  Vector3 point;
  for (std::size_t axis = 0; axis < 3; ++axis)
    point[axis] = at<float>(bytes, 80) * i * x[axis] + at<float>(bytes, 84) * j * y[axis] +
                  at<float>(bytes, 88) * third * z[axis] + at<float>(bytes, 268 + 4 * axis);
  return point;
}

Vector3 along_normal(double mm) {
  Vector3 step = slice_normal(sample::oblique());
  for (double& coordinate : step) coordinate *= mm;
  return step;
}

/// Masks of the sample's shape; each is filled with its number, from 1.
std::vector<Mask> numbered_masks(int count) {
  std::vector<Mask> masks;
  for (int k = 1; k <= count; ++k)
    masks.push_back(Mask::Constant(sample::rows, sample::columns, std::uint8_t(k)));
  return masks;
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

TEST(Nifti, RoundsDisplacementToLessThanAHundredthOfAMillimetre) {
  DisplacementField field{Pixels::Constant(sample::rows, sample::columns, 0.123456f),
                          Pixels::Constant(sample::rows, sample::columns, -7.654321f)};
  const std::string bytes = gunzip(nifti_gz(std::span(&field, 1), sample::oblique(), "displacement"));
  const float x = float_voxel(bytes, 0), y = float_voxel(bytes, sample::rows * sample::columns);
  EXPECT_NEAR(x, 0.123456f * 1.5f, 0.004);
  EXPECT_NEAR(y, -7.654321f * 2.0f, 0.004);
  EXPECT_EQ(x * 128, std::round(x * 128));
}

TEST(Nifti, SaysNothingAboutTheTime) {
  const std::string packed =
      nifti_gz(Mask::Ones(sample::rows, sample::columns).eval(), sample::oblique(), "status");
  EXPECT_EQ(at<std::uint32_t>(packed, 4), 0u) << "gzip's modification time";
}

TEST(NiftiStack, StoresMasksOneBehindTheOther) {
  const std::string bytes =
      gunzip(nifti_gz(numbered_masks(3), sample::oblique(), along_normal(10), "segmentation"));
  const std::int16_t expected[] = {3, sample::columns, sample::rows, 3};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(at<std::int16_t>(bytes, 40 + 2 * i), expected[i]);
  const std::size_t slice = sample::rows * sample::columns;
  ASSERT_EQ(bytes.size(), data_start + 3 * slice);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(bytes[data_start + k * slice], static_cast<char>(k + 1));
}

TEST(NiftiStack, PutsEverySliceWhereItsImageLies) {
  for (const double distance : {10.0, -10.0}) {
    const std::string bytes =
        gunzip(nifti_gz(numbered_masks(3), sample::oblique(), along_normal(distance), "segmentation"));
    Geometry third = sample::oblique();
    for (std::size_t axis = 0; axis < 3; ++axis) third.position_mm[axis] += 2 * along_normal(distance)[axis];
    const Vector3 lps = patient_from_pixel(third, 31, 17);
    EXPECT_EQ(at<std::int16_t>(bytes, 252), 1);
    for (const Vector3& ras : {ras_from_voxel(bytes, 31, 17, 2), ras_by_qform(bytes, 31, 17, 2)}) {
      EXPECT_NEAR(ras[0], -lps[0], 1e-4);
      EXPECT_NEAR(ras[1], -lps[1], 1e-4);
      EXPECT_NEAR(ras[2], lps[2], 1e-4);
    }
  }
}

TEST(NiftiStack, SaysAnObliqueStepBySformAlone) {
  Vector3 step = along_normal(10);
  step[0] += 1;
  const std::string bytes = gunzip(nifti_gz(numbered_masks(2), sample::oblique(), step, "segmentation"));
  EXPECT_EQ(at<std::int16_t>(bytes, 252), 0) << "qform_code";
  EXPECT_EQ(at<std::int16_t>(bytes, 254), 1) << "sform_code";
  const Vector3 first = ras_from_voxel(bytes, 0, 0, 0), second = ras_from_voxel(bytes, 0, 0, 1);
  EXPECT_NEAR(second[0] - first[0], -step[0], 1e-4);
  EXPECT_NEAR(second[2] - first[2], step[2], 1e-4);
}

TEST(NiftiStack, LaysImagesOfOnePlaceSideBySide) {
  const auto masks = numbered_masks(2);
  const Geometry geometry = sample::oblique();
  EXPECT_EQ(nifti_gz(masks, geometry, {0, 0, 0}, "segmentation"),
            nifti_gz(masks, geometry, along_normal(geometry.slice_thickness_mm), "segmentation"));
}

TEST(NiftiStack, RefusesMoreSlicesThanTheFormatHolds) {
  Geometry dot;
  dot.columns = dot.rows = 1;
  const std::vector<Mask> masks(32768, Mask::Ones(1, 1));
  EXPECT_THROW(nifti_gz(masks, dot, {0, 0, 1}, "segmentation"), CaseError);
}

TEST(LabelMap, LiesOnTheGridOfItsSource) {
  NiftiFile source({5, 2, 1, 2, 1, 3}, 4);
  source.pixdim(1.5f, 2, 8).put(96, 0.04f).put<char>(123, 10).put<char>(39, 5);
  source.sform({{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}}}).qform({0.1f, 0.2f, 0.3f}, {1, 2, 3}, -1);
  source.put(112, 7.0f).put(116, 8.0f).put<std::int16_t>(68, 1006);
  const std::string header = source.bytes().substr(0, 348);
  std::vector<Mask> masks(6, Mask::Zero(1, 2));
  masks[4] << 1, 2;
  const std::string bytes = gunzip(label_map_like(header, masks, "labels"));

  const auto same = [&](std::size_t from, std::size_t to) {
    EXPECT_EQ(bytes.substr(from, to - from), header.substr(from, to - from)) << "bytes from " << from;
  };
  same(39, 56);    // dim_info, dim
  same(76, 108);   // pixdim
  same(123, 124);  // xyzt_units
  same(252, 328);  // qform and sform
  EXPECT_EQ(at<std::int16_t>(bytes, 70), 2) << "datatype";
  EXPECT_EQ(at<std::int16_t>(bytes, 72), 8) << "bitpix";
  EXPECT_EQ(at<float>(bytes, 108), 352) << "vox_offset";
  EXPECT_EQ(at<float>(bytes, 112), 1) << "scl_slope";
  EXPECT_EQ(at<float>(bytes, 116), 0) << "scl_inter";
  EXPECT_EQ(at<std::int16_t>(bytes, 68), 0) << "intent_code";
  EXPECT_EQ(bytes.substr(148, 7), std::string("labels\0", 7));
  EXPECT_EQ(bytes.substr(344, 4), std::string("n+1\0", 4));
  ASSERT_EQ(bytes.size(), data_start + 12);
  EXPECT_EQ(bytes.substr(data_start), std::string("\0\0\0\0\0\0\0\0\1\2\0\0", 12));
}

TEST(LabelMap, RefusesMasksThatDoNotFillItsGrid) {
  const std::string header = NiftiFile({3, 2, 1, 2}, 4).bytes().substr(0, 348);
  const auto write = [&](std::size_t count, int rows) {
    label_map_like(header, std::vector<Mask>(count, Mask::Zero(rows, 2)), "labels");
  };
  EXPECT_NO_THROW(write(2, 1));
  EXPECT_THROW(write(1, 1), std::invalid_argument);
  EXPECT_THROW(write(2, 2), std::invalid_argument);
  EXPECT_THROW(write(0, 1), std::invalid_argument);
  EXPECT_THROW(label_map_like("", {}, "labels"), std::invalid_argument);
}
