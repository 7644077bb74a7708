"""Hands seen from close by: creases, veins, lines of the palm and blotches, as textures that tint skin.

In: nothing. Out: (256, 256, 3) pictures, the same in every store, all of them computed, of nobody. What is as
dark as the rest of the skin is NEUTRAL. `synth/bodies/hands.py` lays them on the body: a finger's around it,
its back in the middle, from TIP_ROW up to the knuckle; those of back and palm flat, the thumb to the right.
"""

import numpy as np
from scipy import ndimage

from scenes.faces import NEUTRAL
from scenes.randomness import make_rng

SIZE_PX = 256
HAND_PRINTS = ("finger", "hand_back", "hand_palm", "bare_skin")
# A finger's picture spans these phalanges, counted from its knuckle. Those of back and palm span so much of
# the length from wrist to middle knuckle: across, and along from the wrist.
FINGER_FROM, FINGER_TO = -0.7, 3.3
ACROSS, ALONG_FROM, ALONG_TO = 0.95, -0.6, 1.5
BARE_M = 0.11  # what the picture of bare skin spans, which repeats
_CREASE = np.array([0.55, 1.0, 1.05])  # how much redder than grey the dark of a crease is
_VEIN = np.array([1.25, 0.75, 0.35])
_BLOTCH = np.array([0.35, 1.0, 0.95])
# Of the palm: the lines of heart, head and life, and the one before the fingers, (across, along) each.
_LINES = (
    ((-0.42, 0.70), (-0.20, 0.74), (0.05, 0.83), (0.22, 0.98)),
    ((0.32, 0.70), (0.20, 0.66), (-0.08, 0.56), (-0.30, 0.40)),
    ((0.32, 0.71), (0.20, 0.60), (0.06, 0.38), (0.06, 0.14), (0.12, 0.02)),
)
_VEINS = (
    ((-0.30, -0.4), (-0.22, 0.1), (-0.30, 0.45), (-0.24, 0.75), (-0.12, 0.98)),
    ((0.02, -0.4), (0.10, 0.05), (0.02, 0.38), (0.08, 0.70), (0.12, 1.0)),
    ((0.10, 0.05), (0.24, 0.35), (0.30, 0.65), (0.26, 0.95)),
    ((-0.28, 0.40), (-0.05, 0.52), (0.04, 0.42)),
)


def make_hand_print(name: str) -> np.ndarray:
    """Draw a picture of HAND_PRINTS: (256, 256, 3), 0 to 1, sRGB relative to the skin's own."""
    draw = {"finger": _draw_finger, "hand_back": _draw_back, "hand_palm": _draw_palm, "bare_skin": _draw_bare}
    return np.clip(NEUTRAL * draw[name](), 0.0, 1.0)


def _noise(name: str, down_px: float, across_px: float) -> np.ndarray:
    """Smooth noise (256, 256) of unit deviation that repeats."""
    field = make_rng(0, 0, f"hands/{name}").normal(size=(SIZE_PX, SIZE_PX))
    field = ndimage.gaussian_filter(field, (down_px, across_px), mode="wrap")
    return field / field.std()


def _stroke(distance: np.ndarray, half: float) -> np.ndarray:
    return np.exp(-((distance / half) ** 2))


def _mottle(depth: float, pores: float) -> np.ndarray:
    """Tint (256, 256, 3) of blotches and pores that go on over the edges."""
    blotches = 0.7 * _noise("blotches", 9.0, 9.0) + 0.5 * _noise("spots", 3.5, 3.5)
    return 1.0 - depth * blotches[..., None] * _BLOTCH - pores * _noise("pores", 0.8, 0.8)[..., None]


def _draw_bare() -> np.ndarray:
    return _mottle(0.016, 0.010)


def _draw_finger() -> np.ndarray:
    """A finger unrolled: wrinkles over its joints, the creases of its inner side, the wall about the nail."""
    row, column = (np.indices((SIZE_PX, SIZE_PX)) + 0.5) / SIZE_PX
    along = FINGER_FROM + (FINGER_TO - FINGER_FROM) * row
    turn = 2.0 * np.pi * (column - 0.5)  # 0 on its back
    inner = np.pi - np.abs(turn)
    wavy = along + 0.012 * _noise("wrinkles", 3.0, 6.0)
    depth = np.zeros_like(row)
    for joint, count, apart, dark in ((1.0, 6, 0.052, 0.15), (2.0, 4, 0.055, 0.10)):
        for k in range(count):
            away = k - (count - 1) / 2
            bent = joint + apart * away + 0.05 * away / count * turn**2
            wide = 0.85 - 0.10 * abs(away)
            depth += dark * (1.0 - 0.11 * abs(away)) * _stroke(wavy - bent, 0.011) * _stroke(turn, wide)
    for place, dark in ((0.40, 0.20), (0.46, 0.12), (0.97, 0.22), (1.05, 0.16), (2.0, 0.22)):
        depth += dark * _stroke(wavy - place - 0.02 * inner**2, 0.014) * _stroke(inner, 1.35) ** 0.7
    fine = 0.020 * np.clip(_noise("ridges", 0.7, 4.0), -2.0, 2.0)
    return _mottle(0.018, 0.010) * (1.0 - (depth + fine)[..., None] * _CREASE)


def _flat_places() -> tuple[np.ndarray, np.ndarray]:
    """How far across and along a hand (256, 256) the pixels of its back or palm are."""
    row, column = (np.indices((SIZE_PX, SIZE_PX)) + 0.5) / SIZE_PX
    return ACROSS * (2.0 * column - 1.0), ALONG_FROM + (ALONG_TO - ALONG_FROM) * row


def _follow(line: tuple[tuple[float, float], ...], half: float) -> np.ndarray:
    """How near (256, 256) pixels are to a bent line, 1 on it; it thins out at its ends."""
    across, along = _flat_places()
    knots = np.array(line)
    fine = np.linspace(0.0, len(knots) - 1.0, 24 * len(knots))
    path = np.stack([np.interp(fine, np.arange(len(knots)), knots[:, k]) for k in (0, 1)], axis=1)
    path = ndimage.gaussian_filter1d(path, 8.0, axis=0, mode="nearest")
    thick = half * np.clip(6.0 * np.minimum(fine, fine[-1] - fine) / fine[-1], 0.25, 1.0)
    near = np.zeros_like(across)
    for (x, y), wide in zip(path, thick, strict=True):
        near = np.maximum(near, np.exp(-((across - x) ** 2 + (along - y) ** 2) / wide**2))
    return near


def _draw_back() -> np.ndarray:
    """The back of a hand: veins, the folds over the knuckles, the fine net of its skin."""
    across, along = _flat_places()
    veins = sum(_follow(line, 0.024) for line in _VEINS)
    depth = np.zeros_like(across)
    for number, knuckle in enumerate((-0.36, -0.14, 0.09, 0.32)):
        at = along - 0.96 + 0.10 * (across - 0.09) ** 2 + 0.25 * max(-knuckle - 0.1, 0.0)
        for k in range(4):
            bent = 0.045 * (k - 1.5) + 0.9 * (k - 1.5) / 4 * (across - knuckle) ** 2
            depth += (
                0.075
                * _stroke(at - bent + 0.006 * _noise(f"folds{number}", 3.0, 5.0), 0.012)
                * _stroke(across - knuckle, 0.085)
            )
    for place in (-0.03, -0.10):
        depth += 0.05 * _stroke(along - place - 0.1 * across**2, 0.014) * _stroke(across, 0.4)
    net = 0.012 * np.clip(_noise("net", 1.0, 2.0), -2.0, 2.0)
    tint = _mottle(0.018, 0.012) * (1.0 - (depth + net)[..., None] * _CREASE)
    return tint * (1.0 - 0.038 * np.clip(veins, 0.0, 1.0)[..., None] * _VEIN)


def _draw_palm() -> np.ndarray:
    """A palm: its lines, those of the wrist, and flesh that is red in spots."""
    across, along = _flat_places()
    lines = sum(_follow(line, 0.015) for line in _LINES)
    depth = 0.15 * np.clip(lines, 0.0, 1.0) + 0.07 * sum(_follow(line, 0.034) for line in _LINES)
    for place in (0.0, -0.07):
        depth += 0.10 * _stroke(along - place - 0.12 * across**2, 0.013) * _stroke(across, 0.45)
    depth += 0.018 * np.clip(_noise("palm", 1.2, 2.4), -2.0, 2.0)
    return _mottle(0.026, 0.008) * (1.0 - depth[..., None] * _CREASE)
