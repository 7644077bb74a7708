"""Leaves that close round a head of cabbage or lettuce: which one is outermost where, in mesh and in skin.

In: places on the head. Out: whose leaf is seen there, and where on it. Used by fruit_skins.py and by
scenes/goods/skins.py, so that what is drawn of a leaf lies on its relief.
"""

from dataclasses import dataclass

import numpy as np

_A_WHORL, _WHORLS = 4, 3  # leaves in one, and whorls
_SPIRAL = 0.08  # turns by which leaves wind from top to bottom
_TIP, _CURVE = (0.3, 0.1), 1.0  # how far from the top a whorl's tips are, and how round its outline is
_WAVE = 0.02  # of the outline
_CURL, _SEAM = 0.07, 0.06  # from its edge, how far a leaf bends outward; beside it, how wide a crease is


@dataclass(frozen=True)
class Leaves:
    """The outermost leaves at places of a head.

    Attributes:
        whorl: (...) of which whorl each is, 0 for the outermost.
        aside: (...) how far beside its midrib, -0.5 to 0.5 at its neighbours.
        edge: (...) how far below its outline, share of the way from top to bottom.
        under: (...) how far above the outline of the leaf that lies over it, large where none does.
    """

    whorl: np.ndarray
    aside: np.ndarray
    edge: np.ndarray
    under: np.ndarray


def find_leaves(u: np.ndarray, v: np.ndarray) -> Leaves:
    """Find the outermost leaves at turns u round a head and levels v, 0 at its top and 1 at its bottom."""
    u, v = np.broadcast_arrays(u + _SPIRAL * v, v)
    whorl, under = np.full(u.shape, _WHORLS - 1), np.full(u.shape, 1.0)
    aside = (u * _A_WHORL + 0.5 * (_WHORLS - 1)) % 1 - 0.5
    edge = v
    for number in reversed(range(_WHORLS - 1)):
        own = (u * _A_WHORL + 0.5 * number) % 1 - 0.5
        outline = _TIP[number] + _CURVE * own**2 + _WAVE * np.sin(2 * np.pi * (9 + 2 * number) * u)
        mine = v > outline
        under = np.where(mine, 1.0, np.minimum(under, outline - v))
        whorl, aside = np.where(mine, number, whorl), np.where(mine, own, aside)
        edge = np.where(mine, v - outline, edge)
    return Leaves(whorl, aside, edge, under)


def compute_relief(u: np.ndarray, v: np.ndarray, ruffle: float) -> np.ndarray:
    """Compute what leaves leave of the radius, at most 1; `ruffle` is how loose they are, 0 to 1."""
    leaves = find_leaves(u, v)
    curl = np.exp(-leaves.edge / _CURL)
    seam = np.exp(-((0.5 - np.abs(leaves.aside)) / _SEAM))
    step, wave = 0.025 + 0.05 * ruffle, 0.01 + 0.05 * ruffle
    wavy = 0.5 - 0.5 * np.sin(2 * np.pi * 11 * u + 3 * leaves.whorl)
    sunk = step * (leaves.whorl + 1 - curl) + wave * curl * wavy + 0.04 * seam
    return np.asarray(1.0 - np.minimum(sunk, 0.4))
