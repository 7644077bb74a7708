"""The way of one clip, from a resolved scenario to finished files, on one screen.

    Scenario -> Store -> Simulation -> Motion -> Stage -> Views -> (Refiner) -> files
                              └-> scales

In: a `Scenario` and an empty folder. Out: the clip's files in the folder, the store's files under
``store/``. Each stage is a function or a small object of its own module; nothing here knows how it works.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.store import make_store
from scenes.world import Store
from synth.bodies import make_bodies
from synth.dataset import ClipWriter
from synth.dataset.store_files import write_store
from synth.evidence import EvidenceAccumulator
from synth.labels.clip_files import finish_clip
from synth.labels.clip_json import count_clip
from synth.labels.tables import BoxAccumulator, make_tracks
from synth.ledger.placement import add_brought_items
from synth.motion import compute_motion
from synth.optics import CameraFault, Imaging, LensRenderer, sample_camera_faults
from synth.records import FrameCertificate, Refiner, RefinerSession, View
from synth.scales import simulate_scales
from synth.sensors import FrameClock, Link, make_clocks
from synth.simulation import simulate
from synth.stage import Stage

OnProgress = Callable[[str, int, int], None]
Watch = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True)
class ClipResult:
    """What the index says of a finished clip: its store and its numbers of frames, cameras, shoppers..."""

    clip_id: str
    store_id: str
    counts: dict[str, int]


@dataclass(frozen=True)
class _Chain:
    """What one camera's views go through: its sensor, the refiner, the line to the recorder."""

    imaging: Imaging
    session: RefinerSession | None
    link: Link

    def sense(
        self, view: View, time_s: float, watch: Watch
    ) -> tuple[View, np.ndarray | None, FrameCertificate | None]:
        """Return a view as its sensor has it, refined, and the refinement's certificate."""
        with watch("sensor"):
            exposed, sent = self.imaging.take(view, time_s=time_s)
        if self.session is None:
            return sent, None, None
        with watch("refine"):  # of what was exposed: its camera stage has noise of its own
            return sent, *self.session.refine(exposed, time_s=time_s)


def make_clip(
    scenario: Scenario,
    folder: Path,
    *,
    clip_id: str,
    refiner: Refiner | None,
    on_progress: OnProgress = lambda clip_id, frame, frames: None,
    watch: Watch = lambda stage: nullcontext(),
) -> ClipResult:
    """Make one clip and write its files.

    Args:
        scenario: What to make; the clip depends on nothing else but the refiner.
        folder: An empty folder of the clip's own.
        clip_id: Name of the clip and prefix of its files.
        refiner: Makes the refined video; None leaves it out.
        on_progress: Called with (clip_id, frames done, frames of the clip) after each frame.
        watch: Called with a stage's name; the context it returns encloses the stage (benchmarks measure
            there).

    Raises:
        ShopsynthError: The store cannot be laid out, OpenGL is missing, a frame breaks its certificate...
    """
    with watch("store"):
        store = make_store(scenario)
        write_store(store, folder / "store")
    with watch("simulate"):
        simulation = simulate(scenario, store)
        store = add_brought_items(store, simulation)
    with watch("pose"):
        bodies = make_bodies(simulation.plans, store.accent)
        motion = compute_motion(simulation, bodies, frame_time_s=compute_frame_times(scenario))
        stage = Stage(scenario, store, simulation, motion, bodies)
    with watch("scales"):
        weights = simulate_scales(scenario, store, simulation)

    boxes = BoxAccumulator(store, simulation, motion)
    contacts = EvidenceAccumulator(store, simulation, motion)
    camera_faults = sample_camera_faults(scenario, store.cameras)
    clocks = make_clocks(scenario, store.cameras, motion.time_s)
    chains = _make_chains(scenario, store, camera_faults, clocks, refiner)
    renderer = LensRenderer(
        store,
        dynamic_items=stage.dynamic_items,
        dynamic_doors=stage.dynamic_doors,
        supersampling=scenario.cameras.supersampling,
    )
    writer = ClipWriter(
        folder,
        clip_id=clip_id,
        cameras=store.cameras,
        fps=scenario.clip.fps,
        refined=refiner is not None and bool(chains),
        pixel_format=scenario.cameras.pixel_format,
        crf=scenario.cameras.crf,
    )
    frames = len(motion.time_s)
    with renderer, writer:
        for frame, time_s in enumerate(motion.time_s.tolist()):
            with watch("pose"):
                scene = stage.frame_scene(frame)
            for number, chain in enumerate(chains):
                with watch("render"):
                    view = renderer.render(scene, number)
                with watch("label"):
                    boxes.add(view, scene)
                    contacts.add(view)
                pictures = chain.sense(view, time_s, watch)
                with watch("encode"):
                    writer.add_view(*chain.link.send(*pictures))
            on_progress(clip_id, frame + 1, frames)
        with watch("write"):
            finish_clip(
                writer,
                scenario,
                store,
                simulation,
                motion,
                clip_id=clip_id,
                conditions=replace(
                    stage.conditions,
                    camera_faults=[camera_faults[name].describe() for name in sorted(camera_faults)],
                ),
                weights=weights,
                clocks=clocks,
                contacts=contacts,
                tracks=make_tracks(simulation, motion),
                boxes=boxes.table(),
                refiner=refiner,
            )
    return ClipResult(clip_id, store.store_id, count_clip(store, simulation, frames))


def compute_frame_times(scenario: Scenario) -> np.ndarray:
    """Return the instants (F,) in seconds at which all cameras look.

    The first is at 0, the last one frame before the clip's end.
    """
    frames = max(1, round(scenario.clip.duration_s * scenario.clip.fps))
    return np.arange(frames) / scenario.clip.fps


def _make_chains(
    scenario: Scenario,
    store: Store,
    faults: Mapping[str, CameraFault],
    clocks: Sequence[FrameClock],
    refiner: Refiner | None,
) -> list[_Chain]:
    """Make the chain of each camera; `faults` are by camera, `clocks` in the order of the store's cameras."""
    return [
        _Chain(
            Imaging(scenario, camera, faults.get(camera.camera_id)),
            None
            if refiner is None
            else refiner.start(
                camera,
                strength=scenario.refine.strength,
                rng=make_rng(scenario.seed, scenario.index, f"refine/{camera.camera_id}"),
            ),
            Link(clock),
        )
        for camera, clock in zip(store.cameras, clocks, strict=True)
    ]
