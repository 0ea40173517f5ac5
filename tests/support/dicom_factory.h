#pragma once
/// Makes small T1-mapping series as a scanner would write them, to be spoiled by tests.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <array>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

/// Seven ShMOLLI images in the order of acquisition unless said otherwise.
struct SeriesSpec {
  std::vector<double> ti_ms = {100, 1100, 2100, 3100, 4100, 180, 260};
  int rows = 24;
  int columns = 32;
  bool phase = false;  ///< phase images: slope 2, intercept -4096, Image Type P
  std::string study_uid = "1.2.3";
  std::string series_uid = "1.2.3.12";
  std::string patient_id = "phantom";
  std::string description = "ShMOLLI_test";
  int series_number = 12;
  int start_time = 120000;  ///< HHMMSS of the first image; one second an image
  std::array<double, 3> position_mm = {-30, -20, 5};
};

/// Changes image `index` (order of SeriesSpec::ti_ms) before it is written.
using Tweak = std::function<void(DcmDataset& dataset, int index)>;

/// One image: |A - B exp(-TI/T1*)| with A 500, B 950 and T1* 600...900 ms growing with the column; in the
/// left quarter noise of at most 8. As phase: 0 where the signal is negative, else pi.
std::unique_ptr<DcmFileFormat> make_image(const SeriesSpec& spec, int index);

/// Writes a series as "SERIESNUMBER_INDEX" files (no extension) into `folder`, which is made if need be;
/// returns the paths.
std::vector<std::filesystem::path> write_series(const std::filesystem::path& folder,
                                                const SeriesSpec& spec = {}, const Tweak& tweak = {},
                                                E_TransferSyntax syntax = EXS_LittleEndianExplicit);

/// An enhanced multi-frame object that holds a whole series, one frame an inversion time; `tweak` sees each
/// frame's functional groups.
std::filesystem::path write_enhanced(const std::filesystem::path& folder, const SeriesSpec& spec,
                                     const std::function<void(DcmItem& groups, int index)>& tweak = {});

void set(DcmItem& dataset, const DcmTagKey& tag, const std::string& value);
std::string read_bytes(const std::filesystem::path& file);
void write_bytes(const std::filesystem::path& file, const std::string& bytes);
