"""Nails of fingers, for cameras at an arm's length; some are polished.

In: a hand's skin in the rest pose, and whose it is. Out: a nail on the last phalanx of each finger.
"""

from dataclasses import replace

import numpy as np

from scenes.randomness import make_rng
from scenes.surfaces import MATERIAL
from synth.bodies.fingers import Finger, Places, find_fingers, list_bones
from synth.bodies.flesh import bump
from synth.bodies.skeleton import Skeleton
from synth.bodies.surface import Surface, compute_normals, make_surface
from synth.records import BodyShape

_LONG, _WIDE, _ROWS, _ACROSS = 0.50, 0.72, 9, 9  # shares of a phalanx, of half a finger
_OVER_M, _UNDER_M = 0.00035, 0.0009
_WHITE = np.array([0.90, 0.86, 0.80])
_POLISHED = 0.3  # of women
_POLISH = ((0.52, 0.10, 0.13), (0.30, 0.07, 0.11), (0.78, 0.52, 0.50), (0.72, 0.60, 0.54), (0.14, 0.13, 0.15),
           (0.60, 0.24, 0.33))  # fmt: skip


def make_nails(
    hand: Surface, places: Places, skeleton: Skeleton, side: str, color: np.ndarray
) -> list[Surface]:
    """Make the nails of a hand, in the colours (N, 3) of `color_nail`."""
    bones, nails = list_bones(skeleton, side), []
    for n, finger in enumerate(find_fingers(skeleton, side)):
        skin_m = hand.position_m[places.on_finger & (places.finger == n)]
        nail = _make_nail(finger, skin_m, color, skeleton.stature_m / 1.7)
        weights = np.zeros((nail.vertex_count, hand.weights.shape[1]))
        weights[:, bones[n, 2]] = 1.0
        nails.append(replace(nail, weights=weights))
    return nails


def _sample_polish(shape: BodyShape) -> np.ndarray | None:
    """The colour (3,) of polished nails, None for bare ones."""
    rng = make_rng(shape.look_seed, 0, "body/nails")
    polished = rng.random() < _POLISHED and shape.gender < 0.5 and shape.age >= 0.5
    color = np.array(_POLISH[rng.integers(len(_POLISH))])
    return color if polished else None


def _make_nail(finger: Finger, skin_m: np.ndarray, color: np.ndarray, scale: float) -> Surface:
    """A nail on the last phalanx: a plate bent across, sunk at its root and sides, free at its end."""
    way, aside, above = finger.axes(2)
    place = (skin_m - finger.joint_m[2]) @ np.stack([way, aside, above], axis=1)
    tip = place[place[:, 0] > 0.3 * place[:, 0].max()]
    end_m = float(place[:, 0].max())
    low, high = float(tip[:, 1].min()), float(tip[:, 1].max())
    middle, half_m = (low + high) / 2, (high - low) / 2
    start_m = end_m * (1.0 - _LONG)
    upper = place[(place[:, 2] > 0.0) & (place[:, 0] > 0.6 * start_m) & (place[:, 0] < 0.92 * end_m)]
    terms = np.stack([np.ones(len(upper)), upper[:, 0], (upper[:, 1] - middle) ** 2], axis=1)
    fit = np.linalg.lstsq(terms, upper[:, 2], rcond=None)[0]
    s, a = _span()
    # Its root and its end are round.
    x = start_m + (end_m + 0.0004 * scale - start_m) * (s + 0.16 * (1.0 - s) * a**2 - 0.14 * s * a**2)
    y = _WIDE * half_m * a * (0.90 + 0.10 * np.sin(np.pi * np.clip(s, 0.0, 0.5)))
    edge = np.maximum(np.abs(a), 1.0 - 2.0 * np.clip(s, 0.0, 0.5)) ** 6
    z = fit[0] + fit[1] * x + fit[2] * y**2 + (_OVER_M - _UNDER_M * edge * (s < 0.9)) * scale
    z -= 0.0009 * scale * s**3
    local = np.stack([x, y + middle, z], axis=-1).reshape(-1, 3)
    position_m = finger.joint_m[2] + local @ np.stack([way, aside, above])
    number = np.arange(_ROWS * _ACROSS).reshape(_ROWS, _ACROSS)
    b, c, d, e = number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]
    faces = np.concatenate([np.stack([b, c, d], -1).reshape(-1, 3), np.stack([b, d, e], -1).reshape(-1, 3)])
    normal = compute_normals(position_m, faces).mean(axis=0)
    faces = faces if normal @ above > 0.0 else faces[:, ::-1]
    nail = make_surface(position_m, faces, np.zeros((len(position_m), 1)), color)
    return replace(nail, material=np.full(nail.vertex_count, MATERIAL["plastic"]))


def _span() -> tuple[np.ndarray, np.ndarray]:
    """How far from its root, 0 to 1, and aside, -1 to 1, the points of a nail are."""
    s, a = np.meshgrid(np.linspace(0.0, 1.0, _ROWS), np.linspace(-1.0, 1.0, _ACROSS), indexing="ij")
    return s, a


def color_nail(shape: BodyShape, tone: np.ndarray) -> np.ndarray:
    """Colours (N, 3) of the points of somebody's nails: polish, or a pink bed, a pale moon, a white free end.

    `tone` (3,) is the sRGB of the skin.
    """
    s, a = _span()
    polish = _sample_polish(shape)
    if polish is not None:
        return np.tile(polish, (s.size, 1))
    bed = (0.80 * tone + 0.20 * np.array([0.84, 0.69, 0.65])) * [1.02, 0.975, 0.97]
    moon = 0.30 * bump(np.hypot(s / 0.28, 0.8 * a), 0.0, 0.8)
    free = np.clip((s - 0.88 - 0.04 * a**2) / 0.06, 0.0, 1.0) * 0.5
    pale = np.maximum(moon, free)[..., None]
    return np.clip(bed + pale * (_WHITE - bed), 0.0, 1.0).reshape(-1, 3)
