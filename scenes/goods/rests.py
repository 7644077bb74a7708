"""Rests: where a piece of fruit lies on two of its like, round ones in a hollow, long ones along both.

In: how the two lie, and the shape of their kind. Out: how the third lies. What is long (a carrot) touches
them on either side of its middle, so that it is tilted and turned as much as its taper and theirs ask.
"""

import math
from dataclasses import dataclass

import numpy as np

from scenes.goods.packages.fruit_kinds import is_long
from scenes.world import Mesh

CLOSE = 0.97  # of their depth, between the middles of two that touch: none is a ball
_SECTION = np.linspace(-0.42, 0.42, 8)  # of its width, where what is long is cut: none in its middle
_BENT = 1.01  # of their radii, between two that touch: none is quite straight
_OVAL = 1.1  # width over depth, at least, of what is longer than deep
_LEAST_RISE = 0.3  # of the radii of two that touch, that the upper is over the lower at least

Point = tuple[float, float, float]  # x, y, z


@dataclass(frozen=True)
class Build:
    """How a kind of piece is shaped.

    Attributes:
        size_m: (3,) width (x), depth (y), height (z).
        radius_m, level_m: (8,) of its sections from -x to +x: half their height, and how high their middles
            are over its base; none of what is not long.
    """

    size_m: np.ndarray
    radius_m: np.ndarray | None = None
    level_m: np.ndarray | None = None

    @property
    def is_long(self) -> bool:
        """Whether it lies along others rather than in a hollow between them."""
        return self.radius_m is not None

    @property
    def is_oval(self) -> bool:
        """Whether it lies in a hollow and is longer than deep, so that one sees which way it lies."""
        return not self.is_long and bool(self.size_m[0] >= _OVAL * self.size_m[1])

    @property
    def near(self) -> float:
        """How far apart the middles of two are that touch, share of their depth."""
        return CLOSE if self.radius_m is None else 2 * float(self.radius_m.mean() / self.size_m[2])


def measure_build(mesh: Mesh, size_m: np.ndarray) -> Build:
    """Measure a piece of a size (3,) on its mesh."""
    if not is_long(size_m):
        return Build(size_m)
    spans = [_cut(mesh, float(x_m)) for x_m in _SECTION * size_m[0]]
    low, high = np.array(spans).T
    return Build(size_m, (high - low) / 2, (high + low) / 2)


def _cut(mesh: Mesh, x_m: float) -> tuple[float, float]:
    """Return the lowest and the highest point of a mesh in a plane across x."""
    corner = mesh.position_m[mesh.faces].astype(np.float64)
    begin, end = (corner[:, order].reshape(-1, 3) for order in ([0, 1, 2], [1, 2, 0]))  # of all edges
    from_m, to_m = begin[:, 0] - x_m, end[:, 0] - x_m
    cut = np.flatnonzero(from_m * to_m < 0.0)
    way = from_m[cut] / (from_m[cut] - to_m[cut])
    z = begin[cut, 2] + way * (end[cut, 2] - begin[cut, 2])
    return float(z.min()), float(z.max())


def compute_rest(under: np.ndarray, build: Build, sides_m: tuple[float, float]) -> np.ndarray:
    """Compute how a piece lies on two of its like, the foremost of them first.

    Args:
        under: (2, 4, 4) slot_from_item of the two.
        build: The shape of all three.
        sides_m: From where to where along x there is room: what is long is turned no further.

    Returns:
        (4, 4) slot_from_item of the third; what is long points the other way than the first.
    """
    if build.radius_m is not None and build.level_m is not None:
        return _lie_along(under, build, build.radius_m, build.level_m, sides_m)
    pose, deep_m = np.eye(4), float(build.size_m[1])
    scale = deep_m / build.size_m  # makes balls of them
    one, other = (under[:, :3, 3] * scale).tolist()
    pose[:3, 3] = compute_hollow(one, other, apart=CLOSE * deep_m) / scale
    return pose


def compute_hollow(one: Point, other: Point, aside: float = 0.0, apart: float = CLOSE) -> Point:
    """Compute where a ball lies on two of its like.

    Args:
        one, other: Middles of the two, z up, the foremost first.
        aside: How far aside (x) of the middle between them it lies, where a third one holds it.
        apart: Between the middles of two that touch.

    Returns:
        Its middle; y and z are nan where it cannot touch both.

    >>> [round(float(value), 4) for value in compute_hollow((0.0, 0.0, 0.0), (0.0, 1.0, 0.0))]
    [0.0, 0.5, 0.8312]
    """
    x = (one[0] + other[0]) / 2 + aside
    near, far = x - one[0], x - other[0]
    touch2 = apart**2
    near2, far2 = touch2 - near * near, touch2 - far * far
    way_y, way_z = other[1] - one[1], other[2] - one[2]  # two circles about its ends, where all are cut at x
    away = math.sqrt(way_y * way_y + way_z * way_z)
    along = (near2 - far2 + away * away) / (2 * away)
    over2 = near2 - along * along
    over = math.sqrt(over2) if over2 >= 0 else math.nan
    return x, one[1] + (along * way_y - over * way_z) / away, one[2] + (along * way_z + over * way_y) / away


def find_turn_rad(width_m: float, depth_m: float, reach_m: float) -> float:
    """Find how far a box may be turned about its middle that has room as far as `reach_m` to either side.

    >>> round(find_turn_rad(1.0, 1.0, 0.55), 3), round(find_turn_rad(1.0, 0.1, 0.503), 3)
    (0.106, 1.571)
    """
    across_m = math.hypot(width_m, depth_m)
    if 2 * reach_m >= across_m:
        return math.pi / 2
    return max(math.atan2(depth_m, width_m) - math.acos(max(2 * reach_m / across_m, 0.0)), 0.0)


def _lie_along(
    under: np.ndarray,
    build: Build,
    radius_m: np.ndarray,
    level_m: np.ndarray,
    sides_m: tuple[float, float],
) -> np.ndarray:
    """Lie a long piece on two, section by section, seen along the two."""
    x_m, y_m, _ = under[:, :3, 3].mean(axis=0)
    way = (np.sign(under[:, :1, 0]) * under[:, :2, 0]).sum(axis=0)
    yaw_rad = math.atan2(way[1], way[0])
    cos, sin = math.cos(yaw_rad), math.sin(yaw_rad)
    slot_from_own = np.array([[cos, -sin, 0.0, x_m], [sin, cos, 0.0, y_m], [0, 0, 1.0, 0], [0, 0, 0, 1.0]])
    width_m, depth_m, _ = build.size_m
    reach_m = float(min(sides_m[1] - x_m, x_m - sides_m[0]))
    most_rad = max(find_turn_rad(float(width_m), float(depth_m), reach_m), abs(yaw_rad))
    bounds_rad = -most_rad - yaw_rad, most_rad - yaw_rad
    own = np.linalg.inv(slot_from_own) @ under
    return np.asarray(slot_from_own @ _rest_along(own, build, radius_m, level_m, bounds_rad))


def _rest_along(
    under: np.ndarray,
    build: Build,
    radius_m: np.ndarray,
    level_m: np.ndarray,
    bounds_rad: tuple[float, float],
) -> np.ndarray:
    """Lie a long piece on two that lie along x, on the whole, about x = 0; it is turned within bounds."""
    width_m, depth_m, _ = build.size_m
    x_m = _SECTION * width_m
    local = np.stack([x_m, np.zeros_like(x_m), level_m, np.ones_like(x_m)])
    turned = under[:, 0, 0] < 0  # then its sections are the other way round
    order = [slice(None, None, -1 if back else 1) for back in turned]
    middle_m = np.array([(pose @ local)[1:3, way] for pose, way in zip(under, order, strict=True)])
    flat = build.size_m[2] / depth_m  # sections are as much higher than deep
    middle_m[:, 0] *= flat
    wide_m = np.array([radius_m[way] for way in order])
    own = slice(None, None, 1 if turned[0] else -1)
    lies_m = np.array(
        [_touch(middle_m[:, :, k], _BENT * (wide_m[:, k] + radius_m[own][k])) for k in range(len(_SECTION))]
    )
    y_m, turn = _fit(x_m, lies_m[:, 0] / flat)
    turn = float(np.tan(np.clip(np.arctan(turn), *bounds_rad)))
    z_m, tilt = _bear(x_m, lies_m[:, 1] - level_m[own])
    x_axis = np.array([1.0, turn, tilt]) / np.sqrt(1.0 + turn**2 + tilt**2)
    y_axis = np.array([-turn, 1.0, 0.0]) / np.sqrt(1.0 + turn**2)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([x_axis, y_axis, np.cross(x_axis, y_axis)], axis=1)
    pose[:3, 3] = 0.0, y_m, z_m
    if not turned[0]:
        pose[:3, :2] *= -1.0
    return pose


def _fit(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return height and slope at 0 of the line through points, by least squares; the x are even about 0.

    >>> _fit(np.array([-1.0, 1.0]), np.array([2.0, 4.0]))
    (3.0, 1.0)
    """
    return float(y.mean()), float(x @ y / (x @ x))


def _bear(x: np.ndarray, z: np.ndarray) -> tuple[float, float]:
    """Return height and slope at 0 of the lowest line over points that touches one on either side of 0.

    >>> _bear(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0.0, 1.0, 3.0, 0.0]))
    (2.0, 1.0)
    """
    left, right = np.flatnonzero(x < 0)[:, None], np.flatnonzero(x > 0)
    slope = (z[right] - z[left]) / (x[right] - x[left])
    height = z[left] - slope * x[left]
    best = np.unravel_index(np.argmax(height), height.shape)
    return float(height[best]), float(slope[best])


def _touch(middle_m: np.ndarray, apart_m: np.ndarray) -> np.ndarray:
    """Return (2,) the middle, y and z, of a circle that lies on two.

    Args:
        middle_m: (2, 2) the middles of the two.
        apart_m: (2,) how far its own is from either.
    """
    way = middle_m[1] - middle_m[0]
    away = float(np.linalg.norm(way))
    along = (apart_m[0] ** 2 - apart_m[1] ** 2 + away**2) / (2 * away)
    along = float(np.clip(along, 0.0, away))
    over = np.sqrt(max(apart_m[0] ** 2 - along**2, (_LEAST_RISE * apart_m[0]) ** 2))
    up = np.array([-way[1], way[0]]) / away
    return np.asarray(middle_m[0] + along / away * way + over * (up if up[1] > 0 else -up))
