"""Which shoes somebody wears: their kind, and the colours of sole and trim beside the upper's.

In: an Outfit and whose it is. Out: Shoes, from which synth/bodies/shoes.py makes surfaces. All of it is drawn
from a lane of its own, so that nothing else of the outfit depends on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenes.randomness import make_rng
from synth.bodies.outfit import Outfit, is_small
from synth.bodies.wardrobe import WARMTH_SHOES, measure_bare, tilt
from synth.records import BodyShape

_Shares = Mapping[tuple[float, float, float] | None, float]  # how often a colour, or _SHADE, is seen
KINDS = ("trainers", "leather", "boots", "loafers", "ballerinas", "sandals")
# How often each is seen, estimates: on bare legs under a light top, with light uppers, else.
_SUMMER = {"trainers": 0.5, "loafers": 0.08, "ballerinas": 0.14, "sandals": 0.28}
_LIGHT = {"trainers": 0.9, "ballerinas": 0.1}
_DARK_MEN = {"trainers": 0.48, "leather": 0.24, "boots": 0.17, "loafers": 0.11}
_DARK_WOMEN = {"trainers": 0.38, "leather": 0.10, "boots": 0.18, "loafers": 0.15, "ballerinas": 0.19}
_LIGHTEST_LEATHER = 0.5  # mean of sRGB from which on uppers are of textile
_DIFFERS = 0.09  # mean of sRGB by which a sole is another colour than its upper, at least
# Two of each table differ by more than twice _DIFFERS, so that from any upper one of them differs.
# Soles of trainers: white, cream, gum, black rubber; of others: brown, natural, grey, black.
_TRAINER_SOLES: _Shares = {
    (0.84, 0.83, 0.81): 0.60,
    (0.76, 0.72, 0.64): 0.16,
    (0.60, 0.46, 0.33): 0.10,
    (0.20, 0.20, 0.21): 0.14,
}
_OTHER_SOLES: _Shares = {
    (0.29, 0.22, 0.17): 0.36,
    (0.44, 0.35, 0.26): 0.14,
    (0.30, 0.29, 0.28): 0.25,
    (0.17, 0.165, 0.16): 0.25,
}
_PLAIN_SOLES = 0.7  # of trainers: white, or a shade of the upper
_SHADE, _SHADED = None, 0.75  # a trim that is a darker shade of the upper, and how dark
_TAN = (0.62, 0.52, 0.38)
_TRIMS: dict[str, _Shares] = {
    "trainers": {(0.26, 0.26, 0.27): 0.4, (0.80, 0.79, 0.77): 0.6},
    "leather": {_TAN: 0.35, _SHADE: 0.65},
    "boots": {_TAN: 0.35, _SHADE: 0.65},
    "loafers": {_SHADE: 1.0},
    "ballerinas": {_SHADE: 1.0},
    "sandals": {_SHADE: 1.0},
}


@dataclass(frozen=True)
class Shoes:
    """A pair of shoes.

    Attributes:
        kind: One of KINDS.
        color, sole_color, trim_color: (3,) sRGB of the upper, the sole's wall, and of laces, tread and welt.
    """

    kind: str
    color: np.ndarray
    sole_color: np.ndarray
    trim_color: np.ndarray


def choose_shoes(outfit: Outfit, shape: BodyShape) -> Shoes:
    """Choose the shoes that somebody wears with an outfit."""
    rng = make_rng(shape.look_seed, 0, "body/shoes")
    color = outfit.shoe_color
    kind = _pick(_list_kinds(outfit, shape), rng)
    sole = _pick_apart(_TRAINER_SOLES if kind == "trainers" else _OTHER_SOLES, color, rng)
    if kind == "trainers" and rng.random() < _PLAIN_SOLES and _differ(outfit.sole_color, color):
        sole = outfit.sole_color
    return Shoes(kind, color, sole, _pick_apart(_TRIMS[kind], color, rng))


def _list_kinds(outfit: Outfit, shape: BodyShape) -> dict[str, float]:
    """How often those are worn that go with the rest."""
    if is_small(shape):
        return {"trainers": 1.0}
    if outfit.bottom in ("shorts", "skirt", "dress") and outfit.top == "shirt":
        kinds = _SUMMER
    elif float(outfit.shoe_color.mean()) > _LIGHTEST_LEATHER:
        kinds = _LIGHT
    else:
        kinds = _DARK_MEN if shape.gender > 0.5 else _DARK_WOMEN
    barred = {"ballerinas"} if shape.gender > 0.5 else set()
    if outfit.bottom not in ("trousers", "jeans"):
        barred.add("boots")  # their shafts are under trousers
    kinds = {kind: share for kind, share in kinds.items() if kind not in barred}
    return tilt(kinds, WARMTH_SHOES, measure_bare(shape.dressed_for_c))


def _pick_apart(options: _Shares, color: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one of the colours that differ from the upper's, or a shade of it."""
    apart = {one: share for one, share in options.items() if one is _SHADE or _differ(np.array(one), color)}
    chosen = _pick(apart, rng)
    return _SHADED * color if chosen is _SHADE else np.array(chosen)


def _differ(first: np.ndarray, second: np.ndarray) -> bool:
    return float(np.abs(first - second).mean()) > _DIFFERS


def _pick(options: dict[Any, float], rng: np.random.Generator) -> Any:
    shares = np.array(list(options.values()))
    return list(options)[rng.choice(len(shares), p=shares / shares.sum())]
