#pragma once
/// Content items of a DICOM structured report (PS3.3 C.17.3).

#include <array>
#include <string>

#include "cmrt1/study/study.h"
#include "write/dicom_item.h"

namespace cmrt1 {

/// How an item belongs to the one above.
namespace relation {
inline constexpr const char* contains = "CONTAINS";
inline constexpr const char* context = "HAS OBS CONTEXT";
inline constexpr const char* modifier = "HAS CONCEPT MOD";
inline constexpr const char* selected_from = "SELECTED FROM";
}  // namespace relation

DcmItem& add_container(DcmItem& parent, const char* relationship, const Code& concept_name,
                       const char* template_id = nullptr);
DcmItem& add_coded(DcmItem& parent, const char* relationship, const Code& concept_name, const Code& value);
void add_text(DcmItem& parent, const char* relationship, const Code& concept_name, const std::string& text);
void add_uid(DcmItem& parent, const char* relationship, const Code& concept_name, const std::string& uid);
/// `value` must be finite.
DcmItem& add_number(DcmItem& parent, const char* relationship, const Code& concept_name, double value,
                    const Code& unit);
/// The image, with its frame where its instance has several.
void add_image(DcmItem& parent, const char* relationship, const Frame& image, bool multi_frame);
/// A point of `image`: `pixel` counts from the first pixel's centre.
void add_point(DcmItem& parent, const char* relationship, const Code& concept_name,
               const std::array<double, 2>& pixel, const Frame& image, bool multi_frame);

}  // namespace cmrt1
