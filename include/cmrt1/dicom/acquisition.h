#pragma once
/// What a header says about how its series was acquired.

#include <string>

namespace cmrt1 {

/// Empty where the header does not say. Text is UTF-8 on one line.
struct Acquisition {
  std::string patient_id;  ///< as in the file: compared, never written or logged
  std::string protocol_name;
  std::string frame_of_reference_uid;
};

/// `header` as in LoadedSeries::dicom_header; of an enhanced object the first frame's values. Never throws on
/// content.
Acquisition acquisition_of(const std::string& header);

}  // namespace cmrt1
