#include "cmrt1/study/study.h"

namespace cmrt1 {

const char* to_string(FrameKind kind) {
  switch (kind) {
    case FrameKind::magnitude:
      return "magnitude";
    case FrameKind::phase:
      return "phase";
    case FrameKind::t1_map:
      return "t1_map";
    case FrameKind::fit_map:
      return "fit_map";
    case FrameKind::other:
      return "other";
  }
  return "other";
}

const char* to_string(InversionTimeSource source) {
  switch (source) {
    case InversionTimeSource::missing:
      return "missing";
    case InversionTimeSource::inversion_time:
      return "inversion_time";
    case InversionTimeSource::inversion_times:
      return "inversion_times";
    case InversionTimeSource::private_siemens_xa:
      return "private_siemens_xa";
    case InversionTimeSource::private_philips:
      return "private_philips";
    case InversionTimeSource::image_comments:
      return "image_comments";
    case InversionTimeSource::command_line:
      return "command_line";
  }
  return "missing";
}

const char* to_string(Sequence sequence) { return sequence == Sequence::shmolli ? "shmolli" : "molli"; }

std::string SourceFile::name() const { return member.empty() ? path.string() : path.string() + "!" + member; }

}  // namespace cmrt1
