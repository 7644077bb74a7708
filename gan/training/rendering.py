"""Renders the views that training learns from: short looks into many shops of a preset.

In: a preset's or scenario file's name and a number of views. Out: (clip number, View) pairs, one clip at a
time: the same way a clip is made by synth/pipeline.py, but only a few instants of it, spread over time. Their
colours are exposed, as a refiner gets them in use: through shutter and lens, without noise.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.scenario import Scenario
from scenes.store import make_store
from synth.bodies import make_bodies
from synth.ledger.placement import add_brought_items
from synth.motion import compute_motion
from synth.optics import Imaging, LensRenderer
from synth.records import View
from synth.simulation import simulate
from synth.stage import Stage

INSTANTS = 2
VIEW_WIDTH_PX, VIEW_HEIGHT_PX = 320, 240


def render_views(
    count: int,
    *,
    seed: int,
    source: str = "everyday",
    on_progress: Callable[[str, int, int], None],
) -> Iterator[tuple[int, View]]:
    """Render `count` views, all cameras of INSTANTS instants of each sampled clip.

    Args:
        count: Number of views.
        seed: Of the scenarios.
        source: Preset or scenario file to sample from.
        on_progress: Called with ("views", views done, views in all).
    """
    config = load_config(source)
    done, clip = 0, 0
    while done < count:
        scenario = sample_scenario(config, seed=seed, index=clip)
        cameras = replace(scenario.cameras, width_px=VIEW_WIDTH_PX, height_px=VIEW_HEIGHT_PX, lens="pinhole")
        for view in _render_clip(replace(scenario, cameras=cameras)):
            if done == count:
                return
            done += 1
            yield clip, view
            on_progress("views", done, count)
        clip += 1


def _render_clip(scenario: Scenario) -> Iterator[View]:
    """Render all cameras at a few instants, each posed together with the frame before it for its motion."""
    store = make_store(scenario)
    simulation = simulate(scenario, store)
    store = add_brought_items(store, simulation)
    bodies = make_bodies(simulation.plans)
    instant_s = np.linspace(0.0, scenario.clip.duration_s, INSTANTS + 1)[:-1]
    time_s = (instant_s[:, None] + np.array([0.0, 1.0 / scenario.clip.fps])).ravel()
    motion = compute_motion(simulation, bodies, frame_time_s=time_s)
    stage = Stage(scenario, store, simulation, motion, bodies)
    imaging = [Imaging(scenario, camera, None) for camera in store.cameras]
    supersampling = scenario.cameras.supersampling
    with LensRenderer(
        store,
        dynamic_items=stage.dynamic_items,
        dynamic_doors=stage.dynamic_doors,
        supersampling=supersampling,
    ) as renderer:
        for frame in range(1, len(time_s), 2):
            scene = stage.frame_scene(frame)
            for number, camera in enumerate(imaging):
                view = renderer.render(scene, number)
                yield camera.take(view, time_s=float(time_s[frame]))[0]
