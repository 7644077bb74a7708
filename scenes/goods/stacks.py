"""Stacks and lanes: how many packs one behind the other, how many on one another, and how high that is.

In: a `Catalogue`, a `Planogram`. Out: heights by product, counts and places by slot. Used where boards are
fitted, goods are stood and hands put them.
"""

import numpy as np

from scenes.goods.heaps import (
    BOARDS_SET_M,
    RISE,
    count_heap,
    count_layers,
    count_rows,
    count_uneven,
    find_heaped,
    find_heaps,
    list_heap,
    measure_rows,
)
from scenes.goods.packages import measure_pitch
from scenes.world import Catalogue, Planogram

FRONT_GAP_M = 0.012  # from the board's edge to the front pack
DEPTH_GAP_M = 0.006  # between packs of a lane
OVER_STACK_M = 0.045  # over a stack or a heap, for the hand that takes the uppermost
MAX_LANE = 4  # items one behind the other: shops pull stock forward rather than fill deep shelves
_HEAPS = 32  # kinds of how uneven they are
UNBOUNDED = 10**6  # as many as there is room for
NESTS = 0.5  # of its height, at most, is what one more adds that stands deep in the other
_USUAL_NEST, _USUAL_M = 5, 0.3  # so many stand in each other on most boards, if that is no higher
_HELD_M, _SLIM = 0.11, 1.3  # a mug that holds the foot of another is as high at most, also over its depth


def measure_pitches_m(catalogue: Catalogue) -> np.ndarray:
    """Return (P,) how much higher a stack is by one more of each product, or a heap at most by one layer."""
    packs = zip(catalogue.package, catalogue.size_m, strict=True)
    pitch_m = np.array([measure_pitch(package, size_m) for package, size_m in packs])
    return np.where(find_heaped(catalogue), RISE * catalogue.size_m[:, 2], pitch_m)


def find_nesting(catalogue: Catalogue) -> np.ndarray:
    """Return (P,) bool: what stands in each other, however deep, rather than on each other."""
    return (measure_pitches_m(catalogue) < catalogue.size_m[:, 2]) & ~find_heaped(catalogue)


def holds_next(package: str, size_m: np.ndarray) -> bool:
    """Return whether another stands safely on one of a size (3,), its foot in that one's mouth."""
    return package == "mug" and bool(size_m[2] <= min(_HELD_M, _SLIM * size_m[1]))


def measure_usual_heights_m(catalogue: Catalogue, stacked: float) -> np.ndarray:
    """Return (P,) the height that boards offer each product, if a share of the blocks is `stacked`.

    Then boards over loose goods but the largest leave room for a heap and for the hand that takes the
    uppermost, and those over mugs room for two and a hand.
    """
    height_m, pitch_m = catalogue.size_m[:, 2], measure_pitches_m(catalogue)
    further = np.clip((_USUAL_M - height_m) // pitch_m, 0, _USUAL_NEST - 1)
    deep = pitch_m <= NESTS * height_m
    usual_m = np.where(deep & (stacked > 0), height_m + further * pitch_m, height_m)
    packs = zip(catalogue.package, catalogue.size_m, strict=True)
    held = np.array([holds_next(*pack) for pack in packs])
    usual_m = np.where(held & (stacked > 0), height_m + pitch_m + OVER_STACK_M, usual_m)
    heap_m = height_m + (count_layers(catalogue.size_m) - 1) * pitch_m + OVER_STACK_M
    set_for = find_heaped(catalogue) & (catalogue.size_m[:, 1] <= BOARDS_SET_M)
    return np.where(set_for & (stacked > 0), heap_m, usual_m)


def compute_capacity(
    planogram_depth_m: np.ndarray | float, item_depth_m: np.ndarray | float, most: np.ndarray | int = MAX_LANE
) -> np.ndarray:
    """Return how many items are stocked one behind the other in slots of that depth, at `most`."""
    room = (planogram_depth_m - FRONT_GAP_M + DEPTH_GAP_M) // (item_depth_m + DEPTH_GAP_M)
    return np.asarray(np.minimum(room, most), np.int64)


def measure_lengths_m(product: np.ndarray, lying: tuple[int, ...], catalogue: Catalogue) -> np.ndarray:
    """Return (S,) how long along each slot what belongs there is: its depth, or its height if lying."""
    lies = np.isin(np.arange(len(product)), lying)
    return np.where(lies, catalogue.size_m[product, 2], catalogue.size_m[product, 1])


def compute_ahead(planogram: Planogram, catalogue: Catalogue) -> np.ndarray:
    """Return (S,) how many items, stacks, or items of a heap's lowest layer are stocked in a row at most."""
    length_m = measure_lengths_m(planogram.product, planogram.lying, catalogue)
    most = np.full(len(length_m), MAX_LANE)
    most[list(planogram.deep)] = UNBOUNDED
    ahead = compute_capacity(planogram.depth_m, length_m, most)
    heaps = np.flatnonzero(find_heaps(planogram, catalogue))
    for slot, facings in zip(heaps, planogram.count_facings(heaps), strict=True):
        size_m = catalogue.size_m[planogram.product[slot]]
        rows = measure_rows(int(facings), float(planogram.width_m[slot] / size_m[0]))
        ahead[slot] = count_rows(size_m, float(planogram.depth_m[slot]), rows)
    return ahead


def count_most(planogram: Planogram, catalogue: Catalogue) -> np.ndarray:
    """Return (S,) how many items there is room for in each slot."""
    ahead, layers = compute_ahead(planogram, catalogue), planogram.most_layers()
    return np.where(find_heaps(planogram, catalogue), count_heap(ahead, layers), ahead * layers)


def count_missing(planogram: Planogram, catalogue: Catalogue) -> np.ndarray:
    """Return (S,) how many of a full heap may be missing, none where nothing is heaped."""
    ahead, layers = compute_ahead(planogram, catalogue), planogram.most_layers()
    return np.where(find_heaps(planogram, catalogue), count_uneven(ahead, layers), 0)


def count_usual(planogram: Planogram, catalogue: Catalogue) -> np.ndarray:
    """Return (S,) how many items there would be room for in each slot if none were heaped nor any deep."""
    length_m = measure_lengths_m(planogram.product, planogram.lying, catalogue)
    lane = compute_capacity(planogram.depth_m, length_m)
    return np.where(find_heaps(planogram, catalogue), lane, lane * planogram.most_layers())


def count_stacks(planogram: Planogram) -> np.ndarray:
    """Return (S,) how many stacks, or single items, stand one behind the other."""
    layers = planogram.most_layers()
    return -(-planogram.count // layers)


def list_places(planogram: Planogram, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each item its place from the front, its layer from below, and the uppermost of its stack.

    Stacks are full but the foremost, from which is taken; for heaps see scenes.goods.heaps.
    """
    first = np.repeat(np.cumsum(planogram.count) - planogram.count, planogram.count)
    layers = np.repeat(planogram.most_layers(), planogram.count)
    foremost = planogram.count - (count_stacks(planogram) - 1) * planogram.most_layers()
    begun = np.repeat(foremost, planogram.count)
    number = np.arange(len(first)) - first
    later = number - begun  # from the second stack on
    lane = np.where(later < 0, 0, 1 + later // layers)
    from_top = np.where(later < 0, number, later % layers)
    layer = np.where(later < 0, begun, layers) - 1 - from_top
    top = np.arange(len(first)) - from_top
    ahead = compute_ahead(planogram, catalogue)
    begin = np.cumsum(planogram.count) - planogram.count
    for slot in np.flatnonzero(find_heaps(planogram, catalogue)):
        here = np.arange(begin[slot], begin[slot] + planogram.count[slot])
        left = list_heap(int(ahead[slot]), int(planogram.layers[slot]), len(here), 1 + int(slot) % _HEAPS)
        lane[here], layer[here], top[here] = left[:, 0], left[:, 1], here
    return lane, layer, top
