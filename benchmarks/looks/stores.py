"""What can be measured of one sampled store: its plan, its shelves, its light, its cameras, its people.

In: a scenario. Out: `StoreFacts`. Layout figures are measured on the floor plan that people walk on, not read
off the scenario; light, occlusion and people on one frame of every camera, made by the whole pipeline.
"""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import shapely
from shapely.geometry import LineString

from scenes.scenario import Scenario
from scenes.store import make_store
from scenes.world import Camera, Store
from synth.dataset.video import read_frames
from synth.pipeline import make_clip

LONGEST_AISLE_M = 5.0  # what is farther across is no aisle but a room
PLAN_CELL_M = 0.25
LUMA = np.array([0.2126, 0.7152, 0.0722])


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
        more, picture = _measure_frame(scenario)
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


def _measure_frame(scenario: Scenario) -> tuple[dict[str, list[float]], np.ndarray]:
    """Make one frame of every camera and measure its light and its people."""
    short = replace(scenario, clip=replace(scenario.clip, duration_s=0.5, fps=1.0))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_clip(short, folder, clip_id="still", refiner=None)
        pictures = [
            next(read_frames(str(path), depth=False)) for path in sorted(folder.glob("still.*.rgb.mp4"))
        ]
        boxes = pq.read_table(folder / "still.boxes.parquet").to_pylist()
    people = [row for row in boxes if row["class"] == "person"]
    count = [
        sum(row["camera_id"] == f"cam{number}" and row["visible_px"] > 0 for row in people)
        for number in range(len(pictures))
    ]
    mean = [(picture / 255.0).reshape(-1, 3).mean(axis=0) for picture in pictures]
    return {
        "mean luma of the frame": [float(rgb @ LUMA) for rgb in mean],
        "red over blue of the frame": [float((rgb[0] + 0.01) / (rgb[2] + 0.01)) for rgb in mean],
        "people in view": [float(number) for number in count],
        "occlusion of people": [1.0 - row["visible_fraction"] for row in people],
    }, pictures[0]
