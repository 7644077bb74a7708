"""What sensors give: the pictures of cameras, the readings of scales."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from scenes.world import Camera


@dataclass(frozen=True)
class View:
    """What one camera sees at one instant.

    Attributes:
        rgb: (H, W, 3) uint8 sRGB.
        depth_m: (H, W) float32, z along the camera's axis (a fisheye's: distance), 0 where there is nothing.
        normal: (H, W, 3) float32 unit, world frame, 0 where there is nothing; it leans as folds of film
            do, which triangles do not have (synth/render/relief.py).
        albedo: (H, W, 3) uint8 sRGB.
        material: (H, W) uint8 index into the store's materials (clipped at 255).
        instance_id: (H, W) int32, 0 is nothing, see scenes.world.INSTANCE_*.
        class_id: (H, W) uint8, see scenes.world.CLASS_NAMES.
        motion_px: (H, W, 2) float32, (u, v) displacement of the surface since the previous frame; 0 in the
            first.
        silhouette_px: instance_id -> pixels that each dynamic instance would cover if it stood alone.
    """

    camera: Camera
    frame: int
    rgb: np.ndarray
    depth_m: np.ndarray
    normal: np.ndarray
    albedo: np.ndarray
    material: np.ndarray
    instance_id: np.ndarray
    class_id: np.ndarray
    motion_px: np.ndarray
    silhouette_px: dict[int, int]


@dataclass(frozen=True)
class WeightTrace:
    """What the shelf scales report.

    Attributes:
        time_s: (K,) float64.
        mass_kg: (K, L) float32, one column a plate.
        true_kg: (K, L) float32, the load without settling, noise, drift or quantisation.
        faults: one dict a fault injected, e.g. {"kind": "noisy", "plate": 12, "from_s": 0.0, "to_s": 12.0}.
    """

    time_s: np.ndarray
    mass_kg: np.ndarray
    true_kg: np.ndarray
    faults: tuple[dict[str, Any], ...]
