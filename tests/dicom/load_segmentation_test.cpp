#include "cmrt1/dicom/load_segmentation.h"

#include <gtest/gtest.h>

#include "cmrt1/base/error.h"
#include "support/segmentation_file.h"
#include "support/temporary_folder.h"

using namespace cmrt1;
namespace fs = std::filesystem;

namespace {

/// Both segments on two planes.
SegmentationSpec two_planes() {
  SegmentationSpec spec;
  for (int i = 0; i < 4; ++i)
    spec.frames.push_back(
        {1 + i / 2, drawn(i), 5.0 + 10 * (i % 2), {"1.2.3.12." + std::to_string(i % 2)}, ""});
  spec.referenced = {"1.2.3.12.0", "1.2.3.12.1", "1.2.3.12.2"};
  return spec;
}

using Spoil = std::function<void(DcmDataset&)>;

LoadedSegmentation loaded(const SegmentationSpec& spec, const Spoil& spoil = {},
                          E_TransferSyntax syntax = EXS_LittleEndianExplicit) {
  const TemporaryFolder folder;
  write_segmentation(folder.path() / "seg.dcm", spec, spoil, syntax);
  return load_segmentation(folder.path() / "seg.dcm");
}

/// Why the file is refused; empty where it is not.
std::string reason_of(const fs::path& file) {
  try {
    load_segmentation(file);
  } catch (const CaseError& error) {
    EXPECT_NE(std::string(error.what()).find(file.string()), std::string::npos) << error.what();
    return error.reason();
  }
  return "";
}

std::string reason_with(const Spoil& spoil, const SegmentationSpec& spec = two_planes()) {
  const TemporaryFolder folder;
  write_segmentation(folder.path() / "seg.dcm", spec, spoil);
  return reason_of(folder.path() / "seg.dcm");
}

std::string reason_of_bytes(const std::string& bytes) {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "seg.dcm", bytes);
  return reason_of(folder.path() / "seg.dcm");
}

std::string good_bytes() {
  const TemporaryFolder folder;
  write_segmentation(folder.path() / "seg.dcm", two_planes());
  return read_bytes(folder.path() / "seg.dcm");
}

DcmItem& groups_of(DcmDataset& dataset, long frame) {
  return item_of(dataset, DCM_PerFrameFunctionalGroupsSequence, frame);
}

}  // namespace

TEST(LoadSegmentation, ReadsBitsThatRunOnFromFrameToFrame) {
  const LoadedSegmentation read = loaded(two_planes());
  ASSERT_EQ(read.frames.size(), 4u);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE((read.frames[i].mask == drawn(i)).all()) << i;
}

TEST(LoadSegmentation, SaysWhereEachFrameLies) {
  const LoadedSegmentation read = loaded(two_planes());
  const Geometry& geometry = read.frames[1].geometry;
  EXPECT_EQ(geometry.rows, 5);
  EXPECT_EQ(geometry.columns, 7);
  EXPECT_EQ(geometry.spacing_x_mm, 1.25);
  EXPECT_EQ(geometry.spacing_y_mm, 1.5);
  EXPECT_EQ(geometry.position_mm, (Vector3{-30, -20, 15}));
}

TEST(LoadSegmentation, NamesSegmentsAndImages) {
  const LoadedSegmentation read = loaded(two_planes());
  EXPECT_EQ(read.labels, (std::map<int, std::string>{{1, "LV myocardium"}, {2, "LV blood pool"}}));
  EXPECT_EQ(read.properties, (std::map<int, std::string>{{1, "49848007"}, {2, "87878005"}}));
  EXPECT_EQ(read.frames[2].segment, 2);
  EXPECT_EQ(read.frames[3].source_sop_instance_uid, "1.2.3.12.1");
  EXPECT_EQ(read.frames[3].source_frame, 0);
  EXPECT_EQ(read.source_instances, (std::set<std::string>{"1.2.3.12.0", "1.2.3.12.1", "1.2.3.12.2"}));
}

TEST(LoadSegmentation, NamesTheFrameOfAMultiFrameImage) {
  SegmentationSpec spec = two_planes();
  spec.frames[0].source_frames = "17";
  EXPECT_EQ(loaded(spec).frames[0].source_frame, 17);
}

TEST(LoadSegmentation, NamesNoImageOfAFrameThatIsOfSeveral) {
  SegmentationSpec spec = two_planes();
  spec.frames[0].source_uids = {"1.2.3.12.0", "1.2.3.12.1"};
  spec.frames[1].source_frames = "1\\2";
  const LoadedSegmentation read = loaded(spec);
  EXPECT_EQ(read.frames[0].source_sop_instance_uid, "");
  EXPECT_EQ(read.frames[1].source_sop_instance_uid, "");
}

TEST(LoadSegmentation, TakesOfAFractionalSegmentWhatIsHalfInIt) {
  SegmentationSpec spec = two_planes();
  spec.binary = false;
  spec.frames.resize(1);
  spec.frames[0].pixels = Mask::Zero(5, 7);
  spec.frames[0].pixels.row(2) << 0, 1, 99, 100, 101, 199, 200;
  Mask expected = Mask::Zero(5, 7);
  expected.row(2).tail(4) = 1;
  EXPECT_TRUE((loaded(spec).frames[0].mask == expected).all());
}

TEST(LoadSegmentation, ReadsDeflatedAndBigEndianFiles) {
  for (const auto syntax :
       {EXS_DeflatedLittleEndianExplicit, EXS_BigEndianExplicit, EXS_LittleEndianImplicit}) {
    const LoadedSegmentation read = loaded(two_planes(), {}, syntax);
    for (int i = 0; i < 4; ++i) EXPECT_TRUE((read.frames[i].mask == drawn(i)).all()) << syntax << " " << i;
  }
}

TEST(LoadSegmentation, ReadsWhatIsSharedByAllFrames) {
  SegmentationSpec spec = two_planes();
  spec.frames.resize(1);
  const LoadedSegmentation read = loaded(spec, [](DcmDataset& dataset) {
    dataset.findAndDeleteElement(DCM_PerFrameFunctionalGroupsSequence);
    DcmItem& shared = item_of(dataset, DCM_SharedFunctionalGroupsSequence);
    set(item_of(shared, DCM_PlanePositionSequence), DCM_ImagePositionPatient, "1\\2\\3");
    item_of(shared, DCM_SegmentIdentificationSequence).putAndInsertUint16(DCM_ReferencedSegmentNumber, 2);
  });
  EXPECT_EQ(read.frames[0].segment, 2);
  EXPECT_EQ(read.frames[0].geometry.position_mm, (Vector3{1, 2, 3}));
}

TEST(LoadSegmentation, GivesLabelsInUtf8AndLongCodesWhole) {
  const LoadedSegmentation read = loaded(two_planes(), [](DcmDataset& dataset) {
    set(dataset, DCM_SpecificCharacterSet, "ISO_IR 100");
    DcmItem& segment = item_of(dataset, DCM_SegmentSequence);
    set(segment, DCM_SegmentLabel, "C\xe9lula");
    DcmItem& code = item_of(segment, DCM_SegmentedPropertyTypeCodeSequence);
    code.findAndDeleteElement(DCM_CodeValue);
    set(code, DCM_LongCodeValue, "12345678901234567890");
  });
  EXPECT_EQ(read.labels.at(1), "C\xc3\xa9lula");
  EXPECT_EQ(read.properties.at(1), "12345678901234567890");
}

TEST(LoadSegmentation, RefusesWhatIsNoSegmentation) {
  const TemporaryFolder folder;
  EXPECT_EQ(reason_of(write_series(folder.path())[0]), "not_a_segmentation");
  EXPECT_EQ(reason_of_bytes("no DICOM, but text of some length"), "not_dicom");
  EXPECT_EQ(reason_of_bytes(""), "not_dicom");
}

TEST(LoadSegmentation, SaysWhereAFileCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_THROW(load_segmentation(folder.path() / "missing.dcm"), IoError);
  EXPECT_THROW(load_segmentation(folder.path()), IoError);
}

TEST(LoadSegmentation, RefusesOtherTypesAndBits) {
  EXPECT_EQ(reason_with([](DcmDataset& d) { set(d, DCM_SegmentationType, "LABELMAP"); }),
            "unsupported_segmentation_type");
  for (const auto& tag : {DCM_BitsAllocated, DCM_BitsStored})
    EXPECT_EQ(reason_with([&](DcmDataset& d) { d.putAndInsertUint16(tag, 8); }),
              "unsupported_bits_allocated");
  SegmentationSpec fractional = two_planes();
  fractional.binary = false;
  for (const Uint16 largest : {0, 256})
    EXPECT_EQ(reason_with([&](DcmDataset& d) { d.putAndInsertUint16(DCM_MaximumFractionalValue, largest); },
                          fractional),
              "invalid_segmentation");
}

TEST(LoadSegmentation, RefusesSizesThatAreNone) {
  for (const Uint16 rows : {0, 60000})
    EXPECT_EQ(reason_with([&](DcmDataset& d) { d.putAndInsertUint16(DCM_Rows, rows); }),
              "invalid_image_size");
  EXPECT_EQ(reason_with([](DcmDataset& d) { d.putAndInsertUint16(DCM_Rows, 500); }), "truncated_pixel_data");
  EXPECT_EQ(reason_with([](DcmDataset& d) { d.putAndInsertUint16(DCM_SamplesPerPixel, 3); }),
            "not_single_channel");
}

TEST(LoadSegmentation, RefusesNumbersOfFramesThatDoNotFit) {
  const auto with_frames = [](const char* frames) {
    return reason_with([&](DcmDataset& d) { set(d, DCM_NumberOfFrames, frames); });
  };
  EXPECT_EQ(with_frames("0"), "invalid_segmentation");
  EXPECT_EQ(with_frames("-4"), "invalid_segmentation");
  EXPECT_EQ(with_frames("3"), "invalid_segmentation");
  EXPECT_EQ(with_frames("400"), "truncated_pixel_data");
  EXPECT_EQ(with_frames("2000000000"), "too_large");
}

TEST(LoadSegmentation, RefusesFramesOfNoPlace) {
  EXPECT_EQ(
      reason_with([](DcmDataset& d) { groups_of(d, 2).findAndDeleteElement(DCM_PlanePositionSequence); }),
      "invalid_position");
  EXPECT_EQ(reason_with([](DcmDataset& d) { d.findAndDeleteElement(DCM_SharedFunctionalGroupsSequence); }),
            "invalid_pixel_spacing");
}

TEST(LoadSegmentation, RefusesSegmentsThatAreNotTold) {
  EXPECT_EQ(reason_with([](DcmDataset& d) { d.findAndDeleteElement(DCM_SegmentSequence); }),
            "invalid_segmentation");
  EXPECT_EQ(reason_with([](DcmDataset& d) {
              groups_of(d, 1).findAndDeleteElement(DCM_SegmentIdentificationSequence);
            }),
            "invalid_segmentation");
  EXPECT_EQ(reason_with([](DcmDataset& d) {
              item_of(d, DCM_SegmentSequence, 1).putAndInsertUint16(DCM_SegmentNumber, 1);
            }),
            "invalid_segmentation");
}

TEST(LoadSegmentation, RefusesMissingAndCutPixels) {
  EXPECT_EQ(reason_with([](DcmDataset& d) { d.findAndDeleteElement(DCM_PixelData); }), "pixel_data_missing");
  const std::string good = good_bytes();
  EXPECT_EQ(reason_of_bytes(good), "");
  EXPECT_EQ(reason_of_bytes(good.substr(0, good.size() - 4)), "truncated_pixel_data");
  EXPECT_EQ(reason_of_bytes(good.substr(0, good.size() / 2)), "unreadable_header");
}

TEST(LoadSegmentation, AnswersDamagedFilesWithoutCrashing) {
  const std::string good = good_bytes();
  const TemporaryFolder folder;
  std::uint32_t state = 20261124;
  const auto random = [&] { return state = state * 1664525u + 1013904223u, state >> 8; };
  int read = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string damaged = i % 4 ? good : good.substr(0, random() % good.size());
    for (int k = 0; i % 4 && k < 4; ++k) damaged[random() % damaged.size()] = static_cast<char>(random());
    write_bytes(folder.path() / "seg.dcm", damaged);
    try {
      read += load_segmentation(folder.path() / "seg.dcm").frames.empty() ? 0 : 1;
    } catch (const CaseError& error) {
      ASSERT_FALSE(error.reason().empty()) << i;
    }
  }
  EXPECT_GT(read, 0) << "some of the damage is harmless";
  EXPECT_LT(read, 750) << "not all of it";
}
