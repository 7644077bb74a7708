"""What can be measured of one sampled store: its plan, its shelves, its light, its cameras, its people.

In: a scenario. Out: `StoreFacts`. Layout figures are measured on the floor plan that people walk on, not read
off the scenario; light, occlusion and people on one picture of every camera, as its sensor gives it.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import LineString

from scenes.scenario import Scenario
from scenes.store import make_store
from scenes.world import INSTANCE_BAG, INSTANCE_PERSON, Camera, Store
from synth.bodies import make_bodies
from synth.ledger.placement import add_brought_items
from synth.motion import compute_motion
from synth.optics import Imaging, LensRenderer, sample_camera_faults
from synth.pipeline import compute_frame_times
from synth.records import View
from synth.simulation import simulate
from synth.stage import Stage

LONGEST_AISLE_M = 5.0  # what is farther across is no aisle but a room
PLAN_CELL_M = 0.25
LUMA = np.array([0.2126, 0.7152, 0.0722])
SEEN = ("mean luma of the frame", "red over blue of the frame", "people in view", "occlusion of people")


@dataclass(frozen=True)
class StoreFacts:
    """One store in figures.

    Attributes:
        store_id: Hash of all that defines it.
        figures: name -> value, of the store; NaN where it does not apply.
        seen: name -> one value a camera, of one frame.
        plan: (cells, cells) bool, where one can walk, from the room's corner.
        skus: What is sold.
        picture: (H, W, 3) uint8, what the first camera sees; None when nothing was rendered.
    """

    store_id: str
    figures: dict[str, float]
    seen: dict[str, list[float]]
    plan: np.ndarray
    skus: frozenset[str]
    picture: np.ndarray | None


def measure_store(scenario: Scenario, *, rendered: bool) -> StoreFacts:
    """Measure one store, and one frame of its clip if asked for."""
    store = make_store(scenario)
    figures = {
        "floor area, m²": float(store.layout.size_m[0] * store.layout.size_m[1]),
        "free floor, m²": float(store.layout.walkable.area),
        "ceiling height, m": float(store.layout.size_m[2]),
        "aisle width, m": measure_aisle_width(store),
        "fixtures": float(len(store.layout.fixtures)),
        "kinds of fixture": float(len({fixture.kind for fixture in store.layout.fixtures})),
        "SKUs": float(len(store.catalogue.sku)),
        "items": float(len(store.item_slot)),
        "lamps": float(len(store.lamps)),
    }
    seen = {
        "camera height, m": [float(camera.world_from_cam[2, 3]) for camera in store.cameras],
        "field of view, degrees": [measure_field_of_view(camera) for camera in store.cameras],
    }
    picture = None
    if rendered:
        more, picture = _measure_frame(scenario, store)
        seen |= more
    return StoreFacts(
        store.store_id, figures, seen, rasterize_plan(store), frozenset(store.catalogue.sku), picture
    )


def measure_aisle_width(store: Store) -> float:
    """Return the median clear way before the shelves, in metres, where something stands opposite."""
    slots = store.planogram.world_from_slot
    starts, unique = np.unique(slots[:, :2, 3].round(1), axis=0, return_index=True)
    widths = []
    for start, slot in zip(starts, unique, strict=True):
        ahead = -slots[slot, :2, 1]
        sight = LineString([start, start + LONGEST_AISLE_M * ahead])
        free = shapely.intersection(sight, store.layout.walkable)
        first = free.geoms[0] if hasattr(free, "geoms") and len(free.geoms) else free
        if not first.is_empty and first.length < LONGEST_AISLE_M - 0.5:
            widths.append(first.length)
    return float(np.median(widths)) if widths else float("nan")


def measure_field_of_view(camera: Camera) -> float:
    """Return the horizontal field of view in degrees, without distortion; of a fisheye its circle's."""
    if camera.model == "kannala_brandt":
        return float(np.degrees(2 * camera.max_angle_rad))
    return float(np.degrees(2 * np.arctan(camera.width_px / 2 / camera.intrinsics[0, 0])))


def rasterize_plan(store: Store, *, cells: int = 96) -> np.ndarray:
    """Return where one can walk, on a grid of PLAN_CELL_M that begins at the room's corner."""
    centre = (np.arange(cells) + 0.5) * PLAN_CELL_M
    x, y = np.meshgrid(centre, centre)
    return shapely.contains_xy(store.layout.walkable, x.ravel(), y.ravel()).reshape(cells, cells)


def _measure_frame(scenario: Scenario, store: Store) -> tuple[dict[str, list[float]], np.ndarray]:
    """Take one picture with every camera, without writing a clip, and measure its light and its people."""
    short = replace(scenario, clip=replace(scenario.clip, duration_s=0.5, fps=1.0))
    simulation = simulate(short, store)
    store = add_brought_items(store, simulation)
    bodies = make_bodies(simulation.plans, store.accent)
    motion = compute_motion(simulation, bodies, frame_time_s=compute_frame_times(short))
    stage = Stage(short, store, simulation, motion, bodies)
    scene = stage.frame_scene(0)
    faults = sample_camera_faults(short, store.cameras)
    seen: dict[str, list[float]] = {name: [] for name in SEEN}
    pictures = []
    with LensRenderer(
        store,
        dynamic_items=stage.dynamic_items,
        dynamic_doors=stage.dynamic_doors,
        supersampling=short.cameras.supersampling,
    ) as renderer:
        for number, camera in enumerate(store.cameras):
            view = renderer.render(scene, number)
            _, sent = Imaging(short, camera, faults.get(camera.camera_id)).take(view, time_s=0.0)
            for name, values in zip(SEEN, _measure_view(sent), strict=True):
                seen[name] += values
            pictures.append(sent.rgb)
    return seen, pictures[0]


def _measure_view(view: View) -> tuple[list[float], list[float], list[float], list[float]]:
    """Return the values of SEEN: one a picture, of occlusion one a person who would be in it."""
    red, green, blue = (view.rgb / 255.0).reshape(-1, 3).mean(axis=0)
    visible_px = np.bincount(view.instance_id.ravel(), minlength=INSTANCE_BAG)
    people = {
        number: whole_px
        for number, whole_px in view.silhouette_px.items()
        if INSTANCE_PERSON <= number < INSTANCE_BAG and whole_px
    }
    return (
        [float(LUMA @ [red, green, blue])],
        [float((red + 0.01) / (blue + 0.01))],
        [float(np.count_nonzero(visible_px[INSTANCE_PERSON:INSTANCE_BAG]))],
        [1.0 - min(1.0, float(visible_px[number]) / whole_px) for number, whole_px in people.items()],
    )
