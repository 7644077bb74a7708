"""What people push, ride and hold: hands in contact, tips and wheels on the floor, phones put away."""

import numpy as np
import pytest

from scenes.randomness import make_rng
from scenes.world import CLASS_ID
from synth.bodies import make_bodies, pose_mesh, sample_body_shape
from synth.bodies.detail import ALL_LEVELS
from synth.bodies.gear import RIGID, SEAT_HEIGHT_M, make_gear, stick_length_m
from synth.bodies.pushed import HANDLE_FORWARD_M, handle_height_m
from synth.motion import compute_motion
from synth.records import Act, ShopperPlan, Simulation, Trajectories

MOBILITIES = ("walking", *RIGID)
TIME_S = np.arange(0.0, 6.0, 1 / 20)


def make_world(acts=(), phone=False):
    """One adult of each mobility who walks, curves, stops at 4 s and turns to the side."""
    rng = make_rng(4, 0, "test/gear")
    plans = tuple(
        ShopperPlan("0" * 12, "p", k, -2.0, 1.0, (), (), sample_body_shape(rng=rng, child=False),
                    "right", mobility, "shopper", phone)
        for k, mobility in enumerate(MOBILITIES)
    )  # fmt: skip
    time = np.arange(-40, 141) / 20
    walked = 0.8 * np.minimum(time, 4.0)[:, None] + np.zeros(len(plans))
    heading = np.where(time > 4.0, np.clip((time - 4.0) / 1.0, 0, 1) * 1.5, 0.0)[:, None] + np.zeros(
        len(plans)
    )
    place = np.stack([walked, 3.0 * np.arange(len(plans)) + 0 * walked], axis=-1)
    trajectories = Trajectories(20.0, time, place, heading, np.ones(walked.shape, bool), 0 * heading)
    simulation = Simulation(plans, trajectories, tuple(acts), (), ())
    bodies = make_bodies(plans)
    return bodies, compute_motion(simulation, bodies, frame_time_s=TIME_S)


@pytest.fixture(scope="module")
def world():
    return make_world()


def number(name):
    return MOBILITIES.index(name)


@pytest.mark.parametrize("name", ["trolley", "pram"])
def test_both_palms_lie_on_the_handle_while_pushing_and_leave_it_at_a_stop(world, name):
    bodies, motion = world
    who = number(name)
    pose = motion.gear_pose[:, who, 0].astype(float)
    height = handle_height_m(bodies[who].shape.stature_m)
    local = np.einsum(
        "fij,fkj->fki", np.linalg.inv(pose)[:, :3, :3], motion.palm_m[:, who] - pose[:, None, :3, 3]
    )
    away = np.hypot(local[..., 0] - HANDLE_FORWARD_M, local[..., 2] - height)
    pushing = TIME_S < 3.8
    assert away[pushing].max() < 0.045
    assert np.abs(local[pushing][..., 1]).max() < 0.26
    assert (local[pushing][:, 0, 1] > local[pushing][:, 1, 1]).all()
    # It stays along the way while the person has turned to the side, hands off.
    np.testing.assert_allclose(pose[-1, :3, 0], [1.0, 0.0, 0.0], atol=0.02)
    assert away[-1].min() > 0.1


def test_stick_stands_where_its_foot_stands_and_the_palm_is_on_it(world):
    bodies, motion = world
    who, length = number("stick"), stick_length_m(bodies[number("stick")].shape.stature_m)
    pose = motion.gear_pose[:, who, 0].astype(float)
    tip = pose[:, :3, 3] - length * pose[:, :3, 2]
    planted = motion.foot_planted[1:, who, 1] & motion.foot_planted[:-1, who, 1]
    assert planted.sum() > 30
    assert np.linalg.norm(np.diff(tip, axis=0), axis=1)[planted].max() < 0.002
    assert tip[:, 2].min() > -0.01
    assert tip[:, 2].max() < 0.09
    assert np.linalg.norm(motion.palm_m[:, who, 0] - pose[:, :3, 3], axis=1).max() < 0.06


def test_who_sits_has_hips_on_the_seat_and_feet_on_the_rests(world):
    bodies, motion = world
    who = number("wheelchair")
    pelvis = motion.joint_position_m[:, who, 0]
    np.testing.assert_allclose(pelvis[:, 2], SEAT_HEIGHT_M, atol=0.03)
    ball = motion.joint_position_m[:, who, motion.joint_names.index("left_foot")]
    assert not motion.foot_planted[:, who].any()
    assert (ball[:, 2] < 0.2).all()
    assert (np.linalg.norm((ball - pelvis)[:, :2], axis=1) > 0.35).all()


def test_gear_is_part_of_the_person_and_its_wheels_touch_the_floor(world):
    bodies, motion = world
    for who, name in enumerate(MOBILITIES):
        for level in ALL_LEVELS:
            mesh = pose_mesh(bodies[who], motion, 30, who, level=level)
            plain = len(bodies[who].level(level).color)
            gear = mesh.position_m[plain:]
            assert (len(gear) > 0) == (name != "walking")
            assert np.isfinite(mesh.normal).all()
            if name != "walking":
                assert (mesh.class_id[plain:] == CLASS_ID["bag"]).all()
                assert -0.02 < gear[:, 2].min() < (0.1 if name == "stick" else 0.02)
                assert np.linalg.norm(gear[:, :2].mean(0) - mesh.position_m[:plain, :2].mean(0)) < 0.9


def test_a_mops_strands_lie_on_the_floor_all_round_wherever_it_sweeps(world):
    bodies, motion = world
    who = number("mop")
    gear = make_gear("mop", bodies[who].shape.stature_m, np.ones(3), 0)
    for pose in motion.gear_pose[:, who, 0].astype(float):
        place = gear.position_m @ pose[:3, :3].T + pose[:3, 3]
        off = place[:, :2] - pose[:2, 3]
        far = (np.hypot(*off.T) > 0.11) & (place[:, 2] < 0.3)
        assert -0.01 < place[:, 2].min() < 0.004
        assert place[far, 2].max() < 0.06
        assert np.median(place[far, 2]) < 0.025
        turn = np.sort(np.arctan2(*off[far].T))
        assert np.diff(turn, append=turn[0] + 2 * np.pi).max() < np.pi / 4


def test_phone_is_put_away_while_its_hand_acts():
    item = np.eye(4)
    item[:3, 3] = [0.8 * 2.0 + 0.5, 0.1, 1.0]
    take = Act(0, "take", "left", 2.0, 2.6, 3.2, (7,), item, np.array([0.07, 0.06, 0.18]))
    bodies, motion = make_world([take], phone=True)
    scale = np.linalg.det(motion.gear_pose[:, 0, 1, :3, :3].astype(float))
    shown = scale > 0.5
    assert shown[TIME_S <= 2.0].all()
    assert not shown[(TIME_S > 2.05)].any()  # then it holds the item
    palm = motion.palm_m[:, 0, 0]
    np.testing.assert_allclose(motion.gear_pose[:, 0, 1, :3, 3], palm, atol=1e-4)
    head = motion.joint_position_m[:, 0, motion.joint_names.index("head")]
    assert (np.linalg.norm(palm - head, axis=1)[shown] < 0.6).all()


def test_a_phone_stays_before_the_chest_of_who_squats():
    low = np.eye(4)
    low[:3, 3] = [0.8 * 4.0, 0.5, 0.3]  # the person has turned to face it
    act = Act(0, "touch", "right", 5.1, 5.5, 5.9, (0,), low, np.array([0.08, 0.08, 0.1]))
    bodies, motion = make_world([act], phone=True)
    frame = int(np.argmin(np.abs(TIME_S - 5.5)))
    shoulder = motion.joint_names.index("left_shoulder")
    away_m = np.linalg.norm(motion.palm_m[:, 0, 0] - motion.joint_position_m[:, 0, shoulder], axis=1)
    assert motion.joint_position_m[frame, 0, shoulder, 2] < motion.joint_position_m[0, 0, shoulder, 2] - 0.3
    assert abs(away_m[frame] - away_m[0]) < 0.06
