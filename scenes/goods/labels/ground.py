"""The ground of a label: gradients, rays, waves, tables, with soft borders.

In: a palette and a style. Out: an RGB picture to print upon. On labels that go round, what is special
about the front fades towards its sides into a ground that is the same all round.
"""

from functools import lru_cache

import numpy as np
from PIL import Image

from scenes.goods.labels.palette import Palette
from scenes.goods.lettering import RGB, blend, compute_luma

_FADE = 0.16  # share of a front's width, at either side


@lru_cache(maxsize=256)
def _grid(size_px: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return x (1, W) and y (H, 1), 0 to 1."""
    x = ((np.arange(size_px[0], dtype=np.float32) + 0.5) / size_px[0])[None]
    y = ((np.arange(size_px[1], dtype=np.float32) + 0.5) / size_px[1])[:, None]
    return x, y


def _array(color: RGB) -> np.ndarray:
    return np.array(color, np.float32)


def _lay(canvas: np.ndarray, color: RGB | np.ndarray, share: np.ndarray | float) -> None:
    """Blend a colour, or (H, W, 3) of them, into a canvas."""
    canvas += (np.asarray(color, np.float32) - canvas) * np.asarray(share, np.float32)[..., None]


def _make_column(height: int, palette: Palette) -> np.ndarray:
    """Fade from light to deep downward: (H, 1, 3)."""
    stops = [
        blend(palette.ground, palette.light, 0.35),
        palette.ground,
        blend(palette.ground, palette.deep, 0.75),
    ]
    _, y = _grid((1, height))
    return np.stack([np.interp(y, (0, 0.5, 1), channel) for channel in zip(*stops, strict=True)], -1)


def _glow(
    canvas: np.ndarray, palette: Palette, at: tuple[float, float], reach: float, strength: float
) -> None:
    height, width = canvas.shape[:2]
    x, y = _grid((width, height))
    square = ((x - at[0]) / reach) ** 2 + ((y - at[1]) * height / width / reach) ** 2
    _lay(canvas, palette.light, strength / (1 + 2.5 * square * square))


def _rays(canvas: np.ndarray, palette: Palette, at: tuple[float, float], count: int, strength: float) -> None:
    height, width = canvas.shape[:2]
    x, y = _grid((width, height))
    dx, dy = x - at[0], (y - at[1]) * height / width
    angle, radius = np.arctan2(dy, dx), np.hypot(dx, dy)
    ray = np.clip(0.5 + 2.2 * np.sin(count * angle), 0, 1)
    _lay(canvas, palette.light, strength * ray / (1 + 1.4 * radius))


def _wave(
    canvas: np.ndarray, color: RGB, line: np.ndarray, thickness: float, *, rim: RGB | None = None
) -> None:
    """Lay a band of some thickness (share of the height) below a line (1, W), with shadow and sheen."""
    height, width = canvas.shape[:2]
    _, y = _grid((width, height))
    down = (y - line) * height
    through = np.clip((y - line) / thickness, 0, 1)
    inside = np.clip(down + 0.5, 0, 1) * np.clip((line + thickness - y) * height + 0.5, 0, 1)
    cast = np.exp(-np.abs(down - thickness * height) / (0.03 * height)) * (down > 0)
    _lay(canvas, (0, 0, 0), 0.3 * np.clip(cast, 0, 1))
    tone = _array(color) * (1.14 - 0.36 * through)[..., None] + 22 * (1 - through[..., None]) ** 3
    _lay(canvas, np.clip(tone, 0, 255), inside)
    if rim is not None:
        edge = np.clip(1.6 - np.abs(down + 0.012 * height) / (0.008 * height), 0, 1)
        _lay(canvas, rim, 0.85 * edge)


def _sunburst(canvas: np.ndarray, palette: Palette) -> None:
    _glow(canvas, palette, (0.5, 0.68), 0.75, 0.75)
    _rays(canvas, palette, (0.5, 0.68), 14, 0.5)


def _swoosh(canvas: np.ndarray, palette: Palette) -> None:
    x, _ = _grid((canvas.shape[1], canvas.shape[0]))
    _glow(canvas, palette, (0.62, 0.55), 0.6, 0.6)
    _wave(canvas, blend(palette.deep, palette.ground, 0.4), 0.9 - 0.42 * x**1.7, 0.6)
    _wave(canvas, palette.second, 0.97 - 0.3 * x**1.5, 0.5, rim=blend(palette.second, (255, 255, 255), 0.6))


def _vignette(canvas: np.ndarray, palette: Palette) -> None:
    x, y = _grid((canvas.shape[1], canvas.shape[0]))
    _glow(canvas, palette, (0.5, 0.55), 0.62, 0.9)
    _lay(canvas, palette.deep, 0.75 * np.clip(((x - 0.5) ** 2 + (y - 0.55) ** 2) * 2.4 - 0.22, 0, 1))


def _table(canvas: np.ndarray, palette: Palette) -> None:
    """A blurred room behind, a table of wood or stone before."""
    height, width = canvas.shape[:2]
    x, y = _grid((width, height))
    _glow(canvas, palette, (0.3, 0.3), 0.9, 0.7)
    for k in range(5):  # lights out of focus
        u, v, r = (0.13 + 0.37 * k) % 1, 0.4 + 0.045 * ((3 * k) % 5), 0.05 + 0.018 * ((2 * k) % 5)
        far = np.hypot(x - u, (y - v) * height / width)
        _lay(canvas, palette.light, 0.3 * np.clip((r - far) * 26, 0, 1))
    wood = _array((164, 112, 66) if compute_luma(palette.ground) < 190 else (206, 170, 124))
    grain = 1 + 0.06 * np.sin(150 * y + 6 * np.sin(3 * x + 9 * y)) - 0.22 * (np.abs(y * 7 % 1 - 0.5) > 0.47)
    tone = wood * (grain * (0.72 + 0.5 * (y - 0.7) + 0.25 * np.exp(-(((x - 0.45) / 0.3) ** 2))))[..., None]
    _lay(canvas, np.clip(tone, 0, 255), np.clip((y - 0.77) * 26, 0, 1) * np.ones_like(x))


def _arc(canvas: np.ndarray, palette: Palette) -> None:
    x, _ = _grid((canvas.shape[1], canvas.shape[0]))
    _glow(canvas, palette, (0.5, 0.2), 0.7, 0.5)
    line = 0.56 + 0.3 * (x - 0.5) ** 2
    _wave(canvas, blend(palette.deep, palette.second, 0.25), line + 0.1, 0.6)
    _wave(canvas, palette.second, line, 0.12, rim=blend(palette.second, (255, 255, 255), 0.7))


def _frame(canvas: np.ndarray, palette: Palette) -> None:
    height, width = canvas.shape[:2]
    x, y = _grid((width, height))
    _glow(canvas, palette, (0.5, 0.6), 0.7, 0.65)
    inset = np.minimum(np.minimum(x, 1 - x) * width, np.minimum(y, 1 - y) * height) / width
    gold = _array((206, 168, 92)) * (0.9 + 0.35 * np.sin(7 * (x + y)))[..., None]
    _lay(canvas, palette.deep, 0.6 * np.clip((0.035 - inset) * width, 0, 1))
    _lay(canvas, gold, np.clip(1.4 - np.abs(inset - 0.045) * width, 0, 1))


def _bleed(canvas: np.ndarray, palette: Palette) -> None:
    _, y = _grid((canvas.shape[1], canvas.shape[0]))
    _glow(canvas, palette, (0.5, 0.1), 0.9, 0.5)
    dark = blend(palette.deep, (20, 14, 10), 0.5)
    _lay(canvas, dark, np.repeat(np.clip((y - 0.5) * 3, 0, 0.85), canvas.shape[1], axis=1))


def _halves(canvas: np.ndarray, palette: Palette) -> None:
    x, _ = _grid((canvas.shape[1], canvas.shape[0]))
    pale = blend(palette.light, (255, 252, 244), 0.7)
    _glow(canvas, palette, (0.5, 0.15), 0.7, 0.4)
    _wave(canvas, pale, 0.47 + 0.14 * np.sin(3.4 * x - 0.6), 0.9, rim=palette.second)


def _badge(canvas: np.ndarray, palette: Palette) -> None:
    _glow(canvas, palette, (0.5, 0.2), 0.55, 0.7)
    _rays(canvas, palette, (0.5, 0.2), 22, 0.18)
    x, _ = _grid((canvas.shape[1], canvas.shape[0]))
    _wave(canvas, blend(palette.ground, palette.deep, 0.6), 0.66 + 0.1 * np.sin(5 * x + 1), 0.6)


def _disc(canvas: np.ndarray, palette: Palette) -> None:
    """A bright disc with a rim, out of which the picture leans."""
    height, width = canvas.shape[:2]
    x, y = _grid((width, height))
    _glow(canvas, palette, (0.3, 0.15), 0.9, 0.45)
    radius = min(0.44, 0.28 * height / width)
    far = (np.hypot(x - 0.5, (y - 0.71) * height / width) - radius) * width
    _lay(canvas, (0, 0, 0), 0.35 * np.exp(-np.abs(far) / (0.05 * width)))
    _lay(canvas, palette.second, np.clip(0.04 * width + 0.5 - far, 0, 1))
    bright = blend(palette.light, (255, 252, 244), 0.7)
    shade = (
        np.clip(0.3 + 0.7 * (x + y - 0.9), 0, 1)[..., None] * (_array(palette.ground) - _array(bright)) * 0.7
    )
    _lay(canvas, _array(bright) + shade, np.clip(0.5 - far, 0, 1))


def _across(canvas: np.ndarray, palette: Palette) -> None:
    """What lies across has its picture, and the light behind it, at the right."""
    x, y = _grid((canvas.shape[1], canvas.shape[0]))
    _glow(canvas, palette, (0.8, 0.5), 0.3, 0.9)
    _rays(canvas, palette, (0.8, 0.5), 12, 0.3)
    _lay(canvas, palette.second, 0.8 * np.clip((y - 0.98 + 0.16 * np.sqrt(x)) * 9, 0, 1) * np.sqrt(x))


_STYLES = {
    "across": _across,
    "sunburst": _sunburst,
    "swoosh": _swoosh,
    "disc": _disc,
    "vignette": _vignette,
    "table": _table,
    "arc": _arc,
    "frame": _frame,
    "bleed": _bleed,
    "halves": _halves,
    "badge": _badge,
}


def paint_ground(style: str, palette: Palette, size_px: tuple[int, int], *, round_label: bool) -> Image.Image:
    """Paint the ground of a front; that of a label that goes round fades out towards its sides.

    It is painted at half size and enlarged: nothing in it is sharper than print.
    """
    small = (size_px[0] + 1) // 2, (size_px[1] + 1) // 2
    plain = _make_column(small[1], palette).astype(np.float32)
    canvas = np.repeat(plain, small[0], axis=1)
    _STYLES[style](canvas, palette)
    if round_label:
        x, _ = _grid(small)
        share = np.clip(np.minimum(x, 1 - x) / _FADE, 0, 1)
        canvas = plain + (canvas - plain) * (share * share * (3 - 2 * share))[..., None]
    image = Image.fromarray(canvas.clip(0, 255).astype(np.uint8))
    return image.resize(size_px, Image.Resampling.BILINEAR)


def paint_plain(palette: Palette, size_px: tuple[int, int]) -> Image.Image:
    """Paint the ground of sides and of what goes round behind the front."""
    column = Image.fromarray(_make_column(size_px[1], palette).astype(np.uint8))
    return column.resize(size_px, Image.Resampling.NEAREST)
