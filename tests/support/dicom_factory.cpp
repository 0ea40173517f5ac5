#include "support/dicom_factory.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace {

double signal(const SeriesSpec& spec, int index, int column) {
  const double t1_star = 600 + 300.0 * column / spec.columns;
  return 500 - 950 * std::exp(-spec.ti_ms[index] / t1_star);
}

/// Pseudo-random, the same everywhere.
Uint16 noise(int index, int pixel, int range) {
  const auto seed = static_cast<std::uint32_t>(index * 7919 + pixel) * 2654435761u;
  return static_cast<Uint16>((seed >> 13) % static_cast<std::uint32_t>(range));
}

std::vector<Uint16> stored_pixels(const SeriesSpec& spec, int index) {
  std::vector<Uint16> pixels(static_cast<std::size_t>(spec.rows * spec.columns));
  for (int i = 0; i < spec.rows * spec.columns; ++i) {
    const int column = i % spec.columns;
    const double value = signal(spec, index, column);
    if (column < spec.columns / 4) {
      pixels[i] = noise(index, i, spec.phase ? 4096 : 8);
    } else {
      const double stored = spec.phase ? (value < 0 ? 2048 : 4095) : std::abs(value);
      pixels[i] = static_cast<Uint16>(std::lround(stored));
    }
  }
  return pixels;
}

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.10g", value);
  return buffer;
}

std::string joined(const std::array<double, 3>& v) {
  return text(v[0]) + "\\" + text(v[1]) + "\\" + text(v[2]);
}

void set_number(DcmItem& item, const DcmTagKey& tag, int value) {
  if (item.putAndInsertUint16(tag, static_cast<Uint16>(value)).bad())
    throw std::runtime_error("cannot set a number");
}

std::string time_of(const SeriesSpec& spec, int index) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%06d.000000", spec.start_time + index);
  return buffer;
}

void describe_pixels(DcmDataset& dataset, const SeriesSpec& spec) {
  set_number(dataset, DCM_SamplesPerPixel, 1);
  set(dataset, DCM_PhotometricInterpretation, "MONOCHROME2");
  set_number(dataset, DCM_Rows, spec.rows);
  set_number(dataset, DCM_Columns, spec.columns);
  set_number(dataset, DCM_BitsAllocated, 16);
  set_number(dataset, DCM_BitsStored, 12);
  set_number(dataset, DCM_HighBit, 11);
  set_number(dataset, DCM_PixelRepresentation, 0);
}

void describe_series(DcmDataset& dataset, const SeriesSpec& spec) {
  set(dataset, DCM_SpecificCharacterSet, "ISO_IR 100");
  set(dataset, DCM_ImageType, spec.phase ? "ORIGINAL\\PRIMARY\\P" : "ORIGINAL\\PRIMARY\\M");
  set(dataset, DCM_Modality, "MR");
  set(dataset, DCM_Manufacturer, "SIEMENS");
  set(dataset, DCM_SeriesDescription, spec.description);
  set(dataset, DCM_PatientName, "Test^Phantom");
  set(dataset, DCM_PatientID, spec.patient_id);
  set(dataset, DCM_StudyInstanceUID, spec.study_uid);
  set(dataset, DCM_SeriesInstanceUID, spec.series_uid);
  set(dataset, DCM_SeriesNumber, std::to_string(spec.series_number));
  set(dataset, DCM_FrameOfReferenceUID, "1.2.3.99");
  set(dataset, DCM_AcquisitionDate, "20200102");
}

}  // namespace

void set(DcmItem& dataset, const DcmTagKey& tag, const std::string& value) {
  if (dataset.putAndInsertString(tag, value.c_str()).bad())
    throw std::runtime_error("cannot set an attribute");
}

std::unique_ptr<DcmFileFormat> make_image(const SeriesSpec& spec, int index) {
  auto file = std::make_unique<DcmFileFormat>();
  DcmDataset& dataset = *file->getDataset();
  describe_series(dataset, spec);
  describe_pixels(dataset, spec);
  set(dataset, DCM_SOPClassUID, UID_MRImageStorage);
  set(dataset, DCM_SOPInstanceUID, spec.series_uid + "." + std::to_string(index + 1));
  set(dataset, DCM_AcquisitionTime, time_of(spec, index));
  set(dataset, DCM_AcquisitionNumber, "1");
  set(dataset, DCM_InstanceNumber, std::to_string(index + 1));
  set(dataset, DCM_InversionTime, text(spec.ti_ms[index]));
  set(dataset, DCM_TriggerTime, "532.5");
  set(dataset, DCM_SliceThickness, "8");
  set(dataset, DCM_ImagePositionPatient, joined(spec.position_mm));
  set(dataset, DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0");
  set(dataset, DCM_PixelSpacing, "1.5\\1.25");
  if (spec.phase) {
    set(dataset, DCM_RescaleSlope, "2");
    set(dataset, DCM_RescaleIntercept, "-4096");
  }
  const std::vector<Uint16> pixels = stored_pixels(spec, index);
  dataset.putAndInsertUint16Array(DCM_PixelData, pixels.data(), pixels.size());
  return file;
}

std::vector<std::filesystem::path> write_series(const std::filesystem::path& folder, const SeriesSpec& spec,
                                                const Tweak& tweak, E_TransferSyntax syntax) {
  std::filesystem::create_directories(folder);
  std::vector<std::filesystem::path> paths;
  for (int i = 0; i < static_cast<int>(spec.ti_ms.size()); ++i) {
    const auto file = make_image(spec, i);
    if (tweak) tweak(*file->getDataset(), i);
    paths.push_back(folder / (std::to_string(spec.series_number) + "_" + std::to_string(i)));
    file->getDataset()->chooseRepresentation(syntax, nullptr);
    if (file->saveFile(paths.back().c_str(), syntax).bad())
      throw std::runtime_error("cannot write a test image");
  }
  return paths;
}

std::filesystem::path write_enhanced(const std::filesystem::path& folder, const SeriesSpec& spec,
                                     const std::function<void(DcmItem& groups, int index)>& tweak) {
  DcmFileFormat file;
  DcmDataset& dataset = *file.getDataset();
  describe_series(dataset, spec);
  describe_pixels(dataset, spec);
  set(dataset, DCM_SOPClassUID, UID_EnhancedMRImageStorage);
  set(dataset, DCM_SOPInstanceUID, spec.series_uid + ".1");
  set(dataset, DCM_NumberOfFrames, std::to_string(spec.ti_ms.size()));
  DcmItem* item = nullptr;
  dataset.findOrCreateSequenceItem(DCM_SharedFunctionalGroupsSequence, item, 0);
  DcmItem* shared = nullptr;
  item->findOrCreateSequenceItem(DCM_PlaneOrientationSequence, shared, 0);
  set(*shared, DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0");
  item->findOrCreateSequenceItem(DCM_PixelMeasuresSequence, shared, 0);
  set(*shared, DCM_PixelSpacing, "1.5\\1.25");
  std::vector<Uint16> pixels;
  for (int i = 0; i < static_cast<int>(spec.ti_ms.size()); ++i) {
    DcmItem* groups = nullptr;
    DcmItem* group = nullptr;
    dataset.findOrCreateSequenceItem(DCM_PerFrameFunctionalGroupsSequence, groups, i);
    groups->findOrCreateSequenceItem(DCM_PlanePositionSequence, group, 0);
    set(*group, DCM_ImagePositionPatient, joined(spec.position_mm));
    groups->findOrCreateSequenceItem(DCM_MRModifierSequence, group, 0);
    group->putAndInsertFloat64(DCM_InversionTimes, spec.ti_ms[i]);
    if (tweak) tweak(*groups, i);
    const std::vector<Uint16> frame = stored_pixels(spec, i);
    pixels.insert(pixels.end(), frame.begin(), frame.end());
  }
  dataset.putAndInsertUint16Array(DCM_PixelData, pixels.data(), pixels.size());
  std::filesystem::create_directories(folder);
  const auto path = folder / "enhanced";
  if (file.saveFile(path.c_str(), EXS_LittleEndianExplicit).bad()) throw std::runtime_error("cannot write");
  return path;
}

std::string read_bytes(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}
