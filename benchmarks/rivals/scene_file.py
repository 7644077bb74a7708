"""The scene that all contenders draw, as plain arrays in one file: readable without this project.

Written from benchmarks/rendering/scene.py by benchmarks/peers.py; reading it takes numpy alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FRAMES = 40


@dataclass(frozen=True)
class Part:
    """One mesh of one colour.

    Attributes:
        position_m: (V, 3) float32.
        uv: (V, 2) float32, (0, 0) the top left corner of the texture.
        faces: (F, 3) int32, counter-clockwise seen from outside.
        color: (3,) float32, sRGB in 0 to 1, multiplied with the texture.
        layer: Which texture, -1 for none.
    """

    position_m: np.ndarray
    uv: np.ndarray
    faces: np.ndarray
    color: np.ndarray
    layer: int


@dataclass(frozen=True)
class SceneFile:
    """The scene.

    Attributes:
        structure: The room and its gondolas.
        products: One part a product.
        item_product: (I,) int64.
        world_from_item: (I, 4, 4) float64.
        people: One part a person, where they are in frame 0.
        walk_m: (FRAMES, people, 3) float64, how far each has moved by a frame.
        textures: (L, H, W, 3) uint8 sRGB.
        world_from_cam: (C, 4, 4) float64, OpenCV axes.
        focal_px: Focal length of every camera, the centre being the picture's.
        size_px: Width and height.
        lamp_m: (lamps, 3) float64, where area lamps that shine down hang.
        lamp_size_m: (2,) float64.
    """

    structure: Sequence[Part]
    products: Sequence[Part]
    item_product: np.ndarray
    world_from_item: np.ndarray
    people: Sequence[Part]
    walk_m: np.ndarray
    textures: np.ndarray
    world_from_cam: np.ndarray
    focal_px: float
    size_px: tuple[int, int]
    lamp_m: np.ndarray
    lamp_size_m: np.ndarray

    def gl_pose(self, camera: int) -> np.ndarray:
        """Return the (4, 4) pose of a camera with OpenGL's axes: y up, looking along -z."""
        return self.world_from_cam[camera] @ np.diag([1.0, -1.0, -1.0, 1.0])


_LISTS = ("structure", "products", "people")


def write_scene(scene: SceneFile, path: Path) -> None:
    """Write a scene."""
    arrays: dict[str, Any] = {
        name: np.asarray(value) for name, value in vars(scene).items() if name not in _LISTS
    }
    for name in _LISTS:
        for number, part in enumerate(getattr(scene, name)):
            arrays |= {f"{name}/{number}/{key}": np.asarray(value) for key, value in vars(part).items()}
    np.savez(path, **arrays)


def read_scene(path: str) -> SceneFile:
    """Read a scene."""
    with np.load(path) as file:
        arrays = dict(file)
    lists: dict[str, Any] = {}
    for name in _LISTS:
        count = 1 + max(int(key.split("/")[1]) for key in arrays if key.startswith(f"{name}/"))
        keys = ("position_m", "uv", "faces", "color")
        lists[name] = [
            Part(
                **{key: arrays[f"{name}/{number}/{key}"] for key in keys},
                layer=int(arrays[f"{name}/{number}/layer"]),
            )
            for number in range(count)
        ]
    width, height = arrays.pop("size_px")
    plain: dict[str, Any] = {name: value for name, value in arrays.items() if "/" not in name}
    plain["focal_px"] = float(plain["focal_px"])
    return SceneFile(**plain, **lists, size_px=(int(width), int(height)))


def merge_parts(parts: Sequence[Part], poses: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Put placed parts into one mesh: positions, uv, faces and the number of each vertex's part."""
    position = [
        part.position_m @ pose[:3, :3].T + pose[:3, 3] for part, pose in zip(parts, poses, strict=True)
    ]
    counts = np.array([len(part.position_m) for part in parts])
    starts = np.cumsum(counts) - counts
    return (
        np.concatenate(position).astype(np.float32),
        np.concatenate([part.uv for part in parts]),
        np.concatenate([part.faces + start for part, start in zip(parts, starts, strict=True)]),
        np.repeat(np.arange(len(parts)), counts),
    )
