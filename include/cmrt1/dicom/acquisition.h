#pragma once
/// What a header says about how its image was acquired, beyond where it lies.

#include <limits>
#include <string>

namespace cmrt1 {

/// Empty or NaN where the header does not say. Text is UTF-8 on one line.
struct Acquisition {
  std::string patient_id;  ///< as in the file: compared, never written or logged
  std::string protocol_name;
  std::string frame_of_reference_uid;
  double trigger_time_ms = std::numeric_limits<double>::quiet_NaN();
};

/// `header` as in LoadedSeries::dicom_header; of an enhanced object the first frame's values. Never throws on
/// content.
Acquisition acquisition_of(const std::string& header);

}  // namespace cmrt1
