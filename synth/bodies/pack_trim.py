"""What is sewn on a backpack, seen from close by: zips, side pockets, a patch, the loop on top.

In: where the pack is. Out: surfaces that the same bones carry.
"""

from dataclasses import replace

import numpy as np

from synth.bodies.pack_form import ROUND, Place, place_pocket, sag
from synth.bodies.surface import Surface, join, make_cord, make_rounded_box, make_surface, paint

_ZIP_M, _LOOP_M = 0.0028, 0.0055  # half their widths
_LOOP_HIGH_M = 0.030


def make_trim(
    pack: Place,
    bones: np.ndarray,
    color: np.ndarray,
) -> Surface:
    """Make what is sewn on a pack.

    Args:
        pack: Middle (3,) and half size (3,) of the pack before it sags, X ahead.
        bones: (B,) what carries it.
        color: (3,) the pack's sRGB.
    """
    pocket = place_pocket(pack)
    zip_color = 0.35 * color + 0.65 * (np.full(3, 0.62) if color.mean() < 0.4 else np.full(3, 0.2))
    lines = [
        (_arch(*pack, ahead=-0.25, from_rad=-0.25), _ZIP_M, zip_color),
        (_arch(*pocket, ahead=-0.35, from_rad=0.12), _ZIP_M, zip_color),
        (_make_loop(*pack), _LOOP_M, 0.7 * color),
    ]
    middle, half = pack
    cords = [
        paint(make_cord(line, [1.0, 0.0, 0.0], (round_m, round_m)), tone) for line, round_m, tone in lines
    ]
    pads = [(pocket[0] + pocket[1] * [-0.93, 0.0, 0.0], np.array([0.006, 0.026, 0.016]), zip_color)]
    for sign in (1.0, -1.0):
        beside = middle + half * [0.05, 0.95 * sign, -0.45]
        pads.append((beside, half * [0.68, 0.20, 0.42], 0.86 * color))
    boxes = [
        make_surface(*make_rounded_box(*place, rows=7, around=10), np.zeros((70, 1)), tone)
        for *place, tone in pads
    ]
    trim = join([*cords, *boxes])
    position_m = sag(trim.position_m, pack)
    return replace(trim, position_m=position_m, weights=np.tile(bones, (trim.vertex_count, 1)))


def _arch(middle: np.ndarray, half: np.ndarray, *, ahead: float, from_rad: float) -> np.ndarray:
    """A line (25, 3) over a pad from one side to the other, in a plane across it."""
    turn = np.linspace(from_rad, np.pi - from_rad, 25)
    round_ = (1.0 - abs(ahead) ** (2.0 / ROUND)) ** (ROUND / 2.0)
    cos, sin = np.cos(turn), np.sin(turn)
    across = np.stack([np.sign(v) * np.abs(v) ** ROUND for v in (cos, sin)], axis=1) * round_
    shares = np.column_stack([np.full(len(turn), ahead), across])
    return middle + half * shares * 1.004


def _make_loop(middle: np.ndarray, half: np.ndarray) -> np.ndarray:
    """The line (9, 3) of the loop on top, on the side of the back."""
    turn = np.linspace(0.0, np.pi, 9)
    foot = middle + half * [0.45, 0.0, 0.90]
    width_m = 0.28 * half[1]
    return foot + np.stack([0.0 * turn, width_m * np.cos(turn), _LOOP_HIGH_M * np.sin(turn)], axis=1)
