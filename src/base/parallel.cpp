#include "cmrt1/base/parallel.h"

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>

namespace cmrt1 {

int thread_count(int requested) {
  return requested > 0 ? requested : std::max(1, tbb::info::default_concurrency());
}

void parallel_blocks(int count, int block, int threads,
                     const std::function<void(int begin, int end)>& body) {
  const int blocks = (count + block - 1) / block;
  tbb::task_arena arena(thread_count(threads));
  arena.execute([&] {
    tbb::parallel_for(0, blocks, [&](int i) { body(i * block, std::min(count, (i + 1) * block)); });
  });
}

}  // namespace cmrt1
