"""The form of a backpack with something in it: round at its edges, full low down, slack on top.

In: where a pack is, and how large. Out: its case and its front pocket; and where what is sewn on them goes.
"""

import numpy as np

from synth.bodies.surface import make_rounded_box

ROUND = 0.42  # as SQUARE of synth/bodies/surface.py: edges of cloth are rounder than those of boxes
# How deep and wide at most, how high up that is (-1 to 1), and how much less it is above and below.
_DEEP, _DEEPEST, _SHALLOWER = 1.14, -0.35, 0.22
_WIDE, _WIDEST, _NARROWER = 1.03, -0.3, 0.06
_HANGS = 0.10  # by so much of half its height its front hangs lower than its back
_SLACK = 0.03  # of its depth: dents of cloth that is not taut

Place = tuple[np.ndarray, np.ndarray]


def make_case(pack: Place, *, rows: int, around: int) -> Place:
    """Positions (rows * around, 3) and faces of a pack; `pack` is its middle (3,) and half size (3,)."""
    position_m, faces = make_rounded_box(*pack, rows=rows, around=around, square=ROUND)
    return sag(position_m, pack), faces


def make_pocket(pack: Place, *, rows: int, around: int) -> Place:
    """The same of the pocket on its front."""
    position_m, faces = make_rounded_box(*place_pocket(pack), rows=rows, around=around, square=ROUND)
    return sag(position_m, pack), faces


def place_pocket(pack: Place) -> Place:
    """Middle and half size of the pocket before it sags."""
    middle, half = pack
    return middle - half * [1.0, 0.0, 0.4], half * [0.4, 0.75, 0.45]


def sag(position_m: np.ndarray, pack: Place) -> np.ndarray:
    """Where points (..., 3) on and in a stiff pack go as it sags; its back stays where it is.

    >>> pack = np.zeros(3), np.ones(3)
    >>> sag(np.array([[1.0, 0.0, 0.5], [-1.0, 0.0, -0.35]]), pack).round(2).tolist()
    [[1.0, 0.0, 0.5], [-1.23, 0.0, -0.45]]
    """
    middle, half = pack
    ahead, aside, up = np.moveaxis((position_m - middle) / half, -1, 0)
    out = (1.0 - ahead) / 2.0
    deep = _DEEP - _SHALLOWER * (up - _DEEPEST) ** 2
    deep = deep + _SLACK * np.cos(2.9 * aside) * np.sin(4.2 * up + 0.6)
    wide = _WIDE - _NARROWER * (up - _WIDEST) ** 2
    shares = np.stack([1.0 - 2.0 * out * deep, aside * wide, up - _HANGS * out], axis=-1)
    return np.asarray(middle + half * shares)
