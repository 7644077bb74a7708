"""A coat that nobody wears: laid over a forearm, or hanging from a hand that has it by the middle.

In: the stature and a seed of whom it came with. Out: its sheets in either frame, vertex for vertex the same,
so that one turns into the other; and about where it is on somebody's arm, for the simulation.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scenes.geometry import make_grid_faces
from scenes.randomness import make_rng
from synth.bodies.beside import find_place_m
from synth.bodies.palette import OUTER, sample_color
from synth.bodies.surface import make_tube_faces

# About where the middle of its fold is on a forearm held level, in the body's frame (+X ahead, the side that
# carries it aside), and how deep in it a pocket is below that; relative to the stature.
FOLD_SHARE = (0.098, 0.158, 0.641)
POCKET_DROP = 0.075
ON_TOP_M = 0.095  # a palm on the fold, above the bone
LAID_S = 0.4  # in which a coat that was taken off, passed or laid down comes to hang as it then does
ROUND_M = 0.054  # radius of a forearm in a sleeve, the innermost sheet about it
GRIP_M = 0.020  # and of the bunch of cloth in a fist
THICK_M = 0.017  # of one sheet, lining and padding
WIDE = 0.063  # half the width along the forearm, of the stature
LINING = 0.7  # shade of its inside beside the outside's
# How far its two sheets hang down on the outer and the inner side, of the stature: it is folded lengthwise.
SHEETS = ((0.245, 0.190), (0.205, 0.165))
FLARE_M = (-0.012, 0.016)  # by which each stands off at its hem on the outer side, the other over it
YIELD_M = 0.045  # and by which the inner side comes in beneath the arm: the hip is there
# A sleeve dangles out from between them: from where to where along the arm (-1 to 1), how far down its cuff
# is (of the stature), how wide and thick it is (m).
SLEEVE_ALONG, SLEEVE_DROP, SLEEVE_M = (0.15, 0.45), 0.285, (0.056, 0.024)
ALONG, DOWN, AROUND = 19, 37, 14  # vertices
CREST = 9  # of those down, across the fold


@dataclass(frozen=True)
class Coat:
    """A coat off the body.

    Attributes:
        draped_m: (V, 3) over a forearm: x along the forearm, y to the side away from the body where that is
            the left one, z up; the origin on the forearm's bone at the middle of the fold.
        hung_m: (V, 3) hanging from a hand: z up, the origin in the palm.
        faces: (F, 3) int32, counter-clockwise seen from outside.
        color: (V, 3) uint8 sRGB.
    """

    draped_m: np.ndarray
    hung_m: np.ndarray
    faces: np.ndarray
    color: np.ndarray


def compute_fold_m(position_m: np.ndarray, heading_rad: float, stature_m: float, side: str) -> np.ndarray:
    """World position (3,) of the middle of the fold of a coat on the arm of somebody who stands upright.

    Args:
        position_m: (2,) where the person stands.
        heading_rad: Where they face, counter-clockwise from +X.
        stature_m: Their height.
        side: ``"left"`` or ``"right"``, the arm.

    >>> compute_fold_m(np.zeros(2), 0.0, 2.0, "left").tolist()
    [0.196, 0.316, 1.282]
    """
    return find_place_m(FOLD_SHARE, position_m, heading_rad, stature_m, side)


def make_coat(stature_m: float, look_seed: int) -> Coat:
    """Make the coat that somebody carries."""
    rng = make_rng(look_seed, 0, "body/coat-on-arm")
    shade = sample_color(OUTER, rng)
    draped, hung, colors, faces = [], [], [], []
    for number, (outer, inner) in enumerate(SHEETS):
        phase = rng.uniform(0.0, 2.0 * np.pi, 6)
        drop_m = stature_m * np.array([outer, inner])
        off_m = [(1.25 * number + layer) * THICK_M for layer in (1.0, 0.0)]  # of its outside, of its inside
        draped.append(_join(_drape(ROUND_M + m, drop_m, stature_m, FLARE_M[number], phase) for m in off_m))
        hung.append(_join(_hang(m, drop_m, phase) for m in off_m))
        colors.append(_join(np.full((ALONG, DOWN, 3), tone * shade) for tone in (1.0, LINING)))
        faces.append(2 * number * ALONG * DOWN + _close())
    sleeve, cuff = _make_sleeve(stature_m, rng.uniform(0.0, 2.0 * np.pi))
    draped.append(sleeve + [0.0, ROUND_M + 1.1 * THICK_M, 0.0])
    hung.append(sleeve * [0.8, 1.0, 1.05] + [0.0, GRIP_M + 0.8 * THICK_M, -0.04])
    colors.append(np.where(cuff[:, None], LINING, 1.0) * shade)
    faces.append(2 * len(SHEETS) * ALONG * DOWN + make_tube_faces(len(sleeve) // AROUND, AROUND))
    return Coat(
        np.concatenate(draped).astype(np.float32),
        np.concatenate(hung).astype(np.float32),
        np.concatenate(faces).astype(np.int32),
        np.round(255.0 * np.clip(np.concatenate(colors), 0.0, 1.0)).astype(np.uint8),
    )


def _lay_out(drop_m: np.ndarray, phase: np.ndarray) -> tuple[np.ndarray, ...]:
    """Grid (ALONG, DOWN) of a sheet: -1 to 1 along the arm, angle about it, depth below it (m), 0 to 1 of it.

    Over the arm from the hem on the one side to the hem on the other, whose edges are uneven.
    """
    along = np.linspace(-1.0, 1.0, ALONG)[:, None]
    crest = np.linspace(-1.0, 1.0, CREST)
    down = np.linspace(0.0, 1.0, (DOWN - CREST) // 2 + 1)[1:]
    share = np.concatenate([-down[::-1], 0.0 * crest, down])[None]
    angle = 0.5 * np.pi * np.concatenate([-1 + 0 * down, crest, 1 + 0 * down])[None]
    uneven = 1.0 + 0.05 * np.sin(2.3 * along + phase[0]) + 0.02 * np.sin(4.3 * along + phase[1])
    length_m = np.where(share > 0.0, drop_m[0], drop_m[1]) * uneven
    return along, angle, np.abs(share) * length_m, np.abs(share)


def _drape(
    round_m: float, drop_m: np.ndarray, stature_m: float, flare_m: float, phase: np.ndarray
) -> np.ndarray:
    """Vertices (ALONG, DOWN, 3) of one face of a sheet over a forearm."""
    along, angle, depth_m, share = _lay_out(drop_m, phase)
    settled = 1.0 - np.exp(-depth_m / 0.10)
    # Folds run down from the arm and open toward the hem.
    waves = np.sin(6.0 * along + phase[2]) + 0.3 * np.sin(11.0 * along + phase[3] + 2.0 * share)
    waves = waves + 0.6 * np.sin(3.1 * along + phase[4])
    fold_m = 0.013 * settled * waves * (0.7 + 0.6 * share)
    sags_m = 0.004 * np.sin(9.0 * along + phase[5]) * np.cos(angle)
    outer, inner = angle > 1.57, angle < -1.57
    across = (round_m + sags_m) * np.sin(angle) + outer * (flare_m * settled + 0.35 * fold_m)
    across = across + inner * (YIELD_M * settled - 0.35 * fold_m) + 0.65 * fold_m
    up = (round_m + sags_m) * np.cos(angle) - depth_m
    # The ends of the fold droop, and the hem is wider than the fold.
    up = up - 0.020 * along**4 * np.cos(0.8 * angle)
    wide_m = WIDE * stature_m * (1.0 + 0.16 * share + 0.04 * np.sin(5.0 * share + phase[4]))
    x = along * wide_m + 0.0 * angle + 0.006 * np.sin(8.0 * share + phase[0] + 3.0 * along)
    return np.stack([x, across + 0.0 * x, up + 0.0 * x], axis=-1)


def _hang(off_m: float, drop_m: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """Vertices (ALONG, DOWN, 3) of the same in a bunch that hangs from a fist, which presses it together."""
    along, angle, depth_m, share = _lay_out(drop_m, phase)
    turn = np.where(angle >= 0.0, 1.0, -1.0) * (0.5 * np.pi - 0.46 * np.pi * along)
    opened = 1.0 - np.exp(-depth_m / 0.13)
    folds = 1.0 + opened * (0.22 * np.sin(5.0 * turn + phase[2]) + 0.10 * np.sin(9.0 * turn + phase[3]))
    round_m = GRIP_M + (0.4 + 0.6 * opened) * off_m
    radius_m = (round_m + 0.06 * opened + 0.02 * share) * folds * np.maximum(np.abs(np.sin(angle)), 0.25)
    up = round_m * (1.2 * np.cos(angle) + 0.3 * np.sin(4.0 * turn)) * (depth_m <= 0.0) - 1.12 * depth_m
    x = radius_m * np.cos(turn)
    return np.stack([x, 0.75 * radius_m * np.sin(turn), up + 0.0 * x], axis=-1)


def _make_sleeve(stature_m: float, phase: float) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V, 3), ring after ring, of a sleeve that hangs at y = 0, and which are in its cuff (V,)."""
    down = np.linspace(0.0, 1.0, 12)
    narrow, turn = 1.0 - 0.25 * down, 2.0 * np.pi * np.arange(AROUND) / AROUND
    middle = WIDE * stature_m * (SLEEVE_ALONG[0] + (SLEEVE_ALONG[1] - SLEEVE_ALONG[0]) * down**1.5)
    bulge = 1.0 + 0.10 * np.sin(14.0 * down + phase)  # cloth that has been bent at the elbow
    x = middle[:, None] + (SLEEVE_M[0] * narrow * bulge)[:, None] * np.cos(turn)
    thick_m = SLEEVE_M[1] * narrow * np.minimum(1.0, 4.0 * down + 0.2)
    y = 0.006 * np.sin(5.0 * down + phase)[:, None] + (thick_m * bulge)[:, None] * np.sin(turn)
    z = -(0.3 + 0.7 * down[:, None]) * SLEEVE_DROP * stature_m + 0.0 * turn
    # The cuff is open: its rim goes back up inside.
    rim = np.stack([middle[-1] + 0.8 * (x[-1] - middle[-1]), 0.7 * y[-1], z[-1] + 0.03], axis=-1)
    rings = np.concatenate([np.stack([x, y, z], axis=-1), rim[None]])
    return rings.reshape(-1, 3), np.repeat(np.arange(13) == 12, AROUND)


def _join(sides: Iterable[np.ndarray]) -> np.ndarray:
    """What is of the vertices (ALONG * 2 DOWN, 3) of a sheet: rings down its outside and up its inside."""
    outside, inside = sides
    return np.concatenate([outside, inside[:, ::-1]], axis=1).reshape(-1, 3)


def _close() -> np.ndarray:
    """Triangles of a sheet: a tube along the arm, and its two ends."""
    rings = np.arange(ALONG * 2 * DOWN).reshape(ALONG, 2 * DOWN)
    outside, inside = rings[:, :DOWN], rings[:, : DOWN - 1 : -1]
    strip = make_grid_faces(2, DOWN)
    ends = (outside[0], inside[0]), (inside[-1], outside[-1])
    return np.concatenate([make_tube_faces(ALONG, 2 * DOWN), *(np.concatenate(end)[strip] for end in ends)])
