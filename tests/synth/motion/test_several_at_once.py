"""What is taken at one grab: every item leaves its own place on the shelf with the hand, and none jumps.

Nor does it when several are passed on at once.
"""

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
TIMES_S = np.arange(0, 30, 1 / FPS)
MOST_M = 0.01  # a frame, beyond what the hand moves
SETTINGS = (
    "clip.duration_s=30", "clip.warmup_s=12", "shoppers.count=8", "shoppers.arrival_window_s=8",
    "shoppers.extra_items=3", "behaviours.several_at_once=0.9", "store.width_m=8", "store.depth_m=8",
)  # fmt: skip


def play(*settings, seed, times_s=TIMES_S):
    scenario = sample_scenario(load_config("everyday", [*SETTINGS, *settings]), seed=seed, index=0)
    store = make_store(scenario)
    simulation = simulate(scenario, store)
    bodies = make_bodies(simulation.plans)
    motion = compute_motion(simulation, bodies, frame_time_s=times_s)
    return simulation, motion, Stage(scenario, store, simulation, motion, bodies)


@pytest.fixture(scope="module", params=["convenience", "supermarket"])
def clip(request):
    for seed in range(3, 9):
        clip = play(f"store.format={request.param}", seed=seed)
        if len(list_grabs(clip[0])) >= 3:
            return clip
    pytest.fail("no clip has three grabs")


def list_grabs(simulation):
    return [
        act
        for act in simulation.acts
        if act.kind == "take" and len(act.item_ids) > 1 and act.contact_s > 0.2 and act.end_s + 1 < 30
    ]


def measure_slide(motion, act, side, frames, place_m):
    """How far (F - 1,) something at (F, 3) moves a frame, beyond what the act's palm moves or turns it."""
    wrist = motion.joint_names.index(f"{act.hand}_wrist")
    palm_m = motion.palm_m[frames, act.shopper, side].astype(float)
    turned = motion.joint_rotation[frames, act.shopper, wrist].astype(float)
    in_hand = np.einsum("fji,fj->fi", turned, place_m - palm_m)
    in_hand_m = np.linalg.norm(np.diff(in_hand, axis=0), axis=1)
    moved_m = np.linalg.norm(np.diff(place_m, axis=0), axis=1)
    return np.minimum(in_hand_m, moved_m - np.linalg.norm(np.diff(palm_m, axis=0), axis=1))


def test_every_item_of_a_grab_moves_from_its_place_into_the_hand(clip):
    simulation, motion, stage = clip
    grabs = list_grabs(simulation)
    for act in grabs:
        side = ("left", "right").index(act.hand)
        first = int(np.ceil(act.contact_s * FPS)) - 2
        assert len(act.others) == len(act.item_ids) - 1
        for item, rest in zip(act.item_ids, (act.world_from_item, *act.others), strict=True):
            np.testing.assert_allclose(stage.item_pose(item, first), rest, atol=1e-9)
            places = [stage.item_pose(item, frame) for frame in range(first, first + 45)]
            until = next((k for k, pose in enumerate(places) if pose is None), len(places))
            frames = np.arange(first, first + until)
            place_m = np.stack([pose[:3, 3] for pose in places[:until]])
            assert measure_slide(motion, act, side, frames, place_m).max() <= MOST_M, (act.kind, item)


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


@pytest.fixture(scope="module")
def passed():
    return play("behaviours.hand_over=0.7", "shoppers.group_size=3", "store.format=convenience", seed=20)


def test_every_item_that_is_passed_on_goes_from_hand_to_hand_without_a_jump(passed):
    simulation, motion, stage = passed
    pairs = [
        (giving, receiving)
        for giving in simulation.acts
        for receiving in simulation.acts
        if (giving.kind, receiving.kind) == ("hand_over", "receive")
        if (giving.shopper, giving.partner, giving.contact_s)
        == (receiving.partner, receiving.shopper, receiving.contact_s)
        if len(giving.item_ids) > 1 and 1.0 < giving.contact_s < 27.0
    ]
    assert len(pairs) >= 3
    for giving, receiving in pairs:
        after = int(np.ceil(giving.contact_s * FPS))  # the first frame in the receiver's hand
        for item in giving.item_ids:
            frames = np.arange(after - 8, after + 25)
            poses = [stage.item_pose(item, frame) for frame in frames]
            frames = frames[: next((k for k, pose in enumerate(poses) if pose is None), len(poses))]
            assert len(frames) > 12
            place_m = np.stack([pose[:3, 3] for pose in poses[: len(frames)]])
            for act, own in ((giving, frames < after), (receiving, frames >= after)):
                side = ("left", "right").index(act.hand)
                assert measure_slide(motion, act, side, frames[own], place_m[own]).max() <= MOST_M, act.kind
            # Both hands are all but still where they meet.
            steps_m = np.linalg.norm(np.diff(place_m, axis=0), axis=1)
            assert steps_m[7] < 0.005


def test_what_is_passed_on_is_the_same_whichever_frames_are_asked_for(passed):
    _, motion, _ = passed
    frames = np.arange(200, 520)
    _, again, _ = play(
        "behaviours.hand_over=0.7", "shoppers.group_size=3", "store.format=convenience", seed=20,
        times_s=motion.time_s[frames],
    )  # fmt: skip
    whole = {
        (held.item_id, frame): pose
        for held in motion.held
        for frame, pose in zip(held.frame.tolist(), held.world_from_item, strict=True)
    }
    checked = 0
    for held in again.held:
        for frame, pose in zip(held.frame.tolist(), held.world_from_item, strict=True):
            np.testing.assert_allclose(pose, whole[held.item_id, 200 + frame], atol=1e-5)
            checked += 1
    assert checked > 500
