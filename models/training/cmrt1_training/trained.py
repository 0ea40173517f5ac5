"""Networks as training leaves them."""

from pathlib import Path

import torch

from .networks import UNetEnsemble
from .tasks import TASKS


def load_trained(path: Path) -> torch.nn.Module:
    """The network in a network.pt of train.py, ready to run."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    network = TASKS[saved["config"]["task"]](saved["config"]).network()
    network.load_state_dict(saved["weights"])
    return network.eval()


def load_ensemble(paths: list[Path], depths: list[int], delivered: Path | None = None) -> UNetEnsemble:
    """The members of all the networks together, in order of depth, which must be `depths`; those that are missing
    from `delivered`."""
    networks = [load_trained(path) for path in paths]
    for path, network in zip(paths, networks):
        if not isinstance(network, UNetEnsemble):
            raise ValueError(f"{path} holds no U-Nets")
    members = [member for network in networks for member in network.members]
    if delivered:
        trained = {member.depth for member in members}
        members += [member for member in UNetEnsemble.delivered(delivered).members if member.depth not in trained]
    members.sort(key=lambda member: member.depth)
    found = [member.depth for member in members]
    if found != depths:
        raise ValueError(f"{', '.join(map(str, paths))}: U-Nets of the depths {found} instead of {depths}")
    return UNetEnsemble.of(members).eval()
