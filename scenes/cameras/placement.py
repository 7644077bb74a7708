"""Cameras: where they hang so that people and the fronts of shelves are seen, and what they see of the floor.

In: a cameras section and a floor plan. Out: calibrated `Camera`s (OpenCV axes: +X right, +Y down, +Z
forward). `compute_coverage` says how much of the walkable floor they see at the height of a person.
"""

from dataclasses import dataclass, replace

import numpy as np
from shapely import contains_xy
from shapely.geometry import Polygon

from scenes.cameras.lenses import make_lens, sample_specimen
from scenes.cameras.mounts import sample_eyes, sample_near_poses, sample_poses
from scenes.cameras.projection import compute_rays, has_range_depth, to_pixels
from scenes.errors import PlacementError
from scenes.plan.layout import FloorPlan
from scenes.scenario import CamerasSpec
from scenes.world import HIGHEST_CENTER_M, Camera, StoreLayout

PERSON_HEIGHT_M = 1.2  # what must be seen: head and shoulders
_MAX_RANGE_M = 16.0
_GOODS_ON_TOP_M = 0.25
_PROBES_M = np.array([0.35, 0.65, 0.95, 1.3])  # from the camera
_NEAR_WALL_M = 2.5
_EXCHANGE_ROUNDS = 4
_SAMPLES = 900
_HANDS = 80  # places of hands along all shelving, each at three boards
_HAND_M = (0.06, 0.12)  # before the front of the shelf, and over the board
HAND_RANGE_M = 8.0  # there a hand is 3 pixels wide in a picture of 320 by an ordinary lens
OBLIQUE_RAD = np.radians(75)  # beyond that a front shows nothing
BODY_M = (0.4, 0.2, 1.6)  # who reaches into a shelf stands before it: how far from the hand, radius, height
_HANDS_WORTH = 0.5  # and people on the floor the other half
_WORTH_OF_VIEWS = np.array([1.0, 0.2, 0.02])  # of the first camera that sees a point, the second, more


def sample_floor_points(layout: StoreLayout, count: int = _SAMPLES) -> np.ndarray:
    """Return (M, 2) points on a regular grid over the walkable floor, about `count` over the whole room."""
    width, depth = float(layout.size_m[0]), float(layout.size_m[1])
    step = np.sqrt(width * depth / count)
    x = np.arange(step / 2, width, step)
    y = np.arange(step / 2, depth, step)
    grid = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
    return grid[contains_xy(layout.walkable, grid[:, 0], grid[:, 1])]


def compute_line_of_sight(layout: StoreLayout, eye_m: np.ndarray, target_m: np.ndarray) -> np.ndarray:
    """Return whether fixtures and masonry leave the line from each eye to each target free.

    Each is a prism over its convex footprint; the line is clipped to the footprint (Cyrus and
    Beck 1978) and blocked when it dips below the fixture's height inside.

    Args:
        layout: Fixtures and masonry.
        eye_m: (C, 3).
        target_m: (M, 3).

    Returns:
        (C, M) bool.
    """
    low = np.minimum(eye_m[:, None, :2], target_m[:, :2])
    high = np.maximum(eye_m[:, None, :2], target_m[:, :2])
    free = np.ones(low.shape[:2], bool)
    prisms = [(fixture.footprint_m, fixture.height_m) for fixture in layout.fixtures]
    for corner, height_m in [*prisms, *((part, np.inf) for part in layout.masonry)]:
        beside = (low > corner.max(0)) | (high < corner.min(0))
        eye, target = np.nonzero(free & ~beside[..., 0] & ~beside[..., 1])
        start = eye_m[eye]
        ray = target_m[target] - start
        enter, leave = np.zeros(len(ray)), np.ones(len(ray))
        for a, b in zip(corner, np.roll(corner, -1, axis=0), strict=True):
            inward = np.array([a[1] - b[1], b[0] - a[0]])
            distance = (start[:, :2] - a) @ inward
            speed = ray[:, :2] @ inward
            with np.errstate(divide="ignore", invalid="ignore"):
                crossing = -distance / speed
            enter = np.where(speed > 1e-12, np.maximum(enter, crossing), enter)
            leave = np.where(speed < -1e-12, np.minimum(leave, crossing), leave)
            leave = np.where((abs(speed) <= 1e-12) & (distance < 0), -1.0, leave)
        lowest = start[:, 2] + ray[:, 2] * np.where(ray[:, 2] < 0, leave, enter)
        free[eye, target] = ~((enter < leave) & (lowest < height_m))
    return free


def compute_sight_of_hands(eye_m: np.ndarray, hand_m: np.ndarray, outward: np.ndarray) -> np.ndarray:
    """Return whether hands at shelves show: they are near, seen from before, and no back is in between.

    The back is that of the one who reaches there, an upright cylinder.

    Args:
        eye_m: (C, 3).
        hand_m: (M, 3).
        outward: (M, 3) horizontal unit vectors out of the shelves.

    Returns:
        (C, M) bool.
    """
    toward = eye_m[:, None] - hand_m
    ahead = (toward * outward).sum(axis=2)
    away = np.linalg.norm(toward, axis=2)
    flat = np.maximum(np.hypot(toward[..., 0], toward[..., 1]), 1e-9)
    before, radius, height = BODY_M
    aside = before * np.sqrt(np.maximum(1 - (ahead / flat) ** 2, 0.0))  # of the line of sight from the body
    over = hand_m[:, 2] + before * ahead / flat**2 * toward[..., 2]
    return (away < HAND_RANGE_M) & (ahead > np.cos(OBLIQUE_RAD) * away) & ((aside > radius) | (over > height))


def _in_view(lens: Camera, world_from_cam: np.ndarray, target_m: np.ndarray) -> np.ndarray:
    """Return the (K, M) mask of points that a lens in (K, 4, 4) poses has in its pictures, within range.

    The lens's own pose does not count.
    """
    in_camera = (target_m - world_from_cam[:, None, :3, 3]) @ world_from_cam[:, :3, :3]
    x, y, z = np.moveaxis(in_camera, -1, 0)
    range_m = np.sqrt(x * x + y * y + z * z)
    if has_range_depth(lens):
        ahead = (np.arctan2(np.hypot(x, y), z) < lens.max_angle_rad) & (range_m > 0.3)
    else:
        ahead = z > 0.3
    u, v = to_pixels(lens, x, y, np.where(ahead, z, 1.0))
    inside = (u >= 0) & (u < lens.width_px) & (v >= 0) & (v < lens.height_px)
    return inside & ahead & (range_m < _MAX_RANGE_M)


def compute_visible_floor(
    layout: StoreLayout, cameras: tuple[Camera, ...], *, height_m: float = PERSON_HEIGHT_M
) -> tuple[np.ndarray, np.ndarray]:
    """Return the (M, 2) sampled floor points and the (C, M) mask of who is seen standing there."""
    floor = sample_floor_points(layout)
    target = np.column_stack([floor, np.full(len(floor), height_m)])
    eye = np.array([camera.world_from_cam[:3, 3] for camera in cameras])
    seen = compute_line_of_sight(layout, eye, target)
    for k, camera in enumerate(cameras):
        seen[k] &= _in_view(camera, camera.world_from_cam[None], target)[0]
    return floor, seen


def compute_coverage(
    layout: StoreLayout, cameras: tuple[Camera, ...], *, height_m: float = PERSON_HEIGHT_M
) -> float:
    """Return the share of the walkable floor where a point at `height_m` is seen by at least one camera."""
    _, seen = compute_visible_floor(layout, cameras, height_m=height_m)
    return float(seen.any(0).mean())


# ---------------------------------------------------------------- choosing poses


def sample_cameras(spec: CamerasSpec, plan: FloorPlan, *, rng: np.random.Generator) -> tuple[Camera, ...]:
    """Choose poses so that each camera adds the most people and hands that the others do not see.

    Args:
        spec: Count, image, field of view, mount, height.
        plan: Room, fixtures and shelving.
        rng: Lane of the cameras; jitters the candidates.

    Raises:
        PlacementError: When no candidate sees anything of them.
    """
    lens, layout = make_lens(spec), plan.layout
    near, near_count = sample_near_poses(spec, layout, rng=rng)
    poses = [
        pose
        for position in sample_eyes(spec, layout, rng=rng)
        for pose in sample_poses(spec, layout, position, rng=rng)
    ]
    views = _measure(lens, plan, np.array([*poses, *near]))
    if not views.visible[: len(poses)].any():
        raise PlacementError(
            f"cameras: none of {len(poses)} candidate poses at {spec.height_m:g} m sees floor or shelves. "
            "Three ways out: raise cameras.height_m, lower store.gondola_height_m or "
            "store.wall_shelf_height_m, or mount the cameras "
            "on the ceiling (cameras.mount: ceiling)."
        )
    chosen = _choose(views.part(slice(0, len(poses))), spec.count - near_count)
    for _ in range(near_count):
        chosen.append(_find_best(views, chosen, among=len(poses)))
    poses += near
    return tuple(
        replace(sample_specimen(lens, rng=rng), camera_id=f"cam{number}", world_from_cam=poses[k])
        for number, k in enumerate(sorted(chosen))
    )


@dataclass(frozen=True)
class _Views:
    """What candidate poses see.

    Attributes:
        visible: (poses, points) mask; the points are people on the floor, then hands at shelves.
        worth: (points,) what seeing them is worth, all together 1.
        position_m: (poses, 3).
        open_view: (poses,) 0 to 1, scales what a pose gains: of a picture that is half of what nobody wants
            to see, a third is left.
    """

    visible: np.ndarray
    worth: np.ndarray
    position_m: np.ndarray
    open_view: np.ndarray

    def part(self, rows: slice) -> "_Views":
        """Return those of some poses."""
        return _Views(self.visible[rows], self.worth, self.position_m[rows], self.open_view[rows])


def _measure(lens: Camera, plan: FloorPlan, poses: np.ndarray) -> _Views:
    """Find out what a lens sees in each of (poses, 4, 4)."""
    floor = sample_floor_points(plan.layout)
    hand_m, outward = _list_hands(plan)
    target_m = np.concatenate([np.column_stack([floor, np.full(len(floor), PERSON_HEIGHT_M)]), hand_m])
    eye_m, of_pose = np.unique(poses[:, :3, 3], axis=0, return_inverse=True)
    free = compute_line_of_sight(plan.layout, eye_m, target_m)
    free[:, len(floor) :] &= compute_sight_of_hands(eye_m, hand_m, outward)
    visible = np.zeros((len(poses), len(target_m)), bool)
    for number, sight in enumerate(free):
        rows, points = np.flatnonzero(of_pose.ravel() == number), np.flatnonzero(sight)
        visible[np.ix_(rows, points)] = _in_view(lens, poses[rows], target_m[points])
    kinds = len(floor), len(hand_m)
    worth = np.repeat([(1 - _HANDS_WORTH) / kinds[0], _HANDS_WORTH / kinds[1]], kinds)
    return _Views(
        visible, worth, poses[:, :3, 3], (1.0 - _compute_wasted_shares(plan.layout, lens, poses)) ** 1.5
    )


def _list_hands(plan: FloorPlan) -> tuple[np.ndarray, np.ndarray]:
    """Return hands (M, 3) at the lowest, middle and highest boards that people reach, and the way they face.

    The way is (M, 3) horizontal unit vectors.
    """
    points, outward = [], []
    step_m = sum(run.length_m for run in plan.runs) / _HANDS
    for run in plan.runs:
        count = max(1, round(run.length_m / step_m))
        along = (np.arange(count) + 0.5) / count * run.length_m
        reached = run.board_z_m[run.board_z_m < HIGHEST_CENTER_M]
        boards = reached[sorted({0, len(reached) // 2, len(reached) - 1})]
        x, z = (values.ravel() for values in np.meshgrid(along, boards + _HAND_M[1]))
        in_run = np.column_stack([x, np.full_like(x, -run.inset_m - _HAND_M[0]), z, np.ones_like(x)])
        points.append(in_run @ run.world_from_run[:3].T)
        outward.append(np.tile(-run.world_from_run[:3, 1], (len(x), 1)))
    return np.concatenate(points), np.concatenate(outward)


def _compute_wasted_shares(layout: StoreLayout, lens: Camera, poses: np.ndarray) -> np.ndarray:
    """Return for each pose the share of the image that shows what is too near to be of use.

    That is fixtures (with goods on top) and masonry within 1.3 m, walls and ceiling within 2.5 m. Rays
    through a coarse pixel grid, the same from every pose, are probed at a few distances; exact enough to
    rank candidates.
    """
    u, v = np.meshgrid((np.arange(9) + 0.5) / 9 * lens.width_px, (np.arange(7) + 0.5) / 7 * lens.height_px)
    in_camera = compute_rays(lens, u.ravel(), v.ravel())
    in_camera = in_camera[~np.isnan(in_camera[:, 2])]
    in_camera /= np.linalg.norm(in_camera, axis=1, keepdims=True)
    eye = poses[:, None, :3, 3]
    ray = in_camera @ poses[:, :3, :3].transpose(0, 2, 1)
    far = eye + _NEAR_WALL_M * ray
    hit = ((far[..., :2] < 0) | (far[..., :2] > layout.size_m[:2])).any(2) | (far[..., 2] > layout.size_m[2])
    point = eye[:, :, None] + ray[:, :, None] * _PROBES_M[:, None]
    x, y, z = np.moveaxis(point, -1, 0)
    near = np.zeros(x.shape, bool)
    for fixture in layout.fixtures:
        (x0, y0), (x1, y1) = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
        inside = (x > x0) & (x < x1) & (y > y0) & (y < y1)
        near |= inside & (z < fixture.height_m + _GOODS_ON_TOP_M)
    for part in layout.masonry:
        near |= contains_xy(Polygon(part), x, y)
    return (hit | near.any(2)).mean(1)


def _choose(views: _Views, count: int) -> list[int]:
    """Choose poses greedily, then let each in turn move to where it adds more to the others."""
    chosen: list[int] = []
    for number in range(_EXCHANGE_ROUNDS * count):
        others = chosen if number < count else chosen[1:]
        best = _find_best(views, others)
        chosen = [*others, best]
    return sorted(chosen)


def _find_best(views: _Views, others: list[int], among: int = 0) -> int:
    """Return the pose, from number `among` on, that adds most to others.

    Points seen first count fully, those seen once already a fifth.
    """
    times = np.minimum(views.visible[others].sum(0), len(_WORTH_OF_VIEWS) - 1)
    gain = (views.visible @ (views.worth * _WORTH_OF_VIEWS[times])) * views.open_view
    if others:  # no two cameras in one place
        gap = np.linalg.norm(views.position_m[:, None] - views.position_m[others], axis=-1).min(1)
        gain = np.where(gap < 1.0, gain - 1.0, gain)
    return among + int(np.argmax(gain[among:]))
