"""Makes a command give the same bytes on every processor."""

import os
import sys

# One thread, and no code paths that depend on the processor's instruction set. What remains (the last bit
# of exp and the like) is absorbed by computing in double precision and writing rounded integers.
FIXED_ENVIRONMENT = {
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_CBWR": "COMPATIBLE",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
}


def restart_reproducibly(module: str) -> None:
    """Starts `python -m module` again with the fixed environment, unless it is in force already.

    Must be called before anything is computed: torch reads these variables once.
    """
    if all(os.environ.get(name) == value for name, value in FIXED_ENVIRONMENT.items()):
        return
    command = [sys.executable, "-m", module, *sys.argv[1:]]
    os.execve(sys.executable, command, os.environ | FIXED_ENVIRONMENT)
