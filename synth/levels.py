"""Which level of detail people have in a frame: by the camera that sees them largest.

In: cameras and a Motion. Out: a level a person (see synth/bodies/detail.py). How fine bodies are is chosen by
how near waists are; hands for an arm's length have those alone whose hands a camera sees from there.
"""

from collections.abc import Sequence

import numpy as np

from scenes.cameras.projection import compute_angle
from scenes.world import Camera
from synth.bodies.detail import choose_level
from synth.bodies.skeleton import SIDES
from synth.records import Motion

_REACH_M = 0.5  # from the waist, and the least distance of a body that counts
_HAND_M, _NEAREST_M = 0.11, 0.05  # how far fingertips are from the palm's middle; the least distance of hands
_FOREARM_M = 0.17  # balls so large about palm and elbow hold hand and forearm


class LevelChooser:
    """Chooses levels of detail for the cameras of a shop."""

    def __init__(self, cameras: Sequence[Camera]) -> None:
        self._cameras = cameras
        self._corner_rad = [_find_corner(camera) for camera in cameras]

    def choose(self, motion: Motion, frame: int) -> dict[int, int]:
        """Return shopper -> level of detail, for all who are present in a frame."""
        shoppers = np.flatnonzero(motion.present[frame])
        if not len(shoppers):  # of a clip without shoppers there are no joints either
            return {}
        joint_m = motion.joint_position_m[frame, shoppers].astype(float)
        palm_m = motion.palm_m[frame, shoppers].astype(float)  # (N, 2, 3), as elbows
        elbow_m = joint_m[:, [motion.joint_names.index(f"{side}_elbow") for side in SIDES]]
        pixel_m, hand_pixel_m = np.full(len(shoppers), np.inf), np.full(len(shoppers), np.inf)
        for camera, corner_rad in zip(self._cameras, self._corner_rad, strict=True):
            posed, focal_px = camera.at(frame), camera.intrinsics[0, 0]
            eye_m = posed.world_from_cam[:3, 3]
            near_m = np.linalg.norm(joint_m[:, 0] - eye_m, axis=-1) - _REACH_M
            pixel_m = np.minimum(pixel_m, np.maximum(near_m, _REACH_M) / focal_px)
            near_m = np.maximum(np.linalg.norm(palm_m - eye_m, axis=-1) - _HAND_M, _NEAREST_M)
            seen = _is_seen(posed, corner_rad, palm_m) | _is_seen(posed, corner_rad, elbow_m)
            hand_pixel_m = np.minimum(hand_pixel_m, np.where(seen, near_m / focal_px, np.inf).min(axis=1))
        return dict(zip(shoppers.tolist(), choose_level(pixel_m, hand_pixel_m).tolist(), strict=True))


def _find_corner(camera: Camera) -> float:
    """How far off the axis the farthest corner of the picture looks, radians."""
    corners = [(u, v) for u in (0.0, camera.width_px) for v in (0.0, camera.height_px)]
    return max(compute_angle(camera, u, v) for u, v in corners)


def _is_seen(camera: Camera, corner_rad: float, point_m: np.ndarray) -> np.ndarray:
    """Whether balls about points (..., 3) reach into the cone that takes in a camera's picture."""
    away = (point_m - camera.world_from_cam[:3, 3]) @ camera.world_from_cam[:3, :3]
    angle = np.arctan2(np.hypot(away[..., 0], away[..., 1]), away[..., 2])
    far_m = np.maximum(np.linalg.norm(away, axis=-1), _FOREARM_M)
    return np.asarray((angle <= corner_rad + np.arcsin(_FOREARM_M / far_m)) | (far_m == _FOREARM_M))
