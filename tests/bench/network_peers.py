"""The peers of nn_bench on the same networks with the same weights, in float32: PyTorch in eager mode, and ONNX
Runtime where it is installed (scripts/bench.sh installs it).

PYTHONPATH=models/training python tests/bench/network_peers.py MODELS: milliseconds for the first answer and for
a further one (median) on the example input of each network that MODELS/manifest.json lists, and for each image of a
batch of 16. ONNX Runtime takes the networks that torch.onnx can translate.
"""

import contextlib
import importlib.util
import io
import json
import sys
import time
import tomllib
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from cmrt1_training.export import as_run
from cmrt1_training.tasks import TASKS
from cmrt1_training.train import CONFIGS

RUNS, BATCH = 15, 16


def eager(name: str, file: Path) -> torch.nn.Module:
    config = tomllib.loads((CONFIGS / f"{name}.toml").read_text())
    module = as_run(name, TASKS[config["task"]](config).network())
    module.load_state_dict(torch.jit.load(file).float().state_dict())
    return module.eval()


def milliseconds(action) -> float:
    start = time.perf_counter()
    action()
    return 1e3 * (time.perf_counter() - start)


def report(what: str, make: Callable, images: torch.Tensor) -> None:
    answer = make()
    first = milliseconds(lambda: answer(images))
    further = sorted(milliseconds(lambda: answer(images)) for _ in range(RUNS))[RUNS // 2]
    many = images.repeat(BATCH, *[1] * (images.ndim - 1))
    batch = sorted(milliseconds(lambda: answer(many)) for _ in range(5))[2] / BATCH
    print(f"{what}: first answer {first:.0f} ms, further answer {further:.1f} ms, in a batch {batch:.1f} ms each")


def onnx(module: torch.nn.Module, images: torch.Tensor, threads: int) -> Callable:
    import onnxruntime

    content = io.BytesIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):  # a failure prints the whole graph
        warnings.simplefilter("ignore")
        torch.onnx.export(module, (images,), content, input_names=["images"], dynamo=False, verbose=False,
                          dynamic_axes={"images": {0: "views"}})  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(content.getvalue(), options, providers=["CPUExecutionProvider"])
    return lambda some: session.run(None, {"images": some.numpy()})


def main(models: Path) -> None:
    has_onnx = importlib.util.find_spec("onnxruntime") is not None
    for name, entry in json.loads((models / "manifest.json").read_text())["networks"].items():
        images, file = torch.rand(entry["input"]), models / entry["file"]
        for threads in (1, 2):
            torch.set_num_threads(threads)
            report(f"{name}/pytorch_eager/threads:{threads}", lambda name=name, file=file: eager(name, file), images)
            if not has_onnx:
                continue
            try:
                module = eager(name, file)
                report(f"{name}/onnx_runtime/threads:{threads}",
                       lambda module=module, images=images, threads=threads: onnx(module, images, threads), images)  # fmt: skip
            except Exception as error:
                print(f"{name}/onnx_runtime: not translated ({type(error).__name__}: {str(error).splitlines()[0][:100]})")


if __name__ == "__main__":
    with torch.inference_mode():
        main(Path(sys.argv[1]))
