"""Which pairs of slots two people can reach into at the same time, standing side by side.

In: the store's planogram. Out: pairs of slots: neighbouring facings of one product, or slots one above the
other whose reaches cross. Plans (synth/shoppers/stories.py) choose among them.
"""

import math
from itertools import compress

import numpy as np
import shapely
from scipy.spatial import cKDTree

from scenes.world import Store
from synth.walking.crowd import STOP_CLEARANCE_M
from synth.walking.ground import shrink
from synth.walking.stops import DUET_ASIDE_M, EDGE_DISTANCE_M, REACH_M
from synth.walking.walker import ARRIVAL_M

HEIGHT_M = (0.5, 1.4)  # of the boards, so that everybody reaches them
SAME_APART_M = 0.16  # between neighbouring facings, at most
CROSSING_APART_M = (0.02, 0.17)  # sideways, between slots whose reaches cross
CROSSING_ABOVE_M = (0.25, 0.55)
DUETS_APART_M = 2.4  # two who stand beside two others, all with room to come and go
LEVEL_M = 0.03  # in depth
DOOR_CLEARANCE_M = 1.3  # who waits there for the other would keep people out


def find_pairs(store: Store, *, crossing: bool) -> list[tuple[int, int]]:
    """List pairs of stocked slots.

    Args:
        store: Its planogram and stock; behind the glass doors of fridges, and over the rims of chests,
            there is room for one only.
        crossing: Slots of different products, one above the other, for hands that cross; else neighbouring
            facings of one product.

    Returns:
        (slot of who stands on the left, slot of who stands on the right), seen from the aisle.
    """
    plan = store.planogram
    place_m = plan.world_from_slot[:, :3, 3]
    high = (place_m[:, 2] > HEIGHT_M[0]) & (place_m[:, 2] < HEIGHT_M[1])
    behind_glass = np.isin(np.arange(len(high)), [slot for door in store.case_doors for slot in door.slots])
    high &= plan.most_layers() == 1  # the height of a stack is not its board's
    usable = np.flatnonzero((plan.count > 0) & high & ~behind_glass & ~store.is_in("chest"))
    first, second = _find_neighbours(place_m[usable], plan.fixture[usable])
    first, second = usable[first], usable[second]
    away_m = place_m[second] - place_m[first]
    right_m, depth_m = np.einsum("ki,kij->jk", away_m, plan.world_from_slot[second, :3, :2])
    same = plan.product[second] == plan.product[first]
    above_m = np.abs(away_m[:, 2])
    if crossing:
        fits = (-right_m > CROSSING_APART_M[0]) & (-right_m < CROSSING_APART_M[1]) & ~same
        fits &= (above_m > CROSSING_ABOVE_M[0]) & (above_m < CROSSING_ABOVE_M[1])
    else:
        fits = same & (right_m > 0.01) & (right_m < SAME_APART_M) & (above_m < 0.01)
    fits &= np.abs(depth_m) < LEVEL_M
    found = np.stack([first[fits], second[fits]], axis=1)
    doors = shapely.MultiPoint([door.point_m for door in store.layout.doors]).buffer(DOOR_CLEARANCE_M)
    floor = shrink(store.layout.walkable, STOP_CLEARANCE_M).difference(doors)
    shapely.prepare(floor)
    front = np.searchsorted(store.item_slot, found)  # the foremost item of each slot
    stands = _can_stand(plan.world_from_slot[found], store.world_from_item[front, :2, 3], floor)
    return list(map(tuple, found[stands].tolist()))


def leave_room(store: Store, slot: int, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out the pairs of slots near one that two will stand at; all stay where there are no others."""
    place_m = store.planogram.world_from_slot[:, :2, 3]
    away_m = np.linalg.norm(place_m[[left for left, _ in pairs]] - place_m[slot], axis=1)
    return list(compress(pairs, (away_m > DUETS_APART_M).tolist())) or pairs


def _find_neighbours(place_m: np.ndarray, fixture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """List the ordered pairs of places (K, 3) on one fixture that are near enough, fixture by fixture."""
    aside_m = max(SAME_APART_M, math.hypot(CROSSING_APART_M[1], LEVEL_M))
    flat = np.array([1.0, 1.0, aside_m / CROSSING_ABOVE_M[1]])
    pairs = cKDTree(place_m * flat).query_pairs(math.sqrt(2) * aside_m, output_type="ndarray")
    first, second = np.concatenate([pairs, pairs[:, ::-1]]).T
    beside = fixture[first] == fixture[second]
    first, second = first[beside], second[beside]
    order = np.lexsort((second, first, fixture[first]))
    return first[order], second[order]


def _can_stand(world_from_slot: np.ndarray, item_m: np.ndarray, floor: shapely.Geometry) -> np.ndarray:
    """Say whether (K,) two stand before pairs of slots, (K, 2, 4, 4), and reach items, (K, 2, 2)."""
    right, forward = world_from_slot[:, 0, :2, 0], world_from_slot[:, 0, :2, 1]
    middle = world_from_slot[:, :, :2, 3].mean(axis=1) - EDGE_DISTANCE_M[0] * forward
    spots = np.stack([middle - DUET_ASIDE_M * right, middle + DUET_ASIDE_M * right], axis=1)
    reached = np.linalg.norm(spots - item_m, axis=2) < REACH_M[1] - ARRIVAL_M
    return (reached & shapely.intersects_xy(floor, spots[..., 0], spots[..., 1])).all(axis=1)
