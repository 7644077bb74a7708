"""Hands at rest are in nobody else, however close people stand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from synth.bodies import make_bodies, pose_mesh
from synth.bodies.gear import make_gear
from synth.motion import compute_motion
from tests.synth.motion.test_motion import make_people, make_simulation

TIME_S = np.arange(0.0, 5.0, 0.3125)  # 2.5 s, when one passes right before another, among them
PAIRS_APART_M = 4.0
# Where the first and the second of a pair are at a time: x, y and the direction in which they face.
PAIRS = {
    "face to face": lambda t: ((0.0, 0.0, 0.0), (0.58, 0.0, math.pi)),
    "one behind the other": lambda t: ((0.0, 0.0, 0.0), (0.52, 0.05, 0.0)),
    "face to the other's side": lambda t: ((0.0, 0.0, 0.0), (0.58, 0.1, math.pi / 2)),
    "passing before somebody": lambda t: ((0.0, 0.0, 0.0), (0.6, 1.2 * (t - 2.5), math.pi / 2)),
}


def is_inside(points_m, triangles_m):
    """Say which points (K, 3) a closed surface (F, 3, 3) goes round: by the solid angle that it fills."""
    a, b, c = (triangles_m[None, :, k] - points_m[:, None] for k in range(3))
    far = [np.linalg.norm(side, axis=2) for side in (a, b, c)]
    volume = np.einsum("kfi,kfi->kf", a, np.cross(b, c))
    edges = [np.einsum("kfi,kfi->kf", *pair) for pair in ((a, b), (b, c), (c, a))]
    flat = far[0] * far[1] * far[2] + edges[0] * far[2] + edges[1] * far[0] + edges[2] * far[1]
    return np.arctan2(volume, flat).sum(axis=1) / (2 * math.pi) > 0.5


def place(shopper, time_s):
    x, y, heading_rad = list(PAIRS.values())[shopper // 2](time_s)[shopper % 2]
    return x, y + PAIRS_APART_M * (shopper // 2), heading_rad


@pytest.mark.parametrize("seed", [3, 5])
def test_no_hand_is_in_somebody_else(seed):
    bodies = make_people(2 * len(PAIRS), seed)
    motion = compute_motion(make_simulation(bodies, place), bodies, frame_time_s=TIME_S)
    parts = ("wrist", "thumb", "index", "middle", "ring", "little")
    names = [name.removeprefix("left_").removeprefix("right_") for name in motion.joint_names]
    hands = np.array([name.split("_")[0].rstrip("123") in parts for name in names])
    assert hands.sum() == 42
    for shopper in range(len(bodies)):
        other = shopper ^ 1
        for frame in range(len(TIME_S)):
            mesh = pose_mesh(bodies[other], motion, frame, other, level=2)
            joints_m = motion.joint_position_m[frame, shopper, hands].astype(float)
            low_m, high_m = mesh.position_m.min(axis=0), mesh.position_m.max(axis=0)
            near_m = joints_m[((joints_m > low_m) & (joints_m < high_m)).all(axis=1)]
            inside = is_inside(near_m, mesh.position_m[mesh.faces].astype(float))
            assert not inside.any(), (list(PAIRS)[shopper // 2], shopper, TIME_S[frame])


def test_hands_that_nobody_is_near_stay_as_they_are():
    """To the bit: of whom somebody passes a metre off, and afterwards of whom somebody came close to."""
    bodies = make_people(2)

    def pose(off_m):
        def meet(shopper, time_s):
            return (0.0, 0.0, 0.0) if shopper == 0 else (off_m + max(0.0, time_s - 2.0), 0.0, math.pi)

        return compute_motion(make_simulation(bodies, meet), bodies, frame_time_s=TIME_S).joint_position_m[
            :, 0
        ]

    alone, passed, met = pose(20.0), pose(1.1), pose(0.5)
    np.testing.assert_array_equal(passed, alone)
    assert np.abs(met - alone)[TIME_S < 2.0].max() > 0.1
    np.testing.assert_array_equal(met[TIME_S > 3.0], alone[TIME_S > 3.0])


def test_hands_keep_off_the_fourth_who_is_close_too():
    """Three stand closer, at the left; the fourth stands beside the right hand."""
    bodies = make_people(5)
    around = [(0.0, 0.0, 0.0), (0.0, 0.55, 0.0), (-0.4, 0.4, 0.0), (0.4, 0.4, 0.0), (0.3, -0.6, 0.0)]
    motion = compute_motion(
        make_simulation(bodies, lambda shopper, _: around[shopper]), bodies, frame_time_s=TIME_S
    )
    away_m = np.linalg.norm(motion.palm_m[:, 0, 1, :2] - around[4][:2], axis=1)
    assert away_m.min() > 0.45


@pytest.mark.parametrize("mobility", ["trolley", "pram"])
def test_no_hand_is_in_what_somebody_pushes(mobility):
    """One stands beside the trolley and faces it, the other way, or away along it."""
    bodies = make_people(2)
    for heading_rad in (-math.pi / 2, math.pi / 2, 0.0):
        simulation = make_simulation(
            bodies, lambda n, _, turned=heading_rad: ((0.0, 0.0, 0.0), (0.75, 0.52, turned))[n]
        )
        plans = replace(simulation.plans[0], mobility=mobility), simulation.plans[1]
        shown = make_bodies(plans)
        motion = compute_motion(replace(simulation, plans=plans), shown, frame_time_s=TIME_S)
        pushed = make_gear(mobility, shown[0].shape.stature_m, np.ones(3), 0).position_m
        left_m = pushed[pushed[:, 2] > 0.4, 1].max()
        palm_m = motion.palm_m[:, 1, :, :2]
        assert palm_m[..., 1].min() > left_m + 0.05, heading_rad
