"""Draw a strip of four pictures of each behaviour into docs/images/behaviours.

In: the presets. Out: one small JPEG a behaviour: the people at one of its events, from a second before it to
just after, seen by a camera beside them. Run it again after a change of looks or motion, and look at them:

    python tools/make_behaviour_strips.py [behaviour ...]
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from PIL import Image

from scenes.loader import load_config
from scenes.sampling import sample_scenario
from scenes.scenario import Scenario
from scenes.store import make_store
from scenes.world import Camera, Store
from synth.bodies import make_bodies
from synth.ledger.placement import add_brought_items
from synth.motion import compute_motion
from synth.records import Event, Simulation
from synth.render import Renderer
from synth.simulation import simulate
from synth.stage import Stage

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images" / "behaviours"
SIZE_PX = (220, 200)
MOMENTS_S = (-0.9, -0.3, 0.0, 0.7)
STRIPS = {  # behaviour -> the preset that shows it and the kind of event at its middle
    "wrong_shelf": ("wrong_shelf", "put"),
    "beside_twin": ("weight_twins", "put"),
    "same_product": ("same_product", "take"),
    "crossing_hands": ("crossing_hands", "take"),
    "hand_to_stranger": ("passed_on", "hand_over"),
    "hold_on_shelf": ("held_long", "touch"),
    "hold_long": ("held_long", "bag"),
    "one_of_two": ("held_long", "put"),
    "several_at_once": ("one_grab", "take"),
    "adjacent_quickly": ("quick_hands", "take"),
    "touch": ("touching", "touch"),
    "leave_on_floor": ("left_on_floor", "drop"),
    "pick_up_left": ("left_on_floor", "pick_up"),
    "swap": ("changed_minds", "put"),
    "consume": ("eaten_here", "consume"),
}
SIP_LEAD_S = 3.0  # a package is put away so long after the first sip, more or less


def draw_strip(behaviour: str) -> Image.Image:
    """Render four moments of the first clear case of a behaviour."""
    preset, kind = STRIPS[behaviour]
    for seed in range(20):
        scenario = sample_scenario(load_config(preset), seed=seed, index=0)
        store = make_store(scenario)
        simulation = simulate(scenario, store)
        store = add_brought_items(store, simulation)
        found = [e for e in simulation.events if e.behaviour == behaviour and e.kind == kind]
        for event in found:
            camera = aim(store, simulation, event)
            if camera is not None:
                return render(scenario, store, simulation, event, camera, lead=behaviour == "consume")
    raise SystemExit(f"{preset} shows no {behaviour} that a camera can see in 20 clips")


def aim(store: Store, simulation: Simulation, event: Event) -> Camera | None:
    """Place a camera 2.2 m beside the person, where the floor is free."""
    index = next(n for n, plan in enumerate(simulation.plans) if plan.trip_code == event.trip_code)
    paths = simulation.trajectories
    step = int(np.argmin(np.abs(paths.time_s - event.time_s)))
    here_m, heading_rad = paths.position_m[step, index], paths.heading_rad[step, index]
    floor = store.layout.walkable
    for turn in (1.9, -1.9, 1.4, -1.4, 2.5, -2.5, 3.1):
        away = np.array([np.cos(heading_rad + turn), np.sin(heading_rad + turn)])
        for distance_m in (2.4, 2.0, 1.7):
            eye = here_m + distance_m * away
            if not shapely.contains_xy(floor, *eye):
                continue
            if is_hidden(simulation, index, event.time_s, eye, here_m):
                continue
            target = np.array([*here_m, 0.85]) + 0.15 * np.array(
                [np.cos(heading_rad), np.sin(heading_rad), 0]
            )
            width, height = SIZE_PX
            focal = width / 2 / np.tan(np.radians(64) / 2)
            intrinsics = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
            pose = look_at(np.array([*eye, 2.0]), target)
            return replace(
                store.cameras[0],
                width_px=width,
                height_px=height,
                intrinsics=intrinsics,
                world_from_cam=pose,
                model="pinhole",
                distortion=(),
            )
    return None


def is_hidden(
    simulation: Simulation, index: int, time_s: float, eye_m: np.ndarray, here_m: np.ndarray
) -> bool:
    """Say whether anybody else comes between a camera and a person, about a time."""
    paths = simulation.trajectories
    about = np.abs(paths.time_s - time_s) < 1.0
    others = np.delete(np.where(paths.present[..., None], paths.position_m, np.inf)[about], index, axis=1)
    way = here_m - eye_m
    for share in (0.0, 0.2, 0.4, 0.6):
        away_m = np.linalg.norm(others - (eye_m + share * way), axis=-1)
        if away_m.size and away_m.min() < 0.55:
            return True
    return False


def look_at(eye_m: np.ndarray, target_m: np.ndarray) -> np.ndarray:
    """Compute the pose (4, 4) of a camera that looks from one point to another, upright."""
    forward = (target_m - eye_m) / np.linalg.norm(target_m - eye_m)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, 0], pose[:3, 1], pose[:3, 2], pose[:3, 3] = right, np.cross(forward, right), forward, eye_m
    return pose


def render(
    scenario: Scenario, store: Store, simulation: Simulation, event: Event, camera: Camera, *, lead: bool
) -> Image.Image:
    """Render the moments of one event side by side."""
    store = replace(store, cameras=(camera,))
    bodies = make_bodies(simulation.plans)
    centre_s = event.time_s - (SIP_LEAD_S if lead else 0.0)
    motion = compute_motion(simulation, bodies, frame_time_s=centre_s + np.array(MOMENTS_S))
    stage = Stage(scenario, store, simulation, motion, bodies)
    strip = Image.new("RGB", (len(MOMENTS_S) * (SIZE_PX[0] + 2) - 2, SIZE_PX[1]), "white")
    with Renderer(store, dynamic_items=stage.dynamic_items, supersampling=2) as renderer:
        for frame in range(len(MOMENTS_S)):
            view = renderer.render(stage.frame_scene(frame), 0)
            strip.paste(Image.fromarray(view.rgb), (frame * (SIZE_PX[0] + 2), 0))
    return strip


def main(names: list[str]) -> None:
    """Draw the strips asked for, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or STRIPS:
        path = FOLDER / f"{name}.jpg"
        draw_strip(name).save(path, quality=74, optimize=True)
        sys.stdout.write(f"{path.name}: {path.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
