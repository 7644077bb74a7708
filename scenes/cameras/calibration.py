"""What is known of the cameras, and how it comes to be wrong: errors of a calibration, and knocks.

In: cameras as they hang. Out: the same as a calibration found them, and with the turns of those that somebody
knocks during the clip. The truth is in cameras.json, the calibration in cameras_calibrated.json.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scenes.scenario import CamerasSpec, Scenario
from scenes.world import Camera

# Usual errors of a checkerboard calibration with a survey of the pose, standard deviations.
_TURN_STD_RAD = np.radians(0.15)
_SHIFT_STD_M = 0.008
_FOCAL_STD = 0.002  # of the focal length
_MIDDLE_STD = 0.0015  # principal point, of the picture's width
_BEND_STD = 0.01  # of each coefficient of the lens

_LEAST_KNOCK_RAD, _MOST_KNOCK_RAD = np.radians(6.0), np.radians(28.0)
_SWING_HZ, _SWING_DECAY_S = 2.2, 0.16  # a bracket swings twice and stands
_SWING_S = 0.8
_PUT_BACK_S = 1.0


def calibrate_cameras(
    cameras: Sequence[Camera], spec: CamerasSpec, *, rng: np.random.Generator
) -> tuple[Camera, ...]:
    """Return the cameras as a calibration finds them: poses, focal lengths and coefficients a little off."""
    found = []
    for camera in cameras:
        turn, shift = rng.standard_normal(3), rng.standard_normal(3)
        focal, middle, bend = rng.standard_normal(), rng.standard_normal(2), rng.standard_normal(5)
        error = spec.calibration_error
        pose = camera.world_from_cam.copy()
        pose[:3, :3] = pose[:3, :3] @ make_rotation(error * _TURN_STD_RAD * turn)
        pose[:3, 3] += error * _SHIFT_STD_M * shift
        intrinsics = camera.intrinsics.copy()
        intrinsics[[0, 1], [0, 1]] *= 1 + error * _FOCAL_STD * focal
        intrinsics[:2, 2] += error * _MIDDLE_STD * camera.width_px * middle
        distortion = tuple(
            float(k * (1 + error * _BEND_STD * off)) for k, off in zip(camera.distortion, bend, strict=False)
        )
        found.append(replace(camera, world_from_cam=pose, intrinsics=intrinsics, distortion=distortion))
    return tuple(found)


def knock_cameras(
    cameras: Sequence[Camera], scenario: Scenario, *, rng: np.random.Generator
) -> tuple[Camera, ...]:
    """Return the cameras with the turns of those that are knocked.

    Each turns about its own centre by 6 to 28 degrees, swings, and stands; on recovery a hand turns it back
    to exactly where it was. Its pose changes from frame to frame only.

    Args:
        cameras: As they hang.
        scenario: Which share is knocked, when, and the frames of the clip.
        rng: Lane of the knocks.
    """
    faults, fps = scenario.faults, scenario.clip.fps
    count = min(len(cameras), int(np.ceil(faults.cameras_knocked * len(cameras))))
    axes, sizes = rng.normal(size=(len(cameras), 3)), rng.uniform(size=len(cameras))
    chosen = set(rng.permutation(len(cameras))[:count].tolist())
    time_s = np.arange(max(1, round(scenario.clip.duration_s * fps))) / fps
    share = compute_knock(time_s, faults.cameras_fail_at_s, faults.cameras_recover_after_s)
    knocked = []
    for number, camera in enumerate(cameras):
        axis = axes[number] * [1.0, 1.4, 0.8]  # more sideways than up, least about its axis
        size = _LEAST_KNOCK_RAD + (_MOST_KNOCK_RAD - _LEAST_KNOCK_RAD) * sizes[number]
        turn = axis / np.linalg.norm(axis) * size
        turns = []
        for k in np.flatnonzero(np.diff(share, prepend=0.0)).tolist():
            pose = camera.world_from_cam.copy()
            pose[:3, :3] = pose[:3, :3] @ make_rotation(share[k] * turn)
            turns.append((k, pose))
        knocked.append(replace(camera, turns=tuple(turns)) if number in chosen else camera)
    return tuple(knocked)


def compute_knock(time_s: np.ndarray, from_s: float, well_after_s: float) -> np.ndarray:
    """Return (F,) how far a knocked camera is turned: 0 before, a damped swing to 1, and back to 0.

    >>> compute_knock(np.array([0.9, 3.0, 4.5, 6.0]), 1.0, 3.0).tolist()
    [0.0, 1.0, 0.5, 0.0]
    """
    age = time_s - from_s
    swing = 1 - np.exp(-age / _SWING_DECAY_S) * np.cos(2 * np.pi * _SWING_HZ * age)
    turned = np.where(age < 0, 0.0, np.where(age < _SWING_S, swing, 1.0))
    back = np.clip((age - well_after_s) / _PUT_BACK_S, 0, 1)
    return turned * (1 - back * back * (3 - 2 * back))


def make_rotation(turn_rad: np.ndarray) -> np.ndarray:
    """Return the (3, 3) rotation about a vector by its length (Rodrigues 1840).

    >>> make_rotation(np.array([0.0, 0.0, np.pi / 2])).round(9).tolist()
    [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    angle = float(np.linalg.norm(turn_rad))
    if angle == 0.0:
        return np.eye(3)
    x, y, z = turn_rad / angle
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)
