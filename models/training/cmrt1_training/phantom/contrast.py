"""How bright each tissue is: T1 maps, late enhancement, VNE-like, cine, raw inversion recovery.

A contrast is one draw for one image. Where physics says it, intensities follow from T1 and signal strength;
for late enhancement and cine, whose weighting differs from site to site, from ranges.
"""

import math
import random
from dataclasses import dataclass

from .labels import NUMBER, SEGMENTED, TISSUES
from .tissue import PRIORS

# What contrast agent adds to R1, relative to blood, some ten minutes after injection.
_UPTAKE = {"blood": 1.0, "myocardium": 0.42, "lesion": 0.95, "skeletal_muscle": 0.35, "liver": 0.6, "spleen": 0.8,
           "fat": 0.0, "fluid": 0.1, "lung": 0.8, "gas": 0.0}  # fmt: skip
_OTHER_UPTAKE = 0.3
_RANGES = {
    "lge": {"air": (0, 0.03), "lung": (0, 0.12), "fat": (0.45, 1), "skeletal_muscle": (0.05, 0.4), "bone": (0.2, 0.7),
            "liver": (0.1, 0.5), "spleen": (0.2, 0.6), "lv_blood": (0.35, 0.85), "myocardium": (0, 0.3),
            "scar": (0.5, 1.1), "obstruction": (0, 0.25), "epicardial_fat": (0.4, 1), "pericardium": (0, 0.3)},
    "cine": {"air": (0, 0.03), "lung": (0, 0.12), "fat": (0.4, 1), "skeletal_muscle": (0.12, 0.4), "bone": (0.2, 0.6),
             "liver": (0.15, 0.45), "spleen": (0.3, 0.7), "lv_blood": (0.5, 1), "myocardium": (0.1, 0.4),
             "scar": (0.1, 0.5), "obstruction": (0.1, 0.5), "epicardial_fat": (0.4, 1), "pericardium": (0, 0.2)},
}  # fmt: skip
KINDS = ("random", "t1_native", "t1_stress", "t1_postcontrast", "lge", "psir", "psir_faint", "vne", "cine",
         "inversion_recovery")  # fmt: skip


@dataclass
class Contrast:
    kind: str
    intensity: list[float]  # of each of TISSUES; signed for kinds whose sign the image keeps or folds
    texture: list[float]  # SD within each tissue
    magnitude: bool  # the image shows |signal|


def draw_contrast(kind: str, choice: random.Random) -> Contrast:
    texture = [0.05 * abs(choice.gauss(0, 1)) for _ in TISSUES]
    intensity = {
        "random": _random, "lge": _lge, "psir": _psir, "psir_faint": _psir_faint, "vne": _vne, "cine": _cine,
        "inversion_recovery": _inversion_recovery, "t1_native": _t1_map, "t1_stress": _t1_stress_map,
        "t1_postcontrast": _t1_postcontrast_map,
    }[kind](choice)  # fmt: skip
    contrast = Contrast(kind, intensity, texture, kind in ("lge", "cine", "inversion_recovery"))
    _relate(contrast, choice)
    if kind.startswith("t1") or kind == "psir":  # where there is no signal, these show noise
        noisy = choice.uniform(0, 0.5)
        for name in ("air", "lung", "gas"):
            texture[NUMBER[name]] = noisy
    return contrast


def _random(choice: random.Random) -> list[float]:
    return [choice.random() for _ in TISSUES]


def _from_ranges(name: str, choice: random.Random) -> list[float]:
    ranges = _RANGES[name]
    known = {tissue: choice.uniform(*limits) for tissue, limits in ranges.items()}
    return [known.get(tissue, known[choice.choice(list(known))]) for tissue in TISSUES]


def _cine(choice: random.Random) -> list[float]:
    return _from_ranges("cine", choice)


def _lge(choice: random.Random) -> list[float]:
    if choice.random() < 0.6:
        return _from_ranges("lge", choice)
    return _after_inversion(choice, choice.uniform(0.8, 1.3))


def _psir(choice: random.Random) -> list[float]:
    """Real part: muscle at or below the grey of air, what has no signal in the middle."""
    if choice.random() < 0.5:
        return _after_inversion(choice, choice.uniform(0.75, 1.2))
    values = [0.35 + 0.65 * value for value in _from_ranges("lge", choice)]
    air = choice.uniform(0.2, 0.6)
    for name in ("air", "lung", "gas"):
        values[NUMBER[name]] = air + choice.gauss(0, 0.04)
    values[NUMBER["myocardium"]] = choice.uniform(0.05, 0.45)
    return values


def _psir_faint(choice: random.Random) -> list[float]:
    """Muscle and blood hardly apart: early, late or with little contrast agent."""
    grey, near = choice.uniform(0.15, 0.55), choice.uniform
    values = [grey + near(-0.1, 0.25) for _ in TISSUES]
    muscle = grey + near(-0.12, 0.12)
    blood = muscle + math.exp(near(math.log(0.06), math.log(0.35)))
    named = {
        "air": grey, "gas": grey, "lung": grey + near(-0.12, 0.12), "myocardium": muscle, "lv_blood": blood,
        "skeletal_muscle": grey + near(-0.1, 0.15), "liver": blood + near(-0.15, 0.1), "fat": near(0.7, 1),
        "epicardial_fat": near(0.5, 1), "scar": blood + near(-0.05, 0.4), "obstruction": muscle + near(-0.1, 0.05),
        "pericardium": muscle + near(-0.1, 0.05),
    }  # fmt: skip
    for name, value in named.items():
        values[NUMBER[name]] = value
    return values


def _vne(choice: random.Random) -> list[float]:
    """Virtual native enhancement: like LGE, its muscle evenly dark, its blood grey."""
    values = _from_ranges("lge", choice)
    muscle = choice.uniform(0.02, 0.25)
    values[NUMBER["myocardium"]], values[NUMBER["lv_blood"]] = muscle, muscle + choice.uniform(0.12, 0.5)
    values[NUMBER["scar"]] = muscle + choice.uniform(0.2, 0.8)
    return values


def _properties(choice: random.Random) -> tuple[list[float], list[float], list[str]]:
    """T1 (ms) and strength of each tissue at one field strength, and the prior they come from."""
    names = ["gas", *PRIORS, *SEGMENTED.values()]
    three_tesla = choice.random() < 0.3
    t1, strength = [], []
    drawn = {}
    for name in names:
        if name not in drawn:
            mean, sd = PRIORS[name].t1_30 if three_tesla else PRIORS[name].t1_15
            drawn[name] = max(120.0, choice.gauss(mean, sd)), choice.uniform(*PRIORS[name].strength)
        t1.append(drawn[name][0])
        strength.append(drawn[name][1])
    return t1, strength, names


def _with_agent(t1: list[float], names: list[str], choice: random.Random) -> list[float]:
    blood_t1 = choice.uniform(220, 480)
    added = 1000 / blood_t1 - 1000 / t1[NUMBER["blood"]]
    uptake = [_UPTAKE.get(name, _OTHER_UPTAKE) * choice.uniform(0.85, 1.15) for name in names]
    uptake[NUMBER["obstruction"]] = choice.uniform(0, 0.15)
    return [1000 / (1000 / value + added * share) for value, share in zip(t1, uptake)]


def _t1_map(choice: random.Random, agent: bool = False, stress: bool = False) -> list[float]:
    t1, _, names = _properties(choice)
    if agent:
        t1 = _with_agent(t1, names, choice)
    if stress:
        rise = choice.uniform(0.0, 0.1)
        t1 = [value * (1 + rise) if name == "myocardium" else value for value, name in zip(t1, names)]
    for name in ("air", "lung", "gas"):
        t1[NUMBER[name]] = choice.choice([0.0, choice.uniform(0, 2500)])
    return [value / t1[NUMBER["blood"]] * 0.8 for value in t1]


def _t1_stress_map(choice: random.Random) -> list[float]:
    return _t1_map(choice, stress=True)


def _t1_postcontrast_map(choice: random.Random) -> list[float]:
    return _t1_map(choice, agent=True)


def _after_inversion(choice: random.Random, of_null: float) -> list[float]:
    """Signed signal after contrast agent, `of_null` times the inversion time that nulls the muscle."""
    t1, strength, names = _properties(choice)
    t1 = _with_agent(t1, names, choice)
    ti = of_null * math.log(2) * t1[NUMBER["myocardium"]]
    signal = [s * (1 - 2 * math.exp(-ti / value)) for value, s in zip(t1, strength)]
    return _scaled(signal)


def _inversion_recovery(choice: random.Random) -> list[float]:
    t1, strength, names = _properties(choice)
    if choice.random() < 0.3:
        t1 = _with_agent(t1, names, choice)
    depth = 1 + 1 / choice.uniform(0.84, 0.96)
    ti = math.exp(choice.uniform(math.log(100), math.log(4500)))
    return _scaled([s * (1 - depth * math.exp(-ti / value)) for value, s in zip(t1, strength)])


def _scaled(signal: list[float]) -> list[float]:
    largest = max(abs(value) for value in signal)
    return [value / largest for value in signal]


def _relate(contrast: Contrast, choice: random.Random) -> None:
    """Tissues that mostly look alike, and muscle and blood that differ at all."""
    values, random_kind = contrast.intensity, contrast.kind == "random"

    def follow(name: str, leader: str, chance: float, sd: float) -> None:
        if choice.random() < chance:
            values[NUMBER[name]] = values[NUMBER[leader]] + choice.gauss(0, sd)

    faint = contrast.kind in ("lge", "psir", "psir_faint", "vne", "inversion_recovery")
    least = 0.05 if faint else 0.09
    shown = abs if contrast.magnitude else float
    muscle, blood = NUMBER["myocardium"], NUMBER["lv_blood"]
    if abs(shown(values[muscle]) - shown(values[blood])) < least:
        step = choice.uniform(least, 0.35)
        brighter = abs(values[muscle]) + step
        values[blood] = brighter if contrast.magnitude or choice.random() < 0.5 else values[muscle] - step
    follow("rv_blood", "lv_blood", 0.6 if random_kind else 0.9, 0.04)
    follow("rv_muscle", "myocardium", 0.85, 0.05)
    follow("papillary", "myocardium", 0.85, 0.05)
    follow("rv_trabeculae", "myocardium", 0.85, 0.05)
    follow("blood", "lv_blood", 0.6, 0.08)
    follow("other_3", "lv_blood", 0.5, 0.06)
    follow("gut_wall", choice.choice(["skeletal_muscle", "myocardium", "myocardium", "lv_blood"]), 1.0, 0.07)
    if choice.random() < 0.5:
        values[NUMBER["gut_content"]] = choice.uniform(-0.05, 0.1)
    if random_kind or contrast.kind.startswith("t1"):
        if choice.random() < 0.5:  # a scar that this contrast hardly shows
            follow("scar", "myocardium", 1.0, 0.12)
            follow("obstruction", "myocardium", 1.0, 0.12)
    mixed = choice.uniform(0.15, 0.85)
    values[NUMBER["trabeculae"]] = mixed * values[NUMBER["papillary"]] + (1 - mixed) * values[blood]
    if choice.random() < 0.3:  # surroundings that imitate the muscle
        like = choice.choice(["skeletal_muscle", "liver", "other_1", "fat", "spleen", "epicardial_fat"])
        follow(like, "myocardium", 1.0, 0.04)
