#include "cmrt1/batch/inputs.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "cmrt1/base/log.h"
#include "cmrt1/batch/stop_signal.h"

namespace cmrt1 {

ScanResult scan_inputs(std::span<const std::filesystem::path> inputs, const ScanOptions& options) {
  ScanOptions how = options;
  how.progress = [](int files) {
    throw_if_stopped();
    log::debug("read " + std::to_string(files) + " files");
  };
  return scan(inputs, how);
}

void report_skipped(const ScanResult& found) {
  std::map<std::string, int> counts;
  for (const auto& file : found.skipped)
    if (!file.failed_case) ++counts[file.reason];
  for (const auto& [reason, count] : counts)
    log::info("skipped " + std::to_string(count) + (count == 1 ? " file: " : " files: ") + reason);
}

std::vector<SkippedFile> bad_files(const ScanResult& found) {
  std::vector<SkippedFile> bad;
  std::copy_if(found.skipped.begin(), found.skipped.end(), std::back_inserter(bad),
               [](const SkippedFile& file) { return file.failed_case; });
  return bad;
}

std::string bad_files_note(std::size_t count) {
  if (count == 0) return "";
  return count == 1 ? "; 1 file could not be read"
                    : "; " + std::to_string(count) + " files could not be read";
}

}  // namespace cmrt1
