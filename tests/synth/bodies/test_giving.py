"""Skirts give way to forearms."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenes.randomness import make_rng
from synth.bodies import dress, make_body, pose_mesh, sample_body_shape
from synth.bodies.body import skin
from synth.bodies.giving import give_way
from synth.motion import compute_motion
from tests.synth.motion.test_motion import make_simulation, standing, take_and_bag

ROUND_M = 0.065


@given(st.integers(0, 1000))
def test_no_cloth_is_left_in_an_arm_over_a_thigh(seed):
    """Cloth over a thigh ends up farther from the arm's axis than the arm is round, or where it was."""
    rng = make_rng(seed, 0, "test/giving")
    thigh = (np.zeros(3), np.array([0.4, 0.0, 0.0]))
    arm = (np.array([0.2 + rng.uniform(-0.1, 0.1), -0.3, 0.2]), np.array([0.2, 0.3, 0.2]))
    cloth = np.column_stack([rng.uniform([0.0, -0.15], [0.4, 0.15], (200, 2)), rng.uniform(0.1, 0.3, 200)])
    moved = give_way(cloth, [arm], [thigh], 1.0)
    way = arm[1] - arm[0]
    nearest = arm[0] + ((moved - arm[0]) @ way / (way @ way))[:, None] * way
    away_m = np.linalg.norm(moved - nearest, axis=1)
    still = (moved == cloth).all(axis=1)
    assert away_m[~still].min() > ROUND_M - 1e-6
    assert away_m[still].min() > ROUND_M - 1e-6
    assert (moved[~still, 2] < cloth[~still, 2]).all()
    far = np.abs(cloth[:, 0] - 0.2) > 0.195  # beside the arm nothing moves
    assert still[far].all()


def test_no_forearm_goes_through_the_skirt_of_who_squats(monkeypatch):
    original = dress.sample_outfit

    def in_skirts(shape, *, rng):
        return replace(original(shape, rng=rng), top="shirt", bottom="skirt", backpack=False)

    monkeypatch.setattr(dress, "sample_outfit", in_skirts)
    rng = make_rng(3, 0, "test/skirts")
    shapes = [
        shape for shape in (sample_body_shape(rng=rng, child=False) for _ in range(24)) if shape.gender < 0.5
    ]
    bodies = [make_body(shape, handedness="right") for shape in shapes]
    acts = take_and_bag(bodies, [(0.45, 0.4)] * len(bodies))
    times_s = np.array([0.7, 0.9, 1.1, 1.3, 1.5, 1.7])
    motion = compute_motion(make_simulation(bodies, standing, acts), bodies, frame_time_s=times_s)
    pierced = 0
    for n, body in enumerate(bodies):
        shown, joints = body.level(0), motion.joint_names
        skirt = shown.faces[np.isin(shown.faces, shown.yields).all(axis=1)]
        for frame in range(len(times_s)):
            joint_m = motion.joint_position_m[frame, n]
            posed_m = pose_mesh(body, motion, frame, n).position_m
            hanging_m = skin(shown, motion.joint_rotation[frame, n], joint_m[: len(body.skeleton.parents)])
            for side in ("left", "right"):
                arm = [joint_m[joints.index(f"{side}_{name}")] for name in ("elbow", "middle1")]
                pierced += passes(*arm, hanging_m[skirt])
                assert not passes(*arm, posed_m[skirt])
    assert pierced > 0


def passes(start_m, end_m, corner_m):
    """Whether a line between two points passes any of triangles (F, 3, 3) (Moeller and Trumbore, 1997)."""
    way, first, second = end_m - start_m, corner_m[:, 1] - corner_m[:, 0], corner_m[:, 2] - corner_m[:, 0]
    side, away = np.cross(way, second), start_m - corner_m[:, 0]
    volume = np.einsum("fi,fi->f", side, first)
    scale = 1.0 / np.where(np.abs(volume) < 1e-9, np.inf, volume)  # a face without an area is nowhere passed
    one = scale * np.einsum("fi,fi->f", away, side)
    two = scale * (np.cross(away, first) @ way)
    at = scale * np.einsum("fi,fi->f", second, np.cross(away, first))
    return bool(((one >= 0) & (two >= 0) & (one + two <= 1) & (at > 0) & (at < 1)).any())
