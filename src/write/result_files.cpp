#include "write/result_files.h"

#include "cmrt1/base/atomic_file.h"
#include "cmrt1/base/parallel.h"

namespace cmrt1 {

void write_files(const std::vector<ResultFile>& files, const std::filesystem::path& folder, int threads) {
  std::vector<std::string> contents(files.size());
  parallel_blocks(static_cast<int>(files.size()), 1, threads, [&](int first, int) {
    const auto i = static_cast<std::size_t>(first);
    contents[i] = files[i].bytes();
  });
  for (std::size_t i = 0; i < files.size(); ++i) write_staged(folder / files[i].name, contents[i]);
}

}  // namespace cmrt1
