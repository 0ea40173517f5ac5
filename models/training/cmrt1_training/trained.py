"""Networks as training leaves them."""

from pathlib import Path

import torch

from .networks import PolarEnsemble, PolarUNet, UNetEnsemble
from .tasks import TASKS


def load_trained(path: Path) -> torch.nn.Module:
    """The network in a network.pt of train.py, ready to run."""
    saved = torch.load(path, map_location="cpu", weights_only=True)
    network = TASKS[saved["config"]["task"]](saved["config"]).network()
    network.load_state_dict(saved["weights"])
    return network.eval()


def load_ensemble(paths: list[Path], depths: list[int], delivered: Path | None = None) -> PolarEnsemble:
    """The polar U-Net and the members of all the networks together, in order of depth, which must be `depths`; what is
    missing from `delivered`."""
    networks = [load_trained(path) for path in paths]
    for path, network in zip(paths, networks):
        if not isinstance(network, (PolarUNet, UNetEnsemble)):
            raise ValueError(f"{path} holds no U-Nets")
    polar = [network for network in networks if isinstance(network, PolarUNet)]
    members = [member for network in networks if isinstance(network, UNetEnsemble) for member in network.members]
    if delivered:
        missing = set(depths) - {member.depth for member in members}
        members += [member for member in UNetEnsemble.delivered(delivered).members if member.depth in missing]
        polar = polar or [PolarEnsemble.delivered(delivered).polar]
    members.sort(key=lambda member: member.depth)
    found, names = [member.depth for member in members], ", ".join(map(str, paths))
    if found != depths:
        raise ValueError(f"{names}: U-Nets of the depths {found} instead of {depths}")
    if len(polar) != 1:
        raise ValueError(f"{names}: {len(polar)} polar U-Nets instead of one")
    return PolarEnsemble(UNetEnsemble.of(members), polar[0]).eval()
