"""Umbrellas hang from the hand or the forearm and stay off the floor; big coats go round legs that walk."""

import numpy as np
import pytest

from scenes.randomness import make_rng
from scenes.world import CLASS_ID
from synth.bodies import make_bodies, pose_mesh, sample_body_shape
from synth.bodies.gear import CROOK_M, umbrella_length_m
from synth.bodies.outfit import put_on_big_coat, sample_outfit
from synth.motion import compute_motion
from synth.records import Act, ShopperPlan, Simulation, Trajectories

TIME_S = np.arange(0.0, 6.0, 0.1)


def walk(seed, *, umbrella="", big_coat=False, hand="right"):
    """An adult who walks, stops at 4 s, turns left and squats to reach the floor before them at 5.5 s."""
    shape = sample_body_shape(rng=make_rng(seed, 0, "test/umbrella"), child=False)
    plan = ShopperPlan("0" * 12, "p", 0, -2.0, 1.0, (), (), shape, hand, umbrella=umbrella, big_coat=big_coat)
    time = np.arange(-40, 141) / 20
    place = np.stack([np.minimum(time, 4.0), 0.0 * time], axis=-1)[:, None]
    heading = np.where(time > 4.0, np.clip(time - 4.0, 0, 1) * 1.5, 0.0)[:, None]
    paths = Trajectories(20.0, time, place, heading, np.ones((len(time), 1), bool), heading)
    item = np.eye(4)
    item[:3, 3] = [4.0, 0.55, 0.3]
    low = Act(0, "touch", hand, 5.0, 5.5, 6.0, (1,), item, np.array([0.07, 0.06, 0.18]))
    bodies = make_bodies([plan])
    motion = compute_motion(Simulation((plan,), paths, (low,), (), ()), bodies, frame_time_s=TIME_S)
    return bodies[0], motion


def joints(motion, name):
    return motion.joint_position_m[:, 0, motion.joint_names.index(name)].astype(float)


CASES = [(1, "hand", "right"), (2, "forearm", "right"), (3, "hand", "left"), (4, "forearm", "left")]


@pytest.fixture(scope="module", params=CASES)
def case(request):
    seed, umbrella, hand = request.param
    return umbrella, "left" if hand == "right" else "right", *walk(seed, umbrella=umbrella, hand=hand)


def test_an_umbrella_never_goes_through_the_floor_and_hangs_plumb_where_it_can(case):
    umbrella, side, body, motion = case
    pose = motion.gear_pose[:, 0, 0].astype(float)
    length_m = umbrella_length_m(body.shape.stature_m)
    tip = pose[:, :3, 3] + pose[:, :3, :3] @ [-CROOK_M, 0.0, -length_m]
    assert tip[:, 2].min() > 0.0
    standing = TIME_S < 4.9
    assert tip[standing, 2].max() < 0.35
    free = pose[:, 2, 3] > length_m + 0.05
    np.testing.assert_allclose(pose[free, 2, 2], 1.0, atol=1e-6)
    squats = np.abs(TIME_S - 5.5) < 0.05
    assert (pose[squats, 2, 2] < 0.8).all()
    for frame in range(0, len(TIME_S), 6):
        mesh = pose_mesh(body, motion, frame, 0)
        gear = mesh.position_m[len(body.level(0).color) :]
        assert len(gear) > 200
        assert gear[:, 2].min() > -0.005
        assert (mesh.class_id[len(body.level(0).color) :] == CLASS_ID["bag"]).all()


def test_it_hangs_from_the_hand_or_the_forearm_that_does_not_reach(case):
    umbrella, side, _, motion = case
    hook = motion.gear_pose[:, 0, 0, :3, 3].astype(float)
    if umbrella == "hand":
        palm = motion.palm_m[:, 0, ("left", "right").index(side)]
        np.testing.assert_allclose(np.linalg.norm(hook - palm, axis=1), 0.014, atol=1e-4)
        return
    elbow, wrist = joints(motion, f"{side}_elbow"), joints(motion, f"{side}_wrist")
    bone = wrist - elbow
    share = np.clip(np.einsum("fi,fi->f", hook - elbow, bone) / np.einsum("fi,fi->f", bone, bone), 0.0, 1.0)
    away = np.linalg.norm(hook - elbow - share[:, None] * bone, axis=1)
    assert away.max() < 0.06
    assert (share > 0.1).all()
    assert (share < 0.9).all()
    # The forearm is held level enough for a crook to stay where it is.
    assert (np.abs(bone[:, 2]) < 0.8 * np.linalg.norm(bone, axis=1))[TIME_S < 4.9].all()


def test_the_bag_hangs_on_the_other_side(case):
    _, side, body, motion = case
    mesh = pose_mesh(body, motion, 0, 0)
    plain = len(body.level(0).color)
    bag = mesh.position_m[:plain][mesh.class_id[:plain] == CLASS_ID["bag"]]
    gear = mesh.position_m[plain:]
    sign = 1.0 if side == "left" else -1.0  # they walk along x: left is +y
    assert (sign * bag[:, 1]).mean() < -0.1
    assert (sign * gear[:, 1]).mean() > 0.1


def shadow(points, at_z_m, thick_m=0.04):
    """Half the width of what is near a height, about its middle."""
    near = points[np.abs(points[:, 2] - at_z_m) < thick_m]
    return float(np.ptp(near[:, 1])) / 2


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_a_big_coat_is_long_and_wide_and_no_knee_comes_through_it(seed):
    """Against the same person in clothes of their own, and against the joints of the legs."""
    plain, motion = walk(seed)
    coated, same = walk(seed, big_coat=True)
    np.testing.assert_array_equal(motion.joint_position_m, same.joint_position_m)
    knee, hip = plain.skeleton.at("left_knee"), plain.skeleton.at("left_hip")
    outfit = sample_outfit(coated.shape, rng=make_rng(0, 0, "test"))
    coat_color = np.round(put_on_big_coat(outfit, coated.shape.look_seed).top_color * 255).astype(np.uint8)
    for frame in (2, 5, 8, 11, 14):
        mesh = pose_mesh(coated, motion, frame, 0)
        coat = mesh.position_m[(mesh.color == coat_color).all(axis=1)]
        own = pose_mesh(plain, motion, frame, 0)
        person = own.position_m[own.class_id == CLASS_ID["person"]]
        assert coat[:, 2].min() < knee[2] - 0.02
        low = 0.8 * knee[2] + 0.2 * hip[2]  # below what hangs at the hips
        assert shadow(coat, low) > shadow(person, low) + 0.03
        for side in ("left", "right"):
            joint = joints(motion, f"{side}_knee")[frame]
            level = coat[np.abs(coat[:, 2] - joint[2]) < 0.06]
            assert level[:, 0].min() < joint[0] - 0.03
            assert level[:, 0].max() > joint[0] + 0.03
