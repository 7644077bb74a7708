"""How far pictures are from real footage, in one feature space, with the distance of footage from itself.

In: crops of held-out real pictures, and of rendered views as rendered, after the camera stage alone, and
refined. Out: for each the kernel inception distance of torchmetrics on features of our own encoder
(training/features.py), and the sliced Wasserstein distance of Laplacian pyramids (Karras et al., 2018),
which needs no training at all. The real-versus-real floor says what "as good as real" would be.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import nn
from torchmetrics.image.kid import KernelInceptionDistance

from gan.camera_stage import blur_planes
from gan.refiner import CertifiedRefiner
from gan.training.crops import MatchedCrops, crop_real
from gan.training.features import CROP_PX
from gan.training.real import RealImages
from gan.training.views import ViewSet
from scenes.randomness import make_rng

PATCH_PX = 7
PATCHES_PER_CROP = 24
DIRECTIONS = 128
LEVELS = 3
SPLITS = 5
NEIGHBOURS = 4

Describe = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class Distance:
    """A distance to held-out real crops, over several disjoint draws.

    Attributes:
        kid_mean, kid_std: Of the kernel inception distance, times 1000.
        swd_mean, swd_std: Of the sliced Wasserstein distance, times 1000, averaged over pyramid levels.
    """

    kid_mean: float
    kid_std: float
    swd_mean: float
    swd_std: float


@dataclass(frozen=True)
class Realism:
    """The figures of a refiner: the floor, then the way toward it."""

    floor: Distance
    raw: Distance
    camera: Distance
    refined: Distance
    gated: int
    frames: int

    def to_dict(self) -> dict:
        """Return plain numbers for JSON."""
        return asdict(self)


def compute_kid(encoder: nn.Module, real: torch.Tensor, other: torch.Tensor) -> float:
    """Return the kernel inception distance between (N, 3, S, S) uint8 crops in the encoder's features."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*will save all extracted features.*")
        metric = KernelInceptionDistance(feature=encoder, subsets=1, subset_size=min(len(real), len(other)))
    metric.update(real, real=True)
    metric.update(other, real=False)
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)  # torchmetrics sums in a random order
        return float(metric.compute()[0])


def compute_pyramid_patches(crops: np.ndarray, *, rng: np.random.Generator) -> list[np.ndarray]:
    """Draw PATCH_PX patches from each level of the crops' Laplacian pyramids.

    Args:
        crops: (N, 3, S, S) uint8.
        rng: Draws the places.

    Returns:
        LEVELS arrays (N * PATCHES_PER_CROP, 3 * PATCH_PX ** 2), finest first; the last is the low-pass rest.
    """
    planes = crops.astype(np.float32) / 255.0
    levels = []
    for level in range(LEVELS):
        count, channels, height, width = planes.shape
        smooth = blur_planes(planes.reshape(-1, height, width), 0.8).reshape(planes.shape)
        band = planes if level == LEVELS - 1 else planes - smooth
        tops = rng.integers(height - PATCH_PX + 1, size=(count, PATCHES_PER_CROP))
        lefts = rng.integers(width - PATCH_PX + 1, size=(count, PATCHES_PER_CROP))
        patches = [
            band[i, :, top : top + PATCH_PX, left : left + PATCH_PX].ravel()
            for i in range(count)
            for top, left in zip(tops[i], lefts[i], strict=True)
        ]
        levels.append(np.stack(patches))
        planes = smooth[:, :, ::2, ::2]
    return levels


def compute_swd(real: np.ndarray, other: np.ndarray, *, rng: np.random.Generator) -> float:
    """Return the sliced Wasserstein distance between equal numbers of (N, 3, S, S) uint8 crops."""
    distances = []
    for left, right in zip(
        compute_pyramid_patches(real, rng=rng), compute_pyramid_patches(other, rng=rng), strict=True
    ):
        directions = rng.standard_normal((left.shape[1], DIRECTIONS)).astype(np.float32)
        directions /= np.linalg.norm(directions, axis=0)
        gap = np.sort(left @ directions, axis=0) - np.sort(right @ directions, axis=0)
        distances.append(float(np.abs(gap).mean()))
    return float(np.mean(distances))


def measure_distance(encoder: nn.Module, real: np.ndarray, other: np.ndarray, *, seed: int) -> Distance:
    """Measure over SPLITS disjoint parts of both sets of (N, 3, S, S) uint8 crops."""
    kids, swds = [], []
    for split in range(SPLITS):
        left, right = real[split::SPLITS], other[split::SPLITS]
        kids.append(1000 * compute_kid(encoder, torch.from_numpy(left), torch.from_numpy(right)))
        swds.append(1000 * compute_swd(left, right, rng=make_rng(seed, split, "gan/metrics")))
    return Distance(
        kid_mean=float(np.mean(kids)),
        kid_std=float(np.std(kids)),
        swd_mean=float(np.mean(swds)),
        swd_std=float(np.std(swds)),
    )


def refine_views(refiner: CertifiedRefiner, views: ViewSet, *, seed: int) -> tuple[list[np.ndarray], int]:
    """Refine every view as if each came from a camera of its own; return pictures and how many were gated."""
    pictures, gated = [], 0
    for index in range(len(views)):
        view = views.view(index)
        session = refiner.start(view.camera, strength=1.0, rng=make_rng(seed, index, "gan/evaluate"))
        picture, certificate = session.refine(view, time_s=0.0)
        pictures.append(picture)
        gated += certificate.gated
    return pictures, gated


def cut_windows(pictures: Sequence[np.ndarray], count: int, *, seed: int) -> np.ndarray:
    """Cut (count, 3, S, S) uint8 crops; equal seeds give equal windows, whatever was done to the pictures."""
    rng = make_rng(seed, 1, "gan/metrics/crops")
    crops = [crop_real(pictures[index % len(pictures)], CROP_PX, rng=rng) for index in range(count)]
    return np.stack(crops)


def measure_realism(
    encoder: nn.Module,
    describe: Describe,
    real: tuple[RealImages, RealImages],
    views: ViewSet,
    refiners: tuple[CertifiedRefiner, CertifiedRefiner],
    *,
    crops: int,
    seed: int,
) -> Realism:
    """Measure floor, raw, camera stage alone and refined against held-out real pictures.

    All are compared on the same windows of the same views, and with real crops matched in content to the
    raw ones: else the figure would tell how much wooden floor there is, not how real the pictures look.

    Args:
        encoder: The features.
        describe: What crops are matched by, see crops.MatchedCrops.
        real: The training part, whose distance from the held-out part is the floor, and the held-out part.
        views: Views that nothing was trained on.
        refiners: The camera stage alone, and the whole refiner.
        crops: Crops a set.
        seed: Of the crops.
    """
    raw = cut_windows([views.rgb(i).transpose(1, 2, 0) for i in range(len(views))], crops, seed=seed)
    generator = torch.Generator().manual_seed(seed)
    known, target = (
        MatchedCrops(part, describe, size=4 * crops, rng=make_rng(seed, number, "gan/metrics/pool"))
        .match(torch.from_numpy(raw).float() / 255.0, neighbours=NEIGHBOURS, generator=generator)
        .mul(255.0)
        .round()
        .to(torch.uint8)
        .numpy()
        for number, part in enumerate(real)
    )
    camera, _ = refine_views(refiners[0], views, seed=seed)
    refined, gated = refine_views(refiners[1], views, seed=seed)
    return Realism(
        floor=measure_distance(encoder, target, known, seed=seed),
        raw=measure_distance(encoder, target, raw, seed=seed),
        camera=measure_distance(encoder, target, cut_windows(camera, crops, seed=seed), seed=seed),
        refined=measure_distance(encoder, target, cut_windows(refined, crops, seed=seed), seed=seed),
        gated=gated,
        frames=len(views),
    )
