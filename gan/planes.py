"""What the scene stage reads of a View: colour, G-buffer, world noise, edge mask and coarse averages.

In: a View (synth/records/). Out: `Planes`, numpy only, the same arrays for training and for inference.
"""

from dataclasses import dataclass

import numpy as np

from gan.form import EDGE_MARGIN_PX, GRID_COLUMNS, GRID_ROWS, MATERIAL_COUNT, PLANE_COUNT, POOLED_COUNT
from scenes.cameras.projection import compute_pixel_rays
from scenes.world import CLASS_ID, Camera
from synth.records import View

# Surfaces that stay where they are carry noise; people, their bags and products move through the
# world, so noise fixed to the world would swim over them: they get none.
STATIC_CLASSES = tuple(CLASS_ID[name] for name in ("fixture", "floor", "wall", "ceiling", "door", "sign"))
IS_STATIC = np.isin(np.arange(256), STATIC_CLASSES)
NOISE_CELL_M = (0.9, 0.3, 0.1)
NOISE_SEED = 20_011  # one field for all clips: a wall looks the same to every camera that sees it
DEPTH_SCALE_M = 6.0


@dataclass(frozen=True)
class Planes:
    """Arrays of one frame.

    Attributes:
        planes: (H, W, PLANE_COUNT) float32: rgb, albedo (sRGB, 0 to 1), normal, log depth, noise (-1 to 1).
        class_id: (H, W) int32.
        material: (H, W) int32, below MATERIAL_COUNT.
        residual_mask: (H, W) float32, 0 within EDGE_MARGIN_PX of an instance edge, else 1.
        pooled: (POOLED_COUNT, GRID_ROWS, GRID_COLUMNS) float32.
    """

    planes: np.ndarray
    class_id: np.ndarray
    material: np.ndarray
    residual_mask: np.ndarray
    pooled: np.ndarray


def compute_residual_mask(instance_id: np.ndarray) -> np.ndarray:
    """Return (H, W) float32: 1 where the (2 * EDGE_MARGIN_PX + 1)-pixel square around holds one instance.

    >>> instance_id = np.zeros((1, 12), np.int32)
    >>> instance_id[0, 6:] = 5
    >>> compute_residual_mask(instance_id)[0].astype(int).tolist()
    [1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1]
    """
    same_column = _all_within(instance_id[1:] == instance_id[:-1], axis=0)
    same_row = _all_within(instance_id[:, 1:] == instance_id[:, :-1], axis=1)
    height = len(instance_id)
    square = same_column
    for step in range(-EDGE_MARGIN_PX, EDGE_MARGIN_PX + 1):
        low, high = max(0, -step), height - max(0, step)
        square[low:high] &= same_row[low + step : high + step]
    return square.astype(np.float32)


def _all_within(equal: np.ndarray, *, axis: int) -> np.ndarray:
    """Say of each pixel whether all neighbours along an axis, EDGE_MARGIN_PX to both sides, are equal.

    Args:
        equal: bool, one shorter than the picture along `axis`: whether pixel i equals pixel i + 1.
        axis: 0 or 1.
    """
    margin = [(0, 0), (0, 0)]
    margin[axis] = (EDGE_MARGIN_PX, EDGE_MARGIN_PX)
    padded = np.pad(equal, margin, constant_values=True)
    length = equal.shape[axis] + 1
    pieces = (padded.take(range(step, step + length), axis=axis) for step in range(2 * EDGE_MARGIN_PX))
    return np.logical_and.reduce(list(pieces))


def compute_world_rays(camera: Camera) -> np.ndarray:
    """Return (H, W, 3) float32: a pixel's depth times this leads from the camera to its surface.

    In world axes; 0 where the lens shows nothing.
    """
    rays = np.nan_to_num(compute_pixel_rays(camera), nan=0.0)
    return (rays @ camera.world_from_cam[:3, :3].T).astype(np.float32)


def _hash_lattice(corner: np.ndarray, seed: int) -> np.ndarray:
    """Hash integer lattice points (..., 3) to float32 in -1 to 1 (xor-multiply mixing of 32-bit words)."""
    word = corner.astype(np.int64).astype(np.uint32)
    mixed = word[..., 0] * np.uint32(0x9E3779B1) ^ word[..., 1] * np.uint32(0x85EBCA77)
    mixed ^= word[..., 2] * np.uint32(0xC2B2AE3D) ^ np.uint32(seed)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        mixed ^= mixed >> np.uint32(shift)
        mixed *= np.uint32(factor)
    mixed ^= mixed >> np.uint32(16)
    return mixed.astype(np.float32) * np.float32(2.0**-31) - np.float32(1.0)


def compute_value_noise(position_m: np.ndarray, cell_m: float, seed: int) -> np.ndarray:
    """Return smooth noise (N,) float32 in -1 to 1 at world points (N, 3): hashed lattice, cubic fade.

    A function of the world point alone, hence the same at all times and from all cameras.
    """
    scaled = position_m / np.float32(cell_m)
    corner = np.floor(scaled)
    fraction = scaled - corner
    fade = fraction * fraction * (3.0 - 2.0 * fraction)
    total = np.zeros(len(position_m), np.float32)
    for step in np.ndindex(2, 2, 2):
        offset = np.asarray(step, np.float32)
        weight = np.prod(np.where(offset > 0, fade, 1.0 - fade), axis=-1)
        total += weight * _hash_lattice(corner + offset, seed)
    return total


def compute_noise_planes(position_m: np.ndarray) -> np.ndarray:
    """Return (N, len(NOISE_CELL_M)) float32 octaves of world noise at world points (N, 3)."""
    octaves = (
        compute_value_noise(position_m, cell_m, NOISE_SEED + octave)
        for octave, cell_m in enumerate(NOISE_CELL_M)
    )
    return np.stack(list(octaves), axis=-1)


def _average_cells(height: int, cells: int) -> np.ndarray:
    """Return the (cells, height) weights that average each cell's rows, by overlap of pixel and cell."""
    edges = np.arange(cells + 1) * height / cells
    rows = np.arange(height)
    overlap = np.minimum(edges[1:, None], rows + 1) - np.maximum(edges[:-1, None], rows)
    return np.clip(overlap, 0, 1).astype(np.float32)


def compute_pooled(rgb: np.ndarray, albedo: np.ndarray, static: np.ndarray) -> np.ndarray:
    """Average what stands still over the coarse grid: people passing by change no colour of the walls.

    Args:
        rgb: (H, W, 3) float32, 0 to 1.
        albedo: (H, W, 3) float32, 0 to 1.
        static: (H, W) bool.

    Returns:
        (POOLED_COUNT, GRID_ROWS, GRID_COLUMNS) float32.
    """
    height, width = static.shape
    stack = np.concatenate([rgb, albedo, np.ones((height, width, 1), np.float32)], axis=-1)
    stack *= static[..., None]
    by_row = np.tensordot(_average_cells(height, GRID_ROWS), stack, axes=(1, 0))
    summed = np.einsum("cw,rwk->krc", _average_cells(width, GRID_COLUMNS), by_row)
    share = summed[6:] * (GRID_ROWS * GRID_COLUMNS / (height * width))
    mean = summed[:6] / np.maximum(summed[6:], 1.0)
    row, column = np.meshgrid(np.linspace(-1, 1, GRID_ROWS), np.linspace(-1, 1, GRID_COLUMNS), indexing="ij")
    pooled = np.concatenate([mean, share, row[None], column[None]]).astype(np.float32)
    if pooled.shape[0] != POOLED_COUNT:
        raise ValueError(f"expected {POOLED_COUNT} pooled channels, got {pooled.shape[0]}")
    return pooled


class PlaneMaker:
    """Makes the planes of one camera's frames, computing world noise anew only where depth changed.

    The cache changes no value: noise is a function of a pixel's depth, class and camera alone.
    """

    def __init__(self, camera: Camera) -> None:
        self._aim(camera)

    def _aim(self, camera: Camera) -> None:
        """Begin anew for a pose: a camera that is knocked looks elsewhere."""
        self._pose = camera.world_from_cam
        self._rays = compute_world_rays(camera)
        self._origin_m = camera.world_from_cam[:3, 3].astype(np.float32)
        shape = (camera.height_px, camera.width_px)
        self._depth_m = np.full(shape, -1.0, np.float32)
        self._noise = np.zeros((*shape, len(NOISE_CELL_M)), np.float32)

    def make(self, view: View) -> Planes:
        """Compute the planes of a frame of this camera."""
        if not np.array_equal(view.camera.world_from_cam, self._pose):
            self._aim(view.camera)
        static = IS_STATIC[view.class_id] & (view.depth_m > 0)
        changed = view.depth_m != self._depth_m
        if changed.any():
            self._depth_m[changed] = view.depth_m[changed]
            position_m = self._rays[changed] * view.depth_m[changed][:, None] + self._origin_m
            self._noise[changed] = compute_noise_planes(position_m)
        planes = np.empty((*view.depth_m.shape, PLANE_COUNT), np.float32)
        planes[..., 0:3] = view.rgb
        planes[..., 3:6] = view.albedo
        planes[..., 0:6] *= np.float32(1.0 / 255.0)
        planes[..., 6:9] = view.normal
        planes[..., 9] = np.log1p(view.depth_m / np.float32(DEPTH_SCALE_M))
        planes[..., 10:] = self._noise * static[..., None]
        return Planes(
            planes=planes,
            class_id=view.class_id.astype(np.int32),
            material=np.minimum(view.material, MATERIAL_COUNT - 1).astype(np.int32),
            residual_mask=compute_residual_mask(view.instance_id),
            pooled=compute_pooled(planes[..., 0:3], planes[..., 3:6], static),
        )


def make_planes(view: View) -> Planes:
    """Compute the planes of a single frame."""
    return PlaneMaker(view.camera).make(view)
