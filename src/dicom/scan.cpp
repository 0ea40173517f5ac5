#include "cmrt1/dicom/scan.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>

#include "cmrt1/base/error.h"
#include "cmrt1/base/text.h"
#include "dicom/attributes.h"
#include "dicom/file_walk.h"
#include "dicom/grouping.h"
#include "dicom/image_header.h"
#include "dicom/series_checks.h"

namespace cmrt1 {
namespace {

using namespace dicom;

/// What the files hold, before it is grouped.
class Collection {
 public:
  void add(const SourceFile& source, const Bytes& bytes) {
    const Parsed parsed = parse(bytes);
    if (!parsed.reason.empty()) return add_unreadable(source, parsed);
    std::vector<ImageHeader> images = read_images(parsed, source);
    if (images.empty()) {
      return skip(source, why_no_image(*parsed.file->getDataset()), "DICOM, but not an image", false);
    }
    if (parsed.pixel_data_truncated && images.front().frame.kind == FrameKind::other) {
      return skip(source, images.front().defect, images.front().defect_message, true);
    }
    if (is_duplicate(images, source, *bytes))
      return skip(source, "duplicate", "the same instance was read before", false);
    std::move(images.begin(), images.end(), std::back_inserter(images_));
  }

  const std::vector<ImageHeader>& images() const { return images_; }
  std::vector<SkippedFile> skipped() && { return std::move(skipped_); }

 private:
  /// An instance that was read.
  struct Known {
    std::string hash;
    std::string name;
  };

  /// Fails the case unless the part that was read says that no MR image is lost.
  void add_unreadable(const SourceFile& source, const Parsed& parsed) {
    const std::string modality =
        parsed.file ? Attributes(*parsed.file->getDataset()).raw_text(DCM_Modality) : std::string();
    const bool lost = parsed.reason != "not_dicom" && (modality.empty() || modality == "MR");
    skip(source, parsed.reason, parsed.message, lost);
  }

  /// True for a copy of an instance. Another content under the same UID is a defect of the images.
  bool is_duplicate(std::vector<ImageHeader>& images, const SourceFile& source, const std::string& bytes) {
    const std::string& uid = images.front().frame.sop_instance_uid;
    if (uid.empty()) return false;
    const Known instance{sha256(bytes), source.name()};
    const auto [known, is_new] = known_by_uid_.emplace(uid, instance);
    if (is_new) return false;
    if (known->second.hash == instance.hash) return true;
    for (ImageHeader& image : images) {
      image.defect = "duplicate_instance_uid";
      image.defect_message = "it has the SOP Instance UID of " + known->second.name + " and another content";
    }
    return false;
  }

  void skip(const SourceFile& source, std::string reason, std::string message, bool failed) {
    skipped_.push_back({source, std::move(reason), std::move(message), failed});
  }

  std::vector<ImageHeader> images_;
  std::vector<SkippedFile> skipped_;
  std::unordered_map<std::string, Known> known_by_uid_;
};

constexpr int kFilesPerReport = 50;

/// "3 files: 2 not_dicom, 1 empty_file".
std::string summary(const std::vector<SkippedFile>& skipped) {
  std::map<std::string, int> counts;
  for (const SkippedFile& file : skipped) ++counts[file.reason];
  std::string text = std::to_string(skipped.size()) + (skipped.size() == 1 ? " file" : " files");
  const char* separator = ": ";
  for (const auto& [reason, count] : counts) {
    text += separator + std::to_string(count) + " " + reason;
    separator = ", ";
  }
  return text;
}

std::string names(std::span<const std::filesystem::path> inputs) {
  std::string all;
  for (const auto& input : inputs) all += (all.empty() ? "" : ", ") + input.string();
  return all;
}

void require_something(const ScanResult& result, std::span<const std::filesystem::path> inputs,
                       const ScanOptions& options) {
  const bool failed = std::any_of(result.skipped.begin(), result.skipped.end(),
                                  [](const SkippedFile& file) { return file.failed_case; });
  if (result.studies.empty() && !failed) {
    throw NoInputError("no DICOM image found in " + names(inputs) + " (" + summary(result.skipped) + ")");
  }
  const bool any_series = std::any_of(result.studies.begin(), result.studies.end(),
                                      [](const Study& study) { return !study.series.empty(); });
  if (!options.series_uid.empty() && !any_series) {
    throw NoInputError("no T1-mapping series " + options.series_uid +
                       " found (--list prints those there are)");
  }
}

}  // namespace

ScanResult scan(std::span<const std::filesystem::path> inputs, const ScanOptions& options) {
  check_given_times(options.ti_ms);
  Collection collection;
  int files = 0;
  ScanResult result;
  result.skipped = for_each_file(inputs, [&](const SourceFile& source, const Bytes& bytes) {
    collection.add(source, bytes);
    if (++files % kFilesPerReport == 0 && options.progress) options.progress(files);
  });
  result.studies = group_into_studies(collection.images(), options);
  std::vector<SkippedFile> skipped = std::move(collection).skipped();
  std::move(skipped.begin(), skipped.end(), std::back_inserter(result.skipped));
  require_something(result, inputs, options);
  return result;
}

}  // namespace cmrt1
