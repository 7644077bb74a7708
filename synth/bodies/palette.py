"""The colours of what people wear and carry, and how often each is seen.

In: a generator. Out: a colour.
"""

import numpy as np

# Cloth and leather, sRGB. As in any street black, navy, grey, white and denim lead; what is loud is rare (the
# shares are estimates). Even black cloth sends back a few percent of the light, and the renderer lets nothing
# send back less; cameras deepen all colours.
BLACK, CHARCOAL, GREY = (0.205, 0.205, 0.21), (0.26, 0.26, 0.27), (0.42, 0.425, 0.43)
PALE_GREY, WHITE, CREAM = (0.63, 0.63, 0.62), (0.86, 0.855, 0.84), (0.80, 0.77, 0.70)
BEIGE, KHAKI, NAVY = (0.65, 0.60, 0.52), (0.51, 0.47, 0.39), (0.175, 0.185, 0.22)
SLATE, PALE_BLUE, BLUE = (0.34, 0.37, 0.41), (0.58, 0.64, 0.70), (0.29, 0.35, 0.46)
TEAL, OLIVE, FOREST = (0.28, 0.37, 0.38), (0.31, 0.31, 0.27), (0.20, 0.25, 0.22)
SAGE, MUSTARD, BROWN = (0.53, 0.57, 0.51), (0.67, 0.57, 0.36), (0.27, 0.235, 0.21)
TAN, RUST, WINE = (0.50, 0.39, 0.30), (0.53, 0.35, 0.27), (0.35, 0.215, 0.23)
RED, ROSE, LILAC = (0.56, 0.24, 0.24), (0.68, 0.54, 0.54), (0.47, 0.43, 0.50)
Colors = dict[tuple[float, float, float], float]
TOPS: Colors = {
    BLACK: 0.17, CHARCOAL: 0.07, GREY: 0.08, PALE_GREY: 0.06, WHITE: 0.12, CREAM: 0.04, BEIGE: 0.04,
    NAVY: 0.11, SLATE: 0.05, PALE_BLUE: 0.05, BLUE: 0.03, TEAL: 0.02, OLIVE: 0.03, FOREST: 0.02, SAGE: 0.015,
    MUSTARD: 0.01, BROWN: 0.02, RUST: 0.015, WINE: 0.025, RED: 0.015, ROSE: 0.025, LILAC: 0.01,
}  # fmt: skip
OUTER: Colors = {
    BLACK: 0.30, CHARCOAL: 0.11, GREY: 0.06, NAVY: 0.18, SLATE: 0.04, OLIVE: 0.08, FOREST: 0.03, KHAKI: 0.04,
    BEIGE: 0.05, CREAM: 0.02, BROWN: 0.04, TAN: 0.02, WINE: 0.02, RED: 0.01,
}  # fmt: skip
BOTTOMS: Colors = {
    BLACK: 0.36, CHARCOAL: 0.15, NAVY: 0.16, GREY: 0.08, SLATE: 0.05, BEIGE: 0.06, KHAKI: 0.05, OLIVE: 0.04,
    BROWN: 0.03, WHITE: 0.02,
}  # fmt: skip
SHOES: Colors = {
    BLACK: 0.43, WHITE: 0.20, GREY: 0.08, CHARCOAL: 0.08, BROWN: 0.08, TAN: 0.05, NAVY: 0.05, BEIGE: 0.02,
    RED: 0.01,
}  # fmt: skip
GEAR: Colors = {
    BLACK: 0.33, CHARCOAL: 0.08, GREY: 0.07, NAVY: 0.13, BROWN: 0.09, TAN: 0.08, BEIGE: 0.05, CREAM: 0.05,
    OLIVE: 0.04, WINE: 0.03, RED: 0.02, ROSE: 0.02, MUSTARD: 0.01,
}  # fmt: skip
UNIFORMS = np.array([NAVY, BLUE, FOREST, WINE, RED, BLACK, TEAL, RUST])
_LIGHTEST = 0.93  # of sRGB
CLEARLY = 20.0  # apart in CIELAB (CIE 1976): some nine times the least difference that is seen
NO_SKIN = 13.0  # so far apart pale grey cloth is told from skin, while beige is not
# XYZ of linear sRGB (IEC 61966-2-1), each as a share of that of the white point, D65.
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_XYZ /= _XYZ.sum(axis=1, keepdims=True)


def sample_color(colors: Colors, rng: np.random.Generator) -> np.ndarray:
    """Draw the colour (3,) of a piece of cloth or leather, sRGB."""
    shares = np.array(list(colors.values()))
    color = np.array(list(colors)[rng.choice(len(shares), p=shares / shares.sum())])
    return np.clip(color * rng.uniform(0.85, 1.12) * (1.0 + rng.normal(0, 0.02, 3)), 0.0, _LIGHTEST)


def set_apart(color: np.ndarray, other: np.ndarray, colors: Colors, *, least: float = CLEARLY) -> np.ndarray:
    """A colour (3,) clearly apart from another: itself, or the next of a table, from its place on, that is.

    Args:
        color, other: (3,) sRGB.
        colors: The table, in which something differs so much from the other.
        least: How far apart in CIELAB.
    """
    table = np.array(list(colors))
    first = int(measure_apart(table, color).argmin())
    options = np.concatenate([[color], np.roll(table, -first, axis=0)])
    return options[np.flatnonzero(measure_apart(options, other) >= least)[0]]


def cover_skin(color: np.ndarray, skin: np.ndarray, colors: Colors) -> np.ndarray:
    """A colour (3,) of cloth that is not taken for bare skin: itself, or another of its table.

    The other is lighter or darker than in the table by as much as the colour was, so that no two are alike.

    Args:
        color, skin: (3,) sRGB.
        colors: The table, in which something differs enough from the skin.
    """
    table = np.array(list(colors))
    shade = color / table[measure_apart(table, color).argmin()]
    shaded = dict.fromkeys(map(tuple, np.minimum(table * shade, _LIGHTEST)), 1.0)
    return set_apart(color, skin, shaded, least=NO_SKIN)


def measure_apart(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How far apart (...) colours (..., 3) sRGB are in CIELAB.

    >>> measure_apart(np.ones(3), np.zeros(3)).round(6).item()
    100.0
    """
    return np.asarray(np.linalg.norm(_find_lab(first) - _find_lab(second), axis=-1))


def _find_lab(color: np.ndarray) -> np.ndarray:
    """CIELAB (..., 3) of sRGB (..., 3)."""
    linear = np.where(color < 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
    share = linear @ _XYZ.T
    x, y, z = np.moveaxis(np.where(share > (6 / 29) ** 3, np.cbrt(share), share * 841 / 108 + 4 / 29), -1, 0)
    return np.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], axis=-1)
