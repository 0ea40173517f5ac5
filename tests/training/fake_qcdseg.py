"""Stands in for qcdseg: "finds" the mask that lies beside each image, moved by a few pixels.

python fake_qcdseg.py FILE... -o OUT --models MODELS [--candidates] ...   as the program, for NIfTI files
"""

import csv
import json
import sys
from pathlib import Path

import nibabel
import numpy as np

NAMES = ["polar", "polar_unet_6", *(f"unet_{depth}" for depth in range(3, 7)), *(f"votes_{votes}" for votes in range(1, 7))]


def install(folder: Path) -> Path:
    """A program of that kind."""
    program = folder / "qcdseg"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "$@"\n')
    program.chmod(0o755)
    return program


def make_models(folder: Path, sha256: str = "1" * 64) -> Path:
    folder.mkdir(exist_ok=True)
    networks = {name: {"file": f"{name}.pt", "sha256": sha256, "version": "1"} for name in ("qcd", "heart", "judge")}
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "networks": networks}))
    return folder


def main() -> int:
    arguments = sys.argv[1:]
    out, models = (Path(arguments[arguments.index(name) + 1]) for name in ("-o", "--models"))
    quality = models / "qcd_quality.json"
    networks = json.loads((models / "manifest.json").read_text())["networks"]
    if not quality.exists() or json.loads(quality.read_text())["network_sha256"] != networks["qcd"]["sha256"]:
        print("no quality model for this network", file=sys.stderr)
        return 6
    model = json.loads(quality.read_text())
    out.mkdir()
    rows = [row for number, file in enumerate(arguments[: arguments.index("-o")])
            for row in deliver(Path(file), number, out, model, "--candidates" in arguments)]  # fmt: skip
    with (out / "qcd.csv").open("w", newline="") as table:
        writer = csv.DictWriter(table, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return 0


def deliver(file: Path, number: int, out: Path, model: dict, candidates: bool) -> list[dict]:
    mask = nibabel.load(file.parent.parent / "masks" / file.name)
    truth = np.asarray(mask.dataobj)
    random = np.random.default_rng(number)
    spread = random.uniform(0, 6)  # px, between the candidates: the better the mask, the smaller
    maps = [np.roll(truth, np.round(random.normal(0, spread, 2)).astype(int), (0, 1)) for _ in NAMES]
    folder = out / f"{number}_{file.name.split('.')[0]}"
    folder.mkdir()
    rows, images, delivered = [], [], np.zeros_like(truth)
    for k in range(truth.shape[2]):
        agreement = np.array([[dice(a[..., k] == 1, b[..., k] == 1) for b in maps] for a in maps])
        true = np.array([dice(one[..., k] == 1, truth[..., k] == 1) for one in maps])
        evidence = {"other_scales": true.tolist(), "whole_image": (true**2).tolist()}
        features = np.hstack([agreement, np.reshape([evidence[kind] for kind in model["evidence"]], (-1, len(maps))).T])
        predicted = np.array([one["intercept"] + own @ one["weights"] for one, own in zip(model["candidates"], features)])
        best = int(predicted.argmax())
        delivered[..., k] = maps[best][..., k]
        value = float(np.clip(predicted[best], 0, 1))
        rows.append({"input": file, "slice": k, "status": "flagged" if value < 0.7 else "ok", "predicted_dice": value,
                     "winner": NAMES[best], "flag": str(value < 0.7).lower(), "reasons": "low_predicted_dice" * (value < 0.7),
                     "folder": folder.name})  # fmt: skip
        pixel = float(np.prod(mask.header.get_zooms()[:2]))
        areas = {name: pixel * int((delivered[..., k] == label).sum()) for name, label in (("myocardium", 1), ("blood_pool", 2))}
        images.append({"slice": k, "agreement": agreement.tolist(), "evidence": evidence, "areas_mm2": areas, "wall_thickness_mm": 8.0})
    save = lambda name, labels: nibabel.Nifti1Image(labels, mask.affine).to_filename(folder / f"{name}.nii.gz")
    save("segmentation", delivered)
    for name, labels in zip(NAMES, maps):
        if candidates:
            save(f"candidate_{name}", labels)
    (folder / "segmentation.json").write_text(json.dumps({"format": 1, "candidates": NAMES, "images": images}))
    return rows


def dice(a: np.ndarray, b: np.ndarray) -> float:
    return float(2 * (a & b).sum() / max((a.sum() + b.sum()), 1))


if __name__ == "__main__":
    sys.exit(main())
