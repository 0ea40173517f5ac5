#include "cmrt1/batch/given_mask.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "cmrt1/base/error.h"
#include "cmrt1/dicom/segmentation_labels.h"
#include "cmrt1/nifti/find.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

using Json = nlohmann::json;

constexpr float kMyocardium = 1;  // in label maps

std::optional<LoadedSegmentation> segmentation_in(const fs::path& path) {
  std::error_code error;
  if (is_nifti_name(path) || !fs::is_regular_file(path, error)) return std::nullopt;
  try {
    return load_segmentation(path);
  } catch (const CaseError& bad) {
    if (bad.reason() == "not_a_segmentation" || bad.reason() == "not_dicom") return std::nullopt;
    throw CaseError("mask_missing", bad.what());
  }
}

std::variant<OverlaidImages, LoadedSegmentation> source_in(const fs::path& path) {
  if (auto segmentation = segmentation_in(path)) return std::move(*segmentation);
  try {
    return OverlaidImages(path);
  } catch (const NoInputError& error) {
    throw CaseError("mask_missing", path.string() + ": " + error.what());
  }
}

}  // namespace

GivenMask::GivenMask(const fs::path& path) : source_(source_in(path)) {
  if (!path.filename().string().starts_with("segmentation.")) return;
  std::ifstream stream(path.parent_path() / "segmentation.json");
  const Json json = Json::parse(stream, nullptr, false);
  if (!json.is_object() || json.value("format", "") != "cmrt1-segmentation") return;
  try {
    series_uid_ = json.value("series_uid", "");
    for (const Json& image : json.at("images"))
      flagged_.push_back(!image.value("reasons", Json::array()).empty());
  } catch (const Json::exception&) {
    throw CaseError("mask_missing", (path.parent_path() / "segmentation.json").string() + " is damaged");
  }
}

bool GivenMask::flagged(const ImageCase& one, std::size_t number) const {
  const bool its_own = flagged_.size() == one.series.frames.size() && series_uid_ == one.series.series_uid;
  return its_own && flagged_[number];
}

Mask GivenMask::myocardium(const ImageCase& one, std::size_t number) const {
  Mask made;
  if (const auto* segmentation = std::get_if<LoadedSegmentation>(&source_)) {
    const auto labels = labels_for(*segmentation, one.series.frames[number]);
    if (labels) made = (*labels == 1).cast<std::uint8_t>();
  } else if (const auto labels = std::get<OverlaidImages>(source_).on(one, number)) {
    made = (labels->round() == kMyocardium).cast<std::uint8_t>();
  }
  return (made != 0).any() ? made : Mask();
}

}  // namespace cmrt1
