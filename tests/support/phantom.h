#pragma once
/// The public ShMOLLI phantom of a Siemens Prisma with the maps that the scanner made of it. Needs DCMTK.

#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include "cmrt1/image/image.h"

namespace cmrt1::testing {

struct Phantom {
  std::vector<double> ti_ms;
  Stack magnitude;
  Stack phase;           ///< radians
  Pixels scanner_t1;     ///< ms, whole numbers
  Pixels scanner_r2;     ///< times 4000
  Pixels scanner_range;  ///< 1000, 2000, 3000 for 5, 6, 7 samples
};

struct DicomImage16 {
  double ti_ms = 0;
  std::string comment;
  Pixels pixels;  ///< stored values
};

/// An uncompressed 16-bit image.
inline DicomImage16 read_image(const std::filesystem::path& file) {
  DcmFileFormat format;
  if (format.loadFile(file.c_str()).bad()) throw std::runtime_error("cannot read " + file.string());
  DcmDataset& data = *format.getDataset();
  Uint16 rows = 0, columns = 0;
  const Uint16* stored = nullptr;
  OFString comment;
  DicomImage16 image;
  data.findAndGetUint16(DCM_Rows, rows);
  data.findAndGetUint16(DCM_Columns, columns);
  data.findAndGetUint16Array(DCM_PixelData, stored);
  data.findAndGetFloat64(DCM_InversionTime, image.ti_ms);
  data.findAndGetOFString(DCM_ImageComments, comment);
  if (stored == nullptr) throw std::runtime_error("no pixels in " + file.string());
  image.comment = comment.c_str();
  image.pixels.resize(rows, columns);
  for (Eigen::Index i = 0; i < image.pixels.size(); ++i) image.pixels.data()[i] = stored[i];
  return image;
}

inline std::vector<DicomImage16> read_folder(const std::filesystem::path& folder) {
  std::vector<DicomImage16> images;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    images.push_back(read_image(entry.path()));
  std::sort(images.begin(), images.end(), [](const DicomImage16& x, const DicomImage16& y) {
    return std::tie(x.ti_ms, x.comment) < std::tie(y.ti_ms, y.comment);
  });
  return images;
}

inline std::filesystem::path phantom_folder() {
  return std::filesystem::path(CMRT1_SOURCE_DIR) / "../shared/data/shmolli_phantom";
}

inline Stack stack_of(const std::vector<DicomImage16>& images, float slope, float intercept) {
  Stack stack;
  stack.geometry.rows = static_cast<int>(images.front().pixels.rows());
  stack.geometry.columns = static_cast<int>(images.front().pixels.cols());
  for (const DicomImage16& image : images) stack.frames.push_back(image.pixels * slope + intercept);
  return stack;
}

inline Pixels map_called(const std::vector<DicomImage16>& images, const std::string& part) {
  for (const DicomImage16& image : images)
    if (image.comment.find(part) != std::string::npos) return image.pixels;
  throw std::runtime_error("no map called " + part);
}

inline Phantom read_phantom() {
  const std::filesystem::path folder = phantom_folder();
  const auto magnitude = read_folder(folder / "ShMOLLI_192i_e11_12");
  const auto phase = read_folder(folder / "ShMOLLI_192i_e11_13");
  const auto t1 = read_folder(folder / "ShMOLLI_192i_e11_T1MAP_14_PARTIAL");
  const auto fits = read_folder(folder / "ShMOLLI_192i_e11_FITPARAMS_15_PARTIAL");
  constexpr auto kPi = std::numbers::pi_v<float>;
  Phantom phantom{{},
                  stack_of(magnitude, 1, 0),
                  stack_of(phase, 2 * kPi / 4096, -kPi),
                  map_called(t1, "T1 Map"),
                  map_called(fits, "Rsquare"),
                  map_called(fits, "T1range")};
  for (const DicomImage16& image : magnitude) phantom.ti_ms.push_back(image.ti_ms);
  return phantom;
}

/// Pixels that the scanner fitted and that the folder holds: mean magnitude of 10 or more, outside the
/// tiles that were zeroed (every second one of 24 pixels) and outside the burned-in colour bar.
inline Mask comparable_pixels(const Phantom& phantom) {
  constexpr int kTile = 24;
  const Pixels mean = mean_image(phantom.magnitude);
  Mask mask = Mask::Zero(mean.rows(), mean.cols());
  const auto bar = static_cast<Eigen::Index>(0.94 * static_cast<double>(mean.cols()));
  for (Eigen::Index y = 0; y < mean.rows(); ++y)
    for (Eigen::Index x = 0; x < std::min(bar, mean.cols()); ++x)
      mask(y, x) = mean(y, x) >= 10 && (y / kTile + x / kTile) % 2 == 0;
  return mask;
}

}  // namespace cmrt1::testing
