"""What is known of cameras: knocks are turns and nothing else, calibrations err as told."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.cameras.calibration import calibrate_cameras, compute_knock, knock_cameras, make_rotation
from scenes.cameras.mounts import make_camera_pose
from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.scenario import CamerasSpec
from scenes.world import Camera

POSE = make_camera_pose(np.array([1.0, 2.0, 2.6]), 0.4, 0.6)
CAMERA = Camera("cam0", 640, 480, np.array([[320.0, 0, 320], [0, 320, 240], [0, 0, 1]]), POSE)
LENS = replace(CAMERA, model="brown_conrady", distortion=(-0.2, 0.05, 1e-4, -1e-4, 0.0))


def make_scenario(**faults):
    scenario = sample_scenario(load_config("everyday", ("clip.duration_s=6", "clip.fps=10")), seed=2, index=0)
    return replace(scenario, faults=replace(scenario.faults, **faults))


def angle(pose, other):
    return np.arccos(np.clip((np.trace(pose[:3, :3].T @ other[:3, :3]) - 1) / 2, -1, 1))


def test_a_knock_swings_stands_and_is_put_back():
    time_s = np.arange(0, 10, 0.01)
    share = compute_knock(time_s, 2.0, 5.0)
    assert not share[time_s < 2.0].any()
    assert share.max() > 1.1  # overshoots
    assert (share[(time_s > 2.85) & (time_s < 6.95)] == 1).all()
    assert (np.diff(share[(time_s > 7.0) & (time_s < 8.0)]) < 0).all()
    assert not share[time_s > 8.01].any()


def test_knocked_cameras_turn_about_themselves_between_frames():
    scenario = make_scenario(cameras_knocked=0.5, cameras_fail_at_s=1.25, cameras_recover_after_s=2.0)
    cameras = tuple(replace(CAMERA, camera_id=f"cam{n}") for n in range(4))
    knocked = knock_cameras(cameras, scenario, rng=np.random.default_rng(4))
    assert sum(bool(camera.turns) for camera in knocked) == 2
    for camera in knocked:
        assert camera.at(12).world_from_cam.tobytes() == POSE.tobytes()
        assert camera.at(59).world_from_cam.tobytes() == POSE.tobytes()
        for frame in range(60):
            pose = camera.at(frame).world_from_cam
            assert (pose[:, 3] == POSE[:, 3]).all()
            np.testing.assert_allclose(pose[:3, :3] @ pose[:3, :3].T, np.eye(3), atol=1e-12)
        if camera.turns:
            assert camera.turns[0][0] == 13
            assert np.radians(6) <= angle(camera.at(25).world_from_cam, POSE) <= np.radians(28.01)


def test_a_knock_before_the_clip_has_settled_by_its_start():
    scenario = make_scenario(cameras_knocked=1.0, cameras_fail_at_s=-9.0, cameras_recover_after_s=3600.0)
    (camera,) = knock_cameras((CAMERA,), scenario, rng=np.random.default_rng(1))
    assert [frame for frame, _ in camera.turns] == [0]
    assert angle(camera.at(0).world_from_cam, POSE) > np.radians(5.9)


def test_nobody_knocks_unasked():
    assert knock_cameras((CAMERA,), make_scenario(cameras_knocked=0.0), rng=np.random.default_rng(1)) == (
        CAMERA,
    )


def test_calibrations_err_as_told_and_scale():
    rng = np.random.default_rng(6)
    found = calibrate_cameras([LENS] * 400, CamerasSpec(), rng=rng)
    turns = [angle(camera.world_from_cam, POSE) for camera in found]
    # Length of a vector of three independent normal numbers: its square has mean 3.
    assert np.sqrt(np.mean(np.square(turns)) / 3) == pytest.approx(np.radians(0.15), rel=0.08)
    shifts = np.array([camera.world_from_cam[:3, 3] - POSE[:3, 3] for camera in found])
    assert shifts.std() == pytest.approx(0.008, rel=0.08)
    focal = [camera.intrinsics[0, 0] / 320 - 1 for camera in found]
    assert np.std(focal) == pytest.approx(0.002, rel=0.12)
    assert all(camera.intrinsics[0, 0] == camera.intrinsics[1, 1] for camera in found)
    assert np.std([camera.distortion[0] / -0.2 for camera in found]) == pytest.approx(0.01, rel=0.12)
    (exact,) = calibrate_cameras([LENS], CamerasSpec(calibration_error=0.0), rng=rng)
    assert exact.world_from_cam.tobytes() == POSE.tobytes()
    assert exact.distortion == LENS.distortion
    pair = [
        calibrate_cameras([LENS], CamerasSpec(calibration_error=error), rng=np.random.default_rng(9))[0]
        for error in (1.0, 3.0)
    ]
    near, far = (camera.world_from_cam[:3, 3] - POSE[:3, 3] for camera in pair)
    np.testing.assert_allclose(far, 3 * near)


def test_rotations_turn_by_their_length():
    turn = np.array([0.2, -0.3, 0.1])
    rotation = make_rotation(turn)
    np.testing.assert_allclose(rotation @ turn, turn, atol=1e-15)
    assert angle(np.block([[rotation, np.zeros((3, 1))], [0, 0, 0, 1]]), np.eye(4)) == pytest.approx(
        np.linalg.norm(turn)
    )
