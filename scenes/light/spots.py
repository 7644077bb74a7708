"""Track spotlights: where they hang, what they are aimed at, how bright their pools are.

In: a lighting section and a floor plan. Out: `Spot`s and the meshes of tracks and heads. They hang over
the aisle before what a shop wants seen: tables of produce, hot counters, end caps with offers, the till.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from shapely import LineString, Point, box, distance, points, union_all
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from scenes.geometry import Finish, make_boxes, make_lathe, merge_meshes, transform_mesh
from scenes.light.lamps import compute_lamp_color
from scenes.plan.layout import FloorPlan, ShelfRun
from scenes.room import SPOTS
from scenes.scenario import LightingSpec
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, INSTANCE_STRUCTURE, Camera, Fixture, Lamp, Material, Mesh, Spot

MAX_SPOTS = 16
SPOT_FACE = Material("spot", roughness=0.5, emissive=2.6)
_FACE_M = (0.034, 0.15)  # radius and distance of the glowing face before the pivot
# How far before its goods a track hangs, by kind, and how high it is aimed (None: at the top board).
_TARGETS = {"table": (0.75, None), "hot_counter": (1.0, 1.0), "end_cap": (1.0, 1.05)}
_DESK_BEFORE_M = 0.7
_EVERY_M = 1.1
_DROPS_M = (0.3, 0.14)  # of a track below the ceiling: hung where there is height, else fixed to it
_HUNG_FROM_M = 2.65
_FROM_CAMERA_M = 1.0  # nearer tracks would fill pictures, as installers know
_OFF_LAMPS_M = 0.05
_ASIDE_M = (0.0, 0.15, -0.15, 0.3, -0.3, 0.45, -0.45, 0.6, -0.6, 0.75, -0.75)  # to make room for lamps
_RAIL_M = (0.045, 0.08)  # lower and upper face of a track, over the pivots of its heads
_HALF_ANGLE_RAD = np.radians([11.0, 19.0])  # to half the intensity: beams of 22 to 38 degrees
# Accents in shops are two to five times as bright as what is around them (CIBSE Lighting Guide on retail).
_ACCENT = (1.5, 3.0)
_PAPER = 0.8
_WARMER_K, _WARMEST_K = 700.0, 2700.0


def sample_spots(
    spec: LightingSpec,
    plan: FloorPlan,
    cameras: Sequence[Camera],
    *,
    free: Polygon,
    material: int,
    lamps: Sequence[Lamp] = (),
    rng: np.random.Generator,
) -> tuple[tuple[Spot, ...], list[Mesh]]:
    """Draw spots over a share of what they light.

    Args:
        spec: `spots` is the share, brightness and temperature those of the lamps.
        plan: Shelving, desks, height of the ceiling.
        cameras: Those that no track may hang before.
        free: Where the ceiling is: the room without columns.
        material: Of the glowing faces.
        lamps: Between which tracks and their rods find room.
        rng: Lane of the spots.

    Returns:
        The spots, and the meshes of tracks and heads.
    """
    half_angle, accent = float(rng.uniform(*_HALF_ANGLE_RAD)), float(rng.uniform(*_ACCENT))
    paint = ((32, 33, 36), (238, 238, 236))[int(rng.integers(2))]
    tint = compute_lamp_color(max(_WARMEST_K, spec.temperature_k - _WARMER_K))
    color = _PAPER * accent * spec.brightness * tint
    ceiling_m = float(plan.layout.size_m[2])
    height_m = ceiling_m - (_DROPS_M[0] if ceiling_m >= _HUNG_FROM_M else _DROPS_M[1])
    eyes_m = np.array([camera.world_from_cam[:3, 3] for camera in cameras]).reshape(-1, 3)
    spots: list[Spot] = []
    parts: list[Mesh] = []
    taken = union_all([_outline_lamp(lamp) for lamp in lamps])
    lowest_m = min((float(lamp.position_m[2]) for lamp in lamps), default=np.inf)

    def has_room(track_m: np.ndarray) -> bool:
        """Say whether a track and its heads are under the ceiling and off the cameras."""
        away_m = np.hypot(distance(LineString(track_m), points(eyes_m[:, :2])), eyes_m[:, 2] - height_m)
        places_m = (*track_m, *_spread(track_m))
        return bool((away_m >= _FROM_CAMERA_M).all()) and all(
            free.contains(Point(place).buffer(0.12)) for place in places_m
        )

    for wanted_m, aim_m in _find_tracks(plan):
        chosen = rng.random() < spec.spots
        hung = _hang(wanted_m, taken, has_room, beside=height_m + _RAIL_M[1] > lowest_m)
        if not chosen or hung is None:
            continue
        track_m, rods_m = hung
        at_m = _spread(track_m)
        count = len(at_m)
        if len(spots) + count > MAX_SPOTS:
            continue
        at_m = np.column_stack([at_m, np.full(count, height_m)])
        share = (np.arange(count) + 0.5)[:, None] / count
        number = INSTANCE_STRUCTURE + SPOTS + len(spots)
        finish = Finish(paint, MATERIAL["coated steel"], -1, CLASS_ID["lamp"], number)
        parts.append(_make_track(track_m, rods_m, height_m, ceiling_m, finish))
        for pivot_m, target_m in zip(at_m, aim_m[0] + share * (aim_m[1] - aim_m[0]), strict=True):
            toward = target_m - pivot_m
            toward /= np.linalg.norm(toward)
            face_m = pivot_m + toward * _FACE_M[1]
            spot = Spot(face_m, toward, half_angle, float(np.linalg.norm(target_m - face_m)), color)
            number = INSTANCE_STRUCTURE + SPOTS + len(spots)
            spots.append(spot)
            parts.append(_make_head(spot, pivot_m, paint, material, number))
    return tuple(spots), parts


def _outline_lamp(lamp: Lamp) -> Polygon:
    low, high = lamp.position_m[:2] - lamp.size_m / 2, lamp.position_m[:2] + lamp.size_m / 2
    return box(*low, *high).buffer(_OFF_LAMPS_M, join_style="mitre")


def _spread(track_m: np.ndarray) -> np.ndarray:
    """Return (K, 2) where heads hang along a track."""
    count = max(1, round(float(np.linalg.norm(track_m[1] - track_m[0])) / _EVERY_M))
    share = (np.arange(count) + 0.5)[:, None] / count
    return track_m[0] + share * (track_m[1] - track_m[0])


def _hang(
    track_m: np.ndarray, taken: BaseGeometry, has_room: Callable[[np.ndarray], bool], *, beside: bool
) -> tuple[np.ndarray, np.ndarray] | None:
    """Find where a track hangs, at or beside (2, 2) where it is wanted, and its two rods.

    Rods keep off the floor under lamps, `taken`; so does the track where it is as high as they are, `beside`.

    Returns:
        The ends of the track and the places of its rods, each (2, 2), or None where there is no room.
    """
    along = (track_m[1] - track_m[0]) / max(float(np.linalg.norm(track_m[1] - track_m[0])), 1e-9)
    for aside_m in _ASIDE_M:
        moved_m = track_m + aside_m * np.array([-along[1], along[0]])
        rail = LineString([moved_m[0] - 0.1 * along, moved_m[1] + 0.1 * along])
        if (beside and rail.intersects(taken)) or not has_room(moved_m):
            continue
        places_m = moved_m[0] + np.linspace(0.0, 1.0, 9)[:, None] * (moved_m[1] - moved_m[0])
        free_m = places_m[distance(taken, points(places_m)) > 0] if not taken.is_empty else places_m
        if len(free_m) > 1:
            return moved_m, free_m[[0, -1]]
    return None


def _find_tracks(plan: FloorPlan) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the ends of every track that may hang, (2, 2) x and y, and of what it lights, (2, 3)."""
    for run in plan.runs:
        kind = plan.layout.fixtures[run.fixture].kind
        if kind in _TARGETS:
            yield _along_run(run, *_TARGETS[kind])
    for fixture in plan.layout.fixtures:
        if fixture.kind == "counter":
            yield _before_desk(fixture, plan.layout.size_m)


def _along_run(run: ShelfRun, before_m: float, aim_z_m: float | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the track before a run and the line on its goods at which it is aimed."""
    aim_z_m = float(run.board_z_m[-1]) if aim_z_m is None else aim_z_m
    deep_m = 0.45 * run.depth_m
    inset_m = min(0.25, 0.3 * run.length_m)
    ends = np.array([[inset_m, 0.0, 0.0, 1.0], [run.length_m - inset_m, 0.0, 0.0, 1.0]])
    track = ends + [0.0, -run.inset_m - before_m, 0.0, 0.0]
    aim = ends + [0.0, deep_m, aim_z_m, 0.0]
    return (track @ run.world_from_run.T)[:, :2], (aim @ run.world_from_run.T)[:, :3]


def _before_desk(fixture: Fixture, size_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the track on the room's side of a desk, and the line along its top."""
    low, high = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
    axis = int(np.argmax(high - low))
    ends = np.tile((low + high) / 2, (2, 1))
    ends[:, axis] = low[axis] + 0.2, high[axis] - 0.2
    outward = np.sign(np.asarray(size_m)[1 - axis] / 2 - ends[0, 1 - axis])
    track = ends.copy()
    track[:, 1 - axis] += outward * (_DESK_BEFORE_M + (high - low)[1 - axis] / 2)
    return track, np.column_stack([ends, np.full(2, fixture.height_m)])


def _make_track(
    track_m: np.ndarray, rods_m: np.ndarray, height_m: float, ceiling_m: float, finish: Finish
) -> Mesh:
    """Make a rail between two points, a little longer than that, on two rods."""
    low, high = track_m.min(0) - 0.1, track_m.max(0) + 0.1
    thin = np.argmin(high - low)
    middle = (low + high)[thin] / 2
    low[thin], high[thin] = middle - 0.018, middle + 0.018
    parts = [make_boxes((*low, height_m + _RAIL_M[0]), (*high, height_m + _RAIL_M[1]), finish)]
    for place in rods_m:
        low_m, high_m = (*(place - 0.004), height_m + _RAIL_M[1]), (*(place + 0.004), ceiling_m)
        parts.append(make_boxes(low_m, high_m, finish))
    return merge_meshes(parts)


def _make_head(
    spot: Spot, pivot_m: np.ndarray, paint: tuple[int, int, int], material: int, instance_id: int
) -> Mesh:
    """Make a stem down from the track and a cylinder that looks along the spot."""
    finish = Finish(paint, MATERIAL["coated steel"], -1, CLASS_ID["lamp"], instance_id)
    radius, front = _FACE_M
    shell = make_lathe([(radius + 0.012, -front), (radius + 0.012, 0.04), (0.0, 0.055)], finish, segments=14)
    face = make_lathe(
        [(0.0, -front + 0.008), (radius + 0.01, -front + 0.008)],
        Finish((255, 250, 240), material, -1, CLASS_ID["lamp"], instance_id),
        segments=14,
    )
    pose = np.eye(4)
    side = np.cross([0.0, 1.0, 0.0] if abs(spot.toward[1]) < 0.9 else [1.0, 0.0, 0.0], -spot.toward)
    side /= np.linalg.norm(side)
    pose[:3, :3] = np.stack([side, np.cross(-spot.toward, side), -spot.toward], axis=1)
    pose[:3, 3] = pivot_m
    stem = make_boxes(pivot_m - [0.01, 0.01, 0.01], pivot_m + [0.01, 0.01, 0.05], finish)
    return merge_meshes([transform_mesh(merge_meshes([shell, face]), pose), stem])
