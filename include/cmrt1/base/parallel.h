#pragma once
/// Threads for loops.

#include <cstddef>
#include <functional>

namespace cmrt1 {

/// Number of threads to use where `requested` is 0: the cores this process may run on.
int thread_count(int requested);

/// The same, but no more than there are cores.
int usable_threads(int requested);

/// Runs body(begin, end) over contiguous blocks of 0...count-1 of at most `block` items on `threads`
/// threads. Block borders depend on `block` alone, so results do not depend on the thread count. The
/// first exception is rethrown.
void parallel_blocks(int count, int block, int threads, const std::function<void(int begin, int end)>& body);

/// Runs body(0) ... body(count - 1), each as a block of its own.
void for_each_number(std::size_t count, int threads, const std::function<void(std::size_t number)>& body);

}  // namespace cmrt1
