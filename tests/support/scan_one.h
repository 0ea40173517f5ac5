#pragma once
/// Scans one folder or file and hands out what a test looks at.

#include <algorithm>
#include <array>
#include <stdexcept>

#include "cmrt1/dicom/scan.h"

inline cmrt1::ScanResult scan_one(const std::filesystem::path& path, const cmrt1::ScanOptions& options = {}) {
  return cmrt1::scan(std::array{path}, options);
}

/// The only series found; throws where there is not exactly one.
inline cmrt1::Series only_series(const cmrt1::ScanResult& result) {
  if (result.studies.size() != 1 || result.studies[0].series.size() != 1) {
    throw std::runtime_error("not exactly one series");
  }
  return result.studies[0].series[0];
}

inline cmrt1::Series only_series(const std::filesystem::path& path, const cmrt1::ScanOptions& options = {}) {
  return only_series(scan_one(path, options));
}

inline int count_skipped(const cmrt1::ScanResult& result, const std::string& reason) {
  return static_cast<int>(std::count_if(result.skipped.begin(), result.skipped.end(),
                                        [&](const auto& file) { return file.reason == reason; }));
}

inline bool mentions(const std::vector<std::string>& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return text.find(part) != std::string::npos; });
}
