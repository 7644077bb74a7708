"""How items stand in a lane: how far each reaches, where one more stands in front, which one is taken first.

In: poses and sizes of the items of one slot, front to back; its frame is described in scenes/world/. Out:
extents, poses and an order, all pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.goods.heaps import APART
from scenes.goods.stock import ON_ITS_BACK

FRONT_MARGIN_M = 0.012  # how far behind the shelf's edge a hand sets an item down, if there is room
COVERS = APART / 4 + 0.05  # of the lengths of two: their middles are less apart if one is on the other
SIDE_GAP_M = 0.004  # air that an item needs beside, above and behind it


@dataclass(frozen=True)
class Standing:
    """An item in a slot.

    Attributes:
        front_m, back_m: The item's extent along the slot's y axis, 0 at the shelf's front edge.
        world_from_item: (4, 4) float64.
    """

    item_id: int
    front_m: float
    back_m: float
    world_from_item: np.ndarray


def compute_extent_m(
    world_from_slot: np.ndarray, world_from_item: np.ndarray, size_m: np.ndarray
) -> np.ndarray:
    """Compute how far items reach along their slots' y axis.

    Args:
        world_from_slot, world_from_item: (..., 4, 4) rigid transforms.
        size_m: (..., 3) sizes of the items.

    Returns:
        (..., 2) front and back, metres behind the shelf's front edge.

    >>> compute_extent_m(np.eye(4), np.eye(4), np.array([0.1, 0.06, 0.2])).tolist()
    [-0.03, 0.03]
    """
    forward = world_from_slot[..., :3, 1]
    y_m = np.sum((world_from_item[..., :3, 3] - world_from_slot[..., :3, 3]) * forward, axis=-1)
    turned = np.einsum("...i,...ij->...j", forward, world_from_item[..., :3, :3])
    half_m = np.sum(np.abs(turned) * size_m, axis=-1) / 2
    # The origin is at the centre of the base; the middle of an item that lies is half its height away.
    middle_m = y_m + turned[..., 2] * size_m[..., 2] / 2
    return np.stack([middle_m - half_m, middle_m + half_m], axis=-1)


def compute_put_pose(
    world_from_slot: np.ndarray,
    room_m: Sequence[float],
    size_m: Sequence[float],
    front_m: float,
    *,
    lies: bool = False,
) -> np.ndarray | None:
    """Find where one more item would stand, or lie on its back, at the front of a lane.

    Args:
        world_from_slot: (4, 4).
        room_m: Width, depth and height that the slot offers.
        size_m: Size of the item.
        front_m: Front of the foremost item in the lane, metres behind the edge; the room's depth if there
            is none.
        lies: Whether it lies.

    Returns:
        (4, 4) world_from_item, or None where it does not fit.
    """
    width_m, depth_m, height_m = lay_on_back(size_m) if lies else size_m
    if width_m > room_m[0] + 1e-9 or height_m + SIDE_GAP_M > room_m[2] + 1e-9:
        return None
    spare_m = min(front_m, room_m[1]) - depth_m
    if spare_m < 0.0:
        return None
    middle_m = min(FRONT_MARGIN_M, spare_m / 2) + depth_m / 2
    return world_from_slot @ stand_or_lie(middle_m, size_m, lies=lies)


def lay_on_back(size_m: Sequence[float]) -> tuple[float, float, float]:
    """Return width, depth and height of an item that lies on its back."""
    width_m, depth_m, height_m = size_m
    return width_m, height_m, depth_m


def stand_or_lie(middle_m: float, size_m: Sequence[float], *, lies: bool) -> np.ndarray:
    """Return slot_from_item (4, 4) of an item whose middle is so far behind the front edge."""
    pose = np.eye(4)
    pose[1, 3] = middle_m
    if lies:
        pose[:3, :3] = ON_ITS_BACK
        pose[1:3, 3] = middle_m - size_m[2] / 2, size_m[1] / 2
    return pose


def order_lane(lane: Sequence[Standing], rise_m: float, deep_m: float = np.inf) -> list[Standing]:
    """Sort the items of a lane as one takes them: always the foremost of those that nothing is on.

    What is on another is higher by `rise_m` at least; each bears on others over so much of its depth at most.
    """
    left = sorted(lane, key=lambda one: one.front_m + one.back_m)
    covered, number = find_covered(left, rise_m, deep_m), list(range(len(left)))
    ordered: list[Standing] = []
    while number:
        free = next(k for k in number if not covered[k])
        number.remove(free)
        ordered.append(left[free])
        for over in covered:
            over.discard(free)
    return ordered


def find_covered(lane: Sequence[Standing], rise_m: float, deep_m: float = np.inf) -> list[set[int]]:
    """Find for each item of a lane, by number, those that stand on it, or lie on it and another.

    What lies askew reaches further to the front and back than it bears on others, `deep_m` at most.
    """
    spans_m = np.array([(one.front_m, one.back_m, one.world_from_item[2, 3]) for one in lane]).reshape(-1, 3)
    middle_m, length_m, high_m = (
        spans_m[:, :2].mean(axis=1),
        np.minimum(spans_m[:, 1] - spans_m[:, 0], deep_m),
        spans_m[:, 2],
    )
    near = abs(middle_m[:, None] - middle_m) < COVERS * (length_m[:, None] + length_m)
    over = near & (high_m > high_m[:, None] + rise_m)
    return [set(np.flatnonzero(row).tolist()) for row in over]
