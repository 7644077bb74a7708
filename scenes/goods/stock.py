"""The stock: how many items stand in each slot, and exactly how each of them stands.

In: slots (a `Planogram`) and a catalogue. Out: counts per slot, and the items' initial poses. Used by
scenes/goods/planogram.py and scenes/store.py.
"""

import numpy as np

from scenes.goods.heaps import find_heaps
from scenes.goods.loose import lie_loose
from scenes.goods.packages import ROUND_PACKAGES
from scenes.goods.stacks import (
    DEPTH_GAP_M,
    FRONT_GAP_M,
    MAX_LANE,
    compute_capacity,
    count_missing,
    count_most,
    count_stacks,
    count_usual,
    find_nesting,
    list_places,
    measure_lengths_m,
    measure_pitches_m,
)
from scenes.plan.boards import HEADROOM_M
from scenes.world import Catalogue, Planogram

LOWEST_CENTER_M = 0.25  # of an item that a person reaches by squatting
_PUSHED_BACK, _PUSHED_BACK_M = 0.3, 0.09  # share of lanes that shoppers left further back, and how far
_CONCENTRATION = 7.0  # of how full slots are, about the shop's fill
_MOST_ASIDE_M = 0.03  # within its slot's width an item stands at most so far aside
# Rotation of a pack that fell backwards: its top points into the shelf, its front up.
ON_ITS_BACK = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])


def sample_counts(
    planogram: Planogram,
    catalogue: Catalogue,
    fill: np.ndarray,
    *,
    sold_out: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw the stock of each slot: `fill` (S,) of its capacity on average, some blocks sold out.

    `sold_out` (S,) is the chance that a slot's block is, the same all over a block. What is filled wholly is
    never sold out, but heaps are uneven then.
    """
    most, capacity = count_most(planogram, catalogue), count_usual(planogram, catalogue)
    between = np.clip(fill, 1e-3, 1 - 1e-3)
    share = rng.beta(_CONCENTRATION * between, _CONCENTRATION * (1 - between))
    chance = rng.random(len(capacity))
    count = np.clip(np.floor(share * capacity + chance), 0, capacity).astype(np.int64)
    count[rng.random(len(capacity) + 1)[1:][planogram.number_blocks()] < sold_out] = 0
    count = np.where(fill <= 0, 0, np.where(fill >= 1, capacity, count))
    missing = np.where(fill >= 1, np.floor(chance * (count_missing(planogram, catalogue) + 1)), 0)
    return -(-count * most // np.maximum(capacity, 1)) - missing.astype(np.int64)  # heaps hold more


def sample_strangers(
    planogram: Planogram, catalogue: Catalogue, share: float, *, rng: np.random.Generator
) -> np.ndarray:
    """Draw the product of each item, slot by slot: in `share` of the slots the front one is a stranger.

    A stranger is no wider, deeper or higher than what belongs there, and within reach, so that it fits; there
    is none in what nests or is heaped, and none in reserve stock.

    Returns:
        (I,) int64.
    """
    item_product = np.repeat(planogram.product, planogram.count)
    front = np.cumsum(planogram.count) - planogram.count
    chance, pick = rng.random((2, len(front)))
    size = catalogue.size_m
    nested = find_nesting(catalogue)[planogram.product] & (planogram.most_layers() > 1)
    alike = nested | find_heaps(planogram, catalogue) | planogram.is_reserve()
    own_only = (*planogram.hanging, *np.flatnonzero(alike))
    for slot in np.setdiff1d(np.flatnonzero((chance < share) & (planogram.count > 0)), own_only):
        own = planogram.product[slot]
        base_m = planogram.world_from_slot[slot, 2, 3]
        fits = (size <= size[own]).all(axis=1) & (base_m + size[:, 2] / 2 >= LOWEST_CENTER_M)
        fits[own] = False
        others = np.flatnonzero(fits)
        if len(others):
            item_product[front[slot]] = others[int(pick[slot] * len(others))]
    return item_product


def sample_item_poses(
    planogram: Planogram,
    catalogue: Catalogue,
    item_product: np.ndarray,
    *,
    untidy: float | np.ndarray = 0.0,
    rng: np.random.Generator,
    loose_rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Stand the items in their slots, a little askew but never into each other.

    Args:
        planogram: The slots and their stock.
        catalogue: Sizes of the goods.
        item_product: (I,) what each item is, slot by slot.
        untidy: Share of lanes whose front pack was turned or lies on its back, of all or (S,).
        rng: Lane of the items.
        loose_rng: Lane of how loose goods lie.

    Returns:
        item_slot (I,), world_from_item (I, 4, 4); slot by slot, front to back, of stacks from
        above, of heaps as one takes them.
    """
    item_slot = np.repeat(np.arange(len(planogram.count)), planogram.count)
    lane, layer, top = list_places(planogram, catalogue)
    lies = np.isin(item_slot, planogram.lying)
    width, depth, height = catalogue.size_m[item_product].T
    depth, height = np.where(lies, height, depth), np.where(lies, depth, height)
    own_depth = measure_lengths_m(planogram.product, planogram.lying, catalogue)[item_slot]
    side_room = planogram.width_m[item_slot] - width
    is_round = np.array([package in ROUND_PACKAGES for package in catalogue.package])
    draw = _sample_offsets(planogram, catalogue, rng=rng, loose_rng=loose_rng)
    # A turned box is wider by depth * angle and deeper by width * angle: both stay within the gaps.
    limit = np.minimum(0.45 * side_room / depth, 0.45 * DEPTH_GAP_M / width)
    turns = is_round[item_product] & (width == depth)
    flush = (~is_round | find_nesting(catalogue))[item_product]  # boxes on each other, bowls in each other
    draw[:, flush] = draw[:, top][:, flush]
    yaw = draw[0] * np.where(turns, 0.35, np.minimum(limit, 0.05))
    spare = np.minimum(side_room - np.where(turns, 0.0, depth * abs(yaw)), _MOST_ASIDE_M)
    x = (0.4 * draw[1][top] + 0.08 * (draw[1] - draw[1][top])) * spare
    middle = np.where(layer > 0, own_depth, depth) / 2  # a stranger on a stack stands on the middle of it
    y = FRONT_GAP_M + middle + lane * (own_depth + DEPTH_GAP_M) + 0.2 * DEPTH_GAP_M * draw[2][top]
    y += _sample_push_back(planogram, catalogue, rng=rng)[item_slot]
    local = np.tile(np.eye(4), (len(item_slot), 1, 1))
    local[:, 0, 0] = local[:, 1, 1] = np.cos(yaw)
    local[:, 1, 0], local[:, 0, 1] = np.sin(yaw), -np.sin(yaw)
    local[:, 0, 3], local[:, 1, 3] = x, y
    local[:, 2, 3] = layer * measure_pitches_m(catalogue)[planogram.product[item_slot]]
    local[lies, :3, 3] -= depth[lies, None] / 2 * local[lies, :3, 1]
    local[lies, 2, 3] = height[lies] / 2
    local[lies, :3, :3] = local[lies, :3, :3] @ ON_ITS_BACK
    lie_loose(local, planogram, catalogue, item_product, lane, layer, rng=loose_rng)
    _disarrange(local, planogram, catalogue, item_product, untidy, rng=rng)
    return item_slot, planogram.world_from_slot[item_slot] @ local


def _sample_offsets(
    planogram: Planogram, catalogue: Catalogue, *, rng: np.random.Generator, loose_rng: np.random.Generator
) -> np.ndarray:
    """Draw (4, I) from -1 to 1: heaps somewhere move nothing elsewhere."""
    usual = planogram.count * count_usual(planogram, catalogue)
    usual = usual // np.maximum(count_most(planogram, catalogue), 1)  # what `sample_counts` drew
    first = np.repeat(np.cumsum(planogram.count) - planogram.count, planogram.count)
    more = np.arange(len(first)) - first >= np.repeat(usual, planogram.count)
    draw = np.empty((4, len(first)))
    draw[:, ~more] = rng.uniform(-1, 1, (4, int((~more).sum())))
    draw[:, more] = loose_rng.uniform(-1, 1, (4, int(more.sum())))
    return draw


def _disarrange(
    slot_from_item: np.ndarray,
    planogram: Planogram,
    catalogue: Catalogue,
    item_product: np.ndarray,
    share: float | np.ndarray,
    *,
    rng: np.random.Generator,
) -> None:
    """Turn the front pack of some lanes, or lay it on its back, where the lane has room for that."""
    first = np.cumsum(planogram.count) - planogram.count
    chance, how, angle = rng.random((3, len(first)))
    fixed = (*planogram.hanging, *planogram.lying, *np.flatnonzero(planogram.most_layers() > 1))
    for slot in np.setdiff1d(np.flatnonzero((chance < share) & (planogram.count > 0)), fixed):
        front = first[slot]
        width, depth, height = catalogue.size_m[item_product[front]]
        lane = slice(front, front + planogram.count[slot])
        starts = _find_fronts_m(slot_from_item[lane], catalogue.size_m[item_product[lane]])
        back = float(starts[1]) if planogram.count[slot] > 1 else float(planogram.depth_m[slot])
        base_m = planogram.world_from_slot[slot, 2, 3]
        is_round = catalogue.package[item_product[front]] in ROUND_PACKAGES and width == depth
        if is_round and how[slot] < 0.6:
            turned = _turn_about_z(2 * np.pi * angle[slot])
            slot_from_item[front, :3, :3] = turned
        elif how[slot] < 0.6 and depth <= planogram.width_m[slot] and FRONT_GAP_M + width < back:
            slot_from_item[front, :3, :3] = _turn_about_z(np.pi / 2 if angle[slot] < 0.5 else -np.pi / 2)
            slot_from_item[front, :2, 3] = 0.0, FRONT_GAP_M + width / 2
        elif (
            FRONT_GAP_M + height + DEPTH_GAP_M < back
            and depth + HEADROOM_M <= planogram.height_m[slot]
            and base_m + depth / 2 >= LOWEST_CENTER_M
        ):
            slot_from_item[front, :3, :3] = ON_ITS_BACK
            slot_from_item[front, :3, 3] = 0.0, FRONT_GAP_M, depth / 2


def _find_fronts_m(slot_from_item: np.ndarray, size_m: np.ndarray) -> np.ndarray:
    """Return (K,) where each upright item of a lane begins, along the slot's y."""
    half = (
        np.abs(slot_from_item[:, 1, 0]) * size_m[:, 0] / 2
        + np.abs(slot_from_item[:, 1, 1]) * size_m[:, 1] / 2
    )
    return slot_from_item[:, 1, 3] - half


def _turn_about_z(yaw_rad: float) -> np.ndarray:
    cos, sin = np.cos(yaw_rad), np.sin(yaw_rad)
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])


def _sample_push_back(planogram: Planogram, catalogue: Catalogue, *, rng: np.random.Generator) -> np.ndarray:
    """Draw (S,) how far back each lane stands: shoppers took its front packs, nobody pulled up the rest."""
    length_m = measure_lengths_m(planogram.product, planogram.lying, catalogue)
    pitch = length_m + DEPTH_GAP_M
    stacks = np.where(find_heaps(planogram, catalogue), MAX_LANE, count_stacks(planogram))
    room = planogram.depth_m - FRONT_GAP_M - stacks * pitch
    missing = compute_capacity(planogram.depth_m, length_m) - stacks
    most = np.minimum(np.minimum(room, missing * pitch), _PUSHED_BACK_M).clip(0)
    chance, share = rng.random((2, len(most)))
    return np.where(chance < _PUSHED_BACK, share * most, 0.0)
