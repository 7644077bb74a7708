"""Cameras."""

import math
from dataclasses import dataclass, replace

import numpy as np

LENS_MODELS = ("pinhole", "brown_conrady", "kannala_brandt")


@dataclass(frozen=True)
class Camera:
    """A calibrated camera (OpenCV axes); scenes/cameras/projection.py says how it projects.

    Attributes:
        camera_id: ``"cam0"``, ``"cam1"``...
        width_px, height_px: image size.
        intrinsics: (3, 3) float64 K.
        world_from_cam: (4, 4) float64.
        model: One of LENS_MODELS.
        distortion: Coefficients: none for a pinhole, (k1, k2, p1, p2, k3) for brown_conrady, (k1, k2, k3, k4)
            for kannala_brandt.
        max_angle_rad: The picture shows nothing that is farther off the axis; the coefficients hold so far.
        turns: Of a camera that is knocked: (frame, world_from_cam) in the order of time; from that frame on
            it looks so, and before the first as `world_from_cam` says.
    """

    camera_id: str
    width_px: int
    height_px: int
    intrinsics: np.ndarray
    world_from_cam: np.ndarray
    model: str = "pinhole"
    distortion: tuple[float, ...] = ()
    max_angle_rad: float = math.pi / 2
    turns: tuple[tuple[int, np.ndarray], ...] = ()

    def at(self, frame: int) -> "Camera":
        """Return the camera as it looks in a frame, with no turns to come."""
        if not self.turns:
            return self
        passed = [pose for first, pose in self.turns if first <= frame]
        return replace(self, world_from_cam=passed[-1] if passed else self.world_from_cam, turns=())
