"""Heaps: loose fruit that lies in no rows, and more of it in the hollows between what lies below.

In: a `Planogram` and a `Catalogue`. Out: what is heaped, how many, and the place of each item in its heap. A
heap is a lane of a slot with the next layer over its gaps, so that what is taken first, the foremost that
nothing lies on, holds nothing up. Where exactly they lie: rests.py, loose.py.
"""

from functools import cache

import numpy as np

from scenes.goods.packages import LOOSE
from scenes.world import Catalogue, Planogram

RISE = float(np.sqrt(0.75))  # share of its height that one lies over two that touch, if they are balls
_UPRIGHT = 1.15  # height over depth, at most, of what lies on its like and does not stand
_FILLS = 0.85  # of its box's height, at least, that it is: bananas would hover
_SMALLEST_M = 0.025  # depth, at least: berries lie further apart than one would bridge
_LARGEST_M = 0.12  # depth, at most: one lane of melons on each other would roll off
APART = 1.3  # of their depth, between the middles of two one behind the other, at most
_LANE_M, _LEAST = 0.36, 4  # how deep a heap's lane is filled, but with so many at least
_LAYERS, _FEW_LAYERS, _SMALL_M = 3, 2, 0.085  # layers at most, of what is so deep at most, and of larger


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


def count_ahead(length_m: np.ndarray | float) -> np.ndarray:
    """Return how many that are so long lie one behind the other in the lowest layer, where there is room."""
    return np.asarray(np.maximum(_LANE_M // length_m, _LEAST), np.int64)


def count_heap(ahead: np.ndarray, layers: np.ndarray) -> np.ndarray:
    """Return how many are in a heap: in each layer one fewer.

    >>> int(count_heap(np.array(4), np.array(3))), int(count_heap(np.array(2), np.array(3)))
    (9, 3)
    """
    layers = np.minimum(layers, np.maximum(ahead, 1))
    return np.asarray(ahead * layers - layers * (layers - 1) // 2)


def count_layers(depth_m: np.ndarray) -> np.ndarray:
    """Return how many layers a heap of what is so deep has at most."""
    return np.where(depth_m <= _SMALL_M, _LAYERS, _FEW_LAYERS)


@cache
def list_heap(ahead: int, layers: int, count: int) -> np.ndarray:
    """List the place from the front and the layer (count, 2) of what is left in a heap, as one takes it.

    The lowest layer is there from the front on, what is above it from the back.

    >>> list_heap(3, 2, 4).tolist()
    [[0, 0], [1, 1], [1, 0], [2, 0]]
    """
    filled = [(place, 0) for place in range(ahead)]
    filled += [(place, up) for up in range(1, layers) for place in reversed(range(ahead - up))]
    left = sorted(filled[:count], key=lambda one: one[0] + one[1] / 2)
    ordered: list[tuple[int, int]] = []
    while left:
        free = (one for one in left if not {(one[0], one[1] + 1), (one[0] - 1, one[1] + 1)} & set(left))
        ordered.append(next(free))
        left.remove(ordered[-1])
    place = np.array(ordered, np.int64).reshape(-1, 2)
    place.setflags(write=False)
    return place
