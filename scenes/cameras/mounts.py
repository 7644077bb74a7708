"""Mounts: where cameras may hang, and where they may look from there.

In: a cameras section and a layout. Out: candidate positions and poses, of which scenes/cameras/placement.py
chooses.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from shapely import LineString, Point, contains_xy, distance, union_all
from shapely import points as shapely_points
from shapely.geometry import Polygon

from scenes.scenario import CamerasSpec
from scenes.world import Camera, StoreLayout

_BELOW_CEILING_M = 0.15
_SHELF_KINDS = ("gondola", "end_cap", "wall_shelf", "chiller")
_BEFORE_SHELF_M = 0.07  # a shelf-edge camera stands proud of the boards
_BELOW_TOP_M = 0.06
_LEAST_SHELF_M = 0.8  # shorter edges carry no camera
_NEARER_M = 0.05  # to a wall than usual
_AISLE_M = 0.6  # so far before the shelf the floor must be free
_INSET_M = 0.22  # from a wall to a camera that hangs on it
_ROWS = ("gondola", "table", "chest")
_ACROSS_M = 1.2  # between places at the ends of aisles


def make_camera_pose(position_m: np.ndarray, yaw_rad: float, pitch_rad: float) -> np.ndarray:
    """Return world_from_cam of a level camera.

    Args:
        position_m: (3,) in the world.
        yaw_rad: Direction of view, counter-clockwise from +X.
        pitch_rad: How far it looks down.
    """
    cy, sy, cp, sp = np.cos(yaw_rad), np.sin(yaw_rad), np.cos(pitch_rad), np.sin(pitch_rad)
    pose = np.eye(4)
    pose[:3, 0] = sy, -cy, 0.0
    pose[:3, 1] = -cy * sp, -sy * sp, -cp
    pose[:3, 2] = cy * cp, sy * cp, -sp
    pose[:3, 3] = position_m
    return pose


def aim_pinhole(
    camera: Camera, eye_m: np.ndarray, target_m: np.ndarray, *, size_px: tuple[int, int], field_rad: float
) -> Camera:
    """Put a pinhole lens without distortion on a camera, and aim it from one point at another, upright.

    Args:
        camera: Keeps its name.
        eye_m, target_m: (3,) in the world.
        size_px: Width and height of its pictures.
        field_rad: Horizontal field of view.
    """
    width, height = size_px
    focal_px = width / 2 / np.tan(field_rad / 2)
    dx, dy, dz = target_m - eye_m
    return replace(
        camera,
        width_px=width,
        height_px=height,
        intrinsics=np.array([[focal_px, 0, width / 2], [0, focal_px, height / 2], [0, 0, 1]]),
        world_from_cam=make_camera_pose(eye_m, np.arctan2(dy, dx), np.arctan2(-dz, np.hypot(dx, dy))),
        model="pinhole",
        distortion=(),
        turns=(),
    )


def sample_eyes(spec: CamerasSpec, layout: StoreLayout, *, rng: np.random.Generator) -> np.ndarray:
    """Return (C, 3) candidate positions: along the walls under the ceiling, or a grid over the room.

    At the ends of aisles: along those walls alone to which the rows run.
    """
    width, depth, ceiling = (float(value) for value in layout.size_m)
    height = min(spec.height_m, ceiling - _BELOW_CEILING_M)
    inset = _INSET_M
    if spec.mount == "aisle":
        points = _list_aisle_ends(layout)
    elif spec.mount != "ceiling":
        along_x = np.linspace(inset, width - inset, max(3, round(width / 2.2) + 1))
        along_y = np.linspace(inset, depth - inset, max(3, round(depth / 2.2) + 1))[1:-1]
        points = [(x, y) for x in along_x for y in (inset, depth - inset)]
        points += [(x, y) for y in along_y for x in (inset, width - inset)]
    else:
        x = np.linspace(0.12, 0.88, max(3, min(9, round(width / 1.8)))) * width
        y = np.linspace(0.12, 0.88, max(3, min(9, round(depth / 1.8)))) * depth
        points = [(a, b) for a in x for b in y]
    if layout.masonry and spec.mount != "aisle":
        ring = layout.room.buffer(-inset, join_style="mitre")
        points += [] if spec.mount == "ceiling" else _list_corners(ring, layout.masonry, inset)
        points = [point for point in points if ring.distance(Point(point)) < _NEARER_M]
    ground = np.array(points) + rng.uniform(-0.04, 0.04, (len(points), 2))
    return np.column_stack([ground, np.full(len(ground), height)])


def _find_row_axis(layout: StoreLayout) -> int:
    """Return 0 where rows run along x, 1 along y: the way of most of their length, else of the room."""
    rows = [fixture for fixture in layout.fixtures if fixture.kind in _ROWS]
    sizes_m = np.array([np.ptp(fixture.footprint_m, axis=0) for fixture in rows]).reshape(-1, 2)
    along = sizes_m == sizes_m.max(axis=1, keepdims=True, initial=0.0)
    length_m = (sizes_m * along).sum(axis=0)
    return int(np.argmax(length_m if len(rows) else layout.size_m[:2]))


def _list_aisle_ends(layout: StoreLayout) -> list[tuple[float, float]]:
    """List places at both ends of lines through the room that run as its rows do."""
    axis = _find_row_axis(layout)
    across_m = float(layout.size_m[1 - axis])
    points = []
    for place in np.linspace(_INSET_M, across_m - _INSET_M, max(3, 2 * round(across_m / _ACROSS_M / 2) + 1)):
        ends = np.full((2, 2), place)
        ends[:, axis] = 0.0, layout.size_m[axis]
        inside = LineString(ends).intersection(layout.room)
        low, high = inside.bounds[axis] + _INSET_M, inside.bounds[axis + 2] - _INSET_M
        for at in (low, high):
            ends[0, axis] = at
            points.append((float(ends[0, 0]), float(ends[0, 1])))
    return points


def _list_corners(ring: Polygon, masonry: Sequence[np.ndarray], inset_m: float) -> list[tuple[float, float]]:
    """List the corners of a line along the walls, and the middles between, that are at masonry."""
    corner = np.array(ring.exterior.coords)
    every = np.concatenate([corner[:-1], (corner[:-1] + corner[1:]) / 2])
    away_m = distance(union_all([Polygon(part) for part in masonry]), shapely_points(every))
    return [(float(x), float(y)) for x, y in every[away_m < 1.5 * inset_m]]


def sample_poses(
    spec: CamerasSpec, layout: StoreLayout, position_m: np.ndarray, *, rng: np.random.Generator
) -> list[np.ndarray]:
    """Return candidate poses at one position: seven or eight directions into the room, three pitches.

    At the end of an aisle there is one direction, and it looks less steeply down, so as to see the other end.
    A fisheye on the ceiling looks straight down, as domes do, and one on a wall sees half of it.
    """
    middle = np.array(layout.room.centroid.coords[0]) - position_m[:2]
    toward = np.arctan2(middle[1], middle[0])
    walls = spec.mount != "ceiling"
    spread = np.radians(np.arange(-60, 61, 20)) if walls else np.arange(8) * np.pi / 4
    pitches = np.radians([22, 30, 40] if walls else [35, 50, 65])
    if spec.mount == "aisle":
        axis = _find_row_axis(layout)
        toward = np.arctan2(*(np.sign(middle[axis]) * np.eye(2)[axis])[::-1])
        spread, pitches = np.array([0.0]), np.radians([18, 24, 30])
    if spec.lens == "fisheye":
        spread = np.radians([-20, 0, 20]) if walls else np.array([0.0])
        pitches = np.radians([35, 50] if walls else [90])
    return [
        make_camera_pose(
            position_m, toward + turn + rng.uniform(-0.05, 0.05), pitch + rng.uniform(-0.03, 0.03)
        )
        for turn in spread
        for pitch in pitches
    ]


def sample_near_poses(
    spec: CamerasSpec, layout: StoreLayout, *, rng: np.random.Generator
) -> tuple[list[np.ndarray], int]:
    """Return candidate poses of cameras on shelf edges or over doors, and how many of them to take."""
    if spec.mount == "shelf":
        poses = _sample_shelf_poses(spec, layout, rng=rng)
        places = len(poses)
    elif spec.mount == "door":
        poses = _sample_door_poses(spec, layout, rng=rng)
        places = len(layout.doors)
    else:
        return [], 0
    return poses, min(spec.count // 2, places)


def _sample_shelf_poses(
    spec: CamerasSpec, layout: StoreLayout, *, rng: np.random.Generator
) -> list[np.ndarray]:
    """Return poses on the top front edges of shelves that look across and along their aisle."""
    poses = []
    for fixture in layout.fixtures:
        corner = fixture.footprint_m
        for a, b in zip(corner, np.roll(corner, -1, axis=0), strict=True):
            length = float(np.linalg.norm(b - a))
            outward = np.array([b[1] - a[1], a[0] - b[0]]) / max(length, 1e-9)
            middle = a + (b - a) * rng.uniform(0.3, 0.7)
            free = contains_xy(layout.walkable, *(middle + _AISLE_M * outward))
            if fixture.kind not in _SHELF_KINDS or length < _LEAST_SHELF_M or not free:
                continue
            height = min(fixture.height_m - _BELOW_TOP_M, spec.height_m)
            eye = np.array([*(middle + _BEFORE_SHELF_M * outward), height])
            across = np.arctan2(outward[1], outward[0])
            poses += [
                make_camera_pose(eye, across + turn, np.radians(rng.uniform(14, 24)))
                for turn in np.radians([-40, 0, 40])
            ]
    return poses


def _sample_door_poses(
    spec: CamerasSpec, layout: StoreLayout, *, rng: np.random.Generator
) -> list[np.ndarray]:
    """Return poses over the doors that look into the shop, on the faces of those who come in from there."""
    height = min(spec.height_m, float(layout.size_m[2]) - _BELOW_CEILING_M)
    poses = []
    for door in layout.doors:
        eye = np.array([*(door.point_m + 0.12 * door.outward), height])
        inward = np.arctan2(-door.outward[1], -door.outward[0])
        poses += [
            make_camera_pose(eye, inward + turn, np.radians(rng.uniform(28, 40)))
            for turn in np.radians([-20, 0, 20])
        ]
    return poses
