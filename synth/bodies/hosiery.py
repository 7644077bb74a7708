"""Socks and tights: what is between shoes and hems, drawn on the skin of feet and legs.

In: an Outfit, its shoes and whose they are. Out: Hosiery, and the skin with it. All of it is drawn from a
lane of its own, so that nothing else of the outfit depends on it.
"""

import math
from dataclasses import dataclass

import numpy as np

from scenes.randomness import make_rng
from synth.bodies.footwear import Shoes
from synth.bodies.garments import split_color
from synth.bodies.outfit import Outfit
from synth.bodies.palette import BLACK, CHARCOAL, GREY, NAVY, PALE_GREY, WHITE, Colors, sample_color
from synth.bodies.regions import FAR, share_of_arms
from synth.bodies.ribs import rib_socks
from synth.bodies.skeleton import Skeleton
from synth.bodies.surface import Surface
from synth.bodies.wardrobe import TIGHTS, WARMTH_THIN_TIGHTS, WARMTH_TIGHTS, measure_cold, tilt_share
from synth.records import BodyShape

_BARE = ("sandals", "ballerinas")  # are worn without socks
_LONG: Colors = {BLACK: 0.48, CHARCOAL: 0.12, NAVY: 0.14, GREY: 0.10, WHITE: 0.16}
_SHORT: Colors = {WHITE: 0.62, BLACK: 0.22, PALE_GREY: 0.10, GREY: 0.06}
_LONG_UP, _SHORT_UP = (0.10, 0.16), (0.035, 0.085)  # how high they are over the ankle's joint, of the stature
_UNSEEN = 0.3  # of those whose legs are bare have socks that are lower than their shoes
_DENSE = (0.75, 0.96)  # how much of the skin tights hide
_TIGHTS_COLORS: Colors = {BLACK: 0.8, CHARCOAL: 0.1, NAVY: 0.1}


@dataclass(frozen=True)
class Hosiery:
    """What somebody wears on feet and legs under their shoes.

    Attributes:
        color: (3,) sRGB, that of the skin for none.
        up: How high it goes over the ankle's joint, of the stature.
    """

    color: np.ndarray
    up: float


def choose_hosiery(outfit: Outfit, shoes: Shoes, shape: BodyShape) -> Hosiery:
    """Choose the socks or tights that somebody wears with an outfit."""
    rng = make_rng(shape.look_seed, 0, "body/hosiery")
    wants, dense, high, hidden = rng.random(), rng.uniform(*_DENSE), rng.random(), rng.random()
    long, short, tights = (sample_color(colors, rng) for colors in (_LONG, _SHORT, _TIGHTS_COLORS))
    if outfit.bottom in ("skirt", "dress") and wants < _share_tights(outfit, shape):
        return Hosiery(outfit.skin + dense * (tights - outfit.skin), FAR)
    if shoes.kind in _BARE:
        return Hosiery(outfit.skin, -FAR)
    if outfit.bottom in ("trousers", "jeans"):
        return Hosiery(long, _LONG_UP[0] + high * (_LONG_UP[1] - _LONG_UP[0]))
    if hidden < _UNSEEN:
        return Hosiery(outfit.skin, -FAR)
    return Hosiery(short, _SHORT_UP[0] + high * (_SHORT_UP[1] - _SHORT_UP[0]))


def _share_tights(outfit: Outfit, shape: BodyShape) -> float:
    """How often tights are worn under a skirt: with short sleeves only where it is colder than mild."""
    cold = measure_cold(shape.dressed_for_c)
    if outfit.top == "shirt":
        return max(0.0, -math.expm1(-WARMTH_THIN_TIGHTS * cold))
    return tilt_share(TIGHTS, WARMTH_TIGHTS, cold)


def put_on(skin: Surface, skeleton: Skeleton, hosiery: Hosiery, *, ribbed: bool = False) -> Surface:
    """Colour the skin that socks or tights are over, up to a clean edge; `ribbed` socks show their ribs."""
    if hosiery.up < 0.0:
        return skin
    hip, ankle = skeleton.at("left_hip")[2], skeleton.at("left_ankle")[2]
    edge = min(hip, ankle + hosiery.up * skeleton.stature_m)
    worn = split_color(skin, _measure_below(skin, skeleton, edge), hosiery.color)
    if not ribbed or hosiery.up >= FAR:
        return worn
    return rib_socks(worn, skeleton, _measure_below(worn, skeleton, edge))


def _measure_below(skin: Surface, skeleton: Skeleton, edge_m: float) -> np.ndarray:
    """Return how far each vertex (V,) of legs and feet is below an edge, in m: of arms, far above."""
    arms = share_of_arms(skin.weights, skeleton) > 0.1
    return np.where(arms, -FAR, edge_m - skin.position_m[:, 2])
