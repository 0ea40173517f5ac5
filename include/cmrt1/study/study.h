#pragma once
/// What a folder of DICOM holds, as values: Study -> Series -> Frame. No pixels are read here and
/// nothing below knows DCMTK.

#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cmrt1/image/image.h"

namespace cmrt1 {

/// What a DICOM image is, told from its content.
enum class FrameKind {
  magnitude,  ///< inversion-recovery-weighted magnitude image
  phase,      ///< phase image of the same acquisition
  t1_map,     ///< the scanner's own T1 map
  fit_map,    ///< the scanner's fit parameters (R2, A, B, ...)
  other,      ///< anything else
};
const char* to_string(FrameKind kind);

/// Where an inversion time was read, in the order in which places are tried.
enum class InversionTimeSource {
  missing,
  inversion_time,      ///< (0018,0082)
  inversion_times,     ///< (0018,9079)
  private_siemens_xa,  ///< (5200,9230) > (0021,11FE) > (0021,1189)
  private_philips,     ///< (2005,1572)
  image_comments,      ///< "TIeff N ms"
  command_line,        ///< --ti
};
const char* to_string(InversionTimeSource source);

/// A file, or a member of an archive.
struct SourceFile {
  std::filesystem::path path;  ///< the file, or the archive that holds it
  std::string member;          ///< name inside the archive; empty for a plain file
  std::string name() const;    ///< "path" or "path!member", for messages
};

/// One image of one instance (of a multi-frame instance: one frame), pixels not loaded.
struct Frame {
  SourceFile source;
  int frame_index = 0;  ///< 0 in a single-frame instance
  std::string sop_class_uid;
  std::string sop_instance_uid;
  FrameKind kind = FrameKind::other;
  std::string kind_reason;  ///< why it was classified so, for --list
  double inversion_time_ms = 0;
  InversionTimeSource inversion_time_source = InversionTimeSource::missing;
  std::string acquisition_time;  ///< DICOM TM, "" where absent
  int instance_number = 0;
  int acquisition_number = 0;
  double trigger_time_ms = std::numeric_limits<double>::quiet_NaN();  ///< after the R wave; NaN where absent
  Geometry geometry;
};

enum class Sequence { shmolli, molli };
const char* to_string(Sequence sequence);

/// One T1-mapping acquisition of one slice: magnitude frames sorted by inversion time, the phase
/// frames in the same order where there are any.
struct Series {
  std::string study_uid;
  std::string series_uid;    ///< of the magnitude images
  std::string key;           ///< safe for a file name, unique within its study
  std::string description;   ///< Series Description, as read (UTF-8)
  int series_number = 0;
  int slice_index = 0;       ///< 0-based among the slices of the series
  Sequence sequence = Sequence::molli;
  std::vector<Frame> magnitude;
  std::vector<Frame> phase;  ///< empty, or one for each magnitude frame
  std::vector<std::string> warnings;
  std::string reason;        ///< not empty: the series cannot be processed (slug, snake_case)
  std::string message;       ///< the sentence that goes with `reason`
};

/// Images of a study that are not part of a T1-mapping acquisition, grouped for --list.
struct OtherImages {
  std::string series_uid;
  std::string description;
  int series_number = 0;
  FrameKind kind = FrameKind::other;
  std::string kind_reason;
  std::vector<Frame> frames;
};

struct Study {
  std::string uid;
  std::string key;  ///< safe for a file name
  std::vector<Series> series;
  std::vector<OtherImages> others;
};

/// A file that was not used, and why.
struct SkippedFile {
  SourceFile source;
  std::string reason;   ///< slug: not_dicom, dicomdir, empty_file, truncated_pixel_data, ...
  std::string message;
  bool failed_case = false;  ///< true: it was meant to be an image and counts as a failed case
};

struct ScanResult {
  std::vector<Study> studies;
  std::vector<SkippedFile> skipped;
};

/// The pixels of one series, ready to fit.
struct SeriesImages {
  std::vector<double> ti_ms;       ///< ascending
  Stack magnitude;                 ///< one frame an inversion time, rescale applied, >= 0
  std::optional<Stack> phase;      ///< radians, -pi...pi, same order
  /// DICOM Part 10 bytes of the first magnitude frame's dataset without its pixel data, from which
  /// derived objects take patient, study and frame of reference.
  std::shared_ptr<const std::string> header;
};

}  // namespace cmrt1
