"""The one place where a camera (OpenCV axes) becomes OpenGL's clip space.

Pictures are drawn with row 0 first, so nothing is ever flipped afterwards. A picture of W x H pixels is
drawn as n W x n H samples, shifted so that sample (n x + n // 2, n y + n // 2) lies exactly on the centre of
pixel (x, y): labels are taken there, and colour is filtered around it.
"""

from dataclasses import dataclass

import numpy as np

from scenes.world import Camera

NEAR_M = 0.05
FAR_M = 200.0


@dataclass(frozen=True)
class Projection:
    """A camera as the shaders see it.

    Attributes:
        clip_from_world: (4, 4).
        eye_m: (3,) centre of projection.
        ray: (3, 4) world direction at depth 1: at sample coordinate (0, 0), and its steps along x and y.
        camera: (4,) image width and height, samples a pixel edge, 0.
    """

    clip_from_world: np.ndarray
    eye_m: np.ndarray
    ray: np.ndarray
    camera: np.ndarray


def make_projection(camera: Camera, samples: int) -> Projection:
    """Return the projection of a camera at `samples` x `samples` samples a pixel."""
    fx, skew, cx = camera.intrinsics[0]
    fy, cy = camera.intrinsics[1, 1], camera.intrinsics[1, 2]
    # Sample coordinate = samples * (u - 0.5) + samples // 2 + 0.5 = samples * u + offset.
    offset = samples // 2 + 0.5 - samples / 2
    width, height = samples * camera.width_px, samples * camera.height_px
    sample_from_cam = np.array(
        [
            [samples * fx, samples * skew, samples * cx + offset],
            [0.0, samples * fy, samples * cy + offset],
            [0.0, 0.0, 1.0],
        ]
    )
    clip_from_cam = np.zeros((4, 4))
    clip_from_cam[0, :3] = sample_from_cam[0] * 2 / width - [0, 0, 1]
    clip_from_cam[1, :3] = sample_from_cam[1] * 2 / height - [0, 0, 1]
    clip_from_cam[2, 2:] = (FAR_M + NEAR_M) / (FAR_M - NEAR_M), -2 * FAR_M * NEAR_M / (FAR_M - NEAR_M)
    clip_from_cam[3, 2] = 1.0
    rotation, eye = camera.world_from_cam[:3, :3], camera.world_from_cam[:3, 3]
    cam_from_world = np.eye(4)
    cam_from_world[:3, :3], cam_from_world[:3, 3] = rotation.T, -rotation.T @ eye
    world_from_sample = rotation @ np.linalg.inv(sample_from_cam)
    ray = np.zeros((3, 4))
    ray[:, :3] = world_from_sample.T[[2, 0, 1]]
    return Projection(
        clip_from_world=clip_from_cam @ cam_from_world,
        eye_m=eye.astype(float),
        ray=ray,
        camera=np.array([camera.width_px, camera.height_px, samples, 0.0]),
    )
