"""Cameras: where they hang so that the floor is covered, and what they see of it.

In: a cameras section and a layout. Out: calibrated `Camera`s (OpenCV axes: +X right, +Y down, +Z
forward). `compute_coverage` says how much of the walkable floor they see at the height of a person.
"""

from dataclasses import replace

import numpy as np
from shapely import contains_xy

from scenes.errors import PlacementError
from scenes.lenses import make_lens, sample_specimen
from scenes.projection import compute_rays, has_range_depth, to_pixels
from scenes.scenario import CamerasSpec
from scenes.world import Camera, StoreLayout

PERSON_HEIGHT_M = 1.2  # what must be seen: head and shoulders
_MAX_RANGE_M = 16.0
_BELOW_CEILING_M = 0.15
_GOODS_ON_TOP_M = 0.25
_EXCHANGE_ROUNDS = 4
_SAMPLES = 900


def make_camera_pose(position_m: np.ndarray, yaw_rad: float, pitch_rad: float) -> np.ndarray:
    """Return world_from_cam of a level camera.

    Args:
        position_m: (3,) in the world.
        yaw_rad: Direction of view, counter-clockwise from +X.
        pitch_rad: How far it looks down.
    """
    forward = np.array(
        [np.cos(yaw_rad) * np.cos(pitch_rad), np.sin(yaw_rad) * np.cos(pitch_rad), -np.sin(pitch_rad)]
    )
    right = np.array([np.sin(yaw_rad), -np.cos(yaw_rad), 0.0])
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(forward, right), forward], axis=1)
    pose[:3, 3] = position_m
    return pose


def sample_floor_points(layout: StoreLayout, count: int = _SAMPLES) -> np.ndarray:
    """Return (M, 2) points on a regular grid over the walkable floor, about `count` over the whole room."""
    width, depth = float(layout.size_m[0]), float(layout.size_m[1])
    step = np.sqrt(width * depth / count)
    x = np.arange(step / 2, width, step)
    y = np.arange(step / 2, depth, step)
    grid = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
    return grid[contains_xy(layout.walkable, grid[:, 0], grid[:, 1])]


def compute_line_of_sight(layout: StoreLayout, eye_m: np.ndarray, target_m: np.ndarray) -> np.ndarray:
    """Return whether fixtures leave the line from each eye to each target free.

    Each fixture is a prism over its convex footprint; the line is clipped to the footprint (Cyrus and
    Beck 1978) and blocked when it dips below the fixture's height inside.

    Args:
        layout: Fixtures.
        eye_m: (C, 3).
        target_m: (M, 3).

    Returns:
        (C, M) bool.
    """
    start, ray = eye_m[:, None, :], target_m[None] - eye_m[:, None, :]
    free = np.ones(ray.shape[:2], bool)
    for fixture in layout.fixtures:
        enter, leave = np.zeros(free.shape), np.ones(free.shape)
        corner = fixture.footprint_m
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
        free &= ~((enter < leave) & (lowest < fixture.height_m))
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
    eye = _sample_eyes(spec, layout, rng=rng)
    free = compute_line_of_sight(layout, eye, target)
    poses, seen, open_view = [], [], []
    for position, sight in zip(eye, free, strict=True):
        for pose in _sample_poses(spec, layout, position, rng=rng):
            poses.append(pose)
            camera = replace(lens, world_from_cam=pose)
            seen.append(_in_view(camera, target) & sight)
            open_view.append(1.0 - compute_near_share(layout, camera))
    visible = np.array(seen)
    if not visible.any():
        raise PlacementError(
            f"cameras: none of {len(poses)} candidate poses at {spec.height_m:g} m sees the floor. "
            "Three ways out: raise cameras.height_m, lower store.gondola_height_m, or mount the cameras "
            "on the ceiling (cameras.mount: ceiling)."
        )
    position_m = np.array([pose[:3, 3] for pose in poses])
    chosen = _choose(visible, position_m, np.array(open_view), spec.count)
    return tuple(
        replace(sample_specimen(lens, rng=rng), camera_id=f"cam{number}", world_from_cam=poses[k])
        for number, k in enumerate(chosen)
    )


def compute_near_share(layout: StoreLayout, camera: Camera) -> float:
    """Return the share of the image taken by fixtures (with goods on top) within 1.3 m of the camera.

    Rays through a coarse pixel grid are probed at a few distances; exact enough to rank candidates.
    """
    u, v = np.meshgrid(
        (np.arange(9) + 0.5) / 9 * camera.width_px, (np.arange(7) + 0.5) / 7 * camera.height_px
    )
    in_camera = compute_rays(camera, u.ravel(), v.ravel())
    ray = in_camera[~np.isnan(in_camera[:, 2])] @ camera.world_from_cam[:3, :3].T
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    point = camera.world_from_cam[:3, 3] + ray[:, None] * np.array([0.35, 0.65, 0.95, 1.3])[:, None]
    hit = np.zeros(point.shape[:2], bool)
    for fixture in layout.fixtures:
        low, high = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
        inside = ((point[..., :2] > low) & (point[..., :2] < high)).all(-1)
        hit |= inside & (point[..., 2] < fixture.height_m + _GOODS_ON_TOP_M)
    return float(hit.any(1).mean())


def _choose(visible: np.ndarray, position_m: np.ndarray, open_view: np.ndarray, count: int) -> list[int]:
    """Choose poses greedily, then let each in turn move to where it adds more to the others.

    Args:
        visible: (poses, points) mask.
        position_m: (poses, 3).
        open_view: (poses,) 0 to 1, scales what a pose gains: half a picture of shelf tops is half a camera.
        count: How many.
    """
    chosen: list[int] = []
    for number in range(_EXCHANGE_ROUNDS * count):
        others = chosen if number < count else chosen[1:]
        best = _find_best(visible, position_m, open_view, others)
        chosen = [*others, best]
    return sorted(chosen)


def _find_best(visible: np.ndarray, position_m: np.ndarray, open_view: np.ndarray, others: list[int]) -> int:
    """Return the pose that adds most: points seen first count fully, those seen once already a fifth."""
    times = visible[others].sum(0)
    gain = (visible @ np.where(times == 0, 1.0, np.where(times == 1, 0.2, 0.02))) * open_view
    if others:  # no two cameras in one place
        gap = np.linalg.norm(position_m[:, None] - position_m[others], axis=-1).min(1)
        gain = np.where(gap < 1.0, gain * 0.3 - 1.0, gain)
    return int(np.argmax(gain))


def _sample_eyes(spec: CamerasSpec, layout: StoreLayout, *, rng: np.random.Generator) -> np.ndarray:
    """Return (C, 3) candidate positions: along the walls under the ceiling, or a grid over the room."""
    width, depth, ceiling = (float(value) for value in layout.size_m)
    height = min(spec.height_m, ceiling - _BELOW_CEILING_M)
    inset = 0.22
    if spec.mount == "corner":
        along_x = np.linspace(inset, width - inset, max(3, round(width / 2.2) + 1))
        along_y = np.linspace(inset, depth - inset, max(3, round(depth / 2.2) + 1))[1:-1]
        points = [(x, y) for x in along_x for y in (inset, depth - inset)]
        points += [(x, y) for y in along_y for x in (inset, width - inset)]
    else:
        x = np.linspace(0.12, 0.88, max(3, min(9, round(width / 1.8)))) * width
        y = np.linspace(0.12, 0.88, max(3, min(9, round(depth / 1.8)))) * depth
        points = [(a, b) for a in x for b in y]
    ground = np.array(points) + rng.uniform(-0.04, 0.04, (len(points), 2))
    return np.column_stack([ground, np.full(len(ground), height)])


def _sample_poses(
    spec: CamerasSpec, layout: StoreLayout, position_m: np.ndarray, *, rng: np.random.Generator
) -> list[np.ndarray]:
    """Return candidate poses at one position: eight or so directions into the room, three pitches.

    A fisheye on the ceiling looks straight down, as domes do, and one on a wall sees half of it.
    """
    middle = layout.size_m[:2] / 2 - position_m[:2]
    toward = np.arctan2(middle[1], middle[0])
    spread = np.radians([-40, -20, 0, 20, 40]) if spec.mount == "corner" else np.arange(8) * np.pi / 4
    pitches = np.radians([24, 32, 42] if spec.mount == "corner" else [35, 50, 65])
    if spec.lens == "fisheye":
        spread = np.radians([-20, 0, 20]) if spec.mount == "corner" else np.array([0.0])
        pitches = np.radians([35, 50] if spec.mount == "corner" else [90])
    return [
        make_camera_pose(
            position_m, toward + turn + rng.uniform(-0.05, 0.05), pitch + rng.uniform(-0.03, 0.03)
        )
        for turn in spread
        for pitch in pitches
    ]
