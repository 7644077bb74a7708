"""What is taken at one grab: every item leaves its own place on the shelf with the hand, and none jumps."""

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.bodies import make_bodies
from synth.motion import compute_motion
from synth.simulation import simulate
from synth.stage import Stage

FPS = 20.0
MOST_M = 0.01  # a frame, beyond what the hand moves
SETTINGS = (
    "clip.duration_s=30", "clip.warmup_s=12", "shoppers.count=8", "shoppers.arrival_window_s=8",
    "shoppers.extra_items=3", "behaviours.several_at_once=0.9", "store.width_m=8", "store.depth_m=8",
)  # fmt: skip


@pytest.fixture(scope="module", params=["convenience", "supermarket"])
def clip(request):
    scenario = sample_scenario(
        load_config("everyday", [*SETTINGS, f"store.format={request.param}"]), seed=2, index=0
    )
    store = make_store(scenario)
    simulation = simulate(scenario, store)
    bodies = make_bodies(simulation.plans)
    motion = compute_motion(simulation, bodies, frame_time_s=np.arange(0, 30, 1 / FPS))
    return simulation, motion, Stage(scenario, store, simulation, motion, bodies)


def list_grabs(simulation):
    return [
        act
        for act in simulation.acts
        if act.kind == "take" and len(act.item_ids) > 1 and act.contact_s > 0.2 and act.end_s + 1 < 30
    ]


def test_every_item_of_a_grab_moves_from_its_place_into_the_hand(clip):
    simulation, motion, stage = clip
    grabs = list_grabs(simulation)
    assert len(grabs) >= 3
    for act in grabs:
        side = ("left", "right").index(act.hand)
        wrist = motion.joint_names.index(f"{act.hand}_wrist")
        first = int(np.ceil(act.contact_s * FPS)) - 2
        assert len(act.others) == len(act.item_ids) - 1
        for item, rest in zip(act.item_ids, (act.world_from_item, *act.others), strict=True):
            np.testing.assert_allclose(stage.item_pose(item, first), rest, atol=1e-9)
            places = [stage.item_pose(item, frame) for frame in range(first, first + 45)]
            until = next((k for k, pose in enumerate(places) if pose is None), len(places))
            frames = np.arange(first, first + until)
            place_m = np.stack([pose[:3, 3] for pose in places[:until]])
            palm_m = motion.palm_m[frames, act.shopper, side].astype(float)
            turned = motion.joint_rotation[frames, act.shopper, wrist].astype(float)
            in_hand = np.einsum("fji,fj->fi", turned, place_m - palm_m)
            in_hand_m = np.linalg.norm(np.diff(in_hand, axis=0), axis=1)
            moved_m = np.linalg.norm(np.diff(place_m, axis=0), axis=1)
            beyond_m = moved_m - np.linalg.norm(np.diff(palm_m, axis=0), axis=1)
            assert np.minimum(in_hand_m, beyond_m).max() <= MOST_M, (act.kind, item)


def test_items_of_a_grab_do_not_swap_places_on_their_way(clip):
    simulation, motion, stage = clip
    for act in list_grabs(simulation):
        frames = range(int(act.contact_s * FPS) - 1, int(act.end_s * FPS))
        poses = [[stage.item_pose(item, frame) for item in act.item_ids] for frame in frames]
        for now in poses:
            if any(pose is None for pose in now):
                break
            place_m = np.array([pose[:3, 3] for pose in now])
            away = place_m[:, None] - place_m[None]
            away_m = np.linalg.norm(away, axis=2) + 9 * np.eye(len(now))
            assert away_m.min() > 0.7 * act.size_m.min()
