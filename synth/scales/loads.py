"""What rests on every plate, and when that changes.

In: the store and the ledger's events. Out: loads in kilograms, exact. An item's mass is shared among the
plates under its footprint by overlapped area.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from scenes.goods.packages import ROUND_PACKAGES
from scenes.world import Store
from synth.ledger import parse_place
from synth.ledger.placement import compute_stays
from synth.records import Simulation

PLATE_HEIGHT_TOLERANCE_M = 0.03
PAIRS_AT_ONCE = 2000  # of items and plates: as many as the processor's cache has room for
# Outlines of packs in units of their size; 16 points on a rim are within 2 % of its radius.
_RING = 0.5 * np.stack([(np.cos(turn), np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 17)[:-1]])
_CORNERS = len(_RING) + 2  # of the outline of a ring that leans, at most
_SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])


@dataclass(frozen=True)
class LoadSteps:
    """Steps of the load of plates; most plates have none.

    Attributes:
        plate: (E,) int64, ascending.
        time_s, step_kg: (E,) float64, when each comes and what it adds.
    """

    plate: np.ndarray
    time_s: np.ndarray
    step_kg: np.ndarray

    def of(self, plate: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the times and the steps of a plate."""
        own = slice(*np.searchsorted(self.plate, (plate, plate + 1)))
        return self.time_s[own], self.step_kg[own]


def compute_load_steps(store: Store, simulation: Simulation) -> tuple[LoadSteps, np.ndarray]:
    """Compute how the load of each plate changes.

    Returns:
        The steps, at most one of a plate at a time, a plate's in order of time; and the load before the first
        of them, (L,) float64 kilograms.
    """
    stays = compute_stays(store, simulation)
    moved = np.zeros(len(store.item_slot), bool)
    moved[list(stays)] = True
    still = np.flatnonzero(~moved)
    rests = [
        (stay, pose)
        for history in stays.values()
        for stay in history
        if parse_place(stay.place).slot >= 0 and (pose := stay.world_from_item) is not None
    ]
    item = np.append(still, [stay.item_id for stay, _ in rests]).astype(int)
    slot = np.append(store.item_slot[still], [parse_place(stay.place).slot for stay, _ in rests]).astype(int)
    pose = np.concatenate([store.world_from_item[still], *(pose[None] for _, pose in rests)])
    row, plate, share = share_among_plates(store, item, slot, pose)
    mass_kg = share * store.catalogue.mass_kg[store.item_product[item[row]]]
    from_s = np.append(np.full(len(still), -np.inf), [stay.from_s for stay, _ in rests])[row]
    to_s = np.append(np.full(len(still), np.inf), [stay.to_s for stay, _ in rests])[row]

    first = np.isneginf(from_s)
    leaves = np.isfinite(to_s)
    initial_kg = np.bincount(plate[first], mass_kg[first], minlength=len(store.planogram.plate_m))
    steps = _sum_steps(
        np.append(plate[~first], plate[leaves]),
        np.append(from_s[~first], to_s[leaves]),
        np.append(mass_kg[~first], -mass_kg[leaves]),
    )
    return steps, initial_kg


def _sum_steps(plate: np.ndarray, time_s: np.ndarray, step_kg: np.ndarray) -> LoadSteps:
    """Sort steps by plate and time, and make one of those that come at once."""
    order = np.lexsort((time_s, plate))
    plate, time_s = plate[order], time_s[order]
    begins = np.append(True, (np.diff(plate) != 0) | (np.diff(time_s) != 0.0))[: len(order)]
    total_kg = np.bincount(np.cumsum(begins) - 1, step_kg[order], minlength=int(begins.sum()))
    felt = total_kg != 0.0
    return LoadSteps(plate[begins][felt], time_s[begins][felt], total_kg[felt])


def share_among_plates(
    store: Store, item: np.ndarray, slot: np.ndarray, world_from_item: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share the weight of resting items among the plates under them.

    All of an item's weight is on the plates it overlaps, also when it hangs over the board's edge; an item
    over no plate weighs on none.

    Args:
        store: Where the plates are.
        item, slot: (B,) int64 items and the slots whose boards they rest on.
        world_from_item: (B, 4, 4) how they rest.

    Returns:
        row, plate: (E,) int64 pairs of a row of the input and a plate under it.
        share: (E,) float64, sums to 1 over a row's plates.
    """
    planogram = store.planogram
    plate_corner_m = _plate_corners(planogram.plate_m, planogram.plate_size_m)
    plates = shapely.STRtree(_diagonals(plate_corner_m.min(axis=1), plate_corner_m.max(axis=1)))
    row, plate = plates.query(_diagonals(*_bound_items(store, item, world_from_item)))
    # A basket with a raised floor stands on the plates of its board.
    under = np.array([plates[0] for plates in planogram.slot_plates])
    board_z_m = planogram.plate_m[under[slot], 2, 3]
    same_board = np.abs(board_z_m[row] - planogram.plate_m[plate, 2, 3]) < PLATE_HEIGHT_TOLERANCE_M
    row, plate = row[same_board], plate[same_board]
    corner_m, overlap_m2 = _outline_items(store, item, world_from_item), np.empty(len(row))
    has_more = (corner_m[:, 4] != corner_m[:, 3]).any(axis=1)[row]
    for corners, pairs in ((4, np.flatnonzero(~has_more)), (_CORNERS, np.flatnonzero(has_more))):
        for begin in range(0, len(pairs), PAIRS_AT_ONCE):
            now = pairs[begin : begin + PAIRS_AT_ONCE]
            plate_m, size_m = planogram.plate_m[plate[now]], planogram.plate_size_m[plate[now]]
            local_m = (corner_m[row[now], :corners] - plate_m[:, None, :2, 3]) @ plate_m[:, :2, :2]
            local_m[..., 0] += 0.5 * size_m[:, :1]
            overlap_m2[now] = measure_overlap(local_m, size_m)
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
    begin, step = corner_m, np.roll(corner_m, -1, axis=1) - corner_m
    slope = step[..., 1] / np.where(step[..., 0] == 0.0, np.inf, step[..., 0])
    width_m, depth_m = size_m[:, :1], size_m[:, 1:]
    x0 = np.clip(begin[..., 0], 0.0, width_m)
    x1 = np.clip(begin[..., 0] + step[..., 0], 0.0, width_m)
    y0 = begin[..., 1] + slope * (x0 - begin[..., 0])
    y1 = begin[..., 1] + slope * (x1 - begin[..., 0])

    def below(y: np.ndarray) -> np.ndarray:
        """Integrate the height within the rectangle from 0 to y."""
        cut = np.clip(y, 0.0, depth_m)
        return cut * cut / 2.0 + depth_m * np.maximum(y - depth_m, 0.0)

    rise = y1 - y0
    flat = np.abs(rise) < 1e-9
    level = np.clip((y0 + y1) / 2.0, 0.0, depth_m)
    mean = np.where(flat, level, (below(y1) - below(y0)) / np.where(flat, 1.0, rise))
    return np.abs(np.sum(mean * (x1 - x0), axis=1))


def _outline_items(store: Store, item: np.ndarray, world_from_item: np.ndarray) -> np.ndarray:
    """Outline items from above, (B, _CORNERS, 2) in world x, y, the last corner repeated."""
    size_m = store.catalogue.size_m[store.item_product[item]]
    is_round = np.isin(store.catalogue.package, ROUND_PACKAGES)[store.item_product[item]]
    base_m = (
        np.where(is_round[:, None, None], _repeat_last(_RING), _repeat_last(_SQUARE)) * size_m[:, None, :2]
    )
    outline_m = base_m @ np.swapaxes(world_from_item[:, :2, :2], 1, 2) + world_from_item[:, None, :2, 3]
    aside_m = world_from_item[:, None, :2, 2] * size_m[:, None, 2:]  # of the top against the base
    leaning = np.flatnonzero(np.abs(aside_m).max(axis=(1, 2), initial=0.0) > 1e-9)
    both_m = np.concatenate([outline_m[leaning], outline_m[leaning] + aside_m[leaning]], axis=1)
    for row, hull in zip(leaning, shapely.convex_hull(shapely.multipoints(both_m)), strict=True):
        outline_m[row] = _repeat_last(shapely.get_coordinates(hull)[:-1])
    return outline_m


def _repeat_last(corner: np.ndarray) -> np.ndarray:
    """Fill up (V, 2) corners to _CORNERS."""
    return corner[np.minimum(np.arange(_CORNERS), len(corner) - 1)]


def _bound_items(
    store: Store, item: np.ndarray, world_from_item: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and upper corners (B, 2) of boxes around items, in world x, y."""
    size_m = store.catalogue.size_m[store.item_product[item]]
    half_m = np.einsum("bij,bj->bi", np.abs(world_from_item[:, :2, :2]), size_m[:, :2]) / 2
    aside_m = world_from_item[:, :2, 2] * size_m[:, 2:]  # of the top against the base
    base_m = world_from_item[:, :2, 3]
    return base_m - half_m + np.minimum(aside_m, 0.0), base_m + half_m + np.maximum(aside_m, 0.0)


def _diagonals(low_m: np.ndarray, high_m: np.ndarray) -> np.ndarray:
    """Return what stands for level boxes (B,) in a tree, which knows the bounds of shapes: quickly made."""
    return shapely.linestrings(np.stack([low_m, high_m], axis=1))


def _plate_corners(plate_m: np.ndarray, size_m: np.ndarray) -> np.ndarray:
    """Return the (L, 4, 2) corners of the plates in world x, y."""
    corner = np.array([[-0.5, 0.0], [0.5, 0.0], [0.5, 1.0], [-0.5, 1.0]])
    return np.einsum("nij,nkj->nki", plate_m[:, :2, :2], corner * size_m[:, None]) + plate_m[:, None, :2, 3]
