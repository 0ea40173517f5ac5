#include "cmrt1/batch/private_text.h"

#include "cmrt1/base/text.h"

namespace cmrt1 {

std::string pseudonym(const std::string& path) { return "file " + sha256(path).substr(0, 12); }

std::string without_paths(std::string message, std::span<const std::string> paths) {
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    const std::string instead = pseudonym(path);
    for (auto at = message.find(path); at != std::string::npos; at = message.find(path, at + instead.size()))
      message.replace(at, path.size(), instead);
  }
  return message;
}

}  // namespace cmrt1
