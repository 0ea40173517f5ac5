#include "cmrt1/write/segmentation_result.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "cmrt1/base/error.h"
#include "support/gunzip.h"
#include "support/nifti_file.h"
#include "support/read_back.h"
#include "support/segmentation_record.h"
#include "support/temporary_folder.h"

using namespace cmrt1;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t plane = sample::columns * sample::rows;

std::string bytes(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A record, written.
class Written {
 public:
  explicit Written(const SegmentationRecord& record, const SegmentationWriteOptions& options = {}) {
    write_segmentation(record, folder_.path(), options);
  }
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_.path())) found.insert(entry.path().filename());
    return found;
  }
  std::string file(const std::string& name) const { return bytes(folder_.path() / name); }
  std::string nifti(const std::string& name = "segmentation.nii.gz") const { return gunzip(file(name)); }

 private:
  TemporaryFolder folder_;
};

/// Labels of slice k of a label map's bytes.
LabelMap slice(const std::string& nifti, std::size_t k) {
  LabelMap labels(sample::rows, sample::columns);
  const std::string voxels = nifti.substr(352 + k * plane, plane);
  std::copy(voxels.begin(), voxels.end(), reinterpret_cast<char*>(labels.data()));
  return labels;
}

/// The grid of four slices in two volumes, sheared and in units of its own.
std::string grid_header() {
  NiftiFile file({4, sample::columns, sample::rows, 2, 2}, 16);
  file.pixdim(1.5f, 2, 9).sform({{{-1.5f, 0, 0.5f, 30}, {0, 0, -9, 40}, {0, -2, 0, 50}}});
  return file.put(123, char{2}).bytes().substr(0, 348);
}

}  // namespace

TEST(WriteSegmentation, WritesTheFilesThatAreDocumented) {
  const std::set<std::string> expected = {"segmentation.nii.gz", "segmentation.dcm", "segmentation.json",
                                          "overlay_000.png",     "overlay_001.png",  "overlay_003.png"};
  EXPECT_EQ(Written(sample::segmentation_record()).names(), expected);
}

TEST(WriteSegmentation, WritesCandidatesOnRequestAlone) {
  const Written with(sample::segmentation_record(), {.candidates = true});
  EXPECT_EQ(with.names().size(), 6 + kCandidates);
  for (std::size_t k = 0; k < kCandidates; ++k) {
    const std::string candidate = with.nifti("candidate_" + candidate_names()[k] + ".nii.gz");
    EXPECT_TRUE((slice(candidate, 0) == sample::ring(static_cast<double>(k) / 10)).all()) << k;
    EXPECT_EQ(candidate.substr(0, 148), with.nifti().substr(0, 148)) << "on the grid of the delivered one";
    EXPECT_EQ(candidate.substr(252, 100), with.nifti().substr(252, 100));
  }
}

TEST(WriteSegmentation, PutsTheSlicesOfADicomSeriesInTheirOrder) {
  SegmentationRecord record = sample::segmentation_record();
  record.slices[1]->labels = sample::ring(4);
  const std::string nifti = Written(record).nifti();
  EXPECT_EQ(at<std::int16_t>(nifti, 40), 3);
  EXPECT_EQ(at<std::int16_t>(nifti, 42), sample::columns);
  EXPECT_EQ(at<std::int16_t>(nifti, 44), sample::rows);
  EXPECT_EQ(at<std::int16_t>(nifti, 46), 4);
  EXPECT_EQ(at<std::int16_t>(nifti, 70), 2) << "uint8";
  EXPECT_TRUE((slice(nifti, 0) == record.slices[0]->labels).all());
  EXPECT_TRUE((slice(nifti, 1) == sample::ring(4)).all());
  EXPECT_FALSE(slice(nifti, 2).any()) << "the image that failed";
  EXPECT_FALSE(slice(nifti, 3).any());
}

TEST(WriteSegmentation, StepsFromSliceToSliceAsTheImagesLie) {
  const SegmentationRecord record = sample::segmentation_record();
  const std::string nifti = Written(record).nifti();
  const Vector3 ras_step = {-3, -2, 11};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::size_t row = 280 + 16 * axis;
    EXPECT_NEAR(at<float>(nifti, row + 8), ras_step[axis], 1e-4);
    EXPECT_NEAR(at<float>(nifti, row + 12), (axis < 2 ? -1 : 1) * sample::oblique().position_mm[axis], 1e-4);
  }
}

TEST(WriteSegmentation, LaysPhasesOfOnePlaceSideBySide) {
  SegmentationRecord record = sample::segmentation_record();
  for (Frame& frame : record.series.frames) frame.geometry = sample::oblique();
  const std::string nifti = Written(record).nifti();
  EXPECT_NEAR(at<float>(nifti, 88), 8, 1e-4) << "a slice thickness";
}

TEST(WriteSegmentation, KeepsTheGridOfANiftiSource) {
  const std::string header = grid_header();
  const Written written(sample::nifti_segmentation_record(header));
  EXPECT_FALSE(written.names().count("segmentation.dcm"));
  EXPECT_TRUE(written.names().count("overlay_002.png"));
  const std::string nifti = written.nifti();
  EXPECT_EQ(nifti.substr(40, 16), header.substr(40, 16)) << "dim";
  EXPECT_EQ(nifti.substr(76, 32), header.substr(76, 32)) << "pixdim";
  EXPECT_EQ(nifti.substr(252, 76), header.substr(252, 76)) << "qform and sform";
  EXPECT_EQ(nifti.size(), 352 + 4 * plane);
  EXPECT_TRUE((slice(nifti, 2) == sample::slice_segmentation().labels).all());
}

TEST(WriteSegmentation, SaysInEveryFormatThatImagesAreFlagged) {
  const Written flagged(sample::segmentation_record());
  EXPECT_NE(flagged.nifti().substr(148, 80).find("2 of 4 images flagged"), std::string::npos);
  ReadBack dicom(flagged.file("segmentation.dcm"));
  EXPECT_NE(dicom.text(DCM_SeriesDescription).find("_QCDSEG_FLAGGED"), std::string::npos);
  EXPECT_NE(dicom.text(DCM_ContentDescription).find("2 of 4 images flagged"), std::string::npos);
  SegmentationRecord record = sample::segmentation_record();
  for (auto& one : record.slices)
    if (one) one->reasons.clear();
  const Written accepted(record);
  EXPECT_EQ(accepted.nifti().substr(148, 80).find("flagged"), std::string::npos);
  EXPECT_EQ(ReadBack(accepted.file("segmentation.dcm")).text(DCM_SeriesDescription).find("FLAGGED"),
            std::string::npos);
}

TEST(WriteSegmentation, ReferencesTheImagesThatWereSegmented) {
  ReadBack dicom(Written(sample::segmentation_record()).file("segmentation.dcm"));
  DcmItem& referenced = dicom.item(DCM_ReferencedSeriesSequence);
  ASSERT_EQ(ReadBack::items(referenced, DCM_ReferencedInstanceSequence), 3u);
  EXPECT_EQ(ReadBack::text(ReadBack::item(referenced, DCM_ReferencedInstanceSequence, 2),
                           DCM_ReferencedSOPInstanceUID),
            "1.2.3.20.4");
  EXPECT_EQ(dicom.text(DCM_NumberOfFrames), "4") << "two segments in two images";
}

TEST(WriteSegmentation, GivesEqualBytesInEveryRunWithAnyNumberOfThreads) {
  const Written one(sample::segmentation_record(), {.candidates = true, .threads = 1});
  const Written two(sample::segmentation_record(), {.candidates = true, .threads = 3});
  ASSERT_EQ(one.names(), two.names());
  for (const std::string& name : one.names()) EXPECT_TRUE(one.file(name) == two.file(name)) << name;
}

TEST(WriteSegmentation, NamesPersonsInNothingButDicom) {
  const Written written(sample::segmentation_record());
  for (const std::string& name : written.names()) {
    if (name != "segmentation.dcm") {
      EXPECT_EQ(written.file(name).find("Secret"), std::string::npos) << name;
    }
  }
  EXPECT_NE(Written(sample::segmentation_record(), {.keep_identifiers = true})
                .file("segmentation.json")
                .find("Secret"),
            std::string::npos);
}

TEST(WriteSegmentation, SaysThatAFolderCannotBeWrittenTo) {
  EXPECT_THROW(write_segmentation(sample::segmentation_record(), "/nowhere"), IoError);
}
