#pragma once
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "cmrt1/write/result.h"

/// A made-up result of a ShMOLLI series, for tests of the writers.
namespace sample {

using namespace cmrt1;

inline constexpr int columns = 48;
inline constexpr int rows = 40;

/// An oblique slice with different spacings along its two axes.
inline Geometry oblique() {
  const double a = 0.5, b = 0.3;
  Geometry geometry;
  geometry.columns = columns;
  geometry.rows = rows;
  geometry.spacing_x_mm = 1.5;
  geometry.spacing_y_mm = 2.0;
  geometry.slice_thickness_mm = 8;
  geometry.position_mm = {-61.25, -40.5, 17.75};
  geometry.row_direction = {std::cos(a), std::sin(a), 0};
  geometry.column_direction = {-std::sin(a) * std::cos(b), std::cos(a) * std::cos(b), std::sin(b)};
  return geometry;
}

inline Mask heart() {
  return Mask::NullaryExpr(rows, columns, [](Eigen::Index row, Eigen::Index column) {
    return std::hypot(static_cast<double>(row) - 20, static_cast<double>(column) - 24) < 12 ? 1 : 0;
  });
}

/// A ring of myocardium (T1 1000 ms) around blood (1600 ms); the corners are below the signal floor.
inline T1Map map(float r2) {
  const auto fill = [](auto value) { return Pixels::NullaryExpr(rows, columns, value); };
  T1Map made;
  made.geometry = oblique();
  made.t1_ms = fill([](Eigen::Index row, Eigen::Index column) {
    const double r = std::hypot(static_cast<double>(row) - 20, static_cast<double>(column) - 24);
    return r < 6 ? 1600.75f : r < 10 ? 1000.5f : 400.25f;
  });
  made.t1_error_ms = Pixels::Constant(rows, columns, 12);
  made.r2 = Pixels::Constant(rows, columns, r2);
  made.samples_used = Mask::Constant(rows, columns, 7);
  made.status = Mask::Constant(rows, columns, static_cast<std::uint8_t>(FitStatus::fitted));
  const int corner = 5;
  made.status.topLeftCorner(corner, corner) = static_cast<std::uint8_t>(FitStatus::below_signal_floor);
  made.status(0, columns - 1) = static_cast<std::uint8_t>(FitStatus::clamped);
  for (Pixels* pixels : {&made.t1_ms, &made.r2}) pixels->topLeftCorner(corner, corner) = 0;
  made.t1_ms(0, columns - 1) = 4000;
  return made;
}

inline Frame frame(int index, double ti_ms, const std::string& uid_stem, FrameKind kind) {
  Frame made;
  made.sop_class_uid = UID_MRImageStorage;
  made.sop_instance_uid = uid_stem + std::to_string(index + 1);
  made.kind = kind;
  made.inversion_time_ms = ti_ms;
  made.inversion_time_source = InversionTimeSource::inversion_time;
  made.instance_number = index + 1;
  made.geometry = oblique();
  made.source.path = "/study/IM" + std::to_string(index);
  return made;
}

/// A header like the first magnitude image's of a scanner, with private attributes.
inline std::unique_ptr<DcmDataset> scanner_dataset() {
  auto dataset = std::make_unique<DcmDataset>();
  const std::vector<std::pair<DcmTagKey, const char*>> texts = {
      {DCM_SpecificCharacterSet, "ISO_IR 100"},
      {DCM_ImageType, "ORIGINAL\\PRIMARY\\M\\DIS2D"},
      {DCM_SOPClassUID, UID_MRImageStorage},
      {DCM_SOPInstanceUID, "1.2.3.10.1"},
      {DCM_StudyDate, "20180709"},
      {DCM_SeriesDate, "20180709"},
      {DCM_AcquisitionDate, "20180709"},
      {DCM_ContentDate, "20180709"},
      {DCM_StudyTime, "151320"},
      {DCM_SeriesTime, "152354"},
      {DCM_AcquisitionTime, "152342"},
      {DCM_ContentTime, "152354"},
      {DCM_AccessionNumber, ""},
      {DCM_Modality, "MR"},
      {DCM_Manufacturer, "SIEMENS"},
      {DCM_ReferringPhysicianName, ""},
      {DCM_StudyDescription, "Heart"},
      {DCM_SeriesDescription, "ShMOLLI_192i"},
      {DCM_ManufacturerModelName, "Prisma"},
      {DCM_PatientName, "Test^Synthetic"},
      {DCM_PatientID, "SYN-1"},
      {DCM_PatientBirthDate, "19700101"},
      {DCM_PatientSex, "O"},
      {DCM_BodyPartExamined, "HEART"},
      {DCM_ScanningSequence, "GR\\IR"},
      {DCM_SequenceVariant, "SK\\SS\\MP"},
      {DCM_ScanOptions, "PFP"},
      {DCM_MRAcquisitionType, "2D"},
      {DCM_SliceThickness, "8"},
      {DCM_RepetitionTime, "379.4"},
      {DCM_EchoTime, "1.07"},
      {DCM_InversionTime, "100"},
      {DCM_MagneticFieldStrength, "3"},
      {DCM_EchoTrainLength, "1"},
      {DCM_TriggerTime, "532.5"},
      {DCM_FlipAngle, "35"},
      {DCM_PatientPosition, "HFS"},
      {DCM_ContrastBolusAgent, "Gadolinium"},
      {DCM_StudyInstanceUID, "1.2.3"},
      {DCM_SeriesInstanceUID, "1.2.3.10"},
      {DCM_StudyID, "1"},
      {DCM_SeriesNumber, "12"},
      {DCM_AcquisitionNumber, "1"},
      {DCM_InstanceNumber, "1"},
      {DCM_ImagePositionPatient, "0\\0\\0"},
      {DCM_ImageOrientationPatient, "1\\0\\0\\0\\1\\0"},
      {DCM_FrameOfReferenceUID, "1.2.3.99"},
      {DCM_PositionReferenceIndicator, ""},
      {DCM_SliceLocation, "0"},
      {DCM_ImageComments, "TIeff 100 ms"},
      {DCM_PhotometricInterpretation, "MONOCHROME2"},
      {DCM_PixelSpacing, "1\\1"},
      {DCM_LossyImageCompression, "00"}};
  for (const auto& [tag, text] : texts) dataset->putAndInsertString(tag, text);
  const std::vector<std::pair<DcmTagKey, int>> numbers = {
      {DCM_SamplesPerPixel, 1}, {DCM_Rows, rows},  {DCM_Columns, columns},      {DCM_BitsAllocated, 16},
      {DCM_BitsStored, 12},     {DCM_HighBit, 11}, {DCM_PixelRepresentation, 0}};
  for (const auto& [tag, number] : numbers) dataset->putAndInsertUint16(tag, static_cast<Uint16>(number));
  dataset->putAndInsertString(DcmTag(0x0019, 0x0010, EVR_LO), "SIEMENS MR HEADER");
  dataset->putAndInsertString(DcmTag(0x0019, 0x1008, EVR_CS), "IMAGE NUM 4");
  return dataset;
}

/// The same of a lossy image that says less of itself.
inline std::unique_ptr<DcmDataset> poor_dataset() {
  auto dataset = scanner_dataset();
  dataset->putAndInsertString(DCM_LossyImageCompression, "01");
  for (const auto& tag : {DCM_Laterality, DCM_SeriesDate, DCM_ContentTime, DCM_FrameOfReferenceUID})
    dataset->putAndInsertString(tag, "");
  return dataset;
}

/// The least by which an image of series `series_uid` can be told from others.
inline std::unique_ptr<DcmDataset> bare_dataset(const std::string& series_uid) {
  auto dataset = std::make_unique<DcmDataset>();
  const std::string instance = series_uid + ".1";
  for (const auto& [tag, text] :
       {std::pair{DCM_SOPClassUID, UID_MRImageStorage}, std::pair{DCM_SOPInstanceUID, instance.c_str()},
        std::pair{DCM_StudyInstanceUID, "1.2.3"}, std::pair{DCM_SeriesInstanceUID, series_uid.c_str()}})
    dataset->putAndInsertString(tag, text);
  return dataset;
}

/// `dataset` as DICOM Part 10 bytes.
inline std::string part10(DcmDataset& dataset) {
  DcmFileFormat file(&dataset);
  std::string bytes(dataset.calcElementLength(EXS_LittleEndianExplicit, EET_ExplicitLength) + 4096, '\0');
  DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  file.transferInit();
  file.write(stream, EXS_LittleEndianExplicit, EET_ExplicitLength, nullptr);
  file.transferEnd();
  void* written = nullptr;
  offile_off_t size = 0;
  stream.flushBuffer(written, size);
  bytes.resize(static_cast<std::size_t>(size));
  return bytes;
}

inline MocoResult result(const std::vector<double>& ti_ms) {
  MocoResult made;
  made.ti_ms = ti_ms;
  made.method = MocoMethod::automatic;
  made.method_used = MocoMethod::network_model;
  made.network = nn::NetworkIdentity{"moconet", "1.0", std::string(64, 'a'), "cpu"};
  made.candidates = {
      {MocoMethod::network, true, true, true, "fine", 0.8, 0.3, {0.93, 0.81, 452}, {0.98, 0.88, 452}},
      {MocoMethod::network_model, true, true, true, "fine", 0.8, 0.2, {0.93, 0.81, 452}, {0.985, 0.9, 452}}};
  made.confidence = {2.5, 0.25, 0.5};
  made.corrected = true;
  made.decision = "median R2 rose";
  made.uncorrected = map(0.93f);
  made.map = map(0.985f);
  made.heart_region = heart();
  made.before = {0.93, 0.81, 452};
  made.after = {0.985, 0.9, 452};
  made.min_jacobian = 0.8;
  made.max_displacement_mm = 6;
  made.mean_displacement_mm = 1.5;
  made.rounds = 3;
  made.images.geometry = oblique();
  for (std::size_t i = 0; i < ti_ms.size(); ++i) {
    made.images.frames.push_back(Pixels::Constant(rows, columns, static_cast<float>(ti_ms[i])));
    const auto step = static_cast<float>(i);
    made.fields.push_back(
        {Pixels::Constant(rows, columns, 0.5f * step), Pixels::Constant(rows, columns, -step)});
  }
  return made;
}

inline SeriesRecord record() {
  SeriesRecord made;
  const std::vector<double> ti_ms = {100, 180, 260, 1100, 2100, 3100, 4100};
  made.series.study_uid = "1.2.3";
  made.series.series_uid = "1.2.3.10";
  made.series.key = "1.2.3.10";
  made.series.description = "ShMOLLI_192i";
  made.series.series_number = 12;
  made.series.sequence = Sequence::shmolli;
  for (std::size_t i = 0; i < ti_ms.size(); ++i) {
    made.series.magnitude.push_back(frame(static_cast<int>(i), ti_ms[i], "1.2.3.10.", FrameKind::magnitude));
    made.series.phase.push_back(frame(static_cast<int>(i), ti_ms[i], "1.2.3.11.", FrameKind::phase));
  }
  made.result = result(ti_ms);
  made.images.ti_ms = ti_ms;
  made.images.magnitude = made.result.images;
  made.images.phase = made.result.images;
  made.images.header = std::make_shared<const std::string>(part10(*scanner_dataset()));
  made.timings_s = {{"fit", 0.05}, {"load", 0.1}};
  made.options = {{"method", "auto"}};
  made.versions = {{"cmrt1", "0.1.0"}};
  return made;
}

}  // namespace sample
