"""What pieces look like on their surface: colour and grain upon their own coordinates.

In: a relief and each piece's colour. Out: (N, 3, P, P) sRGB 0 to 1; normals are bent in place where a skin
has a relief of its own.
"""

from collections.abc import Callable

import numpy as np

from scenes.goods.labels.photographs.relief import Relief, take_grain
from scenes.goods.labels.photographs.stage import make_grain

Skin = Callable[[Relief, np.ndarray], np.ndarray]


def spread(color: np.ndarray) -> np.ndarray:
    """Give (N, 3) colours room for patches: (N, 3, 1, 1)."""
    return color[:, :, None, None].astype(np.float32)


def mix(a: np.ndarray, b: tuple[int, int, int], share: np.ndarray) -> np.ndarray:
    """Blend a colour (0 to 255) into skins by a share (N, P, P)."""
    other = np.array(b, np.float32)[None, :, None, None] / 255
    return a + (other - a) * np.clip(share, 0, 1)[:, None]


def bend(relief: Relief, height: np.ndarray, strength: float) -> None:
    """Turn the normals as a relief of this height (N, P, P) would."""
    down, across = np.gradient(height, axis=(1, 2))
    relief.normal[:, 0] -= strength * across
    relief.normal[:, 1] -= strength * down
    relief.normal /= np.maximum(np.sqrt((relief.normal**2).sum(1, keepdims=True)), 1e-6)


def read_grain(relief: Relief, scale: float, softness: float = 2.0) -> np.ndarray:
    """Return (N, P, P) noise upon the pieces, `scale` texels of grain to a half axis."""
    own = relief.own
    return take_grain(make_grain(softness), own[:, 0] + 0.37 * own[:, 2], own[:, 1] + 0.61 * own[:, 2], scale)


def plain(relief: Relief, color: np.ndarray) -> np.ndarray:
    """One colour, with a little grain."""
    return spread(color) * (1 + 0.05 * read_grain(relief, 18)[:, None])


def smooth(relief: Relief, color: np.ndarray) -> np.ndarray:
    """One colour, nothing else."""
    return np.broadcast_to(spread(color), relief.normal.shape)


def rough(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Baked or grown: bumps, darker in the hollows."""
    grain = read_grain(relief, 26)
    bend(relief, grain, 0.2)
    return spread(color) * (1 + 0.07 * grain[:, None])


def crumbly(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Breaded, or kibble: coarse bumps and specks of lighter and darker crumb."""
    coarse, fine = read_grain(relief, 15), read_grain(relief, 44, 1.0)
    bend(relief, coarse + 0.6 * fine, 0.5)
    skin = spread(color) * (1 + 0.12 * coarse[:, None])
    return mix(skin, (246, 220, 160), 0.3 * (fine > 1.3))


def ribbed(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Lengthwise furrows: almonds, walnuts, penne."""
    angle = np.arctan2(relief.own[:, 1], relief.own[:, 2])
    wave = np.sin(17 * angle + 1.2 * relief.own[:, 0])
    bend(relief, wave, 0.2)
    return spread(color) * (1 + 0.07 * wave[:, None] + 0.05 * read_grain(relief, 20)[:, None])


def ringed(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Furrows across: prawns, crinkle-cut chips, spirals of pasta."""
    wave = np.sin(15 * relief.own[:, 0] + 2.4 * np.arctan2(relief.own[:, 1], relief.own[:, 2]))
    bend(relief, 2.2 * wave, 0.45)
    return spread(color) * (1 + 0.13 * wave[:, None])


def nested(relief: Relief, color: np.ndarray) -> np.ndarray:
    """Glass-like jelly: deep in the middle, glowing where the light leaves it at the lower right."""
    glow = np.clip(0.3 + 0.45 * (relief.normal[:, 0] + relief.normal[:, 1]), 0, 1)
    return spread(color) * (0.72 + 0.5 * glow[:, None]) + 0.16 * glow[:, None]
