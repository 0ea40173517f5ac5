"""What networks learned that are compared with each other: one contrast, several joined by "+", or all of them."""

from pathlib import Path

from .phantom.contrast import KINDS

EVERYTHING = "all"


def networks_by_learned(texts: list[str]) -> dict[str, Path]:
    """Folders of networks by what they learned, from LEARNED=MODELS; SystemExit where that cannot be."""
    networks = dict(map(_named, texts))
    if len(networks) < len(texts):
        raise SystemExit("two networks learned the same: the tables have a row for each thing learned")
    return networks


def contrasts_of(learned: str) -> tuple[str, ...]:
    return KINDS if learned == EVERYTHING else tuple(learned.split("+"))


def _named(text: str) -> tuple[str, Path]:
    learned, _, models = text.partition("=")
    if not models or not (learned == EVERYTHING or set(learned.split("+")) <= set(KINDS)):
        raise SystemExit(f"{text}: give LEARNED=MODELS, where LEARNED is {EVERYTHING} or of {', '.join(KINDS)}")
    return learned if learned == EVERYTHING else "+".join(sorted(set(learned.split("+")))), Path(models)
