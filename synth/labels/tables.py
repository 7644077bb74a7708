"""Labels: what the tables of a clip say, computed from the world itself and never from the picture's colours.

In: the simulation, the motion, and frame by frame each camera's `View` with the `FrameScene` it shows.
Out: tables with the schemas of synth/schema/. Boxes have a full part (projected geometry, whatever
stands before it) and a visible part (the pixels that carry the instance's id).
"""

from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from scenes.cameras.projection import project_points
from scenes.world import INSTANCE_BAG, INSTANCE_COAT, INSTANCE_ITEM, INSTANCE_PERSON, Store
from synth import schema
from synth.evidence import describe_contacts
from synth.labels.boxes import (
    FullBox,
    Pixels,
    box_items,
    box_scene,
    count_pixels,
    find_visible_joints,
    hull_areas_px,
)
from synth.ledger.placement import compute_stays
from synth.records import PUSHED, Motion, Simulation, View, WeightTrace
from synth.render import FrameScene

_BOX_COLUMNS = ("x0_px", "y0_px", "x1_px", "y1_px")
_FULL_COLUMNS = ("full_x0_px", "full_y0_px", "full_x1_px", "full_y1_px")


class BoxAccumulator:
    """Gathers boxes view by view; `table` gives them all."""

    def __init__(self, store: Store, simulation: Simulation, motion: Motion) -> None:
        self._store = store
        self._motion = motion
        self._trip_codes = [plan.trip_code for plan in simulation.plans]
        moving = np.zeros(len(store.item_slot), bool)
        moving[list(compute_stays(store, simulation))] = True
        self._still_items = np.flatnonzero(~moving)
        self._parts: list[dict[str, Any]] = []

    def add(self, view: View, scene: FrameScene) -> None:
        """Label one view.

        Adds a row for each person and moving item whose full box meets the image, and at frame 0 for every
        other product.
        """
        full = box_scene(view.camera, scene.mesh)
        boxed = full.instance_id >= INSTANCE_PERSON  # case doors are in the masks alone
        full = FullBox(full.instance_id[boxed], full.box_px[boxed])
        pixels = count_pixels(view.instance_id)
        silhouette_px = np.array([view.silhouette_px.get(int(i), 0) for i in full.instance_id], float)
        self._append(view, full, pixels, silhouette_px)
        if view.frame == 0:
            still = box_items(view.camera, self._store, self._still_items)
            self._append(view, still, pixels, hull_areas_px(view.camera, self._store, still))

    def table(self) -> pa.Table:
        """Return all boxes, schema BOXES."""
        columns: dict[str, pa.Array] = {}
        for field in schema.BOXES:
            parts = [part[field.name] for part in self._parts]
            if pa.types.is_list(field.type):
                columns[field.name] = _list_column([row for part in parts for row in part], field.type)
            elif pa.types.is_string(field.type):
                columns[field.name] = pa.array([text for part in parts for text in part], field.type)
            else:
                values = np.concatenate([*parts, np.zeros(0, field.type.to_pandas_dtype())])
                columns[field.name] = pa.array(values, field.type, from_pandas=False)
        return pa.table(columns, schema=schema.bare_schema(schema.BOXES))

    def _append(self, view: View, full: FullBox, pixels: Pixels, silhouette_px: np.ndarray) -> None:
        width, height = view.camera.width_px, view.camera.height_px
        x0, y0, x1, y1 = full.box_px.T
        meets = (x0 < width) & (y0 < height) & (x1 > 0) & (y1 > 0)
        ids, box_px, silhouette_px = full.instance_id[meets], full.box_px[meets], silhouette_px[meets]
        count = len(ids)
        visible_px, visible_box_px = pixels.of(ids)
        item_id = np.where(ids >= INSTANCE_ITEM, ids - INSTANCE_ITEM, -1)
        shopper = np.where(ids < INSTANCE_BAG, ids - INSTANCE_PERSON, -1)
        first = np.where(ids < INSTANCE_COAT, INSTANCE_BAG, INSTANCE_COAT)  # a coat is of class bag, too
        bag = np.where((ids >= INSTANCE_BAG) & (ids < INSTANCE_ITEM), ids - first, -1)
        fraction = visible_px / np.maximum(np.maximum(silhouette_px, visible_px), 1.0)
        joints_px, joints_visible = self._joints(view, shopper)
        part: dict[str, Any] = {
            "frame": np.full(count, view.frame, np.int32),
            "time_s": np.full(count, self._motion.time_s[view.frame]),
            "camera_id": [view.camera.camera_id] * count,
            "instance_id": ids.astype(np.int32),
            "class": [
                "person" if person >= 0 else "bag" if lone >= 0 else "product"
                for person, lone in zip(shopper, bag, strict=True)
            ],
            "trip_code": [self._trip_codes[n] if n >= 0 else "" for n in np.maximum(shopper, bag)],
            "item_id": item_id.astype(np.int32),
            "sku": [self._sku(item) for item in item_id],
            "visible_px": visible_px.astype(np.int32),
            "visible_fraction": fraction.astype(np.float32),
            "joints_px": joints_px,
            "joints_visible": joints_visible,
        }
        part |= dict(zip(_BOX_COLUMNS, visible_box_px.astype(np.float32).T, strict=True))
        part |= dict(zip(_FULL_COLUMNS, box_px.astype(np.float32).T, strict=True))
        self._parts.append(part)

    def _joints(self, view: View, shopper: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return each row's projected joints and their visibility, empty for products."""
        people = shopper[shopper >= 0]
        joints_m = self._motion.joint_position_m[view.frame, people]
        points_px, depth_m = project_points(view.camera, joints_m)
        # Rounded as they are written, so that a reader's pixel is the one looked at here.
        points_px = points_px.astype(np.float32)
        visible = find_visible_joints(view, INSTANCE_PERSON + people, points_px, depth_m)
        nothing: list[np.ndarray] = [np.zeros(0)] * int((shopper < 0).sum())
        # People come before items in a scene, and products alone make up the rows of still items.
        points = [row.ravel() for row in points_px]
        return points + nothing, list(visible) + nothing

    def _sku(self, item_id: int) -> str:
        return "" if item_id < 0 else self._store.catalogue.sku[self._store.item_product[item_id]]


def make_tracks(simulation: Simulation, motion: Motion) -> pa.Table:
    """Make the tracks: a row per frame and person present, schema TRACKS."""
    frame, person = np.nonzero(motion.present)
    position_m, heading_rad, gear_rad = _at_frames(simulation, motion.time_s)
    pushes = np.array([plan.mobility in PUSHED for plan in simulation.plans], bool)
    palm_m = motion.palm_m[frame, person].reshape(-1, 6)
    palms = [f"{side}_palm_{axis}_m" for side in ("left", "right") for axis in "xyz"]
    columns = {
        "frame": frame,
        "time_s": motion.time_s[frame],
        "trip_code": [simulation.plans[p].trip_code for p in person],
        "x_m": position_m[frame, person, 0],
        "y_m": position_m[frame, person, 1],
        "heading_rad": heading_rad[frame, person],
        "gear_heading_rad": np.where(pushes[person], gear_rad[frame, person], np.nan),
        **dict(zip(palms, palm_m.T, strict=True)),
        "joints_m": [joints_m.ravel() for joints_m in motion.joint_position_m[frame, person]],
    }
    return _make_table(columns, schema.TRACKS)


def make_events(simulation: Simulation, evidence: dict[str, list[Any]] | None = None) -> pa.Table:
    """Make the ledger's table, warm-up included, schema EVENTS.

    Args:
        simulation: What happened.
        evidence: Columns of an `EvidenceAccumulator`; None when no camera looked.
    """
    events = simulation.events
    seen = describe_contacts(simulation) if evidence is None else evidence
    names = [name for name in schema.EVENTS.names if name not in ("x_m", "y_m", "z_m", "rest_pose", *seen)]
    columns: dict[str, Any] = {name: [getattr(event, name) for event in events] for name in names}
    points_m = np.array([event.point_m for event in events], float).reshape(-1, 3)
    columns |= dict(zip(("x_m", "y_m", "z_m"), points_m.T, strict=True))
    poses = [event.world_from_item for event in events]
    columns |= seen
    columns["rest_pose"] = [np.zeros(0) if pose is None else pose.ravel() for pose in poses]
    return _make_table(columns, schema.EVENTS)


def make_weights(trace: WeightTrace) -> pa.Table:
    """Make the table of scale readings, a row a reading, schema WEIGHTS."""
    offsets = pa.array(np.arange(len(trace.time_s) + 1) * trace.mass_kg.shape[1], pa.int32())
    kind = schema.WEIGHTS.field("mass_kg").type
    lists = [
        pa.ListArray.from_arrays(offsets, pa.array(values.ravel(), pa.float32()), type=kind)
        for values in (trace.mass_kg, trace.true_kg)
    ]
    return pa.table([pa.array(trace.time_s), *lists], schema=schema.bare_schema(schema.WEIGHTS))


def make_receipts(simulation: Simulation) -> list[dict[str, Any]]:
    """Make the JSON form of the receipts, in the order of the simulation."""
    receipts = []
    for receipt in simulation.receipts:
        plain = asdict(receipt)
        plain["trip_codes"] = list(receipt.trip_codes)
        plain["lines"] = sorted((asdict(line) for line in receipt.lines), key=lambda line: line["sku"])
        plain["history"] = [[float(time_s), int(total)] for time_s, total in receipt.history]
        receipts.append(plain)
    return receipts


def _at_frames(simulation: Simulation, time_s: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Interpolate positions (F, N, 2), headings of bodies and of gear (F, N) at the frame times.

    Between two steps one of which is absent, the present one counts.
    """
    tracks = simulation.trajectories
    exact = np.clip((time_s - tracks.time_s[0]) * tracks.fps, 0, len(tracks.time_s) - 1)
    low = np.minimum(exact.astype(int), len(tracks.time_s) - 1)
    high = np.minimum(low + 1, len(tracks.time_s) - 1)
    share = np.repeat((exact - low)[:, None], tracks.present.shape[1], axis=1)
    share[~tracks.present[high]] = 0.0
    share[~tracks.present[low] & tracks.present[high]] = 1.0
    position_m = tracks.position_m[low] + share[..., None] * (
        tracks.position_m[high] - tracks.position_m[low]
    )
    turned = []
    for angle_rad in (tracks.heading_rad, tracks.gear_rad):
        turn_rad = angle_rad[high] - angle_rad[low]
        turn_rad = angle_rad[low] + share * np.arctan2(np.sin(turn_rad), np.cos(turn_rad))
        turned.append(np.arctan2(np.sin(turn_rad), np.cos(turn_rad)))
    return position_m, turned[0], turned[1]


def _make_table(columns: dict[str, Any], fields: pa.Schema) -> pa.Table:
    arrays = [
        _list_column(columns[field.name], field.type)
        if pa.types.is_list(field.type)
        else pa.array(columns[field.name], field.type)
        for field in fields
    ]
    return pa.table(arrays, schema=schema.bare_schema(fields))


def _list_column(rows: list[np.ndarray], kind: pa.ListType) -> pa.Array:
    """Make a list column without a Python object a number."""
    offsets = np.cumsum([0, *(len(row) for row in rows)])
    values = np.concatenate([*rows, np.zeros(0)]).astype(kind.value_type.to_pandas_dtype())
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), pa.array(values, kind.value_type), type=kind
    )
