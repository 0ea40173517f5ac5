#include "cmrt1/nifti/read.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "cmrt1/base/error.h"
#include "support/nifti_file.h"
#include "support/temporary_folder.h"

using namespace cmrt1;

namespace {

constexpr std::int16_t uint8 = 2, int16 = 4, float32 = 16, complex64 = 32, rgb24 = 128, float128 = 1536;

NiftiImage read_bytes(const std::string& bytes, const std::string& name = "image.nii") {
  const TemporaryFolder folder;
  return read_nifti(write_file(folder.path() / name, bytes));
}

NiftiImage read(const NiftiFile& file) { return read_bytes(file.bytes()); }

/// Why a file is refused; nothing may be printed and the sentence must name the file.
std::string reason(const std::string& bytes) {
  testing::internal::CaptureStderr();
  std::string found;
  try {
    read_bytes(bytes);
  } catch (const CaseError& error) {
    found = error.reason();
    EXPECT_NE(std::string(error.what()).find("image.nii"), std::string::npos) << error.what();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  return found;
}

std::string reason(const NiftiFile& file) { return reason(file.bytes()); }

NiftiFile two_by_three() { return NiftiFile({2, 2, 3}, uint8).add<std::uint8_t>({0, 1, 2, 3, 4, 5}); }

NiftiFile one_voxel() { return NiftiFile({2, 1, 1}, uint8).add<std::uint8_t>({7}); }

void expect_near(const Vector3& value, const Vector3& expected) {
  for (std::size_t axis = 0; axis < 3; ++axis)
    EXPECT_NEAR(value[axis], expected[axis], 1e-5) << "axis " << axis;
}

}  // namespace

TEST(ReadNifti, TakesTheFirstAxisAsColumnsAndTheSecondAsRows) {
  const NiftiImage image = read(two_by_three());
  ASSERT_EQ(image.slices.size(), 1u);
  const Pixels& pixels = image.slices[0].pixels;
  ASSERT_EQ(pixels.rows(), 3);
  ASSERT_EQ(pixels.cols(), 2);
  EXPECT_EQ(pixels(0, 1), 1);
  EXPECT_EQ(pixels(2, 0), 4);
  EXPECT_EQ(image.slices[0].geometry.columns, 2);
  EXPECT_EQ(image.slices[0].geometry.rows, 3);
}

TEST(ReadNifti, CountsSlicesAlongAllFurtherAxesTheThirdFastest) {
  NiftiFile file({5, 1, 1, 2, 1, 3}, uint8);
  file.add<std::uint8_t>({10, 11, 12, 13, 14, 15}).pixdim(1, 1, 8);
  const NiftiImage image = read(file);
  ASSERT_EQ(image.slices.size(), 6u);
  for (std::size_t k = 0; k < 6; ++k) {
    EXPECT_EQ(image.slices[k].pixels(0, 0), 10 + k);
    EXPECT_EQ(image.slices[k].geometry.position_mm[2], k % 2 == 0 ? 0 : 8)
        << "positions repeat for each volume";
  }
}

TEST(ReadNifti, IgnoresSizesOfAxesThatAreNotThere) {
  EXPECT_EQ(read(two_by_three().put<std::int16_t>(46, 0).put<std::int16_t>(48, -3)).slices.size(), 1u);
}

TEST(ReadNifti, ReadsGzipWhateverTheName) {
  const std::string packed = gzipped(two_by_three().bytes());
  EXPECT_EQ(read_bytes(packed, "image.nii.gz").slices[0].pixels(2, 1), 5);
  EXPECT_EQ(read_bytes(packed, "image.nii").slices[0].pixels(2, 1), 5);
  EXPECT_EQ(read_bytes(two_by_three().bytes(), "image.nii.gz").slices[0].pixels(2, 1), 5);
}

TEST(ReadNifti, ReadsTheOtherByteOrder) {
  NiftiFile file({2, 2, 1}, int16, true);
  file.add<std::int16_t>({-2, 300}).pixdim(1.5f, 2, 8);
  const NiftiImage image = read(file);
  EXPECT_EQ(image.slices[0].pixels(0, 0), -2);
  EXPECT_EQ(image.slices[0].pixels(0, 1), 300);
  EXPECT_EQ(image.slices[0].geometry.spacing_x_mm, 1.5);
  std::int32_t size;
  std::memcpy(&size, image.header.data(), sizeof size);
  EXPECT_EQ(size, 348) << "the header is in this machine's byte order";
}

TEST(ReadNifti, ReadsNifti2) {
  NiftiFile file({}, 0);
  for (std::size_t at = 0; at < 544; at += 8) file.put<std::int64_t>(at, 0);
  file.put<std::int32_t>(0, 540).put<std::int16_t>(12, float32).put<std::int64_t>(168, 544);
  const char magic[] = {'n', '+', '2', '\0', '\r', '\n', '\032', '\n'};
  for (std::size_t i = 0; i < sizeof magic; ++i) file.put(4 + i, magic[i]);
  const std::int64_t dim[] = {3, 2, 1, 1};
  for (std::size_t i = 0; i < 4; ++i) file.put(16 + 8 * i, dim[i]);
  for (std::size_t i = 0; i < 4; ++i) file.put(104 + 8 * i, 1.25);
  file.put(176, 2.0).put(184, 1.0);
  file.add<float>({3, 4});
  const NiftiImage image = read(file);
  EXPECT_EQ(image.slices[0].pixels(0, 1), 9);
  EXPECT_EQ(image.slices[0].geometry.spacing_y_mm, 1.25);
  EXPECT_EQ(image.header.size(), 348u) << "label maps are NIfTI-1";
  EXPECT_EQ(image.header.substr(344, 3), "n+1");
}

TEST(ReadNifti, ScalesVoxels) {
  NiftiFile file({1, 2}, int16);
  file.add<std::int16_t>({-1, 4}).put(112, 0.5f).put(116, 10.0f);
  EXPECT_EQ(read(file).slices[0].pixels(0, 0), 9.5f);
  EXPECT_EQ(read(file).slices[0].pixels(0, 1), 12);
}

TEST(ReadNifti, TakesSlopeZeroForNoScaling) {
  EXPECT_EQ(read(one_voxel().put(112, 0.0f).put(116, 10.0f)).slices[0].pixels(0, 0), 7);
  EXPECT_EQ(read(one_voxel().put(112, std::nanf("")).put(116, std::nanf(""))).slices[0].pixels(0, 0), 7);
}

TEST(ReadNifti, KeepsValuesThatAreNotFinite) {
  NiftiFile file({1, 2}, float32);
  file.add<float>({std::nanf(""), std::numeric_limits<float>::infinity()});
  const Pixels pixels = read(file).slices[0].pixels;
  EXPECT_TRUE(std::isnan(pixels(0, 0)));
  EXPECT_TRUE(std::isinf(pixels(0, 1)));
}

TEST(ReadNifti, SkipsExtensions) {
  NiftiFile file({1, 1}, uint8);
  file.put(108, 368.0f).put<std::int32_t>(352, 16).put<std::int32_t>(364, -1).add<std::uint8_t>({9});
  EXPECT_EQ(read(file).slices[0].pixels(0, 0), 9);
}

TEST(ReadNifti, PlacesSlicesBySformInLps) {
  NiftiFile file({3, 1, 1, 2}, uint8);
  file.add<std::uint8_t>({1, 2}).pixdim(9, 9, 9);
  file.sform({{{-1.5f, 0, 0, 30}, {0, 0, -8, 40}, {0, -2, 0, 50}}});
  file.qform({0, 0, 0}, {1, 2, 3}, 1);
  const NiftiImage image = read(file);
  EXPECT_TRUE(image.placed);
  const Geometry& geometry = image.slices[1].geometry;
  EXPECT_DOUBLE_EQ(geometry.spacing_x_mm, 1.5);
  EXPECT_DOUBLE_EQ(geometry.spacing_y_mm, 2);
  EXPECT_DOUBLE_EQ(geometry.slice_thickness_mm, 8);
  expect_near(geometry.row_direction, {1, 0, 0});
  expect_near(geometry.column_direction, {0, 0, -1});
  expect_near(image.slices[0].geometry.position_mm, {-30, -40, 50});
  expect_near(geometry.position_mm, {-30, -32, 50});
}

TEST(ReadNifti, PlacesSlicesByQformWhereThereIsNoSform) {
  NiftiFile file({3, 1, 1, 2}, uint8);
  const float half_turn = std::sqrt(0.5f);  // a quarter turn about z: x to y, y to -x
  file.add<std::uint8_t>({1, 2}).pixdim(1.5f, 2, 8).qform({0, 0, half_turn}, {1, 2, 3}, -1);
  const NiftiImage image = read(file);
  EXPECT_TRUE(image.placed);
  const Geometry& geometry = image.slices[1].geometry;
  EXPECT_NEAR(geometry.spacing_y_mm, 2, 1e-6);
  expect_near(geometry.row_direction, {0, -1, 0});
  expect_near(geometry.column_direction, {1, 0, 0});
  expect_near(geometry.position_mm, {-1, -2, 3 - 8});
}

TEST(ReadNifti, LaysAnImageOfUnknownPlaceAlongTheAxes) {
  const NiftiImage image = read(two_by_three().pixdim(-1.5f, 2, 0));
  EXPECT_FALSE(image.placed);
  const Geometry& geometry = image.slices[0].geometry;
  EXPECT_EQ(geometry.spacing_x_mm, 1.5) << "the sign of pixdim means nothing";
  EXPECT_EQ(geometry.spacing_y_mm, 2);
  EXPECT_EQ(geometry.slice_thickness_mm, 1);
  expect_near(geometry.position_mm, {0, 0, 0});
  expect_near(geometry.row_direction, {1, 0, 0});
  expect_near(geometry.column_direction, {0, 1, 0});
}

TEST(ReadNifti, PassesOverAnSformThatSpansNoPlane) {
  NiftiFile file = two_by_three().pixdim(1.5f, 2, 8).qform({0, 0, 0}, {1, 2, 3}, 1);
  file.sform({{{0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}}});
  const NiftiImage image = read(file);
  EXPECT_TRUE(image.placed);
  expect_near(image.slices[0].geometry.position_mm, {-1, -2, 3});
}

TEST(ReadNifti, TakesPixdimForAThirdAxisOfNoLength) {
  NiftiFile file({3, 1, 1, 2}, uint8);
  file.add<std::uint8_t>({1, 2}).pixdim(1, 1, 6).sform({{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 0, 0}}});
  expect_near(read(file).slices[1].geometry.position_mm, {0, 0, 6});
}

TEST(ReadNifti, MakesTheColumnsOfAShearedImageOrthogonal) {
  const NiftiImage image = read(two_by_three().sform({{{-2, -1, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}}));
  const Geometry& geometry = image.slices[0].geometry;
  expect_near(geometry.row_direction, {1, 0, 0});
  expect_near(geometry.column_direction, {0, 1, 0});
  EXPECT_NEAR(geometry.spacing_y_mm, std::sqrt(2), 1e-6);
}

TEST(ReadNifti, TurnsOtherUnitsOfLengthIntoMillimetres) {
  const auto spacing = [](float pixdim, char unit) {
    return read(two_by_three().pixdim(pixdim, pixdim, pixdim).put(123, unit)).slices[0].geometry.spacing_x_mm;
  };
  EXPECT_NEAR(spacing(0.0015f, 1), 1.5, 1e-6);
  EXPECT_NEAR(spacing(1500, 3), 1.5, 1e-6);
  EXPECT_EQ(spacing(1.5f, 2), 1.5);
  EXPECT_EQ(spacing(1.5f, 0), 1.5);
}

TEST(ReadNifti, RefusesWhatIsNoNifti) {
  EXPECT_EQ(reason(""), "empty_file");
  EXPECT_EQ(reason("x"), "not_nifti");
  EXPECT_EQ(reason(std::string(1000, 'x')), "not_nifti");
  EXPECT_EQ(reason(one_voxel().put(345, 'i')), "not_nifti") << "a header of a pair";
  EXPECT_EQ(reason(one_voxel().put(344, '\0')), "not_nifti") << "Analyze";
  EXPECT_EQ(reason(one_voxel().bytes().substr(0, 347)), "unreadable_header");
}

TEST(ReadNifti, RefusesSizesThatCannotBe) {
  EXPECT_EQ(reason(one_voxel().put<std::int16_t>(40, 0)), "invalid_image_size");
  EXPECT_EQ(reason(one_voxel().put<std::int16_t>(40, 8)), "invalid_image_size");
  EXPECT_EQ(reason(one_voxel().put<std::int16_t>(42, 0)), "invalid_image_size");
  EXPECT_EQ(reason(one_voxel().put<std::int16_t>(44, -5)), "invalid_image_size");
  EXPECT_EQ(reason(NiftiFile({7, 32767, 32767, 32767, 32767, 32767, 32767, 32767}, uint8)), "too_large");
}

TEST(ReadNifti, RefusesAFileThatEndsEarly) {
  const std::string whole = two_by_three().bytes();
  EXPECT_EQ(reason(whole.substr(0, whole.size() - 1)), "truncated_pixel_data");
  EXPECT_EQ(reason(NiftiFile({2, 32000, 16000}, float32)), "truncated_pixel_data")
      << "before memory is taken";
  EXPECT_EQ(reason(gzipped(whole.substr(0, whole.size() - 1))), "truncated_pixel_data");
  const std::string packed = gzipped(whole);
  for (const std::size_t missing : {1u, 8u, 9u, 20u})
    EXPECT_EQ(reason(packed.substr(0, packed.size() - missing)), "truncated_pixel_data") << missing;
}

TEST(ReadNifti, RefusesDamagedGzip) {
  std::string packed = gzipped(two_by_three().bytes());
  packed[packed.size() - 6] ^= 1;  // in the check sum
  EXPECT_EQ(reason(packed), "pixel_data_unreadable");
}

TEST(ReadNifti, RefusesVoxelsThatAreNoNumbersOfOneChannel) {
  EXPECT_EQ(reason(one_voxel().put(70, rgb24)), "not_single_channel");
  EXPECT_EQ(reason(one_voxel().put(70, complex64)), "not_single_channel");
  EXPECT_EQ(reason(one_voxel().put(70, float128)), "unsupported_bits_allocated");
  EXPECT_EQ(reason(one_voxel().put(70, std::int16_t{77})), "unsupported_bits_allocated");
}

TEST(ReadNifti, RefusesHeadersWithoutMeaning) {
  EXPECT_EQ(reason(one_voxel().pixdim(0, 1, 1)), "invalid_pixel_spacing");
  EXPECT_EQ(reason(one_voxel().pixdim(1, std::nanf(""), 1)), "invalid_pixel_spacing");
  EXPECT_EQ(reason(one_voxel().pixdim(0, 1, 1).qform({0, 0, 0}, {0, 0, 0}, 1)), "invalid_pixel_spacing");
  EXPECT_EQ(reason(NiftiFile({3, 1, 1, 2}, uint8).pixdim(1, 1, 0)), "invalid_pixel_spacing");
  EXPECT_EQ(reason(one_voxel().put(116, std::nanf("")).put(112, 1.0f)), "invalid_rescale");
  EXPECT_EQ(reason(one_voxel().put(108, 100.0f)), "unreadable_header");
  EXPECT_EQ(reason(one_voxel().put(108, std::nanf(""))), "unreadable_header");
  EXPECT_EQ(reason(one_voxel().put(108, 1e9f)), "truncated_pixel_data");
}

TEST(ReadNifti, SaysWhereAFileCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_THROW(read_nifti(folder.path() / "missing.nii"), IoError);
  EXPECT_THROW(read_nifti(folder.path()), IoError);
}

TEST(ReadNifti, TellsWhatTheFileSaysItHolds) {
  EXPECT_EQ(read(one_voxel()).description, "");
  EXPECT_EQ(read(one_voxel().put(148, 'T').put(149, '1')).description, "T1");
}
