"""How far points are from the surfaces of items, in closed form: what fingers close upon.

In: items' poses, sizes and girths. Out: signed distances, negative inside.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from scenes.goods.girth import HEIGHTS, Girth


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


@dataclass(frozen=True)
class Arcs:
    """Circles on which points move, `centre + cos(angle) first + sin(angle) second`, each (3, ..., G)."""

    centre_m: np.ndarray
    first_m: np.ndarray
    second_m: np.ndarray


class Surfaces:
    """The items of G hands, stacked: at most K in each, missing ones far away.

    Inside, the hands are the last axis of every array, so that all arithmetic runs along them.
    """

    def __init__(self, hands: Sequence[list[Grasped]], *, mirrored: bool | Sequence[bool]):
        """Stack them; mirrored, the third axis of a palm's frame points the other way (left hands)."""
        self.count, items = len(hands), max(map(len, hands))
        turned = np.tile(np.eye(3)[:, :, None], (items, 1, 1, self.count))
        shift_m, height_m = np.full((items, 3, self.count), 9.0), np.full((items, self.count), 0.1)
        half_m = np.full((items, 2, self.count, len(HEIGHTS)), 0.05)
        self._round = np.zeros((items, self.count), dtype=bool)
        for g, held in enumerate(hands):
            for k, item in enumerate(held):
                turned[k, :, :, g] = item.pose[:3, :3].T
                shift_m[k, :, g] = -item.pose[:3, :3].T @ item.pose[:3, 3]
                height_m[k, g] = item.size_m[2]
                girth = item.girth or Girth(False, np.tile(item.size_m[:2] / 2, (len(HEIGHTS), 1)))
                half_m[k, :, g], self._round[k, g] = girth.half_m.T, girth.is_round
        turned[:, :, 2] *= np.where(mirrored, -1.0, 1.0)
        # Between two heights half a width is a line over the height, counted in steps: base and slope.
        slope_m = np.diff(half_m, axis=-1)
        base_m = half_m[..., :-1] - slope_m * np.arange(len(HEIGHTS) - 1)
        self._turned, self._shift_m, self._height_m = turned, shift_m, height_m
        self._lines_m = np.concatenate([base_m, slope_m], axis=1)

    def take(self, hands: np.ndarray) -> "Surfaces":
        """Those of some of the hands (M,), which may repeat."""
        other = copy(self)
        other.count = len(hands)
        other._turned, other._shift_m = self._turned[..., hands], self._shift_m[..., hands]
        other._height_m, other._round = self._height_m[:, hands], self._round[:, hands]
        other._lines_m = self._lines_m[:, :, hands]
        return other

    def distance(self, points_m: np.ndarray) -> np.ndarray:
        """Signed distances (..., G) of points (3, ..., G) in the palms' frames from the nearest item."""
        nearest = self._distance(0, *self._enter(0, points_m, moves=True))
        for k in range(1, len(self._turned)):
            nearest = np.minimum(nearest, self._distance(k, *self._enter(k, points_m, moves=True)))
        return nearest

    def distance_along(self, arcs: Arcs, angle_rad: np.ndarray) -> np.ndarray:
        """Signed distances (n, ..., G) of points that have gone round their arcs by angles (n, ..., G)."""
        cos, sin = np.cos(angle_rad).astype(np.float32), np.sin(angle_rad).astype(np.float32)
        nearest = None
        for k in range(len(self._turned)):
            ways = [(arcs.centre_m, True), (arcs.first_m, False), (arcs.second_m, False)]
            ends = [self._enter(k, points_m, moves=moves).astype(np.float32) for points_m, moves in ways]
            away = self._distance(k, *(c + cos * a + sin * b for c, a, b in zip(*ends, strict=True)))
            nearest = away if nearest is None else np.minimum(nearest, away)
        assert nearest is not None  # every hand that is asked for holds something
        return nearest

    def normal(self, points_m: np.ndarray) -> np.ndarray:
        """Directions (3, ..., G) away from the surface at points (3, ..., G)."""
        step = 1e-4 * np.eye(3).reshape(3, 3, *[1] * (points_m.ndim - 1))
        ahead, behind = (self.distance(points_m[:, None] + way * step) for way in (1.0, -1.0))
        slope = ahead - behind
        return slope / np.maximum(np.sqrt((slope * slope).sum(axis=0)), 1e-12)

    def _enter(self, k: int, points_m: np.ndarray, *, moves: bool) -> np.ndarray:
        """Points, or directions that only turn, (3, ..., G) in the frames of the items number `k`."""
        turned = self._turned[k].reshape(3, 3, *[1] * (points_m.ndim - 2), self.count)
        local = turned[:, 0] * points_m[0] + turned[:, 1] * points_m[1] + turned[:, 2] * points_m[2]
        if moves:
            local += self._shift_m[k].reshape(3, *[1] * (points_m.ndim - 2), self.count)
        return local

    def _distance(self, k: int, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Signed distances (..., G) of points in the frames of the items number `k` from these."""
        height_m = self._height_m[k].astype(z.dtype)
        half_m = self._half_at(k, z / height_m)
        across = self._beyond(k, x, y, half_m)
        along = np.abs(z - height_m / 2) - height_m / 2
        outside = _norm(np.maximum(across, 0.0), np.maximum(along, 0.0))
        return outside + np.minimum(np.maximum(across, along), 0.0)

    def _half_at(self, k: int, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Half widths, each (..., G), at shares (..., G) of the height."""
        steps = len(HEIGHTS) - 1
        step = np.clip((share - HEIGHTS[0]) * (1.0 / (HEIGHTS[1] - HEIGHTS[0])), 0.0, steps - 0.001)
        line = step.astype(np.intp) + steps * np.arange(self.count)
        base_x, base_y, slope_x, slope_y = (
            values.ravel().astype(share.dtype).take(line) for values in self._lines_m[k]
        )
        return base_x + slope_x * step, base_y + slope_y * step

    def _beyond(
        self, k: int, x: np.ndarray, y: np.ndarray, half_m: tuple[np.ndarray, np.ndarray]
    ) -> np.ndarray:
        """Level distances (..., G) from the sections that the items have at the points' heights."""
        if self._round[k].all():
            return beyond_ellipse(x, y, *half_m)
        if not self._round[k].any():
            return _beyond_box(x, y, *half_m)
        return np.where(self._round[k], beyond_ellipse(x, y, *half_m), _beyond_box(x, y, *half_m))


def _norm(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Length of (x, y), faster than `np.hypot`, which provides for numbers too large or small for metres."""
    return np.sqrt(x * x + y * y)


def _beyond_box(x: np.ndarray, y: np.ndarray, half_x: np.ndarray, half_y: np.ndarray) -> np.ndarray:
    beyond_x, beyond_y = np.abs(x) - half_x, np.abs(y) - half_y
    outside = _norm(np.maximum(beyond_x, 0.0), np.maximum(beyond_y, 0.0))
    return outside + np.minimum(np.maximum(beyond_x, beyond_y), 0.0)


def beyond_ellipse(x: np.ndarray, y: np.ndarray, half_x: np.ndarray, half_y: np.ndarray) -> np.ndarray:
    """Distance from an ellipse, to first order; from a circle exactly."""
    ratio_x, ratio_y = x / half_x, y / half_y
    level = np.maximum(_norm(ratio_x, ratio_y), 1e-6)
    slope = _norm(ratio_x / half_x, ratio_y / half_y) / level
    return (level - 1.0) / np.maximum(slope, 1e-6)
