"""Skins of loose fruit and vegetables, drawn out to a rectangle: from stalk to lower end, once around.

In: a `LabelDesign`, whose accent is the colour of the skin and body that of its shaded parts. Out: a picture,
which scenes/goods/packages/produce.py lays round the fruit. What is irregular follows from the digits of the
code.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from scenes.goods.labels.design import LabelDesign
from scenes.goods.lettering import draw_text, pick_ink
from scenes.goods.names import says
from scenes.world import TEXTURE_PX

_STICKER_PX = (118, 106, 140, 130)  # left, top, right, bottom: on the front


def draw_skin(design: LabelDesign) -> Image.Image:
    """Draw the skin of a fruit, TEXTURE_PX square, and the sticker on it."""
    kind = f"{design.name} {design.flavour}"
    skin, ripe = np.array(design.accent, float), np.array(design.body, float)
    down = (np.arange(TEXTURE_PX) + 0.5)[:, None] / TEXTURE_PX
    cloud, mottle = _wave(design.code, 3), _wave(design.code, 14)
    ends = np.clip(1.0 - 7 * np.minimum(down, 1 - down), 0, 1)
    share = 0.1 * cloud + 0.05 * mottle + 0.25 * ends
    if says(kind, "watermelon|melon water"):
        share = share + 0.75 * _stripe(design.code, 11, 0.1)
        ripe = 0.42 * skin
    elif says(kind, "galia|cantaloupe"):
        net = np.abs(_wave(design.code, 26)) < 0.14
        share, ripe = share + 0.55 * net, np.array([226.0, 214.0, 176.0])
    elif says(kind, "apple"):
        blush = np.clip(0.5 + 0.9 * cloud, 0, 1) * np.clip(1.15 - 1.2 * ends, 0, 1)
        streaks = np.clip(_stripe(design.code, 70, 0.03) - 0.25, 0, 1) * blush
        share = share + 0.25 * streaks
        yellow = np.array([206.0, 190.0, 84.0])
        unripe = 0.45 * np.clip(1 - 1.6 * blush, 0, 1) + 0.5 * np.clip(1 - 14 * down, 0, 1)
        skin = skin + np.clip(unripe, 0, 0.7)[..., None] * (yellow - skin)
    rgb = skin + np.clip(share, 0, 1)[..., None] * (ripe - skin)
    rgb = rgb + _dot(design.code)[..., None] * (np.array([250.0, 236.0, 180.0]) - rgb)
    image = Image.fromarray(np.clip(np.rint(rgb), 0, 255).astype(np.uint8))
    return _stick(image.filter(ImageFilter.GaussianBlur(0.8)), design)


def _wave(code: str, waves: int) -> np.ndarray:
    """Return (256, 256) in about -1 to 1: waves in all directions, without a seam around."""
    turned = 2 * np.pi * (np.arange(TEXTURE_PX) + 0.5) / TEXTURE_PX
    digits = [int(digit) for digit in code]
    count = 12
    k = np.arange(count)
    turn = np.pi * (k + 0.1 * np.array(digits)[k % 13]) / count
    phase = np.array(digits)[(k + 5) % 13] + 2.4 * k
    across = np.rint(waves * np.cos(turn))[:, None] * turned + phase[:, None]
    along = (waves * np.sin(turn))[:, None] * turned
    # sin(across + along), summed over the waves
    total = np.cos(along).T @ np.sin(across) + np.sin(along).T @ np.cos(across)
    return total / np.sqrt(count)


def _stripe(code: str, count: int, bend: float) -> np.ndarray:
    """Return (256, 256) of 0 to 1: uneven stripes from stalk to lower end."""
    u = (np.arange(TEXTURE_PX) + 0.5)[None] / TEXTURE_PX
    wander = bend * _wave(code, 9) * 6
    return np.clip(0.5 + 1.6 * np.sin(2 * np.pi * count * u + wander + 0.6 * _wave(code, 5)), 0, 1)


def _dot(code: str) -> np.ndarray:
    """Return (256, 256) of 0 to 0.35: the pores of a skin."""
    digits = [int(digit) for digit in code]
    dots = np.zeros((TEXTURE_PX, TEXTURE_PX))
    for k in range(420):
        u = (k * 97 + 13 * digits[k % 13] + k * k) % TEXTURE_PX
        v = (k * 61 + 7 * digits[(k + 4) % 13]) % TEXTURE_PX
        dots[v, u] = 0.35
    return dots


def _stick(image: Image.Image, design: LabelDesign) -> Image.Image:
    """Put the grower's sticker on a skin."""
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = _STICKER_PX
    draw.ellipse(_STICKER_PX, fill=(250, 248, 240))
    draw.ellipse((left + 1, top + 1, right - 1, bottom - 1), fill=design.base)
    middle = (top + bottom) / 2
    ink = pick_ink(design.base)
    draw_text(draw, design.brand, (left, middle - 6, right, middle + 6), ink, bold=0.03)
    return image
