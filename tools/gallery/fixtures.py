"""Pictures of fixtures: an empty shop and a camera a few steps before each kind.

In: a store format. Out: pictures by kind of fixture, and the catalogue pictures of its products by package.
"""

from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon, box

from scenes.cameras.mounts import aim_pinhole
from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.world import Camera, Fixture, Store, make_wall_frame
from synth.motion import compute_motion
from synth.render import Renderer
from synth.simulation import simulate
from synth.stage import Stage

SIZE_PX = (480, 360)
FIELD_RAD = np.radians(62)
EYE_M, EYE_OVER_CHEST_M = 1.65, 2.2
DOOR_AIM_M = 1.25
DIRECTIONS = 24
DISTANCES_M = (2.4, 2.0, 1.6, 3.0, 1.3)  # the first is best
FAR_M = (4.5, 3.6, 3.0, 2.4)
OBLIQUE = 0.85  # cosine between the line of sight and the front
WALL_M = np.array([0.25, 0.25])  # a camera keeps off walls
MORNING = ("lighting.weather=sunny", "lighting.hour=8.5", "lighting.front_deg=0")  # the sun is at the left
# What is only in shops that are made for it.
SETTINGS = {"supermarket": ("store.width_m=15", "store.depth_m=13")}  # so large that it has a fire exit


def photograph_format(
    name: str, known: set[str], *, seed: int
) -> tuple[dict[str, np.ndarray], dict[str, list[np.ndarray]]]:
    """Photograph the kinds of fixture of one shop that are not known yet, and list its products' pictures."""
    settings = (
        f"store.format={name}",
        "store.freezers=0.15",
        "store.pegs=0.15",
        "store.chests=0.15",
        "store.displays=0.5",
        "store.props=1",
        "store.sliding_doors=true",
        "store.other_windows=left",
        "store.height_m=3.2",
        *MORNING,
        "shoppers.count=0",
        "clip.warmup_s=0",
        "faults.lamps_failed=0",
        *SETTINGS.get(name, ()),
    )
    scenario = sample_scenario(load_config("everyday", settings), seed=seed, index=0)
    store = make_store(scenario)
    cameras = _aim_at_unknown(store, known)
    products: dict[str, list[np.ndarray]] = {}
    for package, picture in zip(store.catalogue.package, store.catalogue.picture, strict=True):
        products.setdefault(package, []).append(picture)
    if not cameras:
        return {}, products
    store = replace(store, cameras=tuple(cameras.values()))
    simulation = simulate(scenario, store)
    stage = Stage(scenario, store, simulation, compute_motion(simulation, [], frame_time_s=np.zeros(1)), [])
    with Renderer(
        store, dynamic_items=stage.dynamic_items, dynamic_doors=stage.dynamic_doors, supersampling=2
    ) as renderer:
        scene = stage.frame_scene(0)
        return {kind: renderer.render(scene, n).rgb for n, kind in enumerate(cameras)}, products


def _aim_at_unknown(store: Store, known: set[str]) -> dict[str, Camera]:
    """Place a camera before each kind of fixture, door and window that is not known yet."""
    cameras = {
        fixture.kind: camera
        for fixture in store.layout.fixtures
        if fixture.kind not in known and (camera := aim(store, fixture)) is not None
    }
    for door in store.layout.ways:
        kind = "sliding_door" if door.opens == "sliding" else door.kind
        if kind in ("sliding_door", "fire_exit") and kind not in {*known, *cameras}:
            own = Point(door.wall_m).buffer(0.05)
            camera = _aim_at(store, own, door.wall_m - 0.1 * door.outward, -door.outward, DOOR_AIM_M)
            if camera is not None:
                cameras[kind] = camera
    if store.layout.windows and "windows" not in known and (camera := _aim_at_windows(store)) is not None:
        cameras["windows"] = camera
    return cameras


def aim(store: Store, fixture: Fixture) -> Camera | None:
    """Place a camera before a fixture, a little beside the middle of its front; None where nobody fits."""
    number = next(n for n, one in enumerate(store.layout.fixtures) if one is fixture)
    slots = store.planogram.world_from_slot[store.planogram.fixture == number]
    middle = slots[np.lexsort((slots[:, 1, 3], slots[:, 0, 3]))[len(slots) // 2]] if len(slots) else None
    own = Polygon(fixture.footprint_m)
    target = np.array(own.centroid.coords[0]) if middle is None else middle[:2, 3]
    front = None if middle is None else -middle[:2, 1]
    if fixture.kind == "chest":  # one looks down into it
        return _aim_at(store, own, target, front, fixture.height_m, eye_m=EYE_OVER_CHEST_M)
    return _aim_at(store, own, target, front, min(0.5 * fixture.height_m, 1.3))


def _aim_at_windows(store: Store) -> Camera | None:
    """Place a camera before the largest window of another wall than the front."""
    window = max(store.layout.windows, key=lambda one: (one.x1_m - one.x0_m) * (one.z1_m - one.z0_m))
    frame = make_wall_frame(store.layout.size_m, window.wall)
    middle = (frame @ [(window.x0_m + window.x1_m) / 2, 0.4, 0.0, 1.0])[:2]
    own = Point(middle).buffer(0.05)
    aim_m = (window.z0_m + window.z1_m) / 2 - 0.3
    return _aim_at(
        store, own, middle, frame[:2, 1], aim_m, see_over=True, eye_m=EYE_OVER_CHEST_M, distances_m=FAR_M
    )


def _aim_at(
    store: Store,
    own: Polygon,
    target: np.ndarray,
    front: np.ndarray | None,
    height_m: float,
    *,
    eye_m: float = EYE_M,
    see_over: bool = False,
    distances_m: tuple[float, ...] = DISTANCES_M,
) -> Camera | None:
    """Place a camera before a place (2,) of a thing that looks along `front` (2,), if that is known.

    Nothing stands between, or (`see_over`) nothing that is higher than the eye.
    """
    standing = [one for one in store.layout.fixtures if not see_over or one.height_m > eye_m]
    footprints = [Polygon(one.footprint_m) for one in standing]
    others = shapely.unary_union([one for one in footprints if not one.equals(own)])
    room = box(*WALL_M, *(store.layout.size_m[:2] - WALL_M))
    best: tuple[float, np.ndarray] | None = None
    for distance_m in distances_m:
        for turn in np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False):
            away = np.array([np.cos(turn), np.sin(turn)])
            eye = target + distance_m * away
            if not room.contains(Point(eye)) or own.contains(Point(eye)) or others.contains(Point(eye)):
                continue
            if LineString([eye, target + 0.05 * away]).intersects(others):
                continue
            facing = OBLIQUE if front is None else float(front @ away)
            score = -abs(facing - OBLIQUE) - 0.2 * abs(distance_m - distances_m[0])
            if best is None or score > best[0]:
                best = (score, eye)
    if best is None:
        return None
    place_m, target_m = np.append(best[1], eye_m), np.append(target, height_m)
    return aim_pinhole(store.cameras[0], place_m, target_m, size_px=SIZE_PX, field_rad=FIELD_RAD)
