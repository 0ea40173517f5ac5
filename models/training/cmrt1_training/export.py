"""Makes the file that the programs load: python -m cmrt1_training.export NAME TRAINED... --models FOLDER

TRAINED is network.pt of a training run; qcd comes from several, U-Nets of some of its depths and the polar one, and may
keep the others of a file that was exported before (--keep).
Writes FOLDER/NAME.pt (float16 TorchScript, one file with architecture and weights) and its entry, with the
SHA-256, in FOLDER/manifest.json.
"""

import argparse
import hashlib
import io
import json
import os
from pathlib import Path

import torch

from .networks import Judge, MapRegistration, MotionEstimator, Segmenter
from .trained import load_ensemble, load_trained

LARGEST_MB = 95
# What the programs run around the trained network (nothing: the network itself), the shapes they check, and what the
# manifest says.
EXPORTS = {
    "moconet": {
        "module": MotionEstimator,
        "input": [1, 5, 64, 64],
        "output": [1, 5, 2, 64, 64],
        "about": "displacement field of each image of a T1-mapping series, pixels of the input grid",
    },
    "qcd": {
        "module": Segmenter,
        "depths": [3, 4, 5, 6],
        "input": [1, 1, 96, 96],
        "output": [1, 6, 3, 96, 96],
        "about": "shares of background, LV myocardium and LV blood pool from a polar U-Net, the mean of it and the deepest "
        "U-Net, and U-Nets of depth 3 to 6, in an image about the heart",
    },
    "judge": {
        "input": [1, 13, 96, 96],
        "output": [1, 12],
        "about": "the Dice of the myocardium that is to be expected of each of qcdseg's twelve candidates, from an image "
        "about the heart and what the six members of qcd say of it",
    },
    "heart": {
        "module": Segmenter,
        "input": [1, 1, 128, 128],
        "output": [1, 1, 7, 128, 128],
        "about": "shares of background, LV myocardium, LV and RV blood pool in a whole image, and where the LV's centre "
        "and the anterior and inferior RV insertion points lie",
    },
    "landmarks": {
        "module": Segmenter,
        "input": [1, 1, 128, 128],
        "output": [1, 1, 7, 128, 128],
        "about": "as heart, in a patch about the LV's centre and the anterior insertion point",
    },
    "dt1": {
        "module": MapRegistration,
        "input": [1, 2, 192, 192],
        "output": [1, 2, 192, 192],
        "about": "displacement field in pixels that registers the stress T1 map of a slice to its rest T1 map, from both "
        "in ms, about the heart",
    },
}


def export(name: str, trained: list[Path], models: Path, version: str, keep: Path | None = None) -> Path:
    entry = EXPORTS[name]
    module = as_run(name, _load(name, trained, keep)).eval()
    file = models / f"{name}.pt"
    _check_shapes(module, entry, f"{trained[0]} is no network for {name}")
    content = _torchscript(module)
    if len(content) > LARGEST_MB * 1e6:
        raise ValueError(f"{file.name} would have {len(content) / 1e6:.0f} MB; at most {LARGEST_MB} are allowed")
    models.mkdir(parents=True, exist_ok=True)
    write_whole(file, content)
    _enter(models / "manifest.json", name, {
        "file": file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "version": version,
        "input": entry["input"],
        "output": entry["output"],
        "about": entry["about"],
        "card": f"{name}.md",
    })  # fmt: skip
    return file


def as_run(name: str, network: torch.nn.Module) -> torch.nn.Module:
    """What the programs run of a trained network."""
    around = EXPORTS[name].get("module")
    return around(network) if around else network


def _load(name: str, trained: list[Path], keep: Path | None) -> torch.nn.Module:
    if depths := EXPORTS[name].get("depths"):
        return load_ensemble(trained, depths, keep)
    if keep:
        raise ValueError(f"{name} is one network: nothing of {keep} can be kept")
    if len(trained) > 1:
        raise ValueError(f"{name} comes from one training run, not from {len(trained)}")
    return load_trained(trained[0])


def _check_shapes(module: torch.nn.Module, entry: dict, message: str) -> None:
    """Runs the module once, as the programs will."""
    try:
        with torch.inference_mode():
            answer = list(module(torch.zeros(entry["input"])).shape)
    except RuntimeError as error:
        raise ValueError(f"{message}: {str(error).splitlines()[0]}") from error
    if answer != entry["output"]:
        raise ValueError(f"{message}: it answers {entry['input']} with {answer}, not with {entry['output']}")


def _torchscript(module: torch.nn.Module) -> bytes:
    """float16 weights; whoever loads it chooses the precision to run in.

    With weights whose channels lie last LibTorch runs U-Nets faster on a CPU, the motion network slower.
    """
    layout = torch.channels_last if isinstance(module, (Judge, Segmenter)) else torch.contiguous_format
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(module.half().to(memory_format=layout)), buffer)
    return buffer.getvalue()


def _enter(manifest: Path, name: str, entry: dict) -> None:
    content = json.loads(manifest.read_text()) if manifest.exists() else {"format": 1, "networks": {}}
    content["networks"][name] = entry
    write_whole(manifest, (json.dumps(content, indent=2) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """The file appears with all of its content or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(EXPORTS))
    parser.add_argument("trained", type=Path, nargs="+")
    parser.add_argument("--models", type=Path, default=Path(__file__).parents[2])
    parser.add_argument("--keep", type=Path, help="exported file of an ensemble whose other members stay as they are")
    parser.add_argument("--version", required=True, help="of the weights, as the programs' results name it")
    options = parser.parse_args()
    print(export(options.name, options.trained, options.models, options.version, options.keep))


if __name__ == "__main__":
    main()
