"""What grows on fruit and vegetables: stalks, the star of leaves around one, the crown of a pineapple.

In: where it grows and how large it is. Out: a `Mesh` in the item frame.
"""

from collections.abc import Callable

import numpy as np

from scenes.geometry import Finish, make_lathe, make_quads, merge_meshes, transform_mesh
from scenes.goods.packages.lofts import make_loft
from scenes.world import Mesh

_LEAF_M = 0.0008  # off the skin
_BLADES, _FAR_BLADES = 34, 9  # of a crown
_TURN_RAD = 2.399963  # from one blade to the next: the golden angle
_LIES = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])  # z becomes x


def make_stalk(
    foot_m: np.ndarray, end_m: float, radius_m: float, finish: Finish, *, near: bool, lies: bool = False
) -> Mesh:
    """Make a stalk from a point on a fruit up to a height, or along x to an end if it `lies`."""
    length = end_m - foot_m[0 if lies else 2]
    root = -0.3 * length
    if not near:
        stalk = make_lathe([(radius_m, root), (0.75 * radius_m, length), (0.0, length)], finish, segments=4)
    else:
        profile = [(1.25, root), (1.15, 0.06 * length), (0.8, 0.25 * length), (0.72, 0.7 * length)]
        ends = [(0.95, 0.97 * length), (0.85, length), (0.0, 0.985 * length)]
        stalk = make_lathe([(r * radius_m, z) for r, z in (*profile, *ends)], finish, segments=7)
    pose = np.eye(4)
    pose[:3, :3] = _LIES if lies else np.eye(3)
    pose[:3, 3] = foot_m
    return transform_mesh(stalk, pose)


def make_calyx(
    at: Callable[..., np.ndarray], last_row: int, points: int, spread: float, finish: Finish
) -> Mesh:
    """Make the star of leaves around a stalk, close to the skin.

    Args:
        at: Gives points of the skin (..., 3) at rows of its profile and angles, `off_m` off it.
        last_row: The row at its stalk.
        points: How many it has.
        spread: How far they reach, share of the profile.
        finish: Its look.
    """
    turn = np.linspace(-np.pi, np.pi, 8 * points + 1)
    to_tip = np.abs(((turn * points / (2 * np.pi)) % 1.0) - 0.5) * 2  # 1 on the middle of a leaf
    reach = spread * last_row * (0.28 + 0.72 * to_tip**1.6)
    share = np.linspace(1.0, 0.0, 6)[:, None]
    rings = at(last_row - share * reach, turn, off_m=_LEAF_M)
    rings[0] = at(last_row - reach, turn, off_m=_LEAF_M / 4)
    return make_loft(rings, finish)


def make_crown(foot_m: np.ndarray, end_m: float, reach_m: float, finish: Finish, *, near: bool) -> Mesh:
    """Make a pineapple's tuft of stiff leaves, from a point on it up to a height, `reach_m` to each side."""
    high = end_m - foot_m[2]
    blades, steps = (_BLADES, 4) if near else (_FAR_BLADES, 1)
    age = np.linspace(1.0, 0.0, blades) ** 0.8  # outermost first
    parts = []
    for k, old in enumerate(age):
        reach = 0.1 * reach_m + 0.9 * reach_m * old * (1.0 - 0.3 * (k % 3 == 1))
        blade = _make_blade(high * (1.0 - 0.45 * old), reach, (0.17 if near else 0.3) * high, finish, steps)
        pose = np.eye(4)
        cos, sin = np.cos(k * _TURN_RAD), np.sin(k * _TURN_RAD)
        pose[:2, :2] = [[cos, -sin], [sin, cos]]
        pose[:3, 3] = foot_m
        parts.append(transform_mesh(blade, pose))
    return merge_meshes(parts)


def _make_blade(high_m: float, reach_m: float, wide_m: float, finish: Finish, steps: int) -> Mesh:
    """Make a pointed leaf that bends outward along x, seen from both sides."""
    t = np.linspace(0.0, 1.0, steps + 1)
    x = reach_m * (0.15 + 0.25 * t + 0.6 * t**2)
    z = high_m * (1.12 * t - 0.12 * t**3 - 0.05)
    half = 0.5 * wide_m * (1.03 - t**1.5) * (0.7 + 0.3 * np.sin(np.pi * t))
    left, right = np.stack([x, half, z], 1), np.stack([x, -half, z], 1)
    outer = np.stack([right[:-1], left[:-1], left[1:], right[1:]], 1)
    return make_quads(np.concatenate([outer, outer[:, ::-1]]), finish)
