#pragma once
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dctk.h>

#include <stdexcept>
#include <string>

#include "cmrt1/base/text.h"

/// A DICOM file that a writer made, read back.
class ReadBack {
 public:
  explicit ReadBack(std::string bytes) : bytes_(std::move(bytes)) {
    DcmInputBufferStream stream;
    stream.setBuffer(bytes_.data(), static_cast<offile_off_t>(bytes_.size()));
    stream.setEos();
    file_.transferInit();
    if (file_.read(stream).bad()) throw std::runtime_error("the derived file cannot be read");
    file_.transferEnd();
  }
  DcmDataset& dataset() { return *file_.getDataset(); }
  std::string text(const DcmTagKey& tag) { return text(dataset(), tag); }
  static std::string text(DcmItem& item, const DcmTagKey& tag) {
    OFString value;
    item.findAndGetOFStringArray(tag, value);
    return cmrt1::trim(value.c_str());
  }
  DcmItem& item(const DcmTagKey& sequence, signed long index = 0) { return item(dataset(), sequence, index); }
  static DcmItem& item(DcmItem& parent, const DcmTagKey& sequence, signed long index = 0) {
    DcmItem* found = nullptr;
    if (parent.findAndGetSequenceItem(sequence, found, index).bad()) throw std::runtime_error("no such item");
    return *found;
  }
  unsigned long items(const DcmTagKey& tag) { return items(dataset(), tag); }
  static unsigned long items(DcmItem& parent, const DcmTagKey& tag) {
    DcmSequenceOfItems* sequence = nullptr;
    parent.findAndGetSequence(tag, sequence);
    return sequence ? sequence->card() : 0;
  }
  /// Value and scheme of the first code in `sequence`.
  static std::string code(DcmItem& parent, const DcmTagKey& sequence) {
    DcmItem& found = item(parent, sequence);
    return text(found, DCM_CodeValue) + " " + text(found, DCM_CodingSchemeDesignator);
  }

 private:
  std::string bytes_;
  DcmFileFormat file_;
};
