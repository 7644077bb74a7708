"""Faces and scalps: brows, lids, eyes, lips, stubble, lines and the hairline, as textures that tint skin.

In: nothing. Out: (256, 256, 3) pictures, the same in every store, all of them computed, of nobody. What is as
dark as the rest of the skin is NEUTRAL. Coordinates are those of the mean body's head, metres: `across` from
the middle of the face along a cylinder of radius ROUND_M, `up` from the middle of the eyeballs;
`synth/bodies/face.py` lays them on the body.
"""

from functools import lru_cache
from itertools import product

import numpy as np
from scipy import ndimage

from scenes.randomness import make_rng

SIZE_PX = 256
NEUTRAL = 0.94
MOUTH_UP_M = -0.0653
ROUND_M = 0.10
ACROSS_M, TOP_M, HIGH_M = 0.125, 0.085, 0.20  # a face's picture: half its width, its upper edge, its height
SCALP_TOP_M, SCALP_HIGH_M = 0.115, 0.23  # a scalp's picture
SCALP_EDGE, SCALP_TURN = 0.04, 0.92  # it begins in front and spans half a turn: shares of its width
# Hair over skin, as shares of the skin's red, green and blue.
HAIRS = {
    "black": (0.14, 0.15, 0.16), "dark": (0.27, 0.24, 0.23), "brown": (0.42, 0.38, 0.33),
    "fair": (0.62, 0.57, 0.49), "pale": (0.82, 0.80, 0.76), "slate": (0.36, 0.40, 0.44),
    "grey": (0.56, 0.60, 0.64), "white": (0.92, 0.98, 1.04),
}  # fmt: skip
BROWS = ("dark", "brown", "fair", "pale")
AGES = ("smooth", "lined")
LIPS = {"natural": (0.91, 0.77, 0.79), "full": (0.89, 0.70, 0.73), "red": (0.82, 0.52, 0.56)}
STUBBLE = {"none": 0.0, "light": 0.10, "heavy": 0.21, "beard": 0.60}
EYES = {"brown": (0.25, 0.16, 0.11), "hazel": (0.34, 0.27, 0.17), "blue": (0.36, 0.45, 0.52),
        "green": (0.34, 0.38, 0.28)}  # fmt: skip
UPPER = tuple("_".join(("upper", *one)) for one in product(("bold", "thin"), BROWS, AGES))
LOWER = tuple(
    "_".join(("lower", *one))
    for one in (*product(LIPS, ("none",), AGES), *product(("natural",), ("light", "heavy", "beard"), AGES))
)
SCALPS = tuple("_".join(("scalp", *one)) for one in product(("sideburn", "plain"), HAIRS))
FACE_PRINTS = (*UPPER, *LOWER, *SCALPS, "eyes")
EYE_SPAN = 0.44  # of a picture, an eyeball's diameter in its quarter
_EYE, _SLIT = np.array([0.029, -0.0015]), np.array([0.0133, 0.0058])
# Lower edge of hair on the head's sides: angle from the front, height.
_EDGE = np.array(
    [(0.0, 0.068), (0.35, 0.0695), (0.6, 0.067), (0.75, 0.058), (0.84, 0.042), (0.91, 0.024), (0.97, 0.010),
     (1.12, 0.009), (1.3, 0.017), (1.5, 0.017), (1.62, 0.006), (1.72, -0.02), (1.9, -0.046), (2.2, -0.066),
     (2.6, -0.074), (np.pi, -0.076)]
)  # fmt: skip
_BEARD = ((0.0, 0.012, 0.024, 0.04, 0.07, 0.10), (-0.046, -0.046, -0.048, -0.068, -0.048, 0.0))
_SIDEBURN = ((0.90, 0.93, 0.97, 1.08, 1.12), (0.0, 0.012, 0.030, 0.030, 0.0))


def find_hairline(angle: np.ndarray) -> np.ndarray:
    """How far up hair begins at angles from the front, either side, metres.

    >>> find_hairline(np.array([0.0, np.pi])).tolist()
    [0.068, -0.076]
    """
    return np.interp(np.abs(angle), _EDGE[:, 0], _EDGE[:, 1])


def find_beard(across: np.ndarray) -> np.ndarray:
    """How far up beards begin at distances from the middle of the face, metres.

    >>> find_beard(np.array([0.0, 0.04])).tolist()
    [-0.046, -0.068]
    """
    return np.interp(across, *_BEARD)


def make_face_print(name: str) -> np.ndarray:
    """Draw a picture of FACE_PRINTS: (256, 256, 3), 0 to 1, sRGB relative to the skin's own."""
    kind, *rest = name.split("_")
    if kind == "eyes":
        return _draw_eyes()
    if kind == "scalp":
        cover, strands = _draw_scalp(rest[0])
        return NEUTRAL + cover * (np.array(HAIRS[rest[1]]) * strands - NEUTRAL)
    if kind == "upper":
        tint = _draw_lids(rest[0]) * (1.0 + _draw_brows(rest[0]) * (np.array(HAIRS[rest[1]]) - 1.0))
    else:
        tint = _draw_lips(rest[0]) * _draw_stubble(rest[1])
    return NEUTRAL * (1.0 + _fade_edges() * (_draw_skin(rest[2]) * tint - 1.0))


def _places() -> tuple[np.ndarray, np.ndarray]:
    """Columns and rows (256, 256) of a picture's pixels, 0 to 1."""
    row, column = (np.indices((SIZE_PX, SIZE_PX)) + 0.5) / SIZE_PX
    return column, row


def _face_places() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distance from a face's middle line, the same with its sign, and height (256, 256) of its pixels."""
    column, row = _places()
    across = (2 * column - 1) * ACROSS_M
    return np.abs(across), across, TOP_M - row * HIGH_M


@lru_cache
def _fade_edges() -> np.ndarray:
    """Shares (256, 256, 1) of a face's picture: toward its edges skin without one goes on."""
    x, _, up = _face_places()
    return (_ramp(0.118 - x, 0.02) * _ramp(up + 0.113, 0.010) * _ramp(0.083 - up, 0.010))[..., None]


@lru_cache
def _noise(name: str, down_px: float, across_px: float) -> np.ndarray:
    """Smooth noise (256, 256) of unit deviation that repeats."""
    field = make_rng(0, 0, f"faces/{name}").normal(size=(SIZE_PX, SIZE_PX))
    field = ndimage.gaussian_filter(field, (down_px, across_px), mode="wrap")
    return field / field.std()


def _ramp(value: np.ndarray, wide: float) -> np.ndarray:
    """Smooth step from 0 at 0 to 1 at `wide`."""
    share = np.clip(value / wide, 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def _spot(x: np.ndarray, up: np.ndarray, at: tuple[float, float], half: tuple[float, float]) -> np.ndarray:
    return np.exp(-(((x - at[0]) / half[0]) ** 2) - ((up - at[1]) / half[1]) ** 2)


def _stroke(distance: np.ndarray, half: float) -> np.ndarray:
    return np.exp(-((distance / half) ** 2))


@lru_cache
def _draw_skin(age: str) -> np.ndarray:
    """Tint (256, 256, 3) of skin: redder cheeks and nose, darker sockets and hollows, blotches, lines."""
    x, across, up = _face_places()
    lined = age == "lined"
    red, grey = np.array([-0.01, 0.062, 0.055]), np.array([0.85, 1.0, 0.95])
    cheek = _spot(x, up, (0.045, -0.034), (0.021, 0.016)) + 0.7 * _spot(x, up, (0.0, -0.036), (0.013, 0.011))
    cheek += 0.35 * _spot(x, up, (0.0, -0.096), (0.016, 0.010))
    hollow = 0.13 * _spot(x, up, (0.020, 0.004), (0.012, 0.008))
    hollow += 0.07 * _spot(x, up, (0.032, 0.008), (0.016, 0.008))
    hollow += (0.12 if lined else 0.07) * _spot(x, up, (0.026, -0.012), (0.012, 0.005))
    hollow += 0.10 * _spot(x, up, (0.0175, -0.038), (0.003, 0.006))
    hollow += 0.08 * _spot(x, up, (0.0, -0.0795), (0.012, 0.004))
    hollow += 0.05 * _spot(x, up, (0.0, -0.050), (0.003, 0.007))
    hollow += 0.06 * _spot(x, up, (0.060, -0.055), (0.015, 0.022)) + 0.05 * _spot(
        x, up, (0.075, 0.02), (0.02, 0.02)
    )
    hollow += 0.40 * _spot(x, up, (0.0080, -0.0425), (0.0040, 0.0022))
    # From the wings of the nose to beside the mouth.
    fold = 0.017 + 0.33 * (-0.036 - up)
    along = _ramp(-0.034 - up, 0.006) * _ramp(up + (0.078 if lined else 0.062), 0.016)
    hollow += (0.15 if lined else 0.05) * _stroke(x - fold, 0.0024) * along
    if lined:
        hollow += _draw_lines(x, across, up)
    blotches = 0.014 * _noise("blotches", 7.0, 7.0) + 0.008 * _noise("pores", 1.2, 1.2)
    tint = 1.0 - cheek[..., None] * red - hollow[..., None] * grey
    return tint - blotches[..., None] * np.array([0.5, 1.0, 1.0])


def _draw_lines(x: np.ndarray, across: np.ndarray, up: np.ndarray) -> np.ndarray:
    """How deep (256, 256) the lines of the old are: forehead, frown, crow's feet."""
    depth = np.zeros_like(x)
    for number, height in enumerate((0.034, 0.043, 0.051)):
        bent = height + 0.0015 * np.sin(90.0 * across + 2.0 * number) - 2.0 * x * x
        depth += 0.085 * _stroke(up - bent, 0.0011) * _ramp(0.038 - 0.004 * number - x, 0.02)
    depth += 0.09 * _stroke(x - 0.006, 0.0010) * _ramp(up - 0.008, 0.006) * _ramp(0.030 - up, 0.008)
    for slope in (-0.5, 0.0, 0.5):
        way = slope * (x - 0.044)
        depth += 0.08 * _stroke(up + 0.001 - way, 0.0009) * _ramp(x - 0.046, 0.004) * _ramp(0.060 - x, 0.008)
    return depth + 0.06 * _stroke(up + 0.016 - 30.0 * (x - 0.028) ** 2, 0.0013) * _ramp(
        0.014 - abs(x - 0.028), 0.01
    )


@lru_cache
def _draw_lids(style: str) -> np.ndarray:
    """Tint (256, 256, 3) of lids and lashes."""
    x, _, up = _face_places()
    bold = style == "bold"
    way = (x - _EYE[0]) / _SLIT[0]
    rise = np.sqrt(np.clip(1.0 - way**2, 0.0, 1.0))
    middle = _EYE[1] + 0.0014 * way
    upper, lower = middle + _SLIT[1] * rise, middle - 0.0052 * rise
    on = _ramp(1.12 - np.abs(way), 0.2)
    dark = (0.42 if bold else 0.62) * _stroke(up - upper, 0.0012) * on
    dark += (0.10 if bold else 0.18) * _stroke(up - lower, 0.0009) * on
    dark += 0.16 * _stroke(up - upper - 0.0046 - 0.001 * way, 0.0011) * on
    dark += 0.07 * _ramp(up - upper, 0.001) * _ramp(upper + 0.0046 - up, 0.001) * on
    # Where the body has no eyeballs, coarse as it is, the picture has them.
    inside = _ramp(upper - up, 0.001) * _ramp(up - lower, 0.001) * (np.abs(way) < 1.0)
    return 1.0 - np.maximum(dark, 0.45 * inside)[..., None] * np.array([0.95, 1.0, 1.0])


@lru_cache
def _draw_brows(style: str) -> np.ndarray:
    """How much (256, 256, 1) brows cover the skin."""
    x, _, up = _face_places()
    bold = style == "bold"
    share = np.clip((x - 0.0105) / 0.0375, 0.0, 1.0)
    arch = np.interp(share, (0.0, 0.35, 0.66, 1.0), (0.0155, 0.0192, 0.0212, 0.0165))
    half = np.interp(share, (0.0, 0.15, 0.6, 1.0), (0.0020, 0.0036, 0.0027, 0.0007)) * (1.1 if bold else 0.72)
    hairs = 1.0 + 0.25 * _noise("brows", 2.5, 0.8)
    ends = _ramp(x - 0.0085, 0.007) * _ramp(0.0495 - x, 0.006)
    cover = _ramp(half + 0.0012 - np.abs(up - arch - (0.0 if bold else 0.0012)), 0.0026) * ends
    return np.clip(cover * hairs * (0.82 if bold else 0.74), 0.0, 0.95)[..., None]


@lru_cache
def _find_lips() -> tuple[np.ndarray, np.ndarray]:
    """How much (256, 256) is lips, and how far above the line between them each pixel is, metres."""
    x, _, up = _face_places()
    middle = MOUTH_UP_M + 0.0014 * (x / 0.024) ** 2
    wide = np.sqrt(np.clip(1.0 - (x / 0.0245) ** 2, 0.0, 1.0))
    upper = middle + 0.0066 * wide**1.3 - 0.0012 * _stroke(x, 0.003)
    lower = middle - 0.0088 * wide**1.1
    cover = _ramp(upper + 0.0005 - up, 0.0012) * _ramp(up - lower + 0.0005, 0.0016) * (x < 0.0245)
    return cover, up - middle


@lru_cache
def _draw_lips(kind: str) -> np.ndarray:
    """Tint (256, 256, 3) of lips and the line between them."""
    x, _, up = _face_places()
    cover, above = _find_lips()
    gloss = 0.05 * _spot(x, up, (0.0, MOUTH_UP_M - 0.0045), (0.009, 0.0022))
    tint = 1.0 + cover[..., None] * (np.array(LIPS[kind]) - 1.0 + gloss[..., None])
    line = 0.38 * _stroke(above, 0.0009) * _ramp(0.0275 - x, 0.006)
    return tint * (1.0 - (line + 0.05 * cover * (above > 0.0))[..., None] * np.array([0.9, 1.0, 1.0]))


@lru_cache
def _draw_stubble(kind: str) -> np.ndarray:
    """Tint (256, 256, 3) of what grows about the mouth and on the jaw."""
    x, _, up = _face_places()
    grown = _ramp(find_beard(x) - up, 0.014) * (1.0 - _find_lips()[0]) * _ramp(0.098 - x, 0.022)
    grown *= 1.0 - 0.5 * _spot(x, up, (0.0, -0.052), (0.003, 0.006))
    specks = np.clip(1.0 + (0.10 if kind == "beard" else 0.16) * _noise("stubble", 0.7, 0.7), 0.2, 1.8)
    return 1.0 - STUBBLE[kind] * (grown * specks)[..., None] * np.array([1.05, 1.0, 0.88])


@lru_cache
def _draw_scalp(side: str) -> tuple[np.ndarray, np.ndarray]:
    """How much (256, 256, 1) hair covers, single strands first, and how light (256, 256, 1) strands are."""
    column, row = _places()
    angle = np.pi * np.clip((column - SCALP_EDGE) / SCALP_TURN, 0.0, 1.0)
    edge = find_hairline(angle) - (np.interp(angle, *_SIDEBURN) if side == "sideburn" else 0.0)
    ragged = 0.0016 * _noise("hairline", 9.0, 0.8) + 0.0014 * _noise("tufts", 20.0, 5.0)
    cover = _ramp(SCALP_TOP_M - SCALP_HIGH_M * row - edge + ragged + 0.002, 0.0085)
    return cover[..., None], 1.0 + 0.10 * _noise("strands", 12.0, 1.0)[..., None]


def _draw_eyes() -> np.ndarray:
    """Four eyeballs from before, a colour a quarter; around the iris no bright white, under the lid shade."""
    column, row = _places()
    x, down = (2 * column) % 1.0 - 0.5, (2 * row) % 1.0 - 0.5
    away = np.hypot(x, down) / EYE_SPAN
    picture = np.ones((SIZE_PX, SIZE_PX, 3)) * np.array([0.76, 0.73, 0.705])
    picture -= 0.10 * _ramp(np.abs(x) / EYE_SPAN - 0.55, 0.4)[..., None] * np.array([0.3, 1.0, 1.0])
    colors = np.array(list(EYES.values()))[(2 * (row > 0.5) + (column > 0.5)).astype(int)]
    iris = colors * (0.75 + 0.5 * _ramp(0.36 - away, 0.25))[..., None]
    picture += _ramp(0.395 - away, 0.045)[..., None] * (iris - picture)
    picture *= 1.0 - 0.9 * _ramp(0.155 - away, 0.05)[..., None]
    picture *= 1.0 - 0.45 * _ramp(-down / EYE_SPAN - 0.05, 0.35)[..., None]
    glint = _spot(x, down, (0.03, -0.035), (0.012, 0.012))
    return np.clip(picture + 0.5 * glint[..., None], 0.0, 1.0)
