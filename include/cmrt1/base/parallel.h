#pragma once
/// Threads for loops.

#include <functional>

namespace cmrt1 {

/// Number of threads to use where `requested` is 0: the cores this process may run on.
int thread_count(int requested);

/// Runs body(begin, end) over contiguous blocks of 0...count-1 of at most `block` items on `threads`
/// threads. Block borders depend on `block` alone, so results do not depend on the thread count. The
/// first exception is rethrown.
void parallel_blocks(int count, int block, int threads, const std::function<void(int begin, int end)>& body);

}  // namespace cmrt1
