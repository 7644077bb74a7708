"""Packed words, as resolve.frag leaves them, to the arrays of a `View`."""

from typing import Any

import numpy as np

from scenes.world import Camera
from synth.records import View

Words = tuple[np.ndarray, np.ndarray, np.ndarray]


def unpack_view(
    words: Words,
    camera: Camera,
    frame: int,
    silhouette_px: dict[int, int],
) -> View:
    """Make a view of the words of its pixels.

    Args:
        words: (H, W, 4), (H, W, 4) and (H, W) uint32: [rgb and material, albedo and class, instance id,
            depth], [normal, motion u], motion v.
    """
    first, second, third = words
    codes = first[..., :2].view(np.uint8)
    floats = second.view(np.float32)
    motion = np.empty((*third.shape, 2), np.float32)
    motion[..., 0] = floats[..., 3]
    motion[..., 1] = third.view(np.float32)
    arrays: dict[str, Any] = {
        "rgb": np.ascontiguousarray(codes[..., 0:3]),
        "material": np.ascontiguousarray(codes[..., 3]),
        "albedo": np.ascontiguousarray(codes[..., 4:7]),
        "class_id": np.ascontiguousarray(codes[..., 7]),
        "instance_id": np.ascontiguousarray(first[..., 2]).view(np.int32),
        "depth_m": np.ascontiguousarray(first[..., 3]).view(np.float32),
        "normal": np.ascontiguousarray(floats[..., :3]),
        "motion_px": motion,
    }
    for array in arrays.values():
        array.setflags(write=False)
    return View(camera=camera, frame=frame, silhouette_px=silhouette_px, **arrays)
