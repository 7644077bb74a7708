"""Skins of loose fruit and vegetables, drawn out to a rectangle: from stalk to lower end, once around.

In: a `LabelDesign`, whose accent is the colour of the skin, and the fruit's size. Out: a picture, which
scenes/goods/packages/fruit_skins.py lays round the fruit. Patterns are laid on a ball or a long body, not on
the rectangle, so that they are even all over and have no seam. What is irregular follows from the digits of
the code.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from scenes.goods.labels.design import LabelDesign
from scenes.goods.lettering import draw_text, pick_ink
from scenes.goods.packages.eyes import find_eyes
from scenes.goods.packages.fruit_kinds import find_shape, is_laid
from scenes.goods.packages.leaves import find_leaves
from scenes.goods.skin_kinds import Skin, find_skin
from scenes.randomness import make_rng
from scenes.world import TEXTURE_PX

_Noise = Callable[[int, int], np.ndarray]

_VARIANTS = 3
_WAVES = 36  # in a pattern
_LENTICELS = 260
_STICKER_M = (0.02, 0.016)
_RIBS = 10  # of a melon
_FURROW, _BRACT = (58.0, 50, 32), (168.0, 150, 112)  # between the eyes of a pineapple, and on each
_GOLDEN = (5**0.5 - 1) / 2
_GILLS = (74.0, 52, 42)  # of a mushroom
_GILLS_AT, _CAP_FROM = 0.5, 0.6  # where up its profile they are, and its cap's rim
_PORES = 72  # of citrus, as many as the texture can show


def draw_skin(design: LabelDesign, size_m: np.ndarray) -> Image.Image:
    """Draw the skin of a fruit of a size (3,), TEXTURE_PX square, and the sticker on it."""
    skin = find_skin(f"{design.name} {design.flavour}")
    variant, shift = int(design.code[3]) % _VARIANTS, int(design.code[4:8]) % TEXTURE_PX

    def noise(around: int, along: int) -> np.ndarray:
        return np.roll(_make_noise(around, along, variant), shift, axis=1)

    v = (np.arange(TEXTURE_PX) + 0.5)[:, None] / TEXTURE_PX
    u = (np.arange(TEXTURE_PX) + 0.5)[None] / TEXTURE_PX
    cloud = noise(2, 2)
    side = 0.5 - 0.5 * np.cos(2 * np.pi * u + shift)
    share = skin.share + skin.cloud * cloud + skin.blush * (side - 0.25) * (1 + 0.3 * cloud)
    if skin.mottle:
        share = share + skin.mottle * noise(9, 9 * skin.long)
    if skin.streaks:
        share = share + skin.streaks * noise(skin.lines, 2)
    if skin.rings:
        share = share + skin.rings * noise(1, skin.lines)
    color, second = np.array(design.accent, float), np.array(skin.second, float)
    share = np.clip(share, 0, 1)
    rgb = color + (share * share * (3 - 2 * share))[..., None] * (second - color)
    rgb = _print_pattern(rgb, skin, noise, u, v)
    if skin.dots:
        rgb += (skin.dots * np.roll(_spot(skin.long, variant), shift, axis=1))[..., None] * (skin.dot - rgb)
    rgb *= (1 + skin.grain * np.clip(noise(_PORES, _PORES * skin.long), -2, 1))[..., None]
    for end, away in ((skin.top, v), (skin.bottom, 1 - v)):
        if end is not None:
            near = np.exp(-((away / (skin.reach * (1 + 0.25 * np.clip(noise(9, 9), -2, 2)))) ** 2))
            rgb += near[..., None] * (np.array(end, float) - rgb)
    image = Image.fromarray(np.clip(np.rint(rgb), 0, 255).astype(np.uint8))
    return _stick(image, design, size_m) if skin.sticker else image


def _print_pattern(rgb: np.ndarray, skin: Skin, noise: _Noise, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return a skin (256, 256, 3) with its own pattern printed on it."""
    if skin.print == "bands":  # jagged and dark, from pole to pole
        wander = 0.5 * noise(3, 3) + 0.7 * noise(20, 20)
        band = np.clip(0.3 + 1.6 * np.sin(2 * np.pi * 10 * u + wander), 0, 1)
        return rgb * (1 - 0.62 * band[..., None])
    if skin.print == "net":
        net = sum(np.clip(1 - np.abs(noise(w, w)) / wide, 0, 1) for w, wide in ((12, 0.3), (22, 0.25)))
        return rgb + 0.75 * np.clip(net, 0, 1)[..., None] * (np.array(skin.second, float) - rgb)
    if skin.print == "ribs":  # a fine net, and green seams from pole to pole
        net = np.clip(1 - np.abs(noise(26, 26)) / 0.4, 0, 1)
        rgb = rgb + 0.5 * net[..., None] * (np.array(skin.second, float) - rgb)
        seam = np.exp(-((np.sin(np.pi * (_RIBS * u + 0.04 * noise(3, 3))) / 0.16) ** 2)) * np.sin(np.pi * v)
        return np.asarray(rgb + (0.6 * seam)[..., None] * (np.array([112.0, 120, 72]) - rgb))
    if skin.print == "leaves":
        return _print_leaves(rgb, skin, noise, u, v)
    if skin.print == "eyes":
        return _print_eyes(rgb, noise, u, v)
    if skin.print == "gills":
        return _print_gills(rgb, skin, noise, u, v)
    return rgb


def _print_leaves(rgb: np.ndarray, skin: Skin, noise: _Noise, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return a skin (256, 256, 3) with leaves on it: ribs, veins that branch off upward, edges, shadows."""
    leaves = find_leaves(u, v)
    aside, wander = np.abs(leaves.aside), 0.03 * noise(7, 7)
    rib = np.exp(-((aside / (0.015 + 0.05 * v)) ** 2))
    branch = (7.0 * v + 7.0 * aside + 3.0 * wander + 0.37 * leaves.whorl) % 1
    vein = np.exp(-(((branch - 0.5) / 0.07) ** 2)) * np.clip(1.2 - 2.2 * aside, 0, 1)
    mesh = np.clip(1 - np.abs(noise(26, 26)) / 0.25, 0, 1)
    rim = np.exp(-leaves.edge / 0.012)
    pale = np.clip(0.75 * rib + 0.45 * vein + 0.14 * mesh + 0.4 * rim, 0, 0.9)
    rgb = rgb + pale[..., None] * (np.array(skin.second, float) - rgb)
    shade = 0.4 * np.exp(-leaves.under / 0.035) + 0.25 * np.exp(-((0.5 - aside) / 0.02))
    return np.asarray(rgb * (1 - shade)[..., None])


def _print_eyes(rgb: np.ndarray, noise: _Noise, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return a skin (256, 256, 3) of the same mean with a pineapple's eyes: furrows, bracts, some riper."""
    eyes, rgb_mean = find_eyes(u, v), rgb.mean(axis=(0, 1))
    riper = 0.8 + 0.45 * ((eyes.number * _GOLDEN) % 1.0) + 0.06 * noise(20, 40)
    furrow = np.clip(eyes.away + 0.05 * noise(26, 52), 0, 1) ** 4
    rgb = rgb * (riper * (1.12 + 0.2 * eyes.up))[..., None]
    rgb = rgb + (0.82 * furrow)[..., None] * (np.array(_FURROW) - rgb)
    rgb = rgb + (0.3 * np.exp(-(((eyes.away - 0.42) / 0.16) ** 2)))[..., None] * (np.array(_FURROW) - rgb)
    drawn = rgb + (0.6 * eyes.bract)[..., None] * (np.array(_BRACT) - rgb)
    return np.asarray(drawn * (rgb_mean / drawn.mean(axis=(0, 1))))


def _print_gills(rgb: np.ndarray, skin: Skin, noise: _Noise, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return a mushroom's skin (256, 256, 3): a pale stalk and veil, gills between, a cap above."""
    level = 1.0 - v + 0.012 * noise(12, 2)
    pale = (
        np.array(skin.color if skin.bottom is None else skin.bottom, float)
        * (0.96 + 0.03 * noise(30, 3))[..., None]
    )
    gills = np.exp(-(((level - _GILLS_AT) / 0.05) ** 2)) * (0.6 + 0.3 * np.sin(2 * np.pi * 60 * u))
    under = pale + (0.75 * np.clip(gills, 0, 1))[..., None] * (np.array(_GILLS) - pale)
    share = np.clip((_CAP_FROM - level) / 0.07 + 0.5, 0, 1)
    return np.asarray(rgb + share[..., None] * (under - rgb))


@cache
def _make_noise(around: int, along: int, variant: int) -> np.ndarray:
    """Return (256, 256) of mean 0 and deviation 1: waves in all directions over a closed body.

    As many waves in its girth as `around`, in its length as `along`; where there are far fewer of the one
    than of the other, they are lines that run from end to end, or rings.
    """
    rng = make_rng(0, 0, f"skins/{around}/{along}/{variant}")
    turned = 2 * np.pi * (np.arange(TEXTURE_PX) + 0.5) / TEXTURE_PX
    polar = turned / 2
    lines = max(around, along) > 6 * min(around, along)
    girth = np.ones(TEXTURE_PX) if lines else np.sin(polar)
    way = rng.normal(size=(_WAVES, 3))
    way *= rng.uniform(0.6, 1.3, (_WAVES, 1)) / np.linalg.norm(way, axis=1, keepdims=True)
    phase = rng.uniform(0, 2 * np.pi, _WAVES)
    total = np.zeros((TEXTURE_PX, TEXTURE_PX), np.float32)
    for (x, y, z), start in zip(way, phase, strict=True):
        level = around * (x * np.cos(turned) + y * np.sin(turned))
        height = along * z * np.cos(polar) + start
        total += np.sin(np.outer(girth, level) + height[:, None], dtype=np.float32)
    total = (total - total.mean()) / total.std()
    total.setflags(write=False)
    return total


@cache
def _spot(long: int, variant: int) -> np.ndarray:
    """Return (256, 256) of 0 to 1: small round spots of several sizes, evenly over a body so long."""
    rng = make_rng(0, 0, f"skins/spots/{long}/{variant}")
    column = np.arange(TEXTURE_PX)
    spots = np.zeros((TEXTURE_PX, TEXTURE_PX), np.float32)
    for _ in range(_LENTICELS):
        u, polar = rng.uniform(0, 1), np.arccos(rng.uniform(-0.98, 0.98))
        radius = np.exp(rng.normal(-3.7, 0.35))  # rad, of a ball
        row = polar / np.pi * TEXTURE_PX
        high, wide = radius * TEXTURE_PX / np.pi / long, radius * TEXTURE_PX / (2 * np.pi * np.sin(polar))
        rows = np.arange(max(0, int(row - 3 * high) - 1), min(TEXTURE_PX, int(row + 3 * high) + 2))
        aside = np.abs(column + 0.5 - u * TEXTURE_PX)
        aside = np.minimum(aside, TEXTURE_PX - aside)
        off = ((rows + 0.5 - row) / max(high, 0.5))[:, None] ** 2 + (aside / max(wide, 0.5)) ** 2
        spots[rows] = np.maximum(spots[rows], np.exp(-off) * rng.uniform(0.4, 1))
    spots.setflags(write=False)
    return spots


def _stick(image: Image.Image, design: LabelDesign, size_m: np.ndarray) -> Image.Image:
    """Put the grower's sticker on the front of a skin, as large as stickers are."""
    width, depth, height = (float(value) for value in size_m)
    lies = is_laid(find_shape(f"{design.name} {design.flavour}"), (width, depth, height))
    girth_m, length_m = (np.pi * height, width) if lies else (np.pi * width, np.pi / 2 * height)
    half_u, half_v = (
        TEXTURE_PX * part_m / whole_m / 2
        for part_m, whole_m in zip(_STICKER_M, (girth_m, length_m), strict=True)
    )
    x, y = TEXTURE_PX / 2, 0.46 * TEXTURE_PX
    draw = ImageDraw.Draw(image)
    draw.ellipse((x - half_u, y - half_v, x + half_u, y + half_v), fill=(250, 248, 240))
    draw.ellipse((x - half_u + 1, y - half_v + 1, x + half_u - 1, y + half_v - 1), fill=design.base)
    ink = pick_ink(design.base)
    draw_text(draw, design.brand, (x - half_u, y - half_v / 2, x + half_u, y + half_v / 2), ink, bold=0.03)
    return image
