#pragma once
/// Finds the T1-mapping series in folders, files and archives. Told by content, never by name.

#include <functional>
#include <map>
#include <optional>
#include <span>

#include "cmrt1/study/study.h"

namespace cmrt1 {

struct ScanOptions {
  std::vector<double> ti_ms;                ///< --ti: inversion times in order of instance number; empty: from the files
  std::optional<Sequence> sequence;         ///< --sequence; empty: told from name and inversion times
  std::string series_uid;                   ///< --series: only this Series Instance UID (picks among repeats)
  std::function<void(int files)> progress;  ///< called now and then with the number of files read
};

/// Walks the inputs (any depth; .zip, .tar, .tar.gz read in place), reads every header, classifies,
/// groups into studies, series, slices and repeats. A bad file spares the rest: it lands in `skipped`
/// or makes its series carry a `reason`.
/// Throws NoInputError (missing path, nothing found), UsageError (a plain file that is neither DICOM
/// nor an archive), IoError (unreadable folder).
ScanResult scan(std::span<const std::filesystem::path> inputs, const ScanOptions& options = {});

}  // namespace cmrt1
