"""Distances between two sets of crops, of all parts together, and how far they would stray.

In: parts of two sets of (N, 3, S, S) uint8 crops; the parts share no clip and no photograph. Out: for each
part a value: their mean is the distance of the whole sets, and their spread, the jackknife's (Tukey 1958),
says how much another choice of clips and photographs would change it.

A distance of two whole sets is surer than the mean of the distances of their parts. A part has a few clips
and photographs only, so that what is peculiar to them counts as distance, in the floor as well; and the pairs
of crops from different parts, which say most about the sets, would not be looked at.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn
from torchmetrics.image.kid import poly_mmd

from gan.metrics import DIRECTIONS, LEVELS, PATCH_PX, compute_pyramid_patches
from scenes.randomness import make_rng

CHUNK = 64
VALUES = 3 * PATCH_PX**2  # of a patch
# Chosen on photographs alone: how far those of one place are from another's, beyond the halves of one place,
# over how much that strays. It is 9.5 with 16 components (8: 5.9, 32: 10.1); 2.7 with raw features and 2.1
# with raw features part by part.
COMPONENTS = 16


class WhiteFeatures(nn.Module):
    """An encoder's features as the kernel inception distance needs them: whitened, and of one length.

    Its kernel, (x y / d + 1)^3, is made for features of about unit size and many directions. Ours have a
    hundredth of that, where it is a straight line, and nearly all of their spread lies along two directions,
    lightness and tint. So features are turned to principal components of photographs, each in units of how
    much photographs differ in it; of one length, no few odd crops outweigh all others by their cubes.

    Args:
        encoder: Crops -> features.
        photographs: (N, 3, S, S) uint8 crops, of those that the encoder was trained on.

    Attributes:
        encoder: As given.
    """

    def __init__(self, encoder: nn.Module, photographs: np.ndarray) -> None:
        super().__init__()
        self.encoder = encoder
        seen = encode(encoder, photographs)
        self._mean = seen.mean(dim=0)
        variance, direction = torch.linalg.eigh(torch.cov(seen.T))
        self._turn = direction[:, -COMPONENTS:] / variance[-COMPONENTS:].sqrt()

    def forward(self, crops: torch.Tensor) -> torch.Tensor:
        """Return (N, COMPONENTS) features of (N, 3, S, S) crops, their squares 1 in the mean."""
        turned = (self.encoder(crops).double() - self._mean) @ self._turn
        return nn.functional.normalize(turned, dim=1) * COMPONENTS**0.5


def encode(encoder: nn.Module, crops: np.ndarray) -> torch.Tensor:
    """Return (N, K) features of (N, 3, S, S) uint8 crops."""
    with torch.no_grad():
        return torch.cat([encoder(part) for part in torch.from_numpy(crops).split(CHUNK)]).double()


def jackknife(distance: Callable[[Sequence[int]], float], parts: int) -> np.ndarray:
    """Return (parts,) values of a distance of chosen parts: what each adds to that of all of them.

    >>> jackknife(lambda chosen: sum((1.0, 2.0, 6.0)[part] for part in chosen) / len(chosen), 3).tolist()
    [1.0, 2.0, 6.0]
    """
    whole = distance(range(parts))
    without = np.array(
        [distance([part for part in range(parts) if part != left_out]) for left_out in range(parts)]
    )
    return whole + (parts - 1) * (without.mean() - without)


def measure_kid(encoder: nn.Module, pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Return the kernel inception distance, see `jackknife`: (parts,)."""
    features = [[encode(encoder, crops) for crops in pair] for pair in pairs]

    def distance(chosen: Sequence[int]) -> float:
        real, other = (torch.cat([features[part][side] for part in chosen]) for side in (0, 1))
        return float(poly_mmd(real, other))

    return jackknife(distance, len(pairs))


def measure_swd(pairs: Sequence[tuple[np.ndarray, np.ndarray]], *, seed: int) -> np.ndarray:
    """Return the sliced Wasserstein distance, see gan.metrics.compute_swd and `jackknife`: (parts,)."""
    directions = make_rng(seed, 0, "benchmarks/realism/swd").standard_normal((LEVELS, VALUES, DIRECTIONS))
    directions = (directions / np.linalg.norm(directions, axis=1, keepdims=True)).astype(np.float32)

    def sort_side(side: int, lane: str) -> list[tuple[np.ndarray, np.ndarray]]:
        projected, part_of = [], []
        for part, pair in enumerate(pairs):
            rng = make_rng(seed, part, f"benchmarks/realism/swd/{lane}")
            levels = compute_pyramid_patches(pair[side], rng=rng)
            projected.append([level @ along for level, along in zip(levels, directions, strict=True)])
            part_of.append(np.full(len(levels[0]), part, np.int8))
        of = np.concatenate(part_of)
        lines = np.concatenate(projected, axis=1).swapaxes(1, 2).reshape(LEVELS * DIRECTIONS, -1)
        return [(line[order], of[order]) for line, order in zip(lines, lines.argsort(axis=1), strict=True)]

    # Sorted once: what is left without a part is still in order.
    lines = list(zip(sort_side(0, "real"), sort_side(1, "other"), strict=True))

    def distance(chosen: Sequence[int]) -> float:
        wanted = np.isin(np.arange(len(pairs)), chosen)
        gaps = [np.abs(real[wanted[of]] - other[wanted[at]]).mean() for (real, of), (other, at) in lines]
        return float(np.mean(gaps))

    return jackknife(distance, len(pairs))
