#pragma once
/// What all programs do with their inputs before any pixel is read.

#include <filesystem>
#include <span>
#include <vector>

#include "cmrt1/dicom/scan.h"

namespace cmrt1 {

/// scan() that stops on a signal and tells its progress to the log.
ScanResult scan_inputs(std::span<const std::filesystem::path> inputs, const ScanOptions& options);

/// Logs how many files were passed over, and why.
void report_skipped(const ScanResult& found);

/// The files that were meant to be images and could not be read.
std::vector<SkippedFile> bad_files(const ScanResult& found);

/// "; 2 files could not be read", empty for none: for the last line of a run.
std::string bad_files_note(std::size_t count);

}  // namespace cmrt1
