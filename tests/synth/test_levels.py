"""Levels of detail of people in a frame: hands are fine where a camera sees them from near, nowhere else."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.cameras.lenses import make_lens
from scenes.cameras.projection import project_points
from scenes.randomness import make_rng
from scenes.scenario import CamerasSpec
from synth.bodies.detail import CLOSE, PIXEL_M
from synth.levels import LevelChooser
from synth.records import Motion

JOINTS = ("pelvis", "left_elbow", "right_elbow")
FINE_PX_M = 0.0018  # what pixels on fine hands span at most
AHEAD = np.array([[0.0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1]])  # its axis is +X
FORWARD, BACK = np.array([1.0, 0, 0]), np.array([-1.0, 0, 0])


def make_camera(lens, pose=AHEAD):
    return replace(make_lens(CamerasSpec(lens=lens, width_px=640, height_px=480)), world_from_cam=pose)


def make_motion(waist_m, elbow_m, palm_m):
    """One frame of people (N, 3), (N, 2, 3), (N, 2, 3)."""
    joint_m = np.concatenate([waist_m[:, None], elbow_m], axis=1)[None]
    people = len(waist_m)
    turn = np.tile(np.eye(3), (1, people, 3, 1, 1))
    return Motion(np.zeros(1), np.ones((1, people), bool), JOINTS, joint_m, turn, palm_m[None], ())


def choose(camera, waist_m, palm_m):
    """The level of somebody with both hands at a place."""
    palms_m = np.tile(palm_m, (1, 2, 1))
    return LevelChooser([camera]).choose(make_motion(waist_m[None], palms_m, palms_m), 0)[0]


@pytest.mark.parametrize("lens", ["pinhole", "wide", "fisheye"])
def test_hands_before_a_camera_are_fine_however_far_the_waist_is(lens):
    camera = make_camera(lens)
    for waist_m in (0.5 * FORWARD, 2.5 * FORWARD, 30.0 * FORWARD, 0.3 * BACK):
        assert choose(camera, waist_m, 0.08 * FORWARD) == CLOSE
        assert choose(camera, waist_m, 20.0 * FORWARD) != CLOSE


@pytest.mark.parametrize("lens", ["pinhole", "wide"])
def test_hands_that_no_camera_sees_are_not_fine_however_near_the_waist_is(lens):
    camera = make_camera(lens)
    assert choose(camera, 0.5 * FORWARD, 0.4 * FORWARD) == CLOSE
    assert choose(camera, 0.5 * FORWARD, 0.4 * BACK) == 0
    assert choose(camera, 0.5 * FORWARD, np.array([0.1, 0.9, 0.0])) == 0


def test_a_camera_that_is_knocked_sees_what_it_looks_at_then():
    turned = AHEAD @ np.diag([-1.0, 1, -1, 1])
    camera = replace(make_camera("pinhole"), turns=((1, turned),))
    palm_m = np.tile(0.4 * FORWARD, (1, 2, 1))
    motion = make_motion(FORWARD[None], palm_m, palm_m)
    twice = replace(
        motion,
        time_s=np.arange(2.0),
        **{name: np.tile(getattr(motion, name), (2,) + (1,) * (getattr(motion, name).ndim - 1))
           for name in ("present", "joint_position_m", "joint_rotation", "palm_m")},
    )  # fmt: skip
    chooser = LevelChooser([camera])
    assert [chooser.choose(twice, frame)[0] for frame in range(2)] == [CLOSE, 0]


@pytest.mark.parametrize("lens", ["pinhole", "wide", "fisheye"])
def test_no_pixel_on_a_coarse_hand_or_forearm_is_finer_than_those_that_it_is_for(lens):
    """Over people in all places: points in balls about palms, and on the way to the elbow, are projected."""
    rng = make_rng(5, 0, "test/levels")
    camera, people, points = make_camera(lens), 4000, 12

    def draw(*shape):
        way = rng.normal(size=(*shape, 3))
        return way / np.linalg.norm(way, axis=-1, keepdims=True)

    palm_m = draw(people, 2) * np.geomspace(0.02, 4.0, people)[:, None, None]
    elbow_m = palm_m + 0.27 * draw(people, 2)
    waist_m = palm_m[:, 0] + 0.6 * draw(people)
    levels = LevelChooser([camera]).choose(make_motion(waist_m, elbow_m, palm_m), 0)
    close = np.array([levels[n] for n in range(people)]) == CLOSE
    skin_m = palm_m[:, :, None] + 0.1 * draw(people, 2, points)
    share = np.linspace(0.0, 1.0, points)[:, None]
    arm_m = palm_m[:, :, None] + share * (elbow_m - palm_m)[:, :, None]
    shown = [_is_shown(camera, part).any(axis=2) for part in (skin_m, arm_m)]
    near_m = np.linalg.norm(skin_m, axis=-1).min(axis=2) / camera.intrinsics[0, 0]
    wanted = ((near_m < FINE_PX_M) & (shown[0] | shown[1])).any(axis=1)
    assert wanted.sum() > 100
    assert close[wanted].all()
    far = (np.linalg.norm(palm_m, axis=-1) - 0.15) / camera.intrinsics[0, 0] > FINE_PX_M
    assert far.all(axis=1).sum() > 100
    assert not close[far.all(axis=1)].any()


def _is_shown(camera, place_m):
    pixels, depth_m = project_points(camera, place_m)
    off_axis_rad = np.arccos(place_m[..., 0] / np.linalg.norm(place_m, axis=-1))
    depth_m = np.where(off_axis_rad <= camera.max_angle_rad, depth_m, -1.0)
    return (depth_m > 0) & ((pixels >= 0) & (pixels < [camera.width_px, camera.height_px])).all(axis=-1)


def test_bodies_are_the_coarser_the_larger_a_pixel_is_on_them():
    camera = make_camera("pinhole")
    far_m = np.linspace(0.6, 20.0, 200)
    hidden = np.tile(5.0 * BACK, (len(far_m), 2, 1))
    levels = LevelChooser([camera]).choose(make_motion(far_m[:, None] * FORWARD, hidden, hidden), 0)
    pixel_m = (far_m - 0.5) / camera.intrinsics[0, 0]
    assert [levels[n] for n in range(len(far_m))] == [sum(p >= least for least in PIXEL_M) for p in pixel_m]
    assert set(levels.values()) == {0, 1, 2}
