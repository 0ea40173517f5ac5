#include "dicom/byte_stream.h"

#include <dcmtk/dcmdata/dcerror.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace cmrt1::dicom {
namespace {

constexpr std::ptrdiff_t kStackBudget = 1 << 20;

const char* stack_pointer() { return static_cast<const char*>(__builtin_frame_address(0)); }

class ByteStreamFactory : public DcmInputStreamFactory {
 public:
  ByteStreamFactory(Bytes bytes, offile_off_t offset) : bytes_(std::move(bytes)), offset_(offset) {}
  DcmInputStream* create() const override { return new ByteStream(bytes_, offset_); }
  DcmInputStreamFactory* clone() const override { return new ByteStreamFactory(*this); }
  DcmInputStreamFactoryType ident() const override { return DFT_DcmInputFileStreamFactory; }

 private:
  Bytes bytes_;
  offile_off_t offset_;
};

}  // namespace

ByteProducer::ByteProducer(Bytes bytes, offile_off_t offset)
    : bytes_(std::move(bytes)), position_(offset), stack_base_(stack_pointer()) {}

OFBool ByteProducer::good() const { return !too_deep_; }

OFCondition ByteProducer::status() const { return too_deep_ ? EC_InvalidStream : EC_Normal; }

OFBool ByteProducer::eos() { return too_deep_ || left() <= 0; }

offile_off_t ByteProducer::avail() { return too_deep_ ? 0 : left(); }

offile_off_t ByteProducer::left() const { return static_cast<offile_off_t>(bytes_->size()) - position_; }

offile_off_t ByteProducer::read(void* buffer, offile_off_t length) {
  too_deep_ = too_deep_ || std::abs(stack_base_ - stack_pointer()) > kStackBudget;
  if (too_deep_ || length <= 0) return 0;
  const offile_off_t count = std::min(length, std::max<offile_off_t>(left(), 0));
  std::memcpy(buffer, bytes_->data() + position_, static_cast<std::size_t>(count));
  position_ += count;
  return count;
}

offile_off_t ByteProducer::skip(offile_off_t length) {
  const offile_off_t count = std::clamp<offile_off_t>(length, 0, std::max<offile_off_t>(left(), 0));
  position_ += count;
  return count;
}

void ByteProducer::putback(offile_off_t count) { position_ = std::max<offile_off_t>(0, position_ - count); }

// The base class only stores the pointer, so the producer may be constructed after it.
ByteStream::ByteStream(Bytes bytes, offile_off_t offset)
    : DcmInputStream(&producer_), producer_(std::move(bytes), offset), offset_(offset) {}

ByteStream::~ByteStream() = default;

DcmInputStreamFactory* ByteStream::newFactory() const {
  if (currentProducer() != &producer_) return nullptr;  // compressed: no random access
  return new ByteStreamFactory(producer_.bytes(), offset_ + tell());
}

}  // namespace cmrt1::dicom
