"""Rendered views as training material: rendered once, cached in a folder, memory-mapped afterwards.

In: scenarios sampled from a preset. Out: `ViewSet`, the arrays of planes.py for each view in half
precision, with the labels that the segmenter learns from.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gan.planes import DEPTH_SCALE_M, make_planes
from scenes.errors import DatasetError
from scenes.world import Camera
from synth.records import View

ARRAYS = (
    "planes",
    "class_id",
    "material",
    "residual_mask",
    "pooled",
    "instance_id",
    "intrinsics",
    "world_from_cam",
)
MANIFEST = "views.json"
VERSION = 1


@dataclass(frozen=True)
class ViewSet:
    """M views of one size.

    Attributes:
        planes: (M, H, W, PLANE_COUNT) float16, see planes.Planes.
        class_id: (M, H, W) uint8.
        material: (M, H, W) uint8.
        residual_mask: (M, H, W) uint8, 0 or 1.
        pooled: (M, POOLED_COUNT, GRID_ROWS, GRID_COLUMNS) float32.
        instance_id: (M, H, W) int32.
        intrinsics, world_from_cam: (M, 3, 3) and (M, 4, 4) float64, of each view's camera.
        clip: (M,) int64, the clip each view belongs to.
    """

    planes: np.ndarray
    class_id: np.ndarray
    material: np.ndarray
    residual_mask: np.ndarray
    pooled: np.ndarray
    instance_id: np.ndarray
    intrinsics: np.ndarray
    world_from_cam: np.ndarray
    clip: np.ndarray

    def __len__(self) -> int:
        return len(self.planes)

    def rgb(self, index: int) -> np.ndarray:
        """Return one view's (3, H, W) uint8 picture."""
        levels = self.planes[index, :, :, :3].astype(np.float32) * 255.0 + 0.5
        return np.ascontiguousarray(levels.astype(np.uint8).transpose(2, 0, 1))

    def view(self, index: int) -> View:
        """Make a View again, as far as a refiner looks at it."""
        planes = np.asarray(self.planes[index], np.float32)
        height, width = planes.shape[:2]
        camera = Camera("cam0", width, height, self.intrinsics[index], self.world_from_cam[index])
        return View(
            camera=camera,
            frame=0,
            rgb=np.ascontiguousarray(self.rgb(index).transpose(1, 2, 0)),
            depth_m=np.expm1(planes[..., 9]) * np.float32(DEPTH_SCALE_M),
            normal=planes[..., 6:9],
            albedo=(planes[..., 3:6] * 255 + 0.5).astype(np.uint8),
            material=np.asarray(self.material[index]),
            instance_id=np.asarray(self.instance_id[index]),
            class_id=np.asarray(self.class_id[index]),
            motion_px=np.zeros((height, width, 2), np.float32),
            silhouette_px={},
        )

    def take(self, indices: np.ndarray) -> "ViewSet":
        """Return some of the views."""
        return ViewSet(**{name: getattr(self, name)[indices] for name in (*ARRAYS, "clip")})


def write_views(views: Iterable[tuple[int, View]], folder: Path, *, key: str) -> None:
    """Write views (with the number of their clip) to a cache folder; the manifest comes last.

    Raises:
        DatasetError: If there are none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    stacks: dict[str, list[np.ndarray]] = {name: [] for name in ARRAYS}
    clips = []
    for clip, view in views:
        planes = make_planes(view)
        stacks["planes"].append(planes.planes.astype(np.float16))
        stacks["class_id"].append(planes.class_id.astype(np.uint8))
        stacks["material"].append(planes.material.astype(np.uint8))
        stacks["residual_mask"].append(planes.residual_mask.astype(np.uint8))
        stacks["pooled"].append(planes.pooled)
        stacks["instance_id"].append(view.instance_id)
        stacks["intrinsics"].append(view.camera.intrinsics)
        stacks["world_from_cam"].append(view.camera.world_from_cam)
        clips.append(clip)
    if not clips:
        raise DatasetError(f"{folder}: no views were rendered to train on; ask for at least one")
    for name, stack in stacks.items():
        np.save(folder / f"{name}.npy", np.stack(stack))
    manifest = {"version": VERSION, "key": key, "clip": clips}
    (folder / MANIFEST).write_text(json.dumps(manifest))


def load_views(folder: Path, *, key: str) -> ViewSet | None:
    """Open a cache folder; None when it is absent, unfinished or was made for another key."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    manifest = json.loads(path.read_text())
    if manifest.get("version") != VERSION or manifest.get("key") != key:
        return None
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
    return ViewSet(clip=np.asarray(manifest["clip"]), **arrays)


def make_views(folder: Path, render: Callable[[], Iterable[tuple[int, View]]], *, key: str) -> ViewSet:
    """Open the cached views, rendering them first when they are not there.

    Raises:
        DatasetError: If nothing was rendered.
    """
    cached = load_views(folder, key=key)
    if cached is None:
        write_views(render(), folder, key=key)
        cached = load_views(folder, key=key)
    if cached is None:
        raise DatasetError(f"{folder}: the views just written cannot be read; is the disk full?")
    return cached
