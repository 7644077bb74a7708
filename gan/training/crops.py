"""Crops: cutting real pictures and rendered views to the discriminators' sizes, matched by content.

In: RealImages and a ViewSet. Out: tensors. A discriminator that sees shelves among the real crops and floor
among the rendered ones learns content, not realism; as in EPE (Richter et al., 2021) each rendered crop is
therefore shown beside real crops that look alike, found by comparing content features.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from gan.form import GRID_COLUMNS, GRID_ROWS, spline_weights
from gan.training.real import RealImages
from gan.training.views import ViewSet

PATCH_PX = 96
# The whole-frame discriminator looks at pictures of this size (rows, columns), averaged down from crops
# of the working picture's full height.
FRAME_SHAPE = (48, 64)
FRAME_STRIDE = 2

Module = TypeVar("Module", bound=nn.Module)


def make_module(kind: Callable[[], Module], *, generator: torch.Generator) -> Module:
    """Make a torch module whose initial weights depend on the generator alone.

    Torch's initialisers know only the global generator: it is seeded for the moment and put back.
    """
    seed = int(torch.randint(2**62, (), generator=generator))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return kind()


def crop_real(picture: np.ndarray, size_px: int, *, rng: np.random.Generator) -> np.ndarray:
    """Cut a random (3, size, size) uint8 crop, mirrored half of the time."""
    height, width = picture.shape[:2]
    top, left = rng.integers(height - size_px + 1), rng.integers(width - size_px + 1)
    crop = picture[top : top + size_px, left : left + size_px]
    if rng.random() < 0.5:
        crop = crop[:, ::-1]
    return np.ascontiguousarray(crop.transpose(2, 0, 1))


def crop_frame(picture: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Cut a 4:3 window of a real picture's full short side and average it to FRAME_SHAPE: (3, h, w) uint8."""
    height, width = picture.shape[:2]
    tall = min(height, width * 3 // 4)
    wide = tall * 4 // 3
    top, left = rng.integers(height - tall + 1), rng.integers(width - wide + 1)
    window = torch.from_numpy(picture[top : top + tall, left : left + wide].transpose(2, 0, 1).copy())
    small = nn.functional.adaptive_avg_pool2d(window.float(), FRAME_SHAPE)
    return (small + 0.5).to(torch.uint8).numpy()


@dataclass(frozen=True)
class ViewBatch:
    """Crops of views, as the network takes them (see network.SceneStage.forward), and where they lie.

    Attributes:
        row_weights, column_weights: (N, H, GRID_ROWS) and (N, W, GRID_COLUMNS) spline weights.
        v, u: (N, H) and (N, W) position in the view, -1 to 1.
    """

    planes: torch.Tensor
    class_id: torch.Tensor
    material: torch.Tensor
    residual_mask: torch.Tensor
    pooled: torch.Tensor
    row_weights: torch.Tensor
    column_weights: torch.Tensor
    v: torch.Tensor
    u: torch.Tensor

    @property
    def rgb(self) -> torch.Tensor:
        """The rendered colours, (N, 3, H, W) in 0 to 1."""
        return self.planes[..., :3].permute(0, 3, 1, 2)

    def to(self, device: torch.device) -> "ViewBatch":
        """Return the batch on a device."""
        return ViewBatch(**{name: value.to(device) for name, value in vars(self).items()})


def cut_views(views: ViewSet, index: np.ndarray, rows: list[slice], columns: list[slice]) -> ViewBatch:
    """Cut one window out of each of several views (windows of one size and stride)."""
    height, width = views.class_id.shape[1:3]
    row_weights = spline_weights(height, GRID_ROWS)
    column_weights = spline_weights(width, GRID_COLUMNS)
    v = ((np.arange(height) + 0.5) / height * 2 - 1).astype(np.float32)
    u = ((np.arange(width) + 0.5) / width * 2 - 1).astype(np.float32)
    windows = list(zip(index, rows, columns, strict=True))

    def gather(array: np.ndarray, dtype: type) -> torch.Tensor:
        return torch.from_numpy(np.stack([array[i, r, c] for i, r, c in windows]).astype(dtype))

    return ViewBatch(
        planes=gather(views.planes, np.float32),
        class_id=gather(views.class_id, np.int64),
        material=gather(views.material, np.int64),
        residual_mask=gather(views.residual_mask, np.float32),
        pooled=torch.from_numpy(np.stack([views.pooled[i] for i in index])),
        row_weights=torch.from_numpy(np.stack([row_weights[r] for r in rows])),
        column_weights=torch.from_numpy(np.stack([column_weights[c] for c in columns])),
        v=torch.from_numpy(np.stack([v[r] for r in rows])),
        u=torch.from_numpy(np.stack([u[c] for c in columns])),
    )


def sample_patches(views: ViewSet, count: int, *, rng: np.random.Generator) -> ViewBatch:
    """Draw PATCH_PX crops of random views."""
    height, width = views.class_id.shape[1:3]
    index = rng.integers(len(views), size=count)
    tops = rng.integers(height - PATCH_PX + 1, size=count)
    lefts = rng.integers(width - PATCH_PX + 1, size=count)
    rows = [slice(top, top + PATCH_PX) for top in tops]
    columns = [slice(left, left + PATCH_PX) for left in lefts]
    return cut_views(views, index, rows, columns)


def sample_frames(views: ViewSet, count: int, *, rng: np.random.Generator) -> ViewBatch:
    """Draw whole views, every FRAME_STRIDE-th pixel: enough for tone."""
    index = rng.integers(len(views), size=count)
    every = [slice(FRAME_STRIDE // 2, None, FRAME_STRIDE)] * count
    return cut_views(views, index, every, every)


def compute_content(crops: torch.Tensor) -> torch.Tensor:
    """Describe what crops show, (N, 3, S, S) in 0 to 1 -> (N, K) of unit length, with little regard to tone.

    Where the edges are and how strong (relative to the crop's own contrast), and where colour is.
    """
    grey = crops.mean(1, keepdim=True)
    grey = (grey - grey.mean((2, 3), keepdim=True)) / (grey.std((2, 3), keepdim=True) + 0.05)
    across = (grey[..., :, 1:] - grey[..., :, :-1]).abs()
    down = (grey[..., 1:, :] - grey[..., :-1, :]).abs()
    colour = (crops.amax(1, keepdim=True) - crops.amin(1, keepdim=True)) / (crops.std() + 0.05)
    pool = nn.functional.adaptive_avg_pool2d
    parts = [pool(across, 4), pool(down, 4), 0.7 * pool(grey, 4), 0.7 * pool(colour, 4)]
    return nn.functional.normalize(torch.cat([part.flatten(1) for part in parts], dim=1), dim=1)


class MatchedCrops:
    """A pool of real crops that answers with those most like given rendered ones.

    Args:
        real: Where crops come from.
        describe: Crops (N, 3, S, S) in 0 to 1 -> content features of unit length.
        size: Number of crops in the pool.
        rng: Draws the pool.
    """

    def __init__(
        self,
        real: RealImages,
        describe: Callable[[torch.Tensor], torch.Tensor],
        *,
        size: int,
        rng: np.random.Generator,
    ) -> None:
        crops = np.stack([crop_real(real.sample(rng=rng), PATCH_PX, rng=rng) for _ in range(size)])
        self._crops = torch.from_numpy(crops)
        self._describe = describe
        with torch.no_grad():
            chunks = [describe(part.float() / 255.0) for part in self._crops.split(64)]
        self._features = torch.cat(chunks)

    def match(self, rendered: torch.Tensor, *, neighbours: int, generator: torch.Generator) -> torch.Tensor:
        """Return one real crop for each rendered one, drawn among its nearest, (N, 3, S, S) in 0 to 1."""
        with torch.no_grad():
            nearness = self._describe(rendered) @ self._features.T
        nearest = nearness.topk(min(neighbours, len(self._crops)), dim=1).indices
        pick = torch.randint(nearest.shape[1], (len(nearest), 1), generator=generator)
        return self._crops[nearest.gather(1, pick)[:, 0]].float() / 255.0
