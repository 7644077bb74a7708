"""What is sewn on a backpack, seen from close by: zips, side pockets, a patch, the loop on top.

In: where the pack and its front pocket are. Out: surfaces that the same bones carry.
"""

import numpy as np

from synth.bodies.surface import Surface, join, make_surface, make_tube_faces, orient

_ZIP_M, _LOOP_M = 0.0028, 0.0055  # half their widths
_LOOP_HIGH_M = 0.030
_SQUARE = 0.5  # exponent of the superellipsoids, see synth/bodies/backpack.py


def make_trim(
    pack: tuple[np.ndarray, np.ndarray],
    pocket: tuple[np.ndarray, np.ndarray],
    bones: np.ndarray,
    color: np.ndarray,
) -> Surface:
    """Make what is sewn on a pack.

    Args:
        pack, pocket: Middle (3,) and half size (3,) of the pack and of its front pocket, X ahead.
        bones: (B,) what carries it.
        color: (3,) the pack's sRGB.
    """
    zip_color = 0.35 * color + 0.65 * (np.full(3, 0.62) if color.mean() < 0.4 else np.full(3, 0.2))
    lines = [
        (_arch(*pack, ahead=-0.25, from_rad=-0.25), _ZIP_M, zip_color),
        (_arch(*pocket, ahead=-0.35, from_rad=0.12), _ZIP_M, zip_color),
        (_make_loop(*pack), _LOOP_M, 0.7 * color),
    ]
    parts = [_make_cord(line, round_m, bones, tone) for line, round_m, tone in lines]
    middle, half = pack
    for sign in (1.0, -1.0):
        beside = middle + half * [0.05, 0.95 * sign, -0.45]
        parts.append(_make_pad(beside, half * [0.68, 0.20, 0.42], bones, 0.86 * color))
    patch = pocket[0] + pocket[1] * [-0.93, 0.0, 0.0]
    parts.append(_make_pad(patch, np.array([0.006, 0.026, 0.016]), bones, zip_color))
    return join(parts)


def _arch(middle: np.ndarray, half: np.ndarray, *, ahead: float, from_rad: float) -> np.ndarray:
    """A line (25, 3) over a pad from one side to the other, in a plane across it."""
    turn = np.linspace(from_rad, np.pi - from_rad, 25)
    round_ = (1.0 - abs(ahead) ** (2.0 / _SQUARE)) ** (_SQUARE / 2.0)
    cos, sin = np.cos(turn), np.sin(turn)
    across = np.stack([np.sign(v) * np.abs(v) ** _SQUARE for v in (cos, sin)], axis=1) * round_
    shares = np.column_stack([np.full(len(turn), ahead), across])
    return middle + half * shares * 1.004


def _make_loop(middle: np.ndarray, half: np.ndarray) -> np.ndarray:
    """The line (9, 3) of the loop on top, on the side of the back."""
    turn = np.linspace(0.0, np.pi, 9)
    foot = middle + half * [0.45, 0.0, 0.90]
    width_m = 0.28 * half[1]
    return foot + np.stack([0.0 * turn, width_m * np.cos(turn), _LOOP_HIGH_M * np.sin(turn)], axis=1)


def _make_cord(line: np.ndarray, round_m: float, bones: np.ndarray, color: np.ndarray) -> Surface:
    """A cord along a line (P, 3) that lies in a plane across the body."""
    way = np.gradient(line, axis=0)
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    ahead = np.broadcast_to([1.0, 0.0, 0.0], way.shape)
    out = np.cross(way, ahead)
    ring = [line + round_m * side for side in (ahead, out, -ahead, -out)]
    position = np.stack(ring, axis=1).reshape(-1, 3)
    weights = np.tile(bones, (len(position), 1))
    return orient(make_surface(position, make_tube_faces(len(line), 4), weights, color))


def _make_pad(middle: np.ndarray, half: np.ndarray, bones: np.ndarray, color: np.ndarray) -> Surface:
    """A small pad with round edges."""
    theta, phi = np.meshgrid(np.linspace(0.0, np.pi, 7), np.arange(10) * np.pi / 5, indexing="ij")
    ball = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], axis=-1)
    position = middle + half * (np.sign(ball) * np.abs(ball) ** _SQUARE).reshape(-1, 3)
    return make_surface(position, make_tube_faces(7, 10), np.tile(bones, (70, 1)), color)
