"""How a hand holds items: palm poses beside a box, and items stacked in one hand.

In: where an item rests and how big it is. Out: palm poses (4, 4) in the world, and item poses in the
palm's frame (first axis along the fingers, second out of the palm, origin at the middle of the palm's
skin). A palm lies beside an item, its middle a little before the front of it, as far as the hand's hollow
is deep: the thumb comes round the front, where the person sees it, and the fingers round the back.
"""

import math

import numpy as np

from scenes.goods.girth import Girth
from synth.motion.rotations import UP, frame, left_of, turn, unit
from synth.motion.surface import beyond_ellipse

GAP_M = 0.003  # between the palm's skin and the item's side
BEFORE_M = 0.01  # how far before the item's front the middle of the palm lies, so that thumbs come round it
HOLLOW_M = 0.018  # but no further than this from what is round
TRIED = 13  # places for it
ROUND_M = 0.035  # how far before the item's back it lies, at least: fingers bend round what is thin
UPRIGHT = 0.99  # least cosine of the tilt of what stands
FROM_ABOVE_M = 0.1  # the palm of a hand that reaches down is so high over what things rest on, if need be
OVER_TOP_M = 0.022  # but no further over their tops
STEEP_RAD = 1.15  # by which its fingers point down beside what stands
SPACING_M = 0.004  # between items held in one hand
LOW_M = 0.13  # of items that a hand holds one above the other


def make_pose(rotation: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Compose a (4, 4) pose."""
    pose = np.eye(4)
    pose[:3, :3] = rotation
    pose[:3, 3] = position
    return pose


def palm_rotation(approach: np.ndarray, side: str, elevation_rad: float) -> np.ndarray:
    """Palm frame (3, 3) of a hand that grips from the side while it reaches along `approach` (horizontal)."""
    sign = -1.0 if side == "left" else 1.0
    medial = sign * left_of(approach)
    pitch = float(np.clip(elevation_rad, -0.9, 0.6))
    fingers = np.cos(pitch) * approach + (np.sin(pitch) + 0.18) * UP
    axes = frame(medial, fingers)  # the palm's normal first, fingers made orthogonal to it
    return np.stack([axes[:, 1], axes[:, 0], -axes[:, 2]], axis=1)


def half_extent(rotation: np.ndarray, size_m: np.ndarray, direction: np.ndarray) -> float:
    """Half the length of a box along a direction."""
    return float(np.abs(rotation.T @ direction) @ size_m / 2.0)


def grip_palm(
    world_from_item: np.ndarray,
    size_m: np.ndarray,
    from_m: np.ndarray,
    side: str,
    girth: Girth | None = None,
) -> np.ndarray:
    """Palm pose (4, 4) that holds an item where it rests.

    Args:
        world_from_item: (4, 4), origin at the centre of the item's base.
        size_m: (3,) its box.
        from_m: (3,) the shoulder that the arm comes from.
        side: The hand.
        girth: The item's level sections, None for a plain box.
    """
    rotation = world_from_item[:3, :3]
    centre = world_from_item[:3, 3] + rotation @ np.array([0.0, 0.0, size_m[2] / 2.0])
    way = centre - from_m
    into = _nearest_flat_axis(rotation, way)  # the way into the shelf
    elevation = float(np.arctan2(way[2], np.hypot(way[0], way[1])))
    lateral = (1.0 if side == "left" else -1.0) * left_of(into)
    section_m, rounded = size_m, girth is not None and girth.is_round and rotation[2, 2] > UPRIGHT
    if girth is not None and rounded:
        section_m = np.append(2.0 * girth.half_m[len(girth.half_m) // 2], 0.0)
    depth, width = half_extent(rotation, section_m, into), half_extent(rotation, section_m, lateral)
    before = max(depth + BEFORE_M, ROUND_M - depth)
    if rounded:
        before = _stay_near(before, depth, width)
    place = centre + lateral * (width + GAP_M) - into * before
    return make_pose(palm_rotation(into, side, elevation), place)


def _stay_near(before: float, depth: float, width: float) -> float:
    """How far before the middle of an ellipse, at most `before`, a palm beside it still is near it."""
    tried = np.linspace(0.0, before, TRIED)
    away_m = beyond_ellipse(np.full(TRIED, width + GAP_M), tried, np.array(width), np.array(depth))
    return float(tried[away_m <= HOLLOW_M].max())


def grip_from_above(
    world_from_item: np.ndarray, size_m: np.ndarray, from_m: np.ndarray, side: str, girth: Girth | None = None
) -> np.ndarray:
    """Palm pose (4, 4) that holds an item in a chest, fingers down: what lies there comes out upright.

    The arguments are those of `grip_palm`.
    """
    rotation = world_from_item[:3, :3]
    if rotation[2, 1] < -UPRIGHT:
        # As it would be held upright, tipped over with it.
        upright = make_pose(np.stack([rotation[:, 0], rotation[:, 2], UP], axis=1), np.zeros(3))
        before = upright[:3, 3] + size_m[2] / 2 * UP - 0.5 * upright[:3, 1]
        palm = world_from_item @ np.linalg.inv(upright) @ grip_palm(upright, size_m, before, side, girth)
        low_m, high_m = world_from_item[2, 3] - size_m[1] / 2, world_from_item[2, 3] + size_m[1] / 2
    else:
        palm = grip_palm(world_from_item, size_m, from_m, side, girth)
        way = palm[:3, 3] - from_m
        ahead = unit(np.array([way[0], way[1], 0.0]))
        fingers = np.cos(STEEP_RAD) * ahead - np.sin(STEEP_RAD) * UP
        axes = frame(palm[:3, 1], fingers)
        palm[:3, :3] = np.stack([axes[:, 1], axes[:, 0], -axes[:, 2]], axis=1)
        high_m = world_from_item[2, 3] + half_extent(rotation, size_m, UP) * 2
        low_m = world_from_item[2, 3]
    palm[2, 3] = max(palm[2, 3], min(low_m + FROM_ABOVE_M, high_m + OVER_TOP_M))
    return palm


def _nearest_flat_axis(rotation: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """The horizontal axis of a box (3, 3) that points most nearly along a direction."""
    ahead, aside, _ = direction.tolist()
    nearest, best = (ahead, aside), -1.0  # where no axis is level
    for x, y in rotation[:2].T.tolist():
        along, level = x * ahead + y * aside, math.hypot(x, y)
        if level > 0.7 and abs(along) / level > best:
            nearest, best = (x, y) if along >= 0.0 else (-x, -y), abs(along) / level
    return unit(np.array([*nearest, 0.0]))


def stack_in_hand(
    palm: np.ndarray, items: list[tuple[np.ndarray, np.ndarray, bool]], side: str
) -> list[np.ndarray]:
    """Poses in the palm's frame of several items held together.

    Two lie side by side along the palm. Three or four, at most one of them tall, stand above and below the
    palm's middle, all at the palm; others stand side by side in rows of two, each row at the one before.

    Args:
        palm: (4, 4) world pose of the palm, upright as it will carry.
        items: Each item's upright world rotation (3, 3), size (3,) and whether its sections are round.
        side: The hand.
    """
    inward = _nearest_flat_axis(items[0][0], palm[:3, 1])
    forward = (1.0 if side == "left" else -1.0) * left_of(inward)
    half_m = np.array(
        [[half_extent(turned, m, way) for way in (inward, forward, UP)] for turned, m, _ in items]
    )
    aside = half_m + SPACING_M / 2.0
    along = np.where(np.arange(len(items)) % 2 == 0, aside[:, 1], -aside[:, 1])
    into, level = half_m[:, 0] + GAP_M, np.zeros(len(items))
    if 2 < len(items) <= 4 and np.sum(half_m[:, 2] > LOW_M / 2.0) < 2:
        level = np.where(np.arange(len(items)) // 2 % 2 == 0, aside[:, 2], -aside[:, 2])
    else:
        for k in range(2, len(items)):
            if k == len(items) - 1 and k % 2 == 0:
                along[k] = 0.0  # the odd one, between the two before it
            near = slice(k - 2 - k % 2, k - k % 2)
            is_round = [items[n][2] and items[k][2] for n in range(near.start, near.stop)]
            both = aside[near, 0] + aside[k, 0]
            apart = np.abs(along[near] - along[k])
            into[k] = (
                into[near] + np.where(is_round, np.sqrt(np.maximum(both**2 - apart**2, 0.0)), both)
            ).max()
    poses = []
    for (rotation, size_m, _), a, b, c in zip(items, into, along, level, strict=True):
        centre = palm[:3, 3] + inward * a + forward * b + UP * c
        base = centre - rotation @ np.array([0.0, 0.0, size_m[2] / 2.0])
        poses.append(np.linalg.inv(palm) @ make_pose(rotation, base))
    return poses


def carried_palm(palm: np.ndarray, turn_rad: float) -> np.ndarray:
    """Rotation (3, 3) of a palm after the body has turned by `turn_rad`."""
    return turn("z", np.array(turn_rad)) @ palm[:3, :3]
