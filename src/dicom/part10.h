#pragma once
/// Bytes -> parsed DICOM dataset, whatever the bytes are.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcfilefo.h>

#include <memory>
#include <string>

#include "dicom/byte_stream.h"

namespace cmrt1::dicom {

constexpr std::size_t kMaxFileBytes = std::size_t{512} << 20;

constexpr std::size_t kHeadBytes = 512;  ///< enough of a file to tell what it is

/// True for the 128-byte preamble followed by "DICM".
bool has_dicom_magic(const std::string& head);

/// True where `head`, the first bytes of a file, could begin a dataset without preamble: a tag of group
/// 0002 or 0008 with a plausible element number, in either byte order.
bool may_be_bare_dataset(const std::string& head);

struct Parsed {
  std::unique_ptr<DcmFileFormat> file;  ///< null where nothing could be read
  E_TransferSyntax transfer_syntax = EXS_Unknown;
  bool pixel_data_truncated = false;  ///< the header is whole, the file ends within the pixel data
  std::string reason;                 ///< not empty: `not_dicom`, `unreadable_header`, `nested_too_deep`
  std::string message;
};

/// Parses without loading long values. Never throws on content.
Parsed parse(const Bytes& bytes);

/// Part 10 bytes (explicit little endian) of `dataset` without its pixel data.
std::string header_bytes(const DcmDataset& dataset);

}  // namespace cmrt1::dicom
