"""Cameras: where they hang so that the floor is covered, and what they see of it.

In: a cameras section and a layout. Out: calibrated `Camera`s (OpenCV axes: +X right, +Y down, +Z
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
from scenes.scenario import CamerasSpec
from scenes.world import Camera, StoreLayout

PERSON_HEIGHT_M = 1.2  # what must be seen: head and shoulders
_MAX_RANGE_M = 16.0
_GOODS_ON_TOP_M = 0.25
_PROBES_M = np.array([0.35, 0.65, 0.95, 1.3])  # from the camera
_EXCHANGE_ROUNDS = 4
_SAMPLES = 900


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
    start, ray = eye_m[:, None, :], target_m[None] - eye_m[:, None, :]
    free = np.ones(ray.shape[:2], bool)
    prisms = [(fixture.footprint_m, fixture.height_m) for fixture in layout.fixtures]
    for corner, height_m in [*prisms, *((part, np.inf) for part in layout.masonry)]:
        enter, leave = np.zeros(free.shape), np.ones(free.shape)
        for a, b in zip(corner, np.roll(corner, -1, axis=0), strict=True):
            inward = np.array([a[1] - b[1], b[0] - a[0]])
            distance = (start[..., :2] - a) @ inward + np.zeros(free.shape)
            speed = ray[..., :2] @ inward
            with np.errstate(divide="ignore", invalid="ignore"):
                crossing = -distance / speed
            enter = np.where(speed > 1e-12, np.maximum(enter, crossing), enter)
            leave = np.where(speed < -1e-12, np.minimum(leave, crossing), leave)
            leave = np.where((abs(speed) <= 1e-12) & (distance < 0), -1.0, leave)
        lowest = start[..., 2] + ray[..., 2] * np.where(ray[..., 2] < 0, leave, enter)
        free &= ~((enter < leave) & (lowest < height_m))
    return free


def _in_view(camera: Camera, target_m: np.ndarray) -> np.ndarray:
    """Return the (M,) mask of points that fall into the picture, within range."""
    cam_from_world = np.linalg.inv(camera.world_from_cam)
    x, y, z = (target_m @ cam_from_world[:3, :3].T + cam_from_world[:3, 3]).T
    range_m = np.sqrt(x * x + y * y + z * z)
    if has_range_depth(camera):
        ahead = (np.arctan2(np.hypot(x, y), z) < camera.max_angle_rad) & (range_m > 0.3)
    else:
        ahead = z > 0.3
    u, v = to_pixels(camera, x, y, np.where(ahead, z, 1.0))
    inside = (u >= 0) & (u < camera.width_px) & (v >= 0) & (v < camera.height_px)
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
        seen[k] &= _in_view(camera, target)
    return floor, seen


def compute_coverage(
    layout: StoreLayout, cameras: tuple[Camera, ...], *, height_m: float = PERSON_HEIGHT_M
) -> float:
    """Return the share of the walkable floor where a point at `height_m` is seen by at least one camera."""
    _, seen = compute_visible_floor(layout, cameras, height_m=height_m)
    return float(seen.any(0).mean())


# ---------------------------------------------------------------- choosing poses


def sample_cameras(spec: CamerasSpec, layout: StoreLayout, *, rng: np.random.Generator) -> tuple[Camera, ...]:
    """Choose poses so that each camera adds the most floor that the others do not see.

    Args:
        spec: Count, image, field of view, mount, height.
        layout: Room and fixtures.
        rng: Lane of the cameras; jitters the candidates.

    Raises:
        PlacementError: When no candidate sees any floor.
    """
    lens = make_lens(spec)
    floor = sample_floor_points(layout)
    target = np.column_stack([floor, np.full(len(floor), PERSON_HEIGHT_M)])
    near, near_count = sample_near_poses(spec, layout, rng=rng)
    poses = [
        pose
        for position in sample_eyes(spec, layout, rng=rng)
        for pose in sample_poses(spec, layout, position, rng=rng)
    ]
    views = _measure(lens, layout, [*poses, *near], target)
    far = slice(0, len(poses))
    if not views.visible[far].any():
        raise PlacementError(
            f"cameras: none of {len(poses)} candidate poses at {spec.height_m:g} m sees the floor. "
            "Three ways out: raise cameras.height_m, lower store.gondola_height_m, or mount the cameras "
            "on the ceiling (cameras.mount: ceiling)."
        )
    chosen = _choose(views.part(far), spec.count - near_count)
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
        visible: (poses, points) mask.
        position_m: (poses, 3).
        open_view: (poses,) 0 to 1, scales what a pose gains: half a picture of shelf tops is half a camera.
    """

    visible: np.ndarray
    position_m: np.ndarray
    open_view: np.ndarray

    def part(self, rows: slice) -> "_Views":
        """Return those of some poses."""
        return _Views(self.visible[rows], self.position_m[rows], self.open_view[rows])


def _measure(lens: Camera, layout: StoreLayout, poses: list[np.ndarray], target_m: np.ndarray) -> _Views:
    """Find out what each pose sees of the (M, 3) targets."""
    position_m = np.array([pose[:3, 3] for pose in poses])
    eye, of_pose = np.unique(position_m, axis=0, return_inverse=True)
    free = compute_line_of_sight(layout, eye, target_m)[of_pose.ravel()]
    cameras = [replace(lens, world_from_cam=pose) for pose in poses]
    seen = [_in_view(camera, target_m) & sight for camera, sight in zip(cameras, free, strict=True)]
    return _Views(np.array(seen), position_m, 1.0 - _compute_near_shares(layout, lens, poses))


def _compute_near_shares(layout: StoreLayout, lens: Camera, poses: list[np.ndarray]) -> np.ndarray:
    """Return for each pose the share of the image taken by fixtures (with goods on top) within 1.3 m.

    Rays through a coarse pixel grid, the same from every pose, are probed at a few distances; exact enough
    to rank candidates.
    """
    u, v = np.meshgrid((np.arange(9) + 0.5) / 9 * lens.width_px, (np.arange(7) + 0.5) / 7 * lens.height_px)
    in_camera = compute_rays(lens, u.ravel(), v.ravel())
    in_camera = in_camera[~np.isnan(in_camera[:, 2])]
    world_from_cam = np.array(poses)
    ray = np.stack([in_camera @ turn.T for turn in world_from_cam[:, :3, :3]])
    ray /= np.linalg.norm(ray, axis=2, keepdims=True)
    point = world_from_cam[:, None, None, :3, 3] + ray[:, :, None] * _PROBES_M[:, None]
    x, y, z = np.moveaxis(point, -1, 0)
    hit = np.zeros(x.shape, bool)
    for fixture in layout.fixtures:
        (x0, y0), (x1, y1) = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
        inside = (x > x0) & (x < x1) & (y > y0) & (y < y1)
        hit |= inside & (z < fixture.height_m + _GOODS_ON_TOP_M)
    for part in layout.masonry:
        hit |= contains_xy(Polygon(part), x, y)
    return hit.any(2).mean(1)


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
    times = views.visible[others].sum(0)
    gain = (views.visible @ np.where(times == 0, 1.0, np.where(times == 1, 0.2, 0.02))) * views.open_view
    if others:  # no two cameras in one place
        gap = np.linalg.norm(views.position_m[:, None] - views.position_m[others], axis=-1).min(1)
        gain = np.where(gap < 1.0, gain * 0.3 - 1.0, gain)
    return among + int(np.argmax(gain[among:]))
