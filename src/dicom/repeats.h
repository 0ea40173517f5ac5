#pragma once
/// Which of several acquisitions of the same slice is processed.

#include <string>
#include <vector>

#include "cmrt1/study/study.h"

namespace cmrt1::dicom {

/// A series with what decides between repeats.
struct Recording {
  Series series;
  std::string acquired;  ///< date and time of its first image, sorts as text
  bool motion_corrected = false;
};

/// Those whose Series Instance UID or key is `wanted`; all where it is empty.
std::vector<Recording> select(std::vector<Recording> recordings, const std::string& wanted);

/// Of usable series that share slice, description, sequence and kind of correction the newest stays, with a
/// warning that names the others; series that carry a reason stay too.
std::vector<Series> keep_newest(const std::vector<Recording>& recordings);

}  // namespace cmrt1::dicom
