#pragma once
/// Small text helpers that several layers need.

#include <string>
#include <string_view>
#include <vector>

namespace cmrt1 {

/// SHA-256 of `bytes` as 64 lower-case hexadecimal digits (FIPS 180-4).
std::string sha256(std::string_view bytes);

/// True for a DICOM UID: 1-64 characters, digits and single dots, no empty component.
bool is_valid_uid(std::string_view uid);

/// A file name made from a UID: the UID itself where it is valid, else "hash-" and 16 hexadecimal
/// digits of its SHA-256, so that no input can steer a path.
std::string file_name_from_uid(std::string_view uid);

std::string to_lower(std::string_view text);

/// Trims white space and NULs at both ends.
std::string trim(std::string_view text);

/// `text` with a '?' for each byte that is not part of valid UTF-8 (RFC 3629).
std::string valid_utf8(std::string_view text);

/// valid_utf8() with a '?' for each control character too: fit for one line of a log or a terminal.
std::string printable(std::string_view text);

/// At most `limit` bytes of UTF-8 `text`, cut between characters.
std::string shortened(const std::string& text, std::size_t limit);

}  // namespace cmrt1
