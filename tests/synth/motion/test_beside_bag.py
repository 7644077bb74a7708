"""The arm beside a tote hangs over it, or its hand has hold of the strap."""

import numpy as np
import pytest

from scenes.world import CLASS_ID
from synth.bodies import pose_mesh
from synth.motion import compute_motion
from synth.motion.beside_bag import holds_strap
from synth.records import Act
from tests.synth.motion.test_motion import SIZE, joint, make_people, make_simulation, pose_at, standing

SEEDS = (3, 7)
COUNT = 12
FRAME_S = np.array([0.5, 1.0, 1.35, 4.0])  # three on the way, one at rest


@pytest.fixture(scope="module", params=SEEDS)
def walkers(request):
    bodies = make_people(COUNT, request.param, children=(2,))
    simulation = make_simulation(bodies, lambda n, t: (1.1 * min(t, 2.0), 3.0 * n, 0.0))
    return bodies, compute_motion(simulation, bodies, frame_time_s=FRAME_S)


def find_bag(body, motion, frame, number, level=0):
    mesh = pose_mesh(body, motion, frame, number, level=level)
    return mesh.position_m[mesh.class_id == CLASS_ID["bag"]].astype(float)


def test_an_arm_beside_a_bag_hangs_nearly_straight_outside_of_it(walkers):
    bodies, motion = walkers
    hanging = [n for n, body in enumerate(bodies) if not holds_strap(body)]
    assert len(hanging) > COUNT / 2
    for number in hanging:
        side = bodies[number].bag_side
        shoulder, elbow, wrist, hip = (
            joint(motion, f"{side}_{name}")[:, number] for name in ("shoulder", "elbow", "wrist", "hip")
        )
        palm = motion.palm_m[:, number, ("left", "right").index(side)]
        assert (palm[:, 2] < hip[:, 2]).all(), number
        upper, fore = elbow - shoulder, wrist - elbow
        cos = (upper * fore).sum(axis=1) / np.linalg.norm(upper, axis=1) / np.linalg.norm(fore, axis=1)
        assert (cos > np.cos(0.45)).all(), number
        # Nowhere between elbow and wrist is it in the pouch: cloth beside it ends on its inner side.
        sign = 1.0 if side == "left" else -1.0
        for frame in range(len(FRAME_S)):
            bag = find_bag(bodies[number], motion, frame, number)
            for share in np.linspace(0.0, 1.0, 6):
                point = elbow[frame] + share * fore[frame]
                beside = np.hypot(bag[:, 0] - point[0], bag[:, 2] - point[2]) < 0.04
                outer = (sign * bag[beside, 1]).max(initial=-np.inf)
                assert sign * point[1] > outer, (number, frame, share)


def test_a_hand_that_holds_the_strap_is_at_it(walkers):
    bodies, motion = walkers
    holding = [n for n, body in enumerate(bodies) if holds_strap(body)]
    assert holding
    for number in holding:
        side = bodies[number].bag_side
        palm = motion.palm_m[:, number, ("left", "right").index(side)].astype(float)
        for frame in range(len(FRAME_S)):
            strap = find_bag(bodies[number], motion, frame, number)
            assert np.linalg.norm(strap - palm[frame], axis=1).min() < 0.05, (number, frame)


def test_no_hand_beside_a_bag_of_who_squats_is_in_the_floor():
    bodies = make_people(COUNT, 3, children=(2,))
    acts = []
    for n, body in enumerate(bodies):
        item = pose_at(0.55, 3.0 * n + (0.12 if body.handedness == "left" else -0.12), 0.21, -np.pi / 2)
        acts.append(Act(n, "take", body.handedness, 0.5, 1.5, 2.3, (n,), item, SIZE))
    time_s = np.arange(0.5, 2.4, 0.1)
    motion = compute_motion(make_simulation(bodies, standing, acts), bodies, frame_time_s=time_s)
    parts = ("wrist", "thumb", "index", "middle", "ring", "little")
    for n, body in enumerate(bodies):
        hand = [
            k
            for k, name in enumerate(motion.joint_names)
            if name.startswith(body.bag_side) and name.split("_")[1].rstrip("123") in parts
        ]
        assert motion.joint_position_m[:, n, hand, 2].min() > 0.02, n
