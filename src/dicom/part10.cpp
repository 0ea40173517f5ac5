#include "dicom/part10.h"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcmetinf.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcwcache.h>

#include <array>
#include <cstring>

#include "dicom/toolkit.h"

namespace cmrt1::dicom {
namespace {

/// The dataset of a deflated file, inflated; empty where that fails or passes the size limit.
Bytes inflate(const Bytes& bytes, offile_off_t dataset_offset) {
  ByteStream stream(bytes, dataset_offset);
  if (stream.installCompressionFilter(ESC_zlib).bad()) return nullptr;
  auto inflated = std::make_shared<std::string>();
  std::array<char, 1 << 16> block;
  while (stream.good() && !stream.eos()) {
    const offile_off_t count = stream.read(block.data(), block.size());
    if (count <= 0) break;
    inflated->append(block.data(), static_cast<std::size_t>(count));
    if (inflated->size() > kMaxFileBytes) return nullptr;
  }
  return inflated;
}

/// Offset of the dataset and its transfer syntax, where the file has a meta header.
struct MetaHeader {
  offile_off_t dataset_offset = 0;
  E_TransferSyntax transfer_syntax = EXS_Unknown;
};

MetaHeader read_meta_header(const Bytes& bytes) {
  ByteStream stream(bytes);
  DcmMetaInfo meta;
  meta.transferInit();
  if (meta.read(stream, EXS_Unknown, EGL_noChange, DCM_MaxReadLength).bad()) return {};
  meta.transferEnd();
  OFString uid;
  if (meta.findAndGetOFString(DCM_TransferSyntaxUID, uid).bad()) return {};
  return {stream.tell(), DcmXfer(uid.c_str()).getXfer()};
}

struct Attempt {
  std::unique_ptr<DcmFileFormat> file;
  bool good = false;
  bool nested_too_deep = false;
};

Attempt read_file_format(const Bytes& bytes, const DcmTagKey& stop_at) {
  Attempt attempt{std::make_unique<DcmFileFormat>()};
  ByteStream stream(bytes);
  attempt.file->transferInit();
  attempt.good =
      attempt.file->readUntilTag(stream, EXS_Unknown, EGL_noChange, DCM_MaxReadLength, stop_at).good();
  attempt.file->transferEnd();
  attempt.nested_too_deep = stream.nested_too_deep();
  return attempt;
}

Attempt read_deflated(const Bytes& bytes, const MetaHeader& meta, const DcmTagKey& stop_at) {
  const Bytes inflated = inflate(bytes, meta.dataset_offset);
  Attempt attempt{std::make_unique<DcmFileFormat>()};
  if (!inflated) return attempt;
  ByteStream stream(inflated);
  DcmDataset& dataset = *attempt.file->getDataset();
  dataset.transferInit();
  attempt.good =
      dataset.readUntilTag(stream, EXS_LittleEndianExplicit, EGL_noChange, DCM_MaxReadLength, stop_at).good();
  dataset.transferEnd();
  attempt.nested_too_deep = stream.nested_too_deep();
  return attempt;
}

constexpr const char* kTooDeep = "its sequences are nested far deeper than in any real file";
constexpr const char* kBrokenHeader =
    "the file ends inside its header, or an element claims to be longer than the file";

}  // namespace

bool has_dicom_magic(const std::string& head) {
  return head.size() >= 132 && std::memcmp(head.data() + 128, "DICM", 4) == 0;
}

bool may_be_bare_dataset(const std::string& head) {
  if (head.size() < 8) return false;
  const auto byte = [&](int i) { return static_cast<unsigned char>(head[i]); };
  const bool little = byte(1) == 0 && (byte(0) == 2 || byte(0) == 8) && byte(3) <= 1;
  const bool big = byte(0) == 0 && (byte(1) == 2 || byte(1) == 8) && byte(2) <= 1;
  return little || big;
}

Parsed parse(const Bytes& bytes) {
  prepare_toolkit();
  if (!has_dicom_magic(*bytes) && !may_be_bare_dataset(*bytes)) {
    return {nullptr, EXS_Unknown, false, "not_dicom", "not a DICOM file"};
  }
  const MetaHeader meta = read_meta_header(bytes);
  const auto attempt_until = [&](const DcmTagKey& stop_at) {
    return meta.transfer_syntax == EXS_DeflatedLittleEndianExplicit ? read_deflated(bytes, meta, stop_at)
                                                                    : read_file_format(bytes, stop_at);
  };
  Parsed parsed;
  Attempt attempt = attempt_until(DCM_UndefinedTagKey);
  if (!attempt.good && !attempt.nested_too_deep) {
    attempt = attempt_until(DCM_PixelData);
    parsed.pixel_data_truncated = attempt.good;
  }
  if (attempt.nested_too_deep || !attempt.good) {
    parsed.reason = attempt.nested_too_deep ? "nested_too_deep" : "unreadable_header";
    parsed.message = attempt.nested_too_deep ? kTooDeep : kBrokenHeader;
  }
  if (!has_dicom_magic(*bytes) && !attempt.file->getDataset()->tagExists(DCM_SOPClassUID)) {
    return {nullptr, EXS_Unknown, false, "not_dicom", "not a DICOM file"};
  }
  parsed.transfer_syntax = attempt.file->getDataset()->getOriginalXfer();
  if (meta.transfer_syntax == EXS_DeflatedLittleEndianExplicit) parsed.transfer_syntax = meta.transfer_syntax;
  parsed.file = std::move(attempt.file);
  return parsed;
}

std::string header_bytes(const DcmDataset& dataset) {
  DcmFileFormat file(new DcmDataset(dataset), OFFalse);
  delete file.getDataset()->remove(DCM_PixelData);
  std::string bytes;
  std::array<char, 1 << 16> block;
  DcmOutputBufferStream stream(block.data(), block.size());
  file.transferInit();
  DcmWriteCache cache;
  OFCondition status = EC_StreamNotifyClient;
  while (status == EC_StreamNotifyClient) {
    status = file.write(stream, EXS_LittleEndianExplicit, EET_UndefinedLength, &cache);
    void* written = nullptr;
    offile_off_t count = 0;
    stream.flushBuffer(written, count);
    bytes.append(static_cast<const char*>(written), static_cast<std::size_t>(count));
  }
  file.transferEnd();
  return status.good() ? bytes : std::string();
}

}  // namespace cmrt1::dicom
