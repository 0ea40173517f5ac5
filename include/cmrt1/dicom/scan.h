#pragma once
/// Finds the T1-mapping series in folders, files and archives. Told by content, never by name.

#include <functional>
#include <map>
#include <optional>
#include <span>

#include "cmrt1/study/study.h"

namespace cmrt1 {

struct ScanOptions {
  std::vector<double> ti_ms;  ///< --ti: inversion times in order of instance number; empty: from the files
  std::optional<Sequence> sequence;  ///< --sequence; empty: told from name and inversion times
  std::string series_uid;  ///< --series: only this Series Instance UID or Series::key (picks among repeats)
  std::function<void(int files)> progress;  ///< called now and then with the number of files read
};

/// Walks the inputs (any depth; .zip, .tar, .tar.gz read in place), reads every header, classifies,
/// groups into studies, series, slices and repeats. A bad file spares the rest: it lands in `skipped`
/// or makes its series carry a `reason` (docs/reasons.md lists them). Memory is bounded: one file of at most
/// 512 MB at a time. Of repeated acquisitions of a slice the newest is kept, with a warning.
/// Throws NoInputError (a missing path; neither an image nor a failed case found; no series `series_uid`),
/// UsageError (a plain file that is neither DICOM nor an archive; `ti_ms` that are no times), IoError (an
/// input that cannot be read). A result may hold images and yet no series: that is for the caller to judge.
ScanResult scan(std::span<const std::filesystem::path> inputs, const ScanOptions& options = {});

}  // namespace cmrt1
