"""Which plates are under packs, and how the weight of each is shared among them.

In: the store, and how items rest. Out: pairs of an item and a plate, with shares by overlapped area.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from scenes.goods.packages import ROUND_PACKAGES
from scenes.world import Planogram, Store

PLATE_HEIGHT_TOLERANCE_M = 0.03
SIDE_BY_SIDE_M = 1e-6  # by which plates of a strip may be off
PAIRS_AT_ONCE = 2000  # of items and plates: as many as the processor's cache has room for
# Outlines of packs in units of their size; 16 points on a rim are within 2 % of its radius.
_RING = 0.5 * np.stack([(np.cos(turn), np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 17)[:-1]])
_SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])


def share_among_plates(
    store: Store, item: np.ndarray, slot: np.ndarray, world_from_item: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share the weight of resting items among the plates under them.

    All of an item's weight is on the plates it overlaps, also when it hangs over the board's edge; an item
    over no plate of a board that has plates weighs on none.

    Args:
        store: Where the plates are.
        item, slot: (B,) int64 items and the slots whose boards they rest on; none of reserve stock.
        world_from_item: (B, 4, 4) how they rest.

    Returns:
        row, plate: (E,) int64 pairs of a row of the input and a plate under it.
        share: (E,) float64, sums to 1 over a row's plates.
    """
    planogram = store.planogram
    # A basket with a raised floor stands on the plates of its board.
    under = np.array([planogram.slot_plates[number][0] for number in slot], np.int64)
    row, plate = _find_plates(planogram, under, *_bound_items(store, item, world_from_item))
    overlap_m2 = np.zeros(len(row))
    for outlined, corner_m in _outline_items(store, item, world_from_item):
        number = np.full(len(item), -1)
        number[outlined] = np.arange(len(outlined))
        pairs = np.flatnonzero(number[row] >= 0)
        for begin in range(0, len(pairs), PAIRS_AT_ONCE):
            now = pairs[begin : begin + PAIRS_AT_ONCE]
            under_m, size_m = planogram.plate_m[plate[now]], planogram.plate_size_m[plate[now]]
            x_m, y_m = corner_m[:, :, number[row[now]]] - under_m[:, :2, 3].T[:, None]
            local_m = under_m[:, 0, :2].T[:, None] * x_m + under_m[:, 1, :2].T[:, None] * y_m
            local_m[0] += 0.5 * size_m[:, 0]
            overlap_m2[now] = measure_overlap(local_m.T, size_m)
    felt = overlap_m2 > 1e-9
    row, plate, overlap_m2 = row[felt], plate[felt], overlap_m2[felt]
    total_m2 = np.bincount(row, overlap_m2, minlength=len(item))
    return row, plate, overlap_m2 / total_m2[row]


def measure_overlap(corner_m: np.ndarray, size_m: np.ndarray) -> np.ndarray:
    """Measure how much of convex outlines lies in rectangles from the origin to `size_m`.

    The strip of an outline over each x is cut at the rectangle's lower and upper side, and summed over x edge
    by edge (Green's theorem).

    Args:
        corner_m: (E, V, 2), in order; corners may coincide.
        size_m: (E, 2).

    Returns:
        (E,) square metres.

    >>> measure_overlap(np.array([[[-1, -1], [2, -1], [2, 1], [-1, 1.0]]]), np.array([[1.0, 4.0]])).tolist()
    [1.0]
    """
    x, y = corner_m.T  # outlines are the last axis now: numpy works along thousands of them
    dx, dy = np.roll(x, -1, axis=0) - x, np.roll(y, -1, axis=0) - y
    slope = dy / np.where(dx == 0.0, np.inf, dx)
    width_m, depth_m = size_m.T
    x0 = np.clip(x, 0.0, width_m)
    x1 = np.clip(x + dx, 0.0, width_m)
    y0 = y + slope * (x0 - x)
    y1 = y + slope * (x1 - x)

    def below(y: np.ndarray) -> np.ndarray:
        """Integrate the height within the rectangle from 0 to y."""
        cut = np.clip(y, 0.0, depth_m)
        return cut * cut / 2.0 + depth_m * np.maximum(y - depth_m, 0.0)

    rise = y1 - y0
    flat = np.abs(rise) < 1e-9
    level = np.clip((y0 + y1) / 2.0, 0.0, depth_m)
    mean = np.where(flat, level, (below(y1) - below(y0)) / np.where(flat, 1.0, rise))
    return np.abs(np.sum(mean * (x1 - x0), axis=0))


def _outline_items(
    store: Store, item: np.ndarray, world_from_item: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Outline items from above: yield rows (N,) of them, and their corners (2, V, N), world x and y."""
    size_m = store.catalogue.size_m[store.item_product[item]]
    is_round = np.isin(store.catalogue.package, ROUND_PACKAGES)[store.item_product[item]]
    aside_m = (world_from_item[:, :2, 2] * size_m[:, 2:]).T  # of the top against the base
    leans = (np.abs(aside_m) > 1e-9).any(axis=0)
    for base, has_base in ((_SQUARE, ~is_round), (_RING, is_round)):
        upright, leaning = np.flatnonzero(has_base & ~leans), np.flatnonzero(has_base & leans)
        yield upright, _place_base(base, size_m[upright], world_from_item[upright])
        base_m = _place_base(base, size_m[leaning], world_from_item[leaning])
        both_m = np.concatenate([base_m, base_m + aside_m[:, None, leaning]], axis=1)
        hulls = shapely.convex_hull(shapely.multipoints(both_m.T))
        hull_m, of = shapely.get_coordinates(hulls, return_index=True)
        first, last = (np.searchsorted(of, np.arange(len(leaning)), side) for side in ("left", "right"))
        # A ring closes with its first corner, which fills up those of the others.
        corner = np.minimum(first + np.arange(len(base) + 3)[:, None], last - 1)
        yield leaning, hull_m[corner].transpose(2, 0, 1)


def _place_base(base: np.ndarray, size_m: np.ndarray, world_from_item: np.ndarray) -> np.ndarray:
    """Return the corners (2, V, N) of bases (V, 2), given in units of their size, in world x, y."""
    x_m, y_m = base[:, :1] * size_m[:, 0], base[:, 1:] * size_m[:, 1]
    x_way, y_way, _, place_m = world_from_item[:, :2].transpose(2, 1, 0)[:, :, None]
    return x_way * x_m + y_way * y_m + place_m


def _bound_items(
    store: Store, item: np.ndarray, world_from_item: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and upper corners (B, 2) of boxes around items, in world x, y."""
    size_m = store.catalogue.size_m[store.item_product[item]]
    half_m = np.einsum("bij,bj->bi", np.abs(world_from_item[:, :2, :2]), size_m[:, :2]) / 2
    aside_m = world_from_item[:, :2, 2] * size_m[:, 2:]  # of the top against the base
    base_m = world_from_item[:, :2, 3]
    return base_m - half_m + np.minimum(aside_m, 0.0), base_m + half_m + np.maximum(aside_m, 0.0)


@dataclass(frozen=True)
class _Strips:
    """Plates of a size, side by side in order of their numbers: S strips of them.

    Attributes:
        first, count: (S,) number of each strip's first plate, and how many there are.
        size_m: (S, 2) of its plates, along the strip and across.
        corner_m: (S, 2) where it begins, in world x, y.
        axes: (S, 2, 2) columns along it and across.
        height_m: (S,) of its plates.
    """

    first: np.ndarray
    count: np.ndarray
    size_m: np.ndarray
    corner_m: np.ndarray
    axes: np.ndarray
    height_m: np.ndarray

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper corners (S, 2) of level boxes around the strips, in world x, y."""
        length_m = self.size_m * np.stack([self.count, np.ones_like(self.count)], axis=1)
        ways_m = self.axes * length_m[:, None]
        low_m, high_m = np.minimum(ways_m, 0.0).sum(axis=2), np.maximum(ways_m, 0.0).sum(axis=2)
        return self.corner_m + low_m, self.corner_m + high_m


def _find_strips(planogram: Planogram) -> _Strips:
    pose, size_m = planogram.plate_m, planogram.plate_size_m
    beside_m = pose[:-1, :3, 3] + pose[:-1, :3, 0] * size_m[:-1, :1]
    goes_on = (np.abs(pose[1:, :3, 3] - beside_m) < SIDE_BY_SIDE_M).all(axis=1)
    goes_on &= (np.abs(np.diff(size_m, axis=0)) < SIDE_BY_SIDE_M).all(axis=1)
    goes_on &= (np.abs(np.diff(pose[:, :2, :2], axis=0)) < SIDE_BY_SIDE_M).all(axis=(1, 2))
    first = np.flatnonzero(np.append(True, ~goes_on))
    pose, size_m = pose[first], size_m[first]
    corner_m = pose[:, :2, 3] - 0.5 * size_m[:, :1] * pose[:, :2, 0]
    count = np.diff(np.append(first, len(goes_on) + 1))
    return _Strips(first, count, size_m, corner_m, pose[:, :2, :2], pose[:, 2, 3])


def _find_plates(
    planogram: Planogram, under: np.ndarray, low_m: np.ndarray, high_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the plates that items may overlap, as high as one (B,) under each; these are in boxes (B, 2).

    Returns:
        Pairs (E,) of an item, ascending, and a plate.
    """
    strips = _find_strips(planogram)
    own = np.searchsorted(strips.first, under, side="right") - 1
    from_m, to_m = strips.bounds()
    beyond_m = np.maximum(from_m[own] - low_m, high_m - to_m[own]).max(initial=0.0)
    near = np.abs(strips.height_m[:, None] - strips.height_m) < PLATE_HEIGHT_TOLERANCE_M
    for axis in (0, 1):
        near &= from_m[:, None, axis] - beyond_m <= to_m[:, axis]
        near &= to_m[:, None, axis] + beyond_m >= from_m[:, axis]
    of, strip = np.nonzero(near)
    begin = np.searchsorted(of, np.arange(len(near)))
    item, turn = _unfold(near.sum(axis=1)[own])
    strip = strip[begin[own[item]] + turn]
    # Where the item's box is along the strip and across, in plates.
    axes, half_m = strips.axes[strip], (high_m - low_m)[item] / 2
    off_m = low_m[item] + half_m - strips.corner_m[strip]
    at, reach = (
        (ways[:, 0] * off[:, :1] + ways[:, 1] * off[:, 1:]) / strips.size_m[strip]
        for ways, off in ((axes, off_m), (np.abs(axes), half_m))
    )
    last = np.minimum(np.floor(at + reach), np.stack([strips.count[strip] - 1, np.zeros(len(strip))], axis=1))
    first = np.maximum(np.floor(at - reach), 0.0)
    meets = np.flatnonzero((first <= last).all(axis=1))
    item, strip, first, last = item[meets], strip[meets], first[meets, 0].astype(int), last[meets, 0]
    pair, turn = _unfold(last.astype(int) - first + 1)
    return item[pair], strips.first[strip[pair]] + first[pair] + turn


def _unfold(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each of so many (N,) things which it is of, and its number among these."""
    of = np.repeat(np.arange(len(count)), count)
    return of, np.arange(len(of)) - (np.cumsum(count) - count)[of]
