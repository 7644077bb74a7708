"""The skin of a fruit: where its points are, at rows of its profile and angles around it.

In: a `Shape`. Out: arrays of radii, heights, points and texture coordinates. A skin is drawn with few
triangles, or with many for cameras that come near, and has the same picture in the same places.
"""

from dataclasses import dataclass

import numpy as np

from scenes.goods.packages.eyes import compute_eye_relief
from scenes.goods.packages.fruit_kinds import Shape
from scenes.goods.packages.leaves import compute_relief
from scenes.goods.packages.lofts import make_circle, trace_curve

_MOST_FACES = 196  # of a far body
_NEAR_SEGMENTS, _NEAR_STEPS = 36, 3  # around, and for each of a far one's rows
_LEAFY_SEGMENTS, _LEAFY_STEPS = 72, 5  # of a head of leaves
_ROLL_RAD = np.radians(-120)  # so that the middle of a lying one's skin looks up and to the front
_FURROW_RAD = 0.4  # by which one of its furrows is turned to the front
_CREASE = 0.03  # how wide the bottom of a furrow is


def roll_circle(turn: np.ndarray) -> np.ndarray:
    """Return the unit circle (C, 2) of the skin of what lies, the middle of it up and to the front."""
    cos, sin = np.cos(_ROLL_RAD), np.sin(_ROLL_RAD)
    return make_circle(len(turn) - 1) @ np.array([[cos, sin], [-sin, cos]])


def make_grid(shape: Shape, *, near: bool, share: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows (R,), in points of the profile, and angles (C,), 0 in front, at which a skin is drawn.

    `share` is among how many bodies the triangles of a far one are shared out.
    """
    points = len(shape.profile)
    if near:
        row = np.linspace(0, points - 1, _NEAR_STEPS * (points - 1) + 1)
        segments = _NEAR_SEGMENTS // min(share, 3)
        segments += -segments % max(shape.lobes, 2)
        if shape.ruffle >= 0 or shape.eyes:
            row = np.linspace(0, points - 1, _LEAFY_STEPS * (points - 1) + 1)
            segments = _LEAFY_SEGMENTS
    else:
        row = np.arange(points, dtype=float)
        if share > 1:
            row = row[[0, 3, 4, 6, points - 1]]
        sides = _MOST_FACES // share // (2 * len(row) - 4)
        segments = sides - sides % max(shape.lobes, 2)
    return row, np.linspace(-np.pi, np.pi, segments + 1)


def wrap_skin(shape: Shape, row: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Return (R, C, 2): the skin's rows along the fruit from its stalk, its columns around."""
    u, v = _find_turns(shape, turn), 1.0 - row / (len(shape.profile) - 1)
    return np.stack(np.broadcast_arrays(u[None, :], v[:, None]), axis=-1)


def _find_turns(shape: Shape, turn: np.ndarray) -> np.ndarray:
    """Return where on the skin angles are, in turns, for what is drawn there and for its relief alike."""
    return 0.5 + turn / (2 * np.pi) + shape.turned


def trace_profile(shape: Shape, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return radius and height at rows of the profile."""
    point = np.array(shape.profile, float)
    point[:, 1] = (point[:, 1] - point[:, 1].min()) / np.ptp(point[:, 1])
    mirror = [-1.0, 1.0]  # it goes on beyond its axis
    held = np.concatenate([point[1:2] * mirror, point, point[-2:-1] * mirror])
    traced = trace_curve(held, row)
    return np.clip(traced[..., 0], 0.0, 1.0), np.clip(traced[..., 1], 0.0, 1.0)


def compute_swell(shape: Shape, row: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Return what lobes and lumps leave of the radius, at most 1."""
    level = row / (len(shape.profile) - 1)
    left = np.ones(np.broadcast_shapes(row.shape, turn.shape))
    if shape.lobes:
        across = np.cos(shape.lobes * (turn + _FURROW_RAD) / 2)
        furrow = (1.0 - np.sqrt((across**2 + _CREASE) / (1.0 + _CREASE))) ** (6 if shape.lobes == 1 else 1)
        deep = np.interp(level, [0.0, 0.5, 1.0], shape.depth)
        left = left - np.abs(deep) * np.where(deep < 0, 1.0 - furrow, furrow)
    z = np.pi * level
    wave = (
        np.cos(2 * turn + 1.0 + 2 * z + shape.phase)
        + np.cos(3 * turn - 3 * z - shape.phase)
        + np.cos(turn + 5 * z + 2.0 + 2 * shape.phase)
    )
    if shape.ruffle >= 0:
        left = left * compute_relief(_find_turns(shape, turn), 1.0 - level, shape.ruffle)
    if shape.eyes:
        left = left * compute_eye_relief(_find_turns(shape, turn), 1.0 - level)
    return left * (1.0 - shape.lumps * (0.5 - wave / 6))


@dataclass(frozen=True)
class Skin:
    """The skin of what stands: `size_m` (3,) of its body."""

    shape: Shape
    size_m: np.ndarray

    def at(self, row: np.ndarray, turn: np.ndarray, *, off_m: float = 0.0) -> np.ndarray:
        """Return points (..., 3) at rows of the profile and angles, so far off it."""
        radius, level = trace_profile(self.shape, row)
        across = radius * compute_swell(self.shape, row, turn)
        x = (across * self.size_m[0] / 2 + off_m) * np.sin(turn)
        y = -(across * self.size_m[1] / 2 + off_m) * np.cos(turn)
        return np.stack(np.broadcast_arrays(x, y, level * self.size_m[2] + off_m), axis=-1)
