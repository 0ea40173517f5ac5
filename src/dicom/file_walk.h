#pragma once
/// Every file under the inputs: folders of any depth, single files, members of archives.

#include <functional>
#include <span>
#include <vector>

#include "cmrt1/study/study.h"
#include "dicom/byte_stream.h"

namespace cmrt1::dicom {

/// Calls `take` with the bytes of each file that begins like DICOM, in the order of the paths; returns the
/// files that were passed over. Archives are told by content. Links to folders are followed once.
/// Throws NoInputError (an input does not exist), IoError (an input folder or file that cannot be read),
/// UsageError (an input that is a plain file, but neither DICOM nor an archive).
std::vector<SkippedFile> for_each_file(std::span<const std::filesystem::path> inputs,
                                       const std::function<void(const SourceFile&, const Bytes&)>& take);

/// The whole file, null where it cannot be read or is larger than kMaxFileBytes.
Bytes read_file(const std::filesystem::path& path);

}  // namespace cmrt1::dicom
