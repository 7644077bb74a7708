"""What cameras make of light: contrast, black and highlights, as the renderer's pictures have them, and back.

In: linear light, 1 for white paper in full light, or bytes of a picture. Out: the other. Curves are as
resolve.frag draws them; what is done to whole pictures goes by tables of them.
"""

import numpy as np

from synth.render.light import BLACK, CONTRAST, KNEE, SHOULDER

_LEVELS = 4096


def linear_from_srgb(value: np.ndarray) -> np.ndarray:
    """Return linear light of sRGB values in 0 to 1 (IEC 61966-2-1)."""
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def srgb_from_linear(light: np.ndarray) -> np.ndarray:
    """Return sRGB values of linear light in 0 to 1."""
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)


def roll_off(light: np.ndarray) -> np.ndarray:
    """Return what a picture shows of light: above the shoulder its logarithm, white at the most."""
    squeezed = SHOULDER + np.log1p(KNEE * np.maximum(light - SHOULDER, 0.0)) / KNEE
    return np.minimum(light, squeezed).clip(max=1.0)


def undo_roll_off(shown: np.ndarray) -> np.ndarray:
    """Return the light of which a picture shows so much; of white, the least that it may be.

    >>> bool(np.allclose(roll_off(undo_roll_off(np.linspace(0, 1, 9))), np.linspace(0, 1, 9)))
    True
    """
    return np.where(shown < SHOULDER, shown, SHOULDER + np.expm1(KNEE * (shown - SHOULDER)) / KNEE)


def toe(light: np.ndarray) -> np.ndarray:
    """Return what a picture shows of light: BLACK less, but next to black its square."""
    return np.where(light < 2 * BLACK, light * light / (4 * BLACK), light - BLACK)


def undo_toe(shown: np.ndarray) -> np.ndarray:
    """Return the light of which a picture shows so much.

    >>> bool(np.allclose(toe(undo_toe(np.linspace(0, 1, 99))), np.linspace(0, 1, 99)))
    True
    """
    return np.where(shown < BLACK, np.sqrt(4 * BLACK * shown), shown + BLACK)


_SHOWN = linear_from_srgb(np.arange(256) / 255.0).astype(np.float32)
_LIGHT = (undo_toe(_SHOWN) ** (1 / CONTRAST)).astype(np.float32)
_MOST = _LIGHT[-1]  # what is left of white light when it is squeezed
WHITE = np.float32(undo_toe(undo_roll_off(np.ones(()))) ** (1 / CONTRAST))  # from here on light is white
_SHOULDER_LIGHT = np.float32((SHOULDER + BLACK) ** (1 / CONTRAST))
# What would show but for the roll-off.
_TOED = toe(np.linspace(0.0, WHITE, _LEVELS) ** CONTRAST).astype(np.float32)
_ROLL_OFF = (roll_off(_TOED) / np.maximum(_TOED, 1e-9)).astype(np.float32)
# Light by the square root of what would show, of which equal steps are finer where it is dark.
_UNTOED = (undo_toe(np.linspace(0.0, _TOED[-1] ** 0.5, _LEVELS) ** 2) ** (1 / CONTRAST)).astype(np.float32)
SENT = toe(np.linspace(0.0, _MOST, _LEVELS) ** CONTRAST)  # linear light of the picture sent
# What the camera sends, by entries of `find_level`: sRGB in 0 to 255, and its bytes.
CODE = (255.0 * srgb_from_linear(SENT)).astype(np.float32)
BYTE = (CODE + np.float32(0.5)).astype(np.uint8)


def _find_brightest(planes: np.ndarray) -> np.ndarray:
    """Return (...) the largest of (3, ...); numpy's own way takes several times as long."""
    return np.maximum(np.maximum(planes[0], planes[1]), planes[2])


def find_light(planes: np.ndarray) -> np.ndarray:
    """Return (3, H, W) float32 light of which a picture shows bytes (3, H, W).

    Colours keep their hue, so what was squeezed is the brightest of the three, and the others followed it.
    """
    light = np.take(_LIGHT, planes)
    brightest = np.take(_SHOWN, _find_brightest(planes))
    bright = brightest > SHOULDER
    peak = brightest[bright]
    light[:, bright] = _undo_toe(np.take(_SHOWN, planes[:, bright]) * (undo_roll_off(peak) / peak))
    return light


def _undo_toe(shown: np.ndarray) -> np.ndarray:
    """Return the light (...) of which so much would show but for the roll-off, from the table."""
    return np.take(_UNTOED, (np.sqrt(shown) * ((_LEVELS - 1) / _TOED[-1] ** 0.5) + 0.5).astype(np.int16))


def squeeze(light: np.ndarray) -> np.ndarray:
    """Return (3, ...) light; above the shoulder that of which without roll-off as much would show."""
    bright = _find_brightest(light) > _SHOULDER_LIGHT
    level = light[:, bright] * np.float32((_LEVELS - 1) / WHITE)
    level += np.float32(0.5)
    np.clip(level, 0, _LEVELS - 1, out=level)
    entry = level.astype(np.int16)
    squeezed = light.copy()
    squeezed[:, bright] = _undo_toe(np.take(_TOED, entry) * np.take(_ROLL_OFF, _find_brightest(entry)))
    return squeezed


def find_level(light: np.ndarray) -> np.ndarray:
    """Return int16 entries of the table of codes for linear light."""
    level = light * np.float32((_LEVELS - 1) / _MOST)
    level += np.float32(0.5)
    np.clip(level, 0, _LEVELS - 1, out=level)
    return level.astype(np.int16)
