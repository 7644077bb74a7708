"""The stock: how many items stand in each slot, and exactly how each of them stands.

In: slots (a `Planogram`) and a catalogue. Out: counts per slot, and the items' initial poses. Used by
scenes/planogram.py and scenes/store.py.
"""

import numpy as np

from scenes.packages import ROUND_PACKAGES
from scenes.world import Catalogue, Planogram

FRONT_GAP_M = 0.012  # from the board's edge to the front pack
DEPTH_GAP_M = 0.006  # between packs of a lane
_SOLD_OUT = 0.03  # share of blocks that stand empty in a shop that is not full
_PUSHED_BACK, _PUSHED_BACK_M = 0.3, 0.09  # share of lanes that shoppers left further back, and how far
MAX_LANE = 4  # items one behind the other: shops pull stock forward rather than fill deep shelves


def compute_capacity(planogram_depth_m: np.ndarray, item_depth_m: np.ndarray) -> np.ndarray:
    """Return how many items are stocked one behind the other in slots of that depth."""
    room = (planogram_depth_m - FRONT_GAP_M + DEPTH_GAP_M) // (item_depth_m + DEPTH_GAP_M)
    return np.minimum(room, MAX_LANE).astype(np.int64)


def sample_counts(
    depth_m: np.ndarray,
    product: np.ndarray,
    catalogue: Catalogue,
    fill: float,
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw the stock of each slot: `fill` of its capacity on average, some sold down, a few sold out."""
    capacity = compute_capacity(depth_m, catalogue.size_m[product, 1])
    if fill <= 0 or fill >= 1:
        return capacity * int(fill >= 1)
    concentration = 7.0
    share = rng.beta(concentration * fill, concentration * (1 - fill), len(capacity))
    count = np.clip(np.floor(share * capacity + rng.random(len(capacity))), 0, capacity).astype(np.int64)
    block = np.cumsum(np.diff(product, prepend=-1) != 0)
    count[rng.random(len(capacity) + 1)[block] < _SOLD_OUT] = 0
    return count


def sample_item_poses(
    planogram: Planogram, catalogue: Catalogue, *, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stand the items in their slots, a little askew but never into each other.

    Returns:
        item_slot (I,), item_product (I,), world_from_item (I, 4, 4); slot by slot, front to back.
    """
    item_slot = np.repeat(np.arange(len(planogram.count)), planogram.count)
    lane = np.arange(len(item_slot)) - np.repeat(
        np.cumsum(planogram.count) - planogram.count, planogram.count
    )
    item_product = planogram.product[item_slot]
    width, depth, _ = catalogue.size_m[item_product].T
    side_room = planogram.width_m[item_slot] - width
    is_round = np.array([package in ROUND_PACKAGES for package in catalogue.package])
    draw = rng.uniform(-1, 1, (4, len(item_slot)))
    # A turned box is wider by depth * angle and deeper by width * angle: both stay within the gaps.
    limit = np.minimum(0.45 * side_room / depth, 0.45 * DEPTH_GAP_M / width)
    turns = is_round[item_product] & (width == depth)
    yaw = draw[0] * np.where(turns, 0.35, np.minimum(limit, 0.05))
    spare = side_room - np.where(turns, 0.0, depth * abs(yaw))
    x = 0.4 * draw[1] * spare
    y = FRONT_GAP_M + depth / 2 + lane * (depth + DEPTH_GAP_M) + 0.2 * DEPTH_GAP_M * draw[2]
    y += _sample_push_back(planogram, catalogue, rng=rng)[item_slot]
    local = np.tile(np.eye(4), (len(item_slot), 1, 1))
    local[:, 0, 0] = local[:, 1, 1] = np.cos(yaw)
    local[:, 1, 0], local[:, 0, 1] = np.sin(yaw), -np.sin(yaw)
    local[:, 0, 3], local[:, 1, 3] = x, y
    return item_slot, item_product, planogram.world_from_slot[item_slot] @ local


def _sample_push_back(planogram: Planogram, catalogue: Catalogue, *, rng: np.random.Generator) -> np.ndarray:
    """Draw (S,) how far back each lane stands: shoppers took its front packs, nobody pulled up the rest."""
    pitch = catalogue.size_m[planogram.product, 1] + DEPTH_GAP_M
    room = planogram.depth_m - FRONT_GAP_M - planogram.count * pitch
    missing = compute_capacity(planogram.depth_m, catalogue.size_m[planogram.product, 1]) - planogram.count
    most = np.minimum(np.minimum(room, missing * pitch), _PUSHED_BACK_M).clip(0)
    chance, share = rng.random((2, len(most)))
    return np.where(chance < _PUSHED_BACK, share * most, 0.0)
