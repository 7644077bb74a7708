"""Views drawn without OpenGL: boxes of random class, colour and depth before a wall."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from scenes.world import CLASS_ID, Camera
from synth.records import View


def make_view(*, seed: int, height: int = 96, width: int = 128, frame: int = 0) -> View:
    rng = np.random.Generator(np.random.PCG64(seed))
    shape = (height, width)
    instance_id = np.ones(shape, np.int32)
    class_id = np.full(shape, CLASS_ID["wall"], np.uint8)
    albedo = np.full((*shape, 3), 150, np.uint8)
    depth_m = np.full(shape, 6.0, np.float32)
    for box in range(14):
        top, left = rng.integers(0, height), rng.integers(0, width)
        tall, wide = rng.integers(6, 40, size=2)
        where = np.s_[top : top + tall, left : left + wide]
        instance_id[where] = 100_000 + box
        class_id[where] = rng.integers(1, 11)
        albedo[where] = rng.integers(0, 256, 3)
        depth_m[where] = rng.uniform(1.0, 6.0)
    shade = gaussian_filter(rng.standard_normal(shape), 8)
    shade = 0.75 + 0.25 * shade / np.abs(shade).max()
    normal = np.zeros((*shape, 3), np.float32)
    normal[..., 2] = 1.0
    intrinsics = np.array([[width / 2, 0, width / 2], [0, width / 2, height / 2], [0, 0, 1.0]])
    return View(
        camera=Camera("cam0", width, height, intrinsics, np.eye(4)),
        frame=frame,
        rgb=np.clip(albedo * shade[..., None], 0, 255).astype(np.uint8),
        depth_m=depth_m,
        normal=normal,
        albedo=albedo,
        material=(class_id % 5).astype(np.uint8),
        instance_id=instance_id,
        class_id=class_id,
        motion_px=np.zeros((*shape, 2), np.float32),
        silhouette_px={},
    )


@pytest.fixture(scope="session")
def view() -> View:
    return make_view(seed=1)


@pytest.fixture(scope="session")
def draw_view() -> Callable[..., View]:
    return make_view
