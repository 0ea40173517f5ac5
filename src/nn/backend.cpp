#include "nn/backend.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "cmrt1/base/error.h"

namespace cmrt1::nn {
namespace {

namespace fs = std::filesystem;

/// The OpenMP threads of LibTorch wait for work asleep: spinning, they take the cores from other threads, and
/// an answer of 0.1 s takes seconds. libgomp reads this once, while LibTorch is loaded; it is set before main
/// because no thread may read the environment meanwhile.
[[maybe_unused]] const int waiting_asleep = ::setenv("OMP_WAIT_POLICY", "passive", 0);

[[noreturn]] void throw_unusable(const fs::path& file) {
  const char* reason = ::dlerror();
  throw NetworkError("networks cannot run, " + file.string() + " cannot be loaded (" +
                     (reason ? reason : "unknown reason") +
                     "): install the program whole, or use --method model, which needs no network");
}

LoadNetwork& loaded_from(const fs::path& file) {
  void* library = ::dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
  void* function = library ? ::dlsym(library, load_network_symbol) : nullptr;
  if (!function) throw_unusable(file);
  return *reinterpret_cast<LoadNetwork*>(function);
}

}  // namespace

fs::path backend_file() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / CMRT1_LIBRARY_FOLDER /
         "libcmrt1_nn_torch.so";
}

LoadNetwork& load_network() {
  static LoadNetwork& loaded = loaded_from(backend_file());
  return loaded;
}

}  // namespace cmrt1::nn
