#include <cstdlib>

#include "cmrt1/base/error.h"
#include "cmrt1/nn/network.h"

namespace cmrt1::nn {

namespace fs = std::filesystem;

fs::path models_folder() {
  std::error_code failure;
  if (const char* named = std::getenv("CMRT1_MODELS"); named && *named) {
    if (!fs::is_directory(named, failure))
      throw NetworkError("CMRT1_MODELS names " + std::string(named) + ", which is no folder");
    return named;
  }
  const fs::path program = fs::read_symlink("/proc/self/exe");
  const fs::path folder = program.parent_path().parent_path() / "share" / "cmrt1" / "models";
  if (!fs::is_directory(folder, failure))
    throw NetworkError("there is no models folder " + folder.string() +
                       ": install the program whole, or name the models' folder in CMRT1_MODELS");
  return folder;
}

}  // namespace cmrt1::nn
