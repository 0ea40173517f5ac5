#include "cmrt1/base/parallel.h"

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>

namespace cmrt1 {

int thread_count(int requested) {
  return requested > 0 ? requested : std::max(1, tbb::info::default_concurrency());
}

int usable_threads(int requested) { return std::min(thread_count(requested), thread_count(0)); }

void parallel_blocks(int count, int block, int threads, const std::function<void(int begin, int end)>& body) {
  const int blocks = (count + block - 1) / block;
  // TBB has no more threads than cores, and warns on stderr where more are asked for.
  tbb::task_arena arena(usable_threads(threads));
  arena.execute([&] {
    tbb::parallel_for(0, blocks, [&](int i) { body(i * block, std::min(count, (i + 1) * block)); });
  });
}

void for_each_number(std::size_t count, int threads, const std::function<void(std::size_t number)>& body) {
  parallel_blocks(static_cast<int>(count), 1, threads,
                  [&](int number, int) { body(static_cast<std::size_t>(number)); });
}

}  // namespace cmrt1
