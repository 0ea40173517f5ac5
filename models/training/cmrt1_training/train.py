"""Trains a network: python -m cmrt1_training.train NAME --out FOLDER

NAME is a configuration of configs/. The run goes on from FOLDER's checkpoint if there is one. Written:
checkpoint.pt every few minutes, log.csv, curve.png and, at the end, network.pt (averaged weights, with the
configuration) for export.py and evaluate.py. Every step has a seed of its own, so that a run that was cut
short sees the samples it would have seen.

    --data FOLDER --start models/NAME.pt
        tunes an exported network further on a site's own images, with the steps and the rate of the
        configuration's [fine_tuning]. moconet: motion-free series (DICOM below FOLDER), moved by known fields;
        qcd, polar: NIfTI in FOLDER/images with masks of the same names in FOLDER/masks; landmarks: NIfTI in FOLDER/images
        with points in FOLDER/points.csv (tasks/own_points.py names its columns); dt1: NIfTI of T1 maps in FOLDER/rest
        with stress maps of the same names in FOLDER/stress, further maps of a slice as NAME_run-2.nii.gz
"""

import argparse
import csv
import os
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed
import torch.multiprocessing
from torch import nn

from .networks import PolarUNet, UNetEnsemble
from .tasks import OWN_DATA_TASKS, TASKS
from .tasks.motion import FIRST_VALIDATION_SEED

CONFIGS = Path(__file__).parent / "configs"
STEPS_BETWEEN_LINES = 50


def main() -> None:
    arguments = _parse()
    config = tomllib.loads((CONFIGS / f"{arguments.name}.toml").read_text())
    if arguments.data:
        if "fine_tuning" not in config:
            raise SystemExit(f"{arguments.name} cannot be tuned with --data: its configuration has no [fine_tuning]")
        config["training"] |= config["fine_tuning"]
    for text in arguments.set:
        _assign(config, text)
    if arguments.steps:
        config["training"]["steps"] = arguments.steps
    if arguments.processes == 1:
        _process(0, 1, None, arguments, config)
        return
    with tempfile.TemporaryDirectory() as meeting:
        torch.multiprocessing.spawn(
            _process, (arguments.processes, Path(meeting) / "store", arguments, config), arguments.processes
        )


def _process(number: int, processes: int, store: Path | None, arguments: argparse.Namespace, config: dict) -> None:
    torch.set_num_threads(arguments.threads)
    if store:
        torch.distributed.init_process_group("gloo", f"file://{store}", rank=number, world_size=processes)
    task = _task(config, arguments.data)
    train(task, config, arguments.out, arguments.device, arguments.minutes_between_checkpoints, arguments.start,
          Team(number, processes))  # fmt: skip
    if store:
        torch.distributed.destroy_process_group()


@dataclass(frozen=True)
class Team:
    """The processes that train one network; number 0 validates and writes."""

    number: int = 0
    processes: int = 1

    def seed(self, config: dict, step: int) -> int:
        return config["seed"] * 1_000_000_000 + step * self.processes + self.number

    def average_gradients(self, network: nn.Module) -> None:
        if self.processes == 1:
            return
        gradients = [weights.grad for weights in network.parameters() if weights.grad is not None]
        together = torch.cat([one.flatten() for one in gradients])
        torch.distributed.all_reduce(together)
        together /= self.processes
        for one, mean in zip(gradients, together.split([one.numel() for one in gradients])):
            one.copy_(mean.view(one.shape))


def train(task, config: dict, out: Path, device: str = "cpu", minutes_between_checkpoints: float = 4,
          start: Path | None = None, team: Team = Team()) -> None:  # fmt: skip
    """`start` is an exported network whose weights the run begins with."""
    settings = config["training"]
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(config["seed"])
    network = task.network().to(device, memory_format=torch.channels_last)
    if start:
        _begin_with(network, start)
    averaged = task.network().to(device, memory_format=torch.channels_last)
    averaged.load_state_dict(network.state_dict())
    optimiser = torch.optim.Adam(network.parameters(), lr=settings["rate"])
    state = {"network": network, "averaged": averaged, "optimiser": optimiser}
    first = _resume(out / "checkpoint.pt", state)
    torch.manual_seed(config["seed"] + team.number)
    writes = team.number == 0
    validation = [task.batch(FIRST_VALIDATION_SEED + i, device)
                  for i in range(settings["validation_batches"] if writes else 0)]  # fmt: skip

    saved, since, losses = time.monotonic(), time.monotonic(), []
    for step in range(first, settings["steps"]):
        for group in optimiser.param_groups:
            group["lr"] = settings["rate"] * _rate_factor(step, settings)
        network.train()
        loss = task.loss(network, task.batch(team.seed(config, step), device))
        optimiser.zero_grad()
        loss.backward()
        team.average_gradients(network)
        torch.nn.utils.clip_grad_norm_(network.parameters(), settings["clip"])
        optimiser.step()
        _average(averaged, network, min(settings["average"], (1 + step) / (10 + step)))
        if not writes:
            continue
        losses.append(loss.item())
        if len(losses) == STEPS_BETWEEN_LINES:
            seconds, since = (time.monotonic() - since) / len(losses), time.monotonic()
            print(f"step {step + 1}/{settings['steps']} loss {sum(losses) / len(losses):.4f} {seconds:.2f} s a step",
                  flush=True)  # fmt: skip
            _log(out / "log.csv", {"step": step + 1, "loss": sum(losses) / len(losses)})
            losses.clear()
        if time.monotonic() - saved > 60 * minutes_between_checkpoints or step + 1 == settings["steps"]:
            figures = _validate(task, averaged, validation)
            print(f"step {step + 1}: {figures}", flush=True)
            _log(out / "validation.csv", {"step": step + 1, **figures})
            _save(out / "checkpoint.pt", step + 1, state)
            _keep(out / "network.pt", averaged, config, step + 1)
            _draw_curve(out)
            saved = since = time.monotonic()


def _begin_with(network: torch.nn.Module, start: Path) -> None:
    """Takes the weights of an exported network of the same architecture; a network of a group those of moconet too.

    An ensemble of some depths takes those members of the stored one, which may have fewer filters; a polar U-Net the
    one beside them.
    """
    exported = torch.jit.load(start).float()
    exported = exported.network if hasattr(exported, "network") else exported  # a judge is delivered as it is
    if isinstance(network, PolarUNet) and hasattr(exported, "polar"):
        exported = exported.polar
    if isinstance(network, UNetEnsemble) and hasattr(exported, "members"):
        by_depth = {member.depth: member for _, member in exported.members.named_children()}
        if missing := {member.depth for member in network.members} - by_depth.keys():
            raise SystemExit(f"{start} holds no U-Net of depth {min(missing)}")
        for member in network.members:
            try:
                member.begin_with(by_depth[member.depth].state_dict())
            except ValueError as error:
                raise SystemExit(f"{start} holds {error}") from error
        return
    stored = exported.state_dict()  # with tables that the network makes itself
    for part in (network, getattr(network, "group", None)):
        if part is not None and (shared := stored.keys() & part.state_dict().keys()):
            part.load_state_dict({name: stored[name] for name in shared})
            return
    raise SystemExit(f"{start} holds a network of another architecture")


def _task(config: dict, data: Path | None):
    if data is None:
        return TASKS[config["task"]](config)
    try:
        return OWN_DATA_TASKS[config["task"]](config, data)
    except ValueError as error:
        raise SystemExit(str(error)) from error


def _assign(config: dict, text: str) -> None:
    """`text` is seed=7 or network.depths=[3]; the value is written as in TOML."""
    name, _, value = text.partition("=")
    table, _, key = name.rpartition(".")
    holder = config.get(table, {}) if table else config
    if not isinstance(holder, dict) or key not in holder:
        raise SystemExit(f"--set {text}: the configuration has no {name}")
    try:
        holder[key] = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise SystemExit(f"--set {text}: the value is not written as in TOML: {error}") from error


def _rate_factor(step: int, settings: dict) -> float:
    """Rises over the first 100 steps, falls linearly to 2 % over the last part."""
    left = 1 - step / settings["steps"]
    return min(1, (step + 1) / 100, max(0.02, left / settings["decay"]))


@torch.no_grad()
def _average(averaged: torch.nn.Module, network: torch.nn.Module, keep: float) -> None:
    for mean, value in zip(averaged.state_dict().values(), network.state_dict().values()):
        if mean.dtype.is_floating_point:
            mean.lerp_(value, 1 - keep)


def _validate(task, network: torch.nn.Module, batches: list) -> dict[str, float]:
    network.eval()
    each = [task.figures(network, batch) for batch in batches]
    return {name: round(sum(figures[name] for figures in each) / len(each), 4) for name in each[0]}


def _resume(path: Path, state: dict) -> int:
    if not path.exists():
        return 0
    saved = torch.load(path, map_location="cpu", weights_only=True)
    for name, holder in state.items():
        holder.load_state_dict(saved[name])
    print(f"going on from step {saved['step']} of {path}", flush=True)
    return saved["step"]


def _save(path: Path, step: int, state: dict) -> None:
    _write(path, {"step": step} | {name: holder.state_dict() for name, holder in state.items()})


def _keep(path: Path, network: torch.nn.Module, config: dict, step: int) -> None:
    _write(path, {"config": config, "step": step, "weights": network.state_dict()})


def _write(path: Path, content: dict) -> None:
    part = path.with_suffix(".part")
    torch.save(content, part)
    os.replace(part, path)


def _log(path: Path, row: dict) -> None:
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, row.keys())
        if new:
            writer.writeheader()
        writer.writerow(row)


def _draw_curve(out: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    for axis, name in ((left, "log.csv"), (right, "validation.csv")):
        if not (out / name).exists():
            continue
        with (out / name).open() as file:
            rows = list(csv.DictReader(file))
        for column in rows[0].keys() - {"step"}:
            axis.plot([int(row["step"]) for row in rows], [float(row[column]) for row in rows], label=column)
        axis.set_xlabel("step")
        axis.legend()
    figure.savefig(out / "curve.png", dpi=80)
    plt.close(figure)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(path.stem for path in CONFIGS.glob("*.toml")))
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, log and curve")
    parser.add_argument("--data", type=Path, help="folder with images of your own to tune on")
    parser.add_argument("--start", type=Path, help="exported network (models/NAME.pt; polar: models/qcd.pt) to begin with")
    parser.add_argument("--set", nargs="*", default=[], metavar="[TABLE.]KEY=VALUE", help="instead of the configuration's")
    parser.add_argument("--steps", type=int, help="instead of the configuration's")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--minutes-between-checkpoints", type=float, default=4)
    return parser.parse_args()


if __name__ == "__main__":
    main()
