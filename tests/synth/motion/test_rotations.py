"""The rotation arithmetic against SciPy's."""

import numpy as np
from scipy.spatial.transform import Rotation

from synth.motion.rotations import (
    about,
    compose,
    mix,
    quaternion,
    rotate,
    rotation_of,
    turn_back,
    twist_about,
)

TURNS = Rotation.random(200, rng=np.random.default_rng(3))


def test_quaternions_agree_up_to_sign_and_lead_back():
    matrices = TURNS.as_matrix()
    ours, theirs = quaternion(matrices), np.roll(TURNS.as_quat(), 1, axis=1)
    np.testing.assert_allclose(np.abs(np.sum(ours * theirs, axis=1)), 1.0, atol=1e-12)
    np.testing.assert_allclose(rotation_of(3.0 * ours), matrices, atol=1e-12)


def test_half_turns_have_their_axis():
    half = Rotation.from_rotvec(np.pi * np.eye(3)).as_matrix()
    np.testing.assert_allclose(np.abs(quaternion(half)), np.eye(4)[1:], atol=1e-9)


def test_a_mix_begins_and_ends_where_it_should_and_halves_the_angle():
    start, end = TURNS[:100], TURNS[100:]
    np.testing.assert_allclose(
        mix(start.as_matrix(), end.as_matrix(), np.zeros(100)), start.as_matrix(), atol=1e-12
    )
    np.testing.assert_allclose(
        mix(start.as_matrix(), end.as_matrix(), np.ones(100)), end.as_matrix(), atol=1e-12
    )
    middle = Rotation.from_matrix(mix(start.as_matrix(), end.as_matrix(), np.full(100, 0.5)))
    whole = (end * start.inv()).magnitude()
    np.testing.assert_allclose((middle * start.inv()).magnitude(), whole / 2, atol=1e-9)


def test_twist_is_the_angle_about_the_axis_and_ignores_the_swing():
    rng = np.random.default_rng(4)
    axis = rng.normal(size=(50, 3))
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    angle = rng.uniform(-3.0, 3.0, 50)
    aside = np.cross(axis, rng.normal(size=(50, 3)))
    swing = Rotation.from_rotvec(aside / np.linalg.norm(aside, axis=1, keepdims=True))
    turned = swing * Rotation.from_rotvec(axis * angle[:, None])
    np.testing.assert_allclose(twist_about(turned.as_matrix(), axis), angle, atol=1e-9)


def test_products_turns_and_axes_agree():
    first, second = TURNS[:100], TURNS[100:]
    ours = compose(first.as_matrix(), second.as_matrix())
    np.testing.assert_allclose(ours, (first * second).as_matrix(), atol=1e-12)
    np.testing.assert_allclose(
        compose(first[0].as_matrix(), second.as_matrix()), (first[0] * second).as_matrix(), atol=1e-12
    )
    points = np.random.default_rng(5).normal(size=(100, 3))
    np.testing.assert_allclose(rotate(ours, points), (first * second).apply(points), atol=1e-12)
    np.testing.assert_allclose(rotate(turn_back(ours), rotate(ours, points)), points, atol=1e-12)
    angle = np.linspace(-3.0, 3.0, 100)
    axis = points / np.linalg.norm(points, axis=1, keepdims=True)
    turned = Rotation.from_rotvec(axis * angle[:, None])
    np.testing.assert_allclose(about(axis, angle), turned.as_matrix(), atol=1e-12)
