"""A light stand-in for `synth.pipeline.make_clip`, for tests of the engine's mechanics.

Importable by spawned workers. What a clip holds depends on its scenario only; faults are asked for by
environment variables, which spawned workers inherit.
"""

import errno
import os
import signal
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa

from scenes.distributions import to_plain
from scenes.randomness import make_rng
from scenes.world import Camera
from synth.dataset import ClipWriter
from synth.records import View
from synth.schema import CLIP_TABLES
from tests.synth.blank_clip import BLANK_CLIP

FRAMES = 3
CAMERAS = [Camera(f"cam{number}", 64, 48, np.eye(3), np.eye(4)) for number in range(2)]


def make_tiny_clip(scenario, folder: Path, *, clip_id, refiner, on_progress) -> None:
    _maybe_fail(scenario.index, folder)
    rng = make_rng(scenario.seed, scenario.index, "tiny")
    store_id = f"store{scenario.index % 2}"
    store = folder / "store" / "catalogue"
    store.mkdir(parents=True)
    (store / "a.png").write_bytes(f"picture of {store_id}".encode())
    (folder / "store" / "cameras.json").write_text(store_id)
    empty = {name: pa.Table.from_pylist([], schema=schema) for name, schema in CLIP_TABLES.items()}
    with ClipWriter(folder, clip_id=clip_id, cameras=CAMERAS, fps=5.0, refined=False) as writer:
        for frame in range(FRAMES):
            for camera in CAMERAS:
                writer.add_view(_view(camera, frame, rng))
            time.sleep(float(os.environ.get("TINY_SLEEP_S", "0")))
            on_progress(clip_id, frame + 1, FRAMES)
        writer.finish(clip=_describe(scenario, clip_id, store_id), receipts=[], **empty)


def _maybe_fail(index: int, folder: Path) -> None:
    def asked(name: str) -> bool:
        return str(index) in os.environ.get(name, "").split(",")

    if asked("TINY_FAIL"):
        raise ValueError(f"clip {index} was asked to fail")
    if asked("TINY_DIE"):
        os.kill(os.getpid(), signal.SIGKILL)
    if asked("TINY_FULL"):
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))


def _view(camera: Camera, frame: int, rng: np.random.Generator) -> View:
    shape = (camera.height_px, camera.width_px)
    zeros = np.zeros((*shape, 3), np.float32)
    return View(
        camera=camera,
        frame=frame,
        rgb=rng.integers(0, 255, (*shape, 3), dtype=np.uint8),
        depth_m=rng.uniform(0.5, 9, shape).astype(np.float32),
        normal=zeros,
        albedo=zeros.astype(np.uint8),
        material=np.zeros(shape, np.uint8),
        instance_id=np.repeat(rng.integers(0, 5, (camera.height_px, 4)), 16, axis=1).astype(np.int32),
        class_id=np.zeros(shape, np.uint8),
        motion_px=zeros[..., :2],
        silhouette_px={},
    )


def _describe(scenario, clip_id: str, store_id: str) -> dict:
    return BLANK_CLIP | {
        "clip_id": clip_id,
        "store_id": store_id,
        "scenario": to_plain(asdict(scenario)),
        "weight": float(np.exp(scenario.log_p - scenario.log_q)),
        "counts": {"frames": FRAMES, "cameras": 2, "shoppers": 0, "events": 0, "payments": 0},
        "evidence": {"events": 0, "told": 0},
    }
