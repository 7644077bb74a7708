"""Clips of the real generator with blank pictures: simulation, ledger, receipts, scales, no rendering."""

import tempfile
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np

from scenes.scenario import Scenario
from scenes.store import make_store
from scenes.world import Camera, Store
from synth import pipeline
from synth.dataset import ClipWriter
from synth.dataset.store_files import write_store
from synth.evidence import EvidenceAccumulator
from synth.labels.clip_files import finish_clip
from synth.labels.tables import make_tracks
from synth.ledger.placement import add_brought_items
from synth.motion.compute import presence_window
from synth.moving_doors import list_open_doors, read_doors
from synth.records import Conditions, Motion, Simulation, View
from synth.scales import simulate_scales
from synth.schema import BOXES
from synth.sensors import Link, make_clocks
from synth.simulation import simulate
from tests.synth.light_bodies import choose_body_shape

# Small in room and time, rich in what happens.
SMALL = (
    "clip.duration_s=12",
    "clip.warmup_s=25",
    "clip.fps=1",
    "store.width_m=6.5",
    "store.depth_m=6",
    "store.format=convenience",
    "store.aisle_width_m=1.6",
    "catalogue.skus=24",
    "catalogue.weight_twin_pairs=4",
    "catalogue.look_alike_pairs=2",
    "shoppers.arrival_window_s=15",
    "cameras.count=2",
    "cameras.width_px=64",
    "cameras.height_px=64",
)


_stores: dict[str, tuple[Store, dict[str, bytes]]] = {}


def find_store(scenario: Scenario) -> tuple[Store, dict[str, bytes]]:
    """Make a scenario's store and its files once, whatever its shoppers do."""
    key = repr((scenario.name, scenario.seed, scenario.index, scenario.store, scenario.catalogue))
    if key not in _stores:
        store = _blank_catalogue(make_store(scenario))
        with tempfile.TemporaryDirectory() as folder:
            write_store(store, Path(folder))
            paths = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
            _stores[key] = store, {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return _stores[key]


def _blank_catalogue(store: Store) -> Store:
    """Leave out the pictures of products: drawing them takes longer than what happens in the clip."""
    blank = np.full((4, 4, 3), 255, np.uint8)
    return replace(store, catalogue=replace(store.catalogue, picture=(blank,) * len(store.catalogue.sku)))


def make_unrendered_clip(
    scenario: Scenario, folder: Path, *, clip_id, refiner=None, on_progress=None
) -> None:
    """Stand in for `synth.pipeline.make_clip`: the same files, without people in the pictures."""
    store, files = find_store(scenario)
    for name, content in files.items():
        path = folder / "store" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        simulation = simulate(scenario, store)
        store = add_brought_items(store, simulation)
    weights = simulate_scales(scenario, store, simulation)
    motion = _walk(scenario, simulation)
    contacts = EvidenceAccumulator(store, simulation, motion)
    fps = scenario.clip.fps
    clocks = make_clocks(scenario, store.cameras, motion.time_s)
    links = {clock.camera_id: Link(clock) for clock in clocks}
    with ClipWriter(folder, clip_id=clip_id, cameras=store.cameras, fps=fps, refined=False) as writer:
        for frame in range(len(motion.time_s)):
            for camera in store.cameras:
                view = _blank(camera, frame)
                contacts.add(view)
                writer.add_view(links[camera.camera_id].send(view, None, None)[0])
        finish_clip(
            writer,
            scenario,
            store,
            simulation,
            motion,
            clip_id=clip_id,
            conditions=Conditions(**list_open_doors(store, read_doors(store, simulation, motion.time_s))),
            weights=weights,
            clocks=clocks,
            contacts=contacts,
            tracks=make_tracks(simulation, motion),
            boxes=BOXES.empty_table(),
            refiner=None,
        )


def _walk(scenario: Scenario, simulation: Simulation) -> Motion:
    """Have people where they walk, without a body."""
    time_s = pipeline.compute_frame_times(scenario)
    shape = (len(time_s), len(simulation.plans))
    windows = [presence_window(simulation.trajectories, n) or (np.inf, -np.inf) for n in range(shape[1])]
    present = [(time_s >= from_s - 1e-9) & (time_s <= to_s + 1e-9) for from_s, to_s in windows]
    return Motion(
        time_s=time_s,
        present=np.array(present, bool).reshape(shape[::-1]).T,
        joint_names=(),
        joint_position_m=np.zeros((*shape, 0, 3), np.float32),
        joint_rotation=np.zeros((*shape, 0, 3, 3), np.float32),
        palm_m=np.zeros((*shape, 2, 3), np.float32),
        held=(),
    )


def _blank(camera: Camera, frame: int) -> View:
    shape = (camera.height_px, camera.width_px)
    colour, vectors = np.zeros((*shape, 3), np.uint8), np.zeros((*shape, 3), np.float32)
    return View(
        camera=camera,
        frame=frame,
        rgb=colour,
        depth_m=np.zeros(shape, np.float32),
        normal=vectors,
        albedo=colour,
        material=np.zeros(shape, np.uint8),
        instance_id=np.zeros(shape, np.int32),
        class_id=np.zeros(shape, np.uint8),
        motion_px=vectors[..., :2],
        silhouette_px={},
    )
