"""Heaps: loose fruit that lies in no rows, and more of it in the hollows between what lies below.

In: a `Planogram` and a `Catalogue`. Out: where each item of a heap lies. A heap is a lane of a slot with the
next layer over its gaps, so that what is taken first, the foremost that nothing lies on, holds nothing up.
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
_CLOSE = 0.97  # of their depth, between the middles of two that touch: none is a ball
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


def compute_rest_m(under_m: np.ndarray, size_m: np.ndarray) -> np.ndarray:
    """Compute where one of a size (3,) lies in the hollow between two of its like, all taken for ellipsoids.

    Args:
        under_m: (2, 3) the two, z up; the same point of each of them.
        size_m: Width (x), depth (y), height (z).

    Returns:
        (3,) where that point of the third is.

    >>> compute_rest_m(np.array([[0.0, 0, 0], [0, 0.08, 0]]), np.array([0.08, 0.08, 0.08])).round(4).tolist()
    [0.0, 0.04, 0.0665]
    """
    scale = size_m[1] / size_m
    one, other = under_m * scale
    way = other - one
    apart = float(np.linalg.norm(way))
    up = np.array([0.0, 0.0, 1.0]) - way[2] / apart**2 * way
    over = np.sqrt(max((_CLOSE * size_m[1]) ** 2 - apart**2 / 4, 0.0))
    return np.asarray(((one + other) / 2 + over * up / np.linalg.norm(up)) / scale)


def lie_loose(
    slot_from_item: np.ndarray,
    planogram: Planogram,
    catalogue: Catalogue,
    item_product: np.ndarray,
    place: np.ndarray,
    layer: np.ndarray,
    *,
    rng: np.random.Generator,
) -> None:
    """Move loose goods (I, 4, 4) out of their rows, in place, and those of upper layers into their hollows.

    Every other lane lies further back by half an item, and in each there are gaps, where the board is deep
    enough; of what is longer than deep some lie the other way round.
    """
    first = np.cumsum(planogram.count) - planogram.count
    loose = find_loose(catalogue)[planogram.product]
    loose[list((*planogram.hanging, *planogram.lying))] = False
    for slot in np.flatnonzero(loose & (planogram.count > 0)):
        here = slice(first[slot], first[slot] + planogram.count[slot])
        chance = rng.random((2, planogram.count[slot] + 1))
        if (item_product[here] != planogram.product[slot]).any():
            continue
        pose, size_m = slot_from_item[here], catalogue.size_m[planogram.product[slot]]
        ground = np.flatnonzero(layer[here] == 0)
        spare_m = float(planogram.depth_m[slot] - pose[ground, 1, 3].max() - size_m[1] / 2)
        back_m = max(0.0, min(spare_m, size_m[1] / 2 * (planogram.facing[slot] % 2)))
        apart_m = np.diff(pose[ground, 1, 3]).max(initial=size_m[1])
        gap_m = max(0.0, min(APART * size_m[1] - apart_m, (spare_m - back_m) / len(ground)))
        pose[ground, 1, 3] += back_m + np.cumsum(gap_m * chance[0, : len(ground)])
        if size_m[0] != size_m[1]:
            pose[chance[1, :-1] < 0.5, :2, :2] *= -1.0
        _pile(pose, place[here], layer[here], size_m)


def _pile(pose: np.ndarray, place: np.ndarray, layer: np.ndarray, size_m: np.ndarray) -> None:
    """Lay what is above the lowest layer of a heap, poses (N, 4, 4), on the two under it."""
    at = {(int(up), int(ahead)): number for number, (ahead, up) in enumerate(zip(place, layer, strict=True))}
    for up, ahead in sorted(at):
        if up:
            under = [at[up - 1, ahead], at[up - 1, ahead + 1]]
            pose[at[up, ahead], :3, 3] = compute_rest_m(pose[under, :3, 3], size_m)
