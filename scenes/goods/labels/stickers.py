"""Stickers and seals: what is new, cheaper, organic or larger is said in a corner, a little turned."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from scenes.goods.lettering import RGB, blend, draw_text

_LARGE_PX = 96
# Words in one or two lines, colour of the paper, of the letters, how many points a rim has (0: round), turn.
_KINDS: tuple[tuple[tuple[str, ...], RGB, RGB, int, float], ...] = (
    (("NEW",), (250, 210, 46), (170, 24, 28), 16, 14),
    (("-20 %",), (206, 30, 34), (255, 250, 240), 0, -10),
    (("BIO",), (70, 140, 52), (255, 255, 246), 0, 0),
    (("100 %", "natural"), (244, 240, 226), (70, 104, 46), 24, -8),
    (("+25 %", "free"), (246, 130, 30), (255, 255, 250), 20, 12),
    (("BEST", "CHOICE"), (196, 152, 66), (52, 34, 18), 30, 0),
    (("TOP", "quality"), (240, 244, 248), (28, 60, 120), 28, 8),
)
STICKERS = len(_KINDS)
GROWN = (2, 3)  # those that only what has grown may bear


@lru_cache(maxsize=128)
def make_sticker(kind: int, side_px: int) -> Image.Image:
    """Make a sticker, RGBA, with its shadow; `kind` is below STICKERS."""
    words, paper, ink, points, turn = _KINDS[kind]
    y, x = (np.mgrid[0:_LARGE_PX, 0:_LARGE_PX].astype(np.float32) + 0.5) / _LARGE_PX * 2 - 1
    radius = np.hypot(x, y)
    rim = 0.84 + (0.05 * np.cos(points * np.arctan2(y, x)) if points else 0.0)
    light = 1.08 - 0.16 * (x + y) / 2 + 0.06 * np.cos(6 * x + 9 * y)
    pixels = np.empty((_LARGE_PX, _LARGE_PX, 4), np.float32)
    pixels[..., :3] = np.clip(np.array(paper) * light[..., None], 0, 255)
    ring = np.abs(radius - 0.7) < 0.03
    pixels[ring, :3] = blend(paper, ink, 0.7)
    pixels[..., 3] = 255 * np.clip((rim - radius) * 30, 0, 1)
    face = Image.fromarray(pixels.astype(np.uint8))
    draw = ImageDraw.Draw(face)
    high = 40 / len(words)
    for k, word in enumerate(words):
        top = _LARGE_PX / 2 - 21 + k * (high + 2)
        draw_text(draw, word, (19, top, _LARGE_PX - 19, top + high), ink, bold=0.04)
    face = face.rotate(turn, resample=Image.Resampling.BICUBIC)
    whole = Image.new("RGBA", face.size)
    shadow = face.getchannel("A").filter(ImageFilter.GaussianBlur(3)).point(lambda value: value // 2)
    whole.paste((0, 0, 0), (3, 4), shadow)
    whole.alpha_composite(face)
    return whole.resize((side_px, side_px), Image.Resampling.LANCZOS)
