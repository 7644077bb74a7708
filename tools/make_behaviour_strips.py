"""Draw a strip of four pictures of each behaviour and journey into docs/images/behaviours.

In: the presets. Out: one small JPEG a behaviour: a person about one of its events, or on their way. Of the
first cases, and of several cameras around each, the one is kept that shows most: of an event the acting hand
and its items, of a journey the whole person. Run it again after a change of looks or motion, and look at it:

    python tools/make_behaviour_strips.py [behaviour ...]
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import shapely
from PIL import Image

from scenes.cameras.projection import project_points
from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.scenario import Scenario
from scenes.store import make_store
from scenes.world import INSTANCE_ITEM, INSTANCE_PERSON, Camera, Store
from synth.bodies import make_bodies
from synth.bodies.skeleton import FINGERS
from synth.labels.boxes import JOINT_DEPTH_M
from synth.ledger.placement import add_brought_items
from synth.motion import compute_motion
from synth.records import Event, Motion, ShopperPlan, Simulation, View
from synth.render import Renderer
from synth.simulation import simulate
from synth.stage import Stage

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images" / "behaviours"
SIZE_PX = (220, 200)
MOMENTS_S = (-0.9, -0.3, 0.0, 0.7)
ON_THE_WAY_S = (-1.2, -0.4, 0.4, 1.2)
SEEDS = 20
CASES, CAMERAS = 6, 5  # of a behaviour, and for each of these, are looked at, at most,
CLEAR = 0.75  # until one is so clear
CLEAR_PX = 60  # so many pixels show an item
FLESH_M = 0.06  # the joint of a hand is no deeper in it, or behind what it holds
EVENTS = {  # behaviour -> the preset that shows it and the kind of event at its middle
    "put_back": ("empty_handed", "put"),
    "wrong_shelf": ("wrong_shelf", "put"),
    "buy_misplaced": ("wrong_shelf", "take"),
    "beside_twin": ("weight_twins", "put"),
    "touch": ("touching", "touch"),
    "read_label": ("reading_labels", "read"),
    "hand_over": ("passed_on", "hand_over"),
    "hand_to_stranger": ("passed_on", "hand_over"),
    "take_for_other_group": ("passed_on", "hand_over"),
    "several_at_once": ("one_grab", "take"),
    "one_of_two": ("held_long", "put"),
    "adjacent_quickly": ("quick_hands", "take"),
    "hold_on_shelf": ("held_long", "touch"),
    "hold_long": ("held_long", "bag"),
    "swap": ("changed_minds", "put"),
    "leave_on_floor": ("left_on_floor", "drop"),
    "pick_up_left": ("left_on_floor", "pick_up"),
    "consume": ("eaten_here", "consume"),
    "same_product": ("same_product", "take"),
    "crossing_hands": ("crossing_hands", "take"),
    "bring_own": ("brought_along", "unbag"),
    "return_earlier": ("brought_along", "return"),
    "return_to_staff": ("restocking", "return"),
    "into_friends_bag": ("other_bags", "bag"),
    "plant_in_bag": ("other_bags", "bag"),
    "conceal": ("other_bags", "conceal"),
    "compare_two": ("comparing", "put"),
    "from_back": ("comparing", "take"),
    "reach_high": ("comparing", "take"),
    "squat": ("comparing", "take"),
    "drop_and_break": ("mishaps", "drop"),
    "knock_over": ("mishaps", "knock"),
    "put_back_elsewhere": ("left_about", "put"),
    "put_back_in_fridge": ("fogged_freezer", "put"),
    "open_fridge": ("fogged_freezer", "open"),
    "lean_on_shelf": ("leaning", "lean"),
    "both_hands": ("large_items", "take"),
    "child_takes": ("child_helps", "hand_over"),
    "carried_child_takes": ("on_the_arm", "take"),
    "swap_bags": ("changed_bags", "swap"),
    "swap_coats": ("swapped_coats", "swap"),
    "leave_bag": ("changed_bags", "set_down"),
    "fetch_bag": ("changed_bags", "take_up"),
    "carry_off_bag": ("changed_bags", "take_up"),
    "leave_on_ledge": ("left_about", "put"),
    "evacuate_let_go": ("evacuation", "drop"),
    "trolley": ("full_baskets", "bag"),
    "basket": ("full_baskets", "bag"),
    "restock": ("restocking", "put"),
    "face_up": ("staff_at_work", "touch"),
}
LEADS_S = {
    "consume": -3.0,
    "both_hands": 0.5,
    "lean_on_shelf": 0.8,
    "read_label": 0.5,
}  # what is to be seen is not at the contact
JOURNEYS = {  # journey -> the preset that shows it
    "clean": "cleaning",
    "stick": "on_wheels",
    "wheelchair": "on_wheels",
    "pram": "on_wheels",
    "phone": "in_the_way",
    "child_wanders": "in_the_way",
    "carried_child": "on_the_arm",
    "umbrella": "rainy_day",
    "big_coat": "rainy_day",
    "coat_on_arm": "swapped_coats",
    "stand_in_way": "in_the_way",
    "join_late": "late_and_again",
    "reenter": "late_and_again",
    "tailgate": "tailgating",
    "surge": "crowd_surge",
    "queue": "airport_grab_and_go",
    "evacuate": "evacuation",
    "twins": "look_alikes",
}
NEEDED_NEAR = {"surge": 3, "twins": 1, "queue": 2}  # others in the picture
STANDING = ("stand_in_way", "queue")
AT_THE_COUNTER_M = 0.9
AT_THE_DOOR = ("join_late", "reenter", "tailgate")  # shown as they come in


@dataclass(frozen=True)
class Moment:
    """A person at a time, in seconds from the clip's start.

    Attributes:
        shopper: Number of who is to be seen.
        time_s: When.
        hand: The hand to look at.
        actor: Number of whose hand that is: of a child on the person's arm, too.
        item_ids: What it takes, puts...
    """

    shopper: int
    time_s: float
    hand: str
    actor: int
    item_ids: tuple[int, ...] = ()


def draw_strip(name: str) -> Image.Image:
    """Render four moments of a behaviour or a journey, as clearly as its first cases can be seen."""
    preset = EVENTS[name][0] if name in EVENTS else JOURNEYS[name]
    best, cases = (-1.0, Image.new("RGB", (1, 1))), 0
    for seed in range(SEEDS):
        scenario = sample_scenario(load_config(preset), seed=seed, index=0)
        store = make_store(scenario)
        simulation = simulate(scenario, store)
        store = add_brought_items(store, simulation)
        bodies = make_bodies(simulation.plans, store.accent)
        found = (
            find_acts(name, simulation) if name in EVENTS else find_ways(name, scenario, store, simulation)
        )
        offsets_s = np.array(MOMENTS_S if name in EVENTS else ON_THE_WAY_S)
        for moment in found:
            motion = compute_motion(simulation, bodies, frame_time_s=moment.time_s + offsets_s)
            cameras = tuple(islice(aim(store, simulation, motion, moment, close=name in EVENTS), CAMERAS))
            if not cameras:
                continue
            aimed = replace(store, cameras=cameras)
            strips = render(Stage(scenario, aimed, simulation, motion, bodies), aimed, motion, moment)
            best, cases = max(best, *strips, key=lambda strip: strip[0]), cases + 1
            if best[0] > CLEAR or cases == CASES:
                return best[1]
    if not cases:
        raise SystemExit(f"{preset} shows no {name} that a camera can see in {SEEDS} clips")
    return best[1]


def find_acts(name: str, simulation: Simulation) -> Iterator[Moment]:
    """Find the contacts at which a behaviour shows."""
    kind, lead_s = EVENTS[name][1], LEADS_S.get(name, 0.0)
    number = {plan.trip_code: n for n, plan in enumerate(simulation.plans)}
    if name in ("lean_on_shelf", "open_fridge", "read_label"):
        for act in simulation.acts:
            if act.kind == kind:
                yield Moment(act.shopper, act.contact_s + lead_s, act.hand, act.shopper, act.item_ids)
        return
    grabbed: dict[tuple[str, float], list[int]] = {}
    for event in simulation.events:
        if event.item_id >= 0:
            grabbed.setdefault((event.trip_code, event.time_s), []).append(event.item_id)
    for event in simulation.events:
        if event.kind == kind and is_of(name, event, simulation.plans[number[event.trip_code]]):
            actor = number[event.trip_code]
            shopper = number[simulation.plans[actor].carried_by or event.trip_code]
            items = tuple(grabbed.get((event.trip_code, event.time_s), ()))
            yield Moment(shopper, event.time_s + lead_s, event.hand, actor, items)


def is_of(name: str, event: Event, plan: ShopperPlan) -> bool:
    """Say whether an event is of a behaviour of this name."""
    if name == "face_up":
        return plan.role == "staff"
    if name in ("trolley", "basket"):
        return event.to_place.startswith("cart:") and plan.basket == (name == "basket")
    return event.behaviour == name


def find_ways(name: str, scenario: Scenario, store: Store, simulation: Simulation) -> Iterator[Moment]:
    """Find people on a journey while they walk, or stand where they are in the way."""
    paths, span_s = simulation.trajectories, max(ON_THE_WAY_S)
    speed_mps = (
        np.linalg.norm(np.diff(paths.position_m, axis=0, prepend=paths.position_m[:1]), axis=2) * paths.fps
    )
    for n, plan in enumerate(simulation.plans):
        if not is_on(name, plan, simulation):
            continue
        here = np.flatnonzero(paths.present[:, n])
        first_s, last_s = paths.time_s[here[0]] + span_s, paths.time_s[here[-1]] - span_s
        wanted_mps = (0.0, 0.02) if name in STANDING else (0.3, np.inf)
        for time_s in np.arange(first_s, last_s, 0.7):
            about = np.abs(paths.time_s - time_s) < (2.0 if name in STANDING else 0.6)
            pace = speed_mps[about, n]
            fits = (pace >= wanted_mps[0]).all() and (pace <= wanted_mps[1]).all()
            busy = any(a.shopper == n and a.start_s - 2.0 < time_s < a.end_s + 2.0 for a in simulation.acts)
            if name == "evacuate" and time_s < scenario.journeys.evacuate_at_s + 1.0:
                continue
            if name == "surge" and abs(time_s - scenario.journeys.surge_at_s) > 8.0:
                continue
            if name == "queue" and not is_at_counter(store, paths.position_m[about, n][0]):
                continue
            if name in NEEDED_NEAR and not has_company(name, simulation, n, time_s):
                continue
            if fits and not (busy and name in STANDING):
                others = {"left": "right", "right": "left"}
                aside = plan.mobility == "carrying" or plan.umbrella or plan.coat_on_arm
                hand = others[plan.handedness] if aside else plan.handedness
                yield Moment(n, float(time_s), hand, n)
            if name in AT_THE_DOOR and time_s > first_s + 2.0:
                break


def is_at_counter(store: Store, here_m: np.ndarray) -> bool:
    """Say whether somebody is the first at a hot counter."""
    return any(
        shapely.Polygon(fixture.footprint_m).distance(shapely.Point(here_m)) < AT_THE_COUNTER_M
        for fixture in store.layout.fixtures
        if fixture.kind == "hot_counter"
    )


def has_company(name: str, simulation: Simulation, shopper: int, time_s: float) -> bool:
    """Say whether enough others are within 2 m, of twins somebody who looks the same."""
    paths, plans = simulation.trajectories, simulation.plans
    step = int(np.argmin(np.abs(paths.time_s - time_s)))
    away_m = np.linalg.norm(paths.position_m[step] - paths.position_m[step, shopper], axis=1)
    near = [n for n in np.flatnonzero(paths.present[step] & (away_m < 2.0)).tolist() if n != shopper]
    if name == "queue":
        near = [n for n in near if "queue" in plans[n].behaviours]
    if name == "twins":
        near = [n for n in near if plans[n].body == plans[shopper].body]
    return len(near) >= NEEDED_NEAR[name]


def is_on(name: str, plan: ShopperPlan, simulation: Simulation) -> bool:
    """Say whether a person is on a journey of this name."""
    if name == "twins":
        return sum(other.body == plan.body for other in simulation.plans) > 1
    return name in (*plan.behaviours, plan.mobility, "phone" * plan.phone, "surge", "evacuate")


def aim(
    store: Store, simulation: Simulation, motion: Motion, moment: Moment, *, close: bool
) -> Iterator[Camera]:
    """Place cameras around the person where the view is free, the first beside the acting hand."""
    paths, index = simulation.trajectories, moment.shopper
    step = int(np.argmin(np.abs(paths.time_s - moment.time_s)))
    here_m, heading_rad = paths.position_m[step, index], paths.heading_rad[step, index]
    side = 1.0 if moment.hand == "left" else -1.0
    turns = (1.7, 1.3, -1.7, 2.1, -1.3, -2.1, 2.6, -2.6, 0.7, -0.7)
    plan = simulation.plans[index]
    if plan.mobility == "carrying" or (plan.coat_on_arm and moment.hand != plan.handedness):
        turns = (1.7, 1.3, 2.1, 0.7)  # from the other side the child, or the coat, is hidden
    target_m = np.array([*here_m, 0.9]) + 0.2 * np.array([np.cos(heading_rad), np.sin(heading_rad), 0])
    if close:
        palm_m = motion.palm_m[np.argmin(np.abs(motion.time_s - moment.time_s)), moment.actor]
        target_m = (target_m + palm_m[("left", "right").index(moment.hand)]) / 2
    width, height = SIZE_PX
    focal = width / 2 / np.tan(np.radians(48 if close else 60) / 2)
    for turn in turns:
        away = np.array([np.cos(heading_rad + side * turn), np.sin(heading_rad + side * turn)])
        for distance_m in (2.1, 1.8, 2.5):
            eye = here_m + distance_m * away
            if not store.layout.walkable.contains(shapely.LineString([here_m, eye])):
                continue
            if is_hidden(simulation, moment, eye, here_m):
                continue
            yield replace(
                store.cameras[0],
                width_px=width,
                height_px=height,
                intrinsics=np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]]),
                world_from_cam=look_at(np.array([*eye, 2.0]), target_m),
                model="pinhole",
                distortion=(),
                max_angle_rad=np.pi / 2,
                turns=(),
            )
            break


def is_hidden(simulation: Simulation, moment: Moment, eye_m: np.ndarray, here_m: np.ndarray) -> bool:
    """Say whether anybody else comes between a camera and a person, about a time."""
    paths = simulation.trajectories
    about = np.abs(paths.time_s - moment.time_s) < 1.2
    others = np.where(paths.present[..., None], paths.position_m, np.inf)[about]
    trip_code = simulation.plans[moment.shopper].trip_code
    together = [
        n for n, plan in enumerate(simulation.plans) if trip_code in (plan.trip_code, plan.carried_by)
    ]
    others = np.delete(others, together, axis=1)
    for share in (0.0, 0.2, 0.4, 0.6, 0.75):
        away_m = np.linalg.norm(others - (eye_m + share * (here_m - eye_m)), axis=-1)
        if away_m.size and away_m.min() < 0.65:
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


def render(stage: Stage, store: Store, motion: Motion, moment: Moment) -> list[tuple[float, Image.Image]]:
    """Render all instants side by side, and say how well they show the moment."""
    frames = len(motion.time_s)
    size_px = frames * (SIZE_PX[0] + 2) - 2, SIZE_PX[1]
    strips = [(0.0, Image.new("RGB", size_px, "white")) for _ in store.cameras]
    with Renderer(
        store, dynamic_items=stage.dynamic_items, dynamic_doors=stage.dynamic_doors, supersampling=2
    ) as renderer:
        for frame in range(frames):
            scene = stage.frame_scene(frame)
            for number, (shown, strip) in enumerate(strips):
                view = renderer.render(scene, number)
                strip.paste(Image.fromarray(view.rgb), (frame * (SIZE_PX[0] + 2), 0))
                strips[number] = shown + measure_clarity(view, motion, moment) / frames, strip
    return strips


def measure_clarity(view: View, motion: Motion, moment: Moment) -> float:
    """Measure which share (0 to 1) of the person, the hand and the items a view shows."""
    person, items = INSTANCE_PERSON + moment.actor, [INSTANCE_ITEM + item for item in moment.item_ids]
    points_px, depth_m = project_points(view.camera, motion.joint_position_m[view.frame, moment.actor])
    inside = (depth_m > 0.1) & (points_px >= 0).all(axis=1) & (points_px < SIZE_PX).all(axis=1)
    u, v = np.where(inside[:, None], points_px, 0).astype(int).T
    behind_m = depth_m - view.depth_m[v, u]
    seen = inside & np.isin(view.instance_id[v, u], [person, *items]) & (behind_m < JOINT_DEPTH_M)
    if not items:
        return seen.mean()
    hand = np.array([is_of_hand(name, moment.hand) for name in motion.joint_names])
    pixels = np.isin(view.instance_id, items).sum() / (CLEAR_PX * len(items))
    return (seen.mean() + (seen & (behind_m < FLESH_M))[hand].mean() + min(pixels, 1.0)) / 3


def is_of_hand(joint: str, side: str) -> bool:
    """Say whether a joint is one of a hand."""
    return joint.startswith(f"{side}_") and any(finger in joint for finger in FINGERS)


def main(names: list[str]) -> None:
    """Draw the strips asked for, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or (*EVENTS, *JOURNEYS):
        path = FOLDER / f"{name}.jpg"
        draw_strip(name).save(path, quality=74, optimize=True)
        sys.stdout.write(f"{path.name}: {path.stat().st_size / 1000:.0f} kB\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
