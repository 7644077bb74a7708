"""Heaps: loose fruit that lies in no rows, and more of it in the hollows between what lies below.

In: a `Planogram` and a `Catalogue`. Out: what is heaped, how close and how many, and the place of each item
in its heap. A heap is a lane of a slot with the next layer over its gaps, so that what is taken first, the
foremost that nothing lies on, holds nothing up. Where exactly they lie: rests.py, mounds.py, loose.py.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from scenes.goods.packages import LOOSE
from scenes.goods.packages.fruit_kinds import is_long
from scenes.world import Catalogue, Planogram

RISE = float(np.sqrt(0.75))  # share of its height that one lies over two that touch, if they are balls
_UPRIGHT = 1.15  # height over depth, at most, of what lies on its like and does not stand
_FILLS = 0.85  # of its box's height, at least, that it is: what lies on what is hollow would hover
_SMALLEST_M = 0.025  # depth, at least: berries lie further apart than one would bridge
_LARGEST_M = 0.2  # depth, at most
BOARDS_SET_M = 0.12  # depth, at most, of that for whose heaps boards are set
APART = 1.3  # of their depth, between the middles of two one behind the other, at most
LOOSE_BEFORE_M, LOOSE_BEHIND_M = 0.01, 0.01  # that loose goods stay off a board's front edge and its back
ASIDE = 0.15  # of what a slot is wider than what lies there, that this lies aside at most at a block's end
SPACE = 0.98  # of their size, between the middles of two that lie side by side
# Depth, at least, of that between which one sees the floor of its crate, and of what is so long for it.
_BARE_M, _BARE_LONGER_M, _LONGER = 0.08, 0.065, 1.2
_UNEVENLY = 1.07  # of its width, from a lane to the next of what is so large that none gains a row
_GAINS, _SURE = 1.08, 1e-6  # how much more a stretch holds at least whose lanes are widened; against rounding
_MOST_SWAY = 0.5  # of its width, by which every other row is set aside at most
_LONG_ALONG = 0.97  # of its depth, from one that is long to the next
_LONG_TURNED, _LONG_TURN_RAD = 1.2, 0.3  # of its depth, that is left for their turn, and that at most
_GOLDEN = (5**0.5 - 1) / 2  # multiples of it, modulo 1, are spread evenly however many they are (Weyl, 1916)
_UNEVEN = 4.0  # places, by which what is above lies further forward somewhere at most
# Layers at most of what is up to so deep, and of larger; what is long is tilted more from one to the next.
_LAYERS, _DEPTHS_M, _LONG_LAYERS = (4, 3, 2), (0.062, 0.1), 3


def find_loose(catalogue: Catalogue) -> np.ndarray:
    """Return (P,) bool: what lies about in no pack."""
    return np.array([package == LOOSE for package in catalogue.package], bool)


def find_heaped(catalogue: Catalogue) -> np.ndarray:
    """Return (P,) bool: what may lie on its like."""
    loose = find_loose(catalogue)
    for product in np.flatnonzero(loose):
        high_m = np.ptp(catalogue.mesh[product].position_m[:, 2])
        loose[product] = high_m >= _FILLS * catalogue.size_m[product, 2]
    _, depth_m, height_m = catalogue.size_m.T
    fits = (depth_m >= _SMALLEST_M) & (depth_m <= _LARGEST_M) & (height_m <= _UPRIGHT * depth_m)
    return np.asarray(loose & fits)


def find_heaps(planogram: Planogram, catalogue: Catalogue) -> np.ndarray:
    """Return (S,) bool: in which slots goods are heaped."""
    return np.asarray((planogram.most_layers() > 1) & find_heaped(catalogue)[planogram.product])


@dataclass(frozen=True)
class Rows:
    """How the lowest layer of round fruit lies in a crate, in shares of its width and depth.

    Attributes:
        apart: From a lane to the next.
        sway: By how much every other row is set aside.
        along: From a row to the next.
    """

    apart: float
    sway: float
    along: float


def measure_rows(facings: int, wide: float) -> Rows:
    """Measure how close the rows of a block lie whose slots are so wide, in widths of what lies there.

    What the block is wider than its lanes are together lets every other row lie in the gaps of the last.

    >>> measure_rows(1, 1.05).along > measure_rows(6, 1.05).along > measure_rows(12, 1.05).along > 0.84
    True
    """
    room = (facings - 1) * wide + 4 * ASIDE * (wide - 1)
    apart = max(SPACE, room / (facings - 0.5))
    sway = min(room - (facings - 1) * apart, apart / 2, _MOST_SWAY) if facings > 1 else 0.0
    return Rows(apart, sway, float(np.sqrt(SPACE**2 - sway**2)))


def widen_lanes(size_m: np.ndarray, pitch_m: float, depth_m: float, stretch_m: float) -> float:
    """Widen the lanes of large round fruit of a size (3,), if so one more row lies in the gaps of the others.

    Args:
        size_m: Width, depth and height of a piece.
        pitch_m: From a lane to the next, if nothing gains by more.
        depth_m: Of the boards that it lies on.
        stretch_m: How long a block of lanes is at least.

    Returns:
        From a lane to the next: more if a stretch holds clearly more then.

    >>> round(widen_lanes(np.array([0.14, 0.14, 0.14]), 0.142, 0.41, 0.42), 3)
    0.16
    >>> widen_lanes(np.array([0.07, 0.07, 0.07]), 0.072, 0.41, 0.42)
    0.072
    """
    bare_m = _BARE_LONGER_M if size_m[0] >= _LONGER * size_m[1] else _BARE_M
    facings = int(np.ceil(stretch_m / pitch_m))
    if size_m[1] < bare_m or is_long(size_m) or facings < 2:
        return pitch_m
    rows = count_rows(size_m, depth_m, measure_rows(facings, pitch_m / float(size_m[0])))
    along = (depth_m - LOOSE_BEFORE_M - LOOSE_BEHIND_M - float(size_m[1])) / (rows * float(size_m[1])) - _SURE
    sway = float(np.sqrt(max(SPACE**2 - along**2, 0.0)))
    if sway > _MOST_SWAY:
        return max(pitch_m, _UNEVENLY * float(size_m[0])) if size_m[1] > BOARDS_SET_M else pitch_m
    room = (facings - 1) * max(SPACE, 2 * sway) + sway
    wide = (room + 4 * ASIDE) / (facings - 1 + 4 * ASIDE)
    widened_m = max(wide * float(size_m[0]), pitch_m)
    fewer = int(np.ceil(stretch_m / widened_m))
    gained = count_rows(size_m, depth_m, measure_rows(fewer, widened_m / float(size_m[0])))
    return widened_m if gained > rows and gained * pitch_m > _GAINS * rows * widened_m else pitch_m


@dataclass(frozen=True)
class Turn:
    """How what is long may lie askew in a crate.

    Attributes:
        most_rad: How far it is turned at most.
        deeper_m: How much more depth a lane takes then.
        along_m: From the middle of one to the next.
    """

    most_rad: float
    deeper_m: float
    along_m: float


def measure_turn(size_m: np.ndarray) -> Turn:
    """Measure how far what is long, of a size (3,), is turned.

    >>> round(measure_turn(np.array([0.2, 0.04, 0.04])).most_rad, 3)
    0.242
    """
    width_m, depth_m, _ = (float(length) for length in size_m)
    most_rad = min(_LONG_TURN_RAD, float(np.arcsin(min(_LONG_TURNED * depth_m / width_m, 1.0))))
    return Turn(most_rad, width_m * float(np.sin(most_rad)), _LONG_ALONG * depth_m / float(np.cos(most_rad)))


def count_rows(size_m: np.ndarray, depth_m: float, rows: Rows) -> int:
    """Count how many of a size (3,) lie one behind the other on a board, one at least."""
    room_m = depth_m - LOOSE_BEFORE_M - LOOSE_BEHIND_M - float(size_m[1])
    if is_long(size_m):
        turned = measure_turn(size_m)
        return max(1, 1 + int((room_m - turned.deeper_m) / turned.along_m))
    return max(1, 1 + int(room_m / (rows.along * size_m[1])))


def count_heap(ahead: np.ndarray, layers: np.ndarray) -> np.ndarray:
    """Return how many are in a heap: in each layer one fewer.

    >>> int(count_heap(np.array(4), np.array(3))), int(count_heap(np.array(2), np.array(3)))
    (9, 3)
    """
    layers = np.minimum(layers, np.maximum(ahead, 1))
    return np.asarray(ahead * layers - layers * (layers - 1) // 2)


def count_uneven(ahead: np.ndarray, layers: np.ndarray) -> np.ndarray:
    """Return how many may be missing on top of a full heap: its uppermost layer, half of a second or one.

    >>> int(count_uneven(np.array(6), np.array(3))), int(count_uneven(np.array(6), np.array(2)))
    (4, 2)
    """
    layers = np.minimum(layers, np.maximum(ahead, 1))
    top = ahead - layers + 1
    return np.asarray(np.where(layers > 2, top, np.where(layers > 1, np.maximum(top // 2, 1), 0)))


def count_layers(size_m: np.ndarray) -> np.ndarray:
    """Return how many layers a heap of what is of sizes (..., 3) has at most.

    >>> count_layers(np.array([[0.05, 0.05, 0.05], [0.08, 0.08, 0.08], [0.2, 0.15, 0.15]])).tolist()
    [4, 3, 2]
    """
    most = np.array(_LAYERS)[np.searchsorted(_DEPTHS_M, size_m[..., 1])]
    return np.where(is_long(size_m), np.minimum(most, _LONG_LAYERS), most)


@cache
def list_heap(ahead: int, layers: int, count: int, number: int = 0) -> np.ndarray:
    """List the place from the front and the layer (count, 2) of what is left in a heap, as one takes it.

    The lowest layer is there from the front on, what is above it from the back, unevenly, in each heap by its
    `number` otherwise; evenly in that of number 0.

    >>> list_heap(3, 2, 4).tolist()
    [[0, 0], [1, 1], [1, 0], [2, 0]]
    """
    filled = [(place, 0) for place in range(ahead)]
    for up in range(1, layers):
        filled += sorted(((place, up) for place in range(ahead - up)), key=lambda one: _fill(one, number))
    left = sorted(filled[:count], key=lambda one: one[0] + one[1] / 2)
    ordered: list[tuple[int, int]] = []
    while left:
        free = (one for one in left if not {(one[0], one[1] + 1), (one[0] - 1, one[1] + 1)} & set(left))
        ordered.append(next(free))
        left.remove(ordered[-1])
    place = np.array(ordered, np.int64).reshape(-1, 2)
    place.setflags(write=False)
    return place


def _fill(one: tuple[int, int], number: int) -> float:
    """Return how late a place of a layer of a heap is filled."""
    return _UNEVEN * ((one[0] * _GOLDEN * number + one[1] * _GOLDEN) % 1.0) - one[0]
