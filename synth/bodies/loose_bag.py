"""A shopping bag by itself: in a hand, by its handles, or on the floor.

In: the stature of whom it came with, its colour and a level of detail. Out: a rigid surface in the bag's own
frame: +X along its length, z = 0 at its bottom, the hand on the handles at (0, 0, `hand_height_m`).
"""

import numpy as np

from synth.bodies.accessories import make_pouch
from synth.bodies.bag import HANDLES, LONG, TALL, THICK
from synth.bodies.detail import pick
from synth.bodies.gear_parts import Gear
from synth.bodies.surface import compute_normals, make_tube_faces

HANDLE_HALF_M = 0.007


def make_loose_bag(stature_m: float, color: np.ndarray, level: int) -> Gear:
    """Make a bag whose colour is `color` (3,), sRGB 0 to 1."""
    tall, long, thick = TALL * stature_m, LONG * stature_m, THICK * stature_m
    pouch, faces = make_pouch(np.array([0.0, 0.0, tall]), tall, long, thick, pick(level, 20, 12, 8))
    parts, triangles, colors = [pouch], [faces], [np.tile(color, (len(pouch), 1))]
    for side in (1.0, -1.0):
        band, band_faces = _make_handle(long, thick, tall, HANDLES * stature_m, side, pick(level, 9, 7, 5))
        triangles.append(band_faces + sum(map(len, parts)))
        parts.append(band)
        colors.append(np.tile(0.75 * color, (len(band), 1)))
    position, all_faces = np.concatenate(parts), np.concatenate(triangles)
    normal = compute_normals(position, all_faces).astype(np.float32)
    return Gear(position.astype(np.float32), normal, all_faces.astype(np.int32), np.concatenate(colors))


def _make_handle(
    long: float, thick: float, tall: float, high: float, side: float, points: int
) -> tuple[np.ndarray, np.ndarray]:
    """A square band from the rim of one long side up to the hand and down again."""
    turn = np.linspace(0.0, np.pi, points)
    line = np.stack(
        [0.5 * long * np.cos(turn), side * 0.6 * thick * (1 - np.sin(turn)), tall + high * np.sin(turn)],
        axis=1,
    )
    line[[0, -1], 2] -= 0.03
    out = np.stack([np.cos(turn), np.zeros(points), np.sin(turn)], axis=1) * HANDLE_HALF_M
    across = np.array([0.0, HANDLE_HALF_M, 0.0])
    ring = np.stack([line + out + across, line - out + across, line - out - across, line + out - across], 1)
    return ring.reshape(-1, 3), make_tube_faces(points, 4)[:, [0, 2, 1]]
