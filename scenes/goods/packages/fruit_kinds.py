"""Kinds of loose fruit and vegetables, and how each is shaped: its profile, dimple, stalk and lobes.

In: a product's name. Out: the `Shape` of what it says, and how that lies in a shop.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenes.goods.names import says
from scenes.world import FORMS

_LAID = 1.05  # width over height, at least, of what lies on its side
_NEARLY_ROUND = 1.3  # longest over shortest side, at most, of what rolls
_LONG = 2.0  # width over depth, at least, of what lies along others
_WOOD, _GREEN, _STRAW = (84, 62, 40), (72, 104, 44), (150, 122, 78)


@dataclass(frozen=True)
class Shape:
    """How a fruit is shaped.

    Attributes:
        profile: (radius, height) from its lower end to its stalk, shares of the widest and of the body.
        lobes: How many it has.
        depth: How deep the furrows between them are below, in the middle and above, share of the radius; of
            what has edges instead, how flat it is between them, below 0.
        stalk: Of the height, what a stalk adds above the body; 0 for none.
        stout: Radius of the stalk, share of the fruit's.
        stalk_color: sRGB.
        leaves: Points of the calyx around its stalk.
        spread: How far they reach down, share of the profile.
        lies: Whether it lies on its side where its box is so much longer than high that it would not stand.
        bend: How much it is curved, share of its length.
        sways: By how much it is bent to either side at most, where it is long, share of its depth.
        ruffle: How loose the leaves are that it is a head of, 0 to 1; below 0 if it is none.
        phase: Where its lumps are, rad.
        lumps: How uneven it is, share of the radius.
        crowned: Whether its stalk is a tuft of leaves.
        tips: Whether it grows upright, and lies on its side as it falls where its box is longer than high.
        in_hands: Whether several hang together where their box is deep enough.
        tumbles: Whether it lies on any side, as it fell.
        rolls: Whether its stalk points any way, even down, where it is nearly a ball.
        eyes: Whether it is grown together from eyes.
        turned: Turns by which its skin, with the relief of leaves or eyes, lies farther round it.
    """

    profile: tuple[tuple[float, float], ...]
    lobes: int = 0
    depth: tuple[float, float, float] = (0.0, 0.0, 0.0)
    stalk: float = 0.0
    stout: float = 0.04
    stalk_color: tuple[int, int, int] = _WOOD
    leaves: int = 0
    spread: float = 0.0
    lies: bool = False
    bend: float = 0.0
    sways: float = 0.0
    ruffle: float = -1.0
    phase: float = 0.0
    lumps: float = 0.02
    crowned: bool = False
    tips: bool = False
    in_hands: bool = False
    tumbles: bool = False
    rolls: bool = False
    eyes: bool = False
    turned: float = 0.0


def _ball(*, flat: float = 0.0) -> tuple[tuple[float, float], ...]:
    """Return the profile of a ball, its ends a little drawn in."""
    points = [(np.sin(t), 0.5 - 0.5 * np.cos(t)) for t in np.linspace(0.0, np.pi, 9)]
    return tuple((float(r), float(np.clip(z, flat * (r < 0.01), 1 - flat * (r < 0.01)))) for r, z in points)


_APPLE = ((0, 0.1), (0.24, 0.0), (0.56, 0.03), (0.87, 0.26), (1, 0.57), (0.92, 0.82), (0.64, 0.98),
          (0.27, 0.96), (0, 0.8))  # fmt: skip
_PEACH = ((0, 0.02), (0.26, 0.0), (0.66, 0.08), (0.95, 0.3), (1, 0.56), (0.9, 0.82), (0.6, 0.98),
          (0.24, 0.97), (0, 0.84))  # fmt: skip
_PEAR = ((0, 0.05), (0.3, 0.0), (0.74, 0.07), (1, 0.29), (0.91, 0.49), (0.62, 0.69), (0.47, 0.85),
         (0.28, 0.97), (0, 0.98))  # fmt: skip
_AVOCADO = ((0, 0), (0.38, 0.02), (0.82, 0.12), (1, 0.37), (0.95, 0.57), (0.78, 0.76), (0.54, 0.91),
            (0.26, 0.985), (0, 1))  # fmt: skip
_PAPAYA = ((0, 0), (0.3, 0.012), (0.76, 0.11), (1, 0.36), (0.97, 0.54), (0.8, 0.74), (0.55, 0.9), (0.3, 0.98),
           (0, 1))  # fmt: skip
_AUBERGINE = ((0, 0), (0.36, 0.01), (0.8, 0.08), (1, 0.26), (0.94, 0.45), (0.74, 0.66), (0.58, 0.83),
              (0.44, 0.95), (0, 1))  # fmt: skip
_TOMATO = ((0, 0.05), (0.35, 0.0), (0.78, 0.12), (1, 0.46), (0.94, 0.76), (0.64, 0.96), (0.27, 0.97),
           (0, 0.88))  # fmt: skip
_PEPPER = ((0, 0.1), (0.38, 0.0), (0.68, 0.06), (0.84, 0.3), (0.96, 0.64), (1, 0.83), (0.82, 0.97),
           (0.45, 1), (0, 0.86))  # fmt: skip
_LEMON = (
    (0, 0),
    (0.15, 0.02),
    (0.42, 0.085),
    (0.85, 0.25),
    (1, 0.5),
    (0.85, 0.75),
    (0.42, 0.925),
    (0.15, 0.985),
    (0, 1),
)
_LIME = ((0, 0), (0.12, 0.008), (0.48, 0.06), (0.87, 0.22), (1, 0.5), (0.87, 0.78), (0.48, 0.945),
         (0.12, 0.994), (0, 1))  # fmt: skip
_EGG = ((0, 0), (0.42, 0.04), (0.8, 0.17), (1, 0.4), (0.95, 0.62), (0.74, 0.82), (0.42, 0.95), (0, 1))
_BARREL = ((0, 0), (0.55, 0.02), (0.9, 0.14), (1, 0.38), (0.98, 0.62), (0.88, 0.86), (0.55, 0.98), (0, 1))
_CUCUMBER = ((0, 0), (0.6, 0.015), (0.93, 0.09), (1, 0.35), (1, 0.65), (0.93, 0.9), (0.6, 0.985), (0, 1))
_COURGETTE = ((0, 0), (0.62, 0.01), (0.98, 0.08), (1, 0.35), (0.94, 0.65), (0.8, 0.88), (0.6, 0.985), (0, 1))
_BANANA = ((0, 0), (0.2, 0.012), (0.45, 0.05), (0.9, 0.19), (1, 0.45), (0.95, 0.7), (0.52, 0.86),
           (0.27, 0.94), (0.27, 0.995), (0, 1))  # fmt: skip
_LEEK = ((0, 0), (0.62, 0.01), (0.7, 0.04), (0.58, 0.1), (0.58, 0.46), (0.74, 0.64), (1, 0.84), (0.82, 0.97),
         (0, 1))  # fmt: skip
_CARROT = ((0, 0), (0.2, 0.012), (0.42, 0.09), (0.66, 0.34), (0.88, 0.72), (1, 0.93), (0.7, 0.99), (0, 1))
_ONION = ((0, 0.03), (0.2, 0.0), (0.74, 0.1), (1, 0.41), (0.93, 0.63), (0.6, 0.81), (0.19, 0.9), (0.1, 0.99),
          (0, 1))  # fmt: skip
_MUSHROOM = ((0, 0.02), (0.37, 0.0), (0.4, 0.07), (0.37, 0.24), (0.42, 0.42), (0.85, 0.35), (1, 0.47),
             (0.93, 0.72), (0.6, 0.94), (0, 1))  # fmt: skip

_ROUND = Shape(_APPLE, lobes=5, depth=(0.09, 0.0, 0.02), stalk=0.05)
# The first word that is found in a product's name says what it is.
_SHAPES: tuple[tuple[str, Shape], ...] = (
    ("pineapple", Shape(_BARREL, stalk=0.42, stalk_color=(104, 116, 88), crowned=True, eyes=True)),
    ("pepper|paprika|capsicum",
     Shape(_PEPPER, lobes=4, depth=(0.34, 0.17, 0.3), stalk=0.16, stout=0.09, stalk_color=_GREEN, leaves=6,
           spread=0.1, lumps=0.07, tips=True)),
    ("grapefruit|orange|mandarin|clementine|satsuma|tangerine|pomelo",
     Shape(_ball(flat=0.05), stalk=0.012, stout=0.05, stalk_color=_GREEN, leaves=5, spread=0.07)),
    ("watermelon|melon|coconut",
     Shape(_ball(), stalk=0.03, stout=0.035, stalk_color=_STRAW, lies=True, rolls=True)),
    ("pumpkin", Shape(_ball(), stalk=0.03, stout=0.035, stalk_color=_STRAW)),
    ("cabbage", Shape(_ball(), ruffle=0.1, lumps=0.05)),
    ("lettuce", Shape(_ball(), ruffle=1.0, lumps=0.07)),
    ("pear", Shape(_PEAR, stalk=0.09, stout=0.035, lumps=0.05, tips=True)),
    ("avocado|fig", Shape(_AVOCADO, stalk=0.012, stout=0.07, lumps=0.03, tips=True)),
    ("aubergine|eggplant",
     Shape(_AUBERGINE, stalk=0.11, stout=0.14, stalk_color=_GREEN, leaves=5, spread=0.26,
           tips=True)),
    ("lemon", Shape(_LEMON, lies=True)),
    ("lime", Shape(_LIME, lies=True)),
    ("tomato|persimmon",
     Shape(_TOMATO, lobes=5, depth=(0.0, 0.01, 0.1), stalk=0.03, stout=0.04, stalk_color=_GREEN, leaves=5,
           spread=0.22)),
    ("sweet potato|ginger", Shape(_EGG, lies=True, lumps=0.16)),
    ("potato", Shape(_EGG, lies=True, lumps=0.09)),
    ("beet|turnip", Shape(_ONION, lumps=0.06, lies=True)),
    ("banana|plantain",
     Shape(_BANANA, lobes=5, depth=(-0.05, -0.12, -0.1), lies=True, bend=0.16, lumps=0.0, in_hands=True)),
    ("cucumber", Shape(_CUCUMBER, lies=True, sways=0.16, lobes=6, depth=(0.06, 0.02, 0.04))),
    ("courgette|zucchini",
     Shape(_COURGETTE, lies=True, sways=0.2, lobes=5, depth=(0.0, 0.02, 0.08), stalk=0.07, stout=0.4,
           stalk_color=(126, 146, 74))),
    ("leek", Shape(_LEEK, lobes=5, depth=(0.0, 0.05, 0.4), lies=True, sways=0.16)),
    ("carrot|parsnip|radish",
     Shape(_CARROT, lies=True, sways=0.18, lumps=0.08, stalk=0.04, stout=0.2, stalk_color=_GREEN)),
    ("mushroom", Shape(_MUSHROOM, lumps=0.08, tumbles=True)),
    ("garlic", Shape(_ONION, lobes=7, depth=(0.12, 0.08, 0.04))),
    ("onion|shallot", Shape(_ONION, lumps=0.04)),
    ("peach|nectarine|apricot|plum|cherry", Shape(_PEACH, lobes=1, depth=(0.03, 0.07, 0.12))),
    ("papaya", Shape(_PAPAYA, lies=True, lobes=5, depth=(0.06, 0.03, 0.04), lumps=0.05)),
    ("passion", Shape(_EGG, lies=True, lumps=0.08)),
    ("mango|kiwi", Shape(_EGG, lies=True, lumps=0.03)),
)  # fmt: skip


def find_shape(kind: str) -> Shape:
    """Return the shape of what a name says, that of an apple if it says nothing known.

    >>> find_shape("Conference Pears") is find_shape("pear")
    True
    """
    return next((shape for words, shape in _SHAPES if says(kind, words)), _ROUND)


def is_laid(shape: Shape, size_m: Sequence[float]) -> bool:
    """Say whether what is shaped so lies along x in a box (3,)."""
    return shape.lies and size_m[0] > _LAID * size_m[2] and not points_any_way(shape, size_m)


def points_any_way(shape: Shape, size_m: Sequence[float]) -> bool:
    """Say whether what is shaped so is nearly a ball in a box (3,), so that its stalk points any way.

    >>> melon = find_shape("Honeydew Melon")
    >>> points_any_way(melon, (0.17, 0.15, 0.14)), points_any_way(melon, (0.16, 0.16, 0.26))
    (True, False)
    """
    return shape.rolls and max(size_m) <= _NEARLY_ROUND * min(size_m)


def find_lying_size(kind: str, size_m: Sequence[float]) -> tuple[float, float, float]:
    """Return the box of what a name says as it lies in a shop: what tips over lies along x.

    >>> find_lying_size("Pear", (0.06, 0.06, 0.1)), find_lying_size("Apple", (0.07, 0.07, 0.08))
    ((0.1, 0.06, 0.06), (0.07, 0.07, 0.08))
    """
    width, depth, height = size_m
    if find_shape(kind).tips and height > max(width, depth):
        return height, max(width, depth), min(width, depth)
    return width, depth, height


def is_long(size_m: np.ndarray) -> np.ndarray:
    """Say whether pieces of sizes (..., 3) that lie along x lie along others, not in a hollow between them.

    >>> is_long(np.array([[0.16, 0.04, 0.04], [0.1, 0.08, 0.08]])).tolist()
    [True, False]
    """
    return np.asarray(size_m[..., 0] >= _LONG * size_m[..., 1])


def vary_shape(shape: Shape, form: int) -> Shape:
    """Return the shape of one of the forms: its lumps and its skin are elsewhere, it is bent otherwise."""
    straighter = 1.0 - 0.11 * (3 * form % FORMS)
    swayed = shape.sways * np.sin(2.4 * form)
    varied = replace(shape, phase=2.4 * form, bend=shape.bend * straighter, sways=float(swayed))
    return replace(varied, turned=form / FORMS)
