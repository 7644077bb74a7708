"""How far points are from the surfaces of items, in closed form: what fingers close upon.

In: items' poses, sizes and girths. Out: signed distances, negative inside.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.goods.girth import HEIGHTS, Girth
from synth.motion.rotations import unit


@dataclass(frozen=True)
class Grasped:
    """One item in a hand.

    Attributes:
        pose: (4, 4) in the palm's frame, origin at the centre of the base.
        size_m: (3,).
        girth: Its level sections; None for a plain box.
    """

    pose: np.ndarray
    size_m: np.ndarray
    girth: Girth | None = None


class Surfaces:
    """The items of G hands, stacked: at most K in each, missing ones far away."""

    def __init__(self, hands: Sequence[list[Grasped]], *, mirrored: bool):
        """Stack them; mirrored, the third axis of the palms' frames points the other way (left hands)."""
        self.count = len(hands)
        shape = (len(hands), max(map(len, hands)))
        self._palm_to_item = np.tile(np.eye(4), (*shape, 1, 1))
        self._palm_to_item[..., 0, 3] = 9.0
        self._height_m = np.full(shape, 0.1)
        self._half_m = np.full((*shape, len(HEIGHTS), 2), 0.05)
        self._round = np.zeros(shape, dtype=bool)
        for g, items in enumerate(hands):
            for k, item in enumerate(items):
                self._palm_to_item[g, k] = np.linalg.inv(item.pose)
                self._height_m[g, k] = item.size_m[2]
                girth = item.girth or Girth(False, np.tile(item.size_m[:2] / 2, (len(HEIGHTS), 1)))
                self._half_m[g, k], self._round[g, k] = girth.half_m, girth.is_round
        # At each height, half the widths and by how much they grow to the next.
        self._widths_m = np.concatenate([self._half_m[:, :, :-1], np.diff(self._half_m, axis=2)], axis=-1)
        if mirrored:
            self._palm_to_item[..., 2] *= -1.0

    def distance(self, points_m: np.ndarray) -> np.ndarray:
        """Signed distances (G, ...) of points (G, ..., 3) in the palms' frames from the nearest item."""
        flat = points_m.reshape(len(points_m), 1, -1, 3)
        turned = np.swapaxes(self._palm_to_item[..., :3, :3], -1, -2)
        local = flat @ turned + self._palm_to_item[:, :, None, :3, 3]
        height_m = self._height_m[..., None]
        half_m = self._half_at(local[..., 2] / height_m)
        across = self._beyond(local, half_m)
        along = np.abs(local[..., 2] - height_m / 2) - height_m / 2
        outside = _norm(np.maximum(across, 0.0), np.maximum(along, 0.0))
        signed = outside + np.minimum(np.maximum(across, along), 0.0)
        return signed.min(axis=1).reshape(points_m.shape[:-1])

    def normal(self, points_m: np.ndarray) -> np.ndarray:
        """Directions (G, N, 3) away from the surface at points (G, N, 3)."""
        step = 1e-4 * np.eye(3)
        ahead, behind = (self.distance(points_m[:, :, None] + way * step) for way in (1.0, -1.0))
        return unit(ahead - behind)

    def _half_at(self, share: np.ndarray) -> np.ndarray:
        """Half widths (G, K, N, 2) at shares (G, K, N) of the height."""
        step = np.clip((share - HEIGHTS[0]) / (HEIGHTS[1] - HEIGHTS[0]), 0.0, len(HEIGHTS) - 1.001)
        below = step.astype(np.int64)[..., None]
        part = step[..., None] - below
        widths_m = np.take_along_axis(self._widths_m, below, axis=2)
        return widths_m[..., :2] + part * widths_m[..., 2:]

    def _beyond(self, point_m: np.ndarray, half_m: np.ndarray) -> np.ndarray:
        """Level distances (G, K, N) from the sections that the items have at the points' heights."""
        if self._round.all():
            return _beyond_ellipse(point_m, half_m)
        if not self._round.any():
            return _beyond_box(point_m, half_m)
        round_, box = _beyond_ellipse(point_m, half_m), _beyond_box(point_m, half_m)
        return np.where(self._round[..., None], round_, box)


def _norm(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Length of (x, y), faster than `np.hypot`, which provides for numbers too large or small for metres."""
    return np.sqrt(x * x + y * y)


def _beyond_box(point_m: np.ndarray, half_m: np.ndarray) -> np.ndarray:
    beyond = np.abs(point_m[..., :2]) - half_m
    outside = _norm(np.maximum(beyond[..., 0], 0.0), np.maximum(beyond[..., 1], 0.0))
    return outside + np.minimum(beyond.max(axis=-1), 0.0)


def _beyond_ellipse(point_m: np.ndarray, half_m: np.ndarray) -> np.ndarray:
    """Distance from an ellipse, to first order; from a circle exactly."""
    ratio = point_m[..., :2] / half_m
    level = np.maximum(_norm(ratio[..., 0], ratio[..., 1]), 1e-6)
    slope = _norm(*np.moveaxis(ratio / half_m, -1, 0)) / level
    return (level - 1.0) / np.maximum(slope, 1e-6)
