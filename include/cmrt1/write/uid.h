#pragma once
/// Unique identifiers of derived DICOM objects.

#include <string>
#include <string_view>

namespace cmrt1 {

/// A UID below 2.25 that depends on `content` alone: the decimal value of a UUID made of the first 128
/// bits of the content's SHA-256, marked as version 8 (custom) and variant 10. The same content gives
/// the same UID, so a second run writes identical files.
/// Reference: DICOM PS3.5 B.2; RFC 9562, 5.8.
std::string derived_uid(std::string_view content);

}  // namespace cmrt1
