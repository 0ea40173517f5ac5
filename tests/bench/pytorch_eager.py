"""The peer of nn_bench: PyTorch in eager mode on the same networks with the same weights, in float32.

PYTHONPATH=models/training python tests/bench/pytorch_eager.py MODELS: milliseconds for the first answer and for
a further one (median) on the example input of each network that MODELS/manifest.json lists.
"""

import json
import sys
import time
import tomllib
from pathlib import Path

import torch
from cmrt1_training.export import EXPORTS
from cmrt1_training.tasks import TASKS
from cmrt1_training.train import CONFIGS

RUNS = 15


def eager(name: str, file: Path) -> torch.nn.Module:
    config = tomllib.loads((CONFIGS / f"{name}.toml").read_text())
    module = EXPORTS[name]["module"](TASKS[config["task"]](config).network())
    module.load_state_dict(torch.jit.load(file).float().state_dict())
    return module.eval()


def milliseconds(action) -> float:
    start = time.perf_counter()
    action()
    return 1e3 * (time.perf_counter() - start)


def report(name: str, file: Path, shape: list[int]) -> None:
    images = torch.rand(shape)
    for threads in (1, 2):
        torch.set_num_threads(threads)
        network = eager(name, file)
        first = milliseconds(lambda: network(images))
        further = sorted(milliseconds(lambda: network(images)) for _ in range(RUNS))[RUNS // 2]
        print(f"{name}/pytorch_eager/threads:{threads}: first answer {first:.0f} ms, further answer {further:.1f} ms")


if __name__ == "__main__":
    models = Path(sys.argv[1])
    with torch.inference_mode():
        for listed, entry in json.loads((models / "manifest.json").read_text())["networks"].items():
            report(listed, models / entry["file"], entry["input"])
