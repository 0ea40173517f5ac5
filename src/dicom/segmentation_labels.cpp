#include "cmrt1/dicom/segmentation_labels.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "cmrt1/base/text.h"

namespace cmrt1 {
namespace {

constexpr double kSamePlaceMm = 0.1;

enum Label : std::uint8_t { background = 0, myocardium = 1, blood_pool = 2 };

constexpr std::array<std::string_view, 1> kMyocardiumCodes = {"49848007"};
constexpr std::array<std::string_view, 2> kVentricleCodes = {"87878005", "T-32600"};
constexpr std::array<std::string_view, 2> kOtherCodes = {"53085002", "T-32500"};  // right ventricle
constexpr std::array<std::string_view, 6> kOtherWords = {"right", "rv",      "atri",
                                                         "scar",  "infarct", "fibrosis"};
constexpr std::array<std::string_view, 4> kBloodWords = {"blood", "cavity", "pool", "lumen"};

bool is_one_of(std::string_view code, std::span<const std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

bool has_one_of(std::string_view text, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

std::string text_of(const std::map<int, std::string>& texts, int segment) {
  const auto found = texts.find(segment);
  return found == texts.end() ? "" : found->second;
}

Label label_of(const LoadedSegmentation& segmentation, int segment) {
  const std::string code = text_of(segmentation.properties, segment);
  const std::string name = to_lower(text_of(segmentation.labels, segment));
  if (is_one_of(code, kOtherCodes) || has_one_of(name, kOtherWords)) return background;
  if (is_one_of(code, kMyocardiumCodes) || name.find("myo") != std::string::npos) return myocardium;
  if (is_one_of(code, kVentricleCodes) || has_one_of(name, kBloodWords)) return blood_pool;
  if (!code.empty() || segment > 2) return background;
  return segment == 1 ? myocardium : blood_pool;
}

bool names(const SegmentationFrame& frame, const Frame& image) {
  return frame.source_sop_instance_uid == image.sop_instance_uid &&
         (frame.source_frame == 0 || frame.source_frame == image.frame_index + 1);
}

/// True where no two frames were drawn on different images.
bool one_source(const std::vector<const SegmentationFrame*>& frames) {
  return std::all_of(frames.begin(), frames.end(), [&](const SegmentationFrame* frame) {
    return frame->source_sop_instance_uid == frames.front()->source_sop_instance_uid &&
           frame->source_frame == frames.front()->source_frame;
  });
}

/// True where each segment has at most one frame.
bool one_each(const std::vector<const SegmentationFrame*>& frames) {
  std::set<int> segments;
  return std::all_of(frames.begin(), frames.end(),
                     [&](const SegmentationFrame* frame) { return segments.insert(frame->segment).second; });
}

/// Frames of the left ventricle that belong to the image.
std::vector<const SegmentationFrame*> frames_of(const LoadedSegmentation& segmentation, const Frame& image) {
  const bool known = segmentation.source_instances.contains(image.sop_instance_uid);
  std::vector<const SegmentationFrame*> frames;
  for (const SegmentationFrame& frame : segmentation.frames) {
    const bool named = frame.source_sop_instance_uid.empty() || !known || names(frame, image);
    if (named && label_of(segmentation, frame.segment) != background &&
        same_grid(frame.geometry, image.geometry, kSamePlaceMm))
      frames.push_back(&frame);
  }
  const bool told_apart = one_each(frames) && (known || one_source(frames));
  return told_apart ? frames : std::vector<const SegmentationFrame*>();
}

}  // namespace

std::optional<Mask> labels_for(const LoadedSegmentation& segmentation, const Frame& image) {
  Mask labels = Mask::Zero(image.geometry.rows, image.geometry.columns);
  for (const SegmentationFrame* frame : frames_of(segmentation, image)) {
    const Label label = label_of(segmentation, frame->segment);
    labels = (frame->mask != 0 && labels != myocardium).select(label, labels);
  }
  return (labels != 0).any() ? std::optional(labels) : std::nullopt;
}

}  // namespace cmrt1
