"""What rests on every plate, and when that changes.

In: the store and the ledger's events. Out: loads in kilograms, exact. An item's mass is shared among the
plates under its footprint by overlapped area.
"""

import numpy as np
import shapely

from scenes.packages import ROUND_PACKAGES
from scenes.world import Store
from synth.ledger import parse_place
from synth.ledger.placement import compute_stays
from synth.records import Simulation

PLATE_HEIGHT_TOLERANCE_M = 0.03
# Outlines of packs in units of their size; 16 points on a rim are within 2 % of its radius.
_RING = 0.5 * np.stack([(np.cos(turn), np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 17)[:-1]])
_SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])


def compute_load_changes(store: Store, simulation: Simulation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compute how the load of each plate changes.

    Returns:
        change_s: (C,) float64 times of the changes, ascending, from the simulation's start on.
        change_kg: (C, L) float64, what each adds to each plate.
        initial_kg: (L,) float64, the load before the first of them.
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

    plates = len(store.planogram.plate_m)
    first = np.isneginf(from_s)
    leaves = np.isfinite(to_s)
    initial_kg = np.bincount(plate[first], mass_kg[first], minlength=plates)
    change_s, when = np.unique(np.append(from_s[~first], to_s[leaves]), return_inverse=True)
    change_kg = np.zeros((len(change_s), plates))
    which, what = np.append(plate[~first], plate[leaves]), np.append(mass_kg[~first], -mass_kg[leaves])
    np.add.at(change_kg, (when, which), what)
    return change_s, change_kg, initial_kg


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
    size_m = store.catalogue.size_m[store.item_product[item]]
    board_z_m = planogram.world_from_slot[slot, 2, 3]
    is_round = np.isin(store.catalogue.package, ROUND_PACKAGES)[store.item_product[item]]
    footprint = np.empty(len(item), object)
    for rows, outline in ((is_round, _RING), (~is_round, _SQUARE)):
        corner = np.concatenate([np.insert(outline, 2, z, axis=1) for z in (0.0, 1.0)])
        pose = world_from_item[rows]
        corner_m = np.einsum("nij,nkj->nki", pose[:, :2, :3], corner * size_m[rows, None])
        footprint[rows] = shapely.convex_hull(shapely.multipoints(corner_m + pose[:, None, :2, 3]))
    under = shapely.polygons(_plate_corners(planogram.plate_m, planogram.plate_size_m))
    row, plate = shapely.STRtree(under).query(footprint)
    same_board = np.abs(board_z_m[row] - planogram.plate_m[plate, 2, 3]) < PLATE_HEIGHT_TOLERANCE_M
    row, plate = row[same_board], plate[same_board]
    overlap_m2 = shapely.area(shapely.intersection(footprint[row], under[plate]))
    felt = overlap_m2 > 1e-9
    row, plate, overlap_m2 = row[felt], plate[felt], overlap_m2[felt]
    total_m2 = np.bincount(row, overlap_m2, minlength=len(item))
    return row, plate, overlap_m2 / total_m2[row]


def _plate_corners(plate_m: np.ndarray, size_m: np.ndarray) -> np.ndarray:
    """Return the (L, 4, 2) corners of the plates in world x, y."""
    corner = np.array([[-0.5, 0.0], [0.5, 0.0], [0.5, 1.0], [-0.5, 1.0]])
    return np.einsum("nij,nkj->nki", plate_m[:, :2, :2], corner * size_m[:, None]) + plate_m[:, None, :2, 3]
