#pragma once
/// A DCMTK input stream over bytes in memory that is safe to point at anything.
///
/// - Values longer than the parser's read limit are not copied: they are skipped and read on demand
///   from the same bytes, so a value length beyond the end allocates nothing.
/// - DCMTK parses nested sequences by recursion. The stream ends the parse when the stack has grown by
///   more than a megabyte since it began (hundreds of levels; real files nest fewer than twenty).

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrma.h>

#include <memory>
#include <string>

namespace cmrt1::dicom {

using Bytes = std::shared_ptr<const std::string>;

class ByteProducer : public DcmProducer {
 public:
  ByteProducer(Bytes bytes, offile_off_t offset);
  OFBool good() const override;
  OFCondition status() const override;
  OFBool eos() override;
  offile_off_t avail() override;
  offile_off_t read(void* buffer, offile_off_t length) override;
  offile_off_t skip(offile_off_t length) override;
  void putback(offile_off_t count) override;

  const Bytes& bytes() const { return bytes_; }
  bool nested_too_deep() const { return too_deep_; }

 private:
  offile_off_t left() const;

  Bytes bytes_;
  offile_off_t position_;
  const char* stack_base_;
  bool too_deep_ = false;
};

class ByteStream : public DcmInputStream {
 public:
  explicit ByteStream(Bytes bytes, offile_off_t offset = 0);
  ~ByteStream() override;
  DcmInputStreamFactory* newFactory() const override;
  bool nested_too_deep() const { return producer_.nested_too_deep(); }

 private:
  ByteProducer producer_;
  offile_off_t offset_;
};

}  // namespace cmrt1::dicom
