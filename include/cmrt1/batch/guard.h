#pragma once
/// A case that fails spares the others.

#include <new>
#include <string>

#include "cmrt1/base/error.h"

namespace cmrt1 {

/// What `step` returns; where it fails through its case's fault, what `failed(reason, message)` makes of it.
/// What ends the run (IoError, NetworkError, Stopped) goes on.
template <typename Result, typename Step, typename Failed>
Result guarded(const Step& step, const Failed& failed) {
  try {
    return step();
  } catch (const CaseError& error) {
    return failed(error.reason(), error.what());
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    return failed("out_of_memory", "not enough memory for it");
  } catch (const std::exception& error) {
    return failed("internal_error", error.what());
  }
}

}  // namespace cmrt1
