"""What crates are made of: slotted plastic, printed cardboard, slats of wood, wicker, plain liners.

In: a generator. Out: the look of each crate, the textures they share, and where in these each of a crate's
surfaces is. Slots, slats and weave are in the textures, and so is how dark it is low inside: what lies in a
crate keeps the light off.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from PIL import Image, ImageDraw

from scenes.furniture.parts import RGB
from scenes.goods.lettering import blend, draw_text, pick_ink
from scenes.randomness import make_rng
from scenes.world import TEXTURE_PX, Textures

# Rows of a texture, from and to: one crate's side from outside, from inside, its floor, its rim.
OUTSIDE, INSIDE, FLOOR, RIM = (0.008, 0.3), (0.316, 0.6), (0.616, 0.89), (0.906, 0.992)
CRATE_M = 0.45  # length of a crate, about
_DRAWN_PX = (1152, 128)  # in which a side is drawn, about as long and high as it is
_LOW, _DEEP = 0.42, 0.3  # light left low on a wall inside, and on the floor

_WHITE: RGB = (255, 255, 255)
_SLOT: RGB = (24, 24, 24)


@dataclass(frozen=True)
class CrateLook:
    """How a crate looks.

    Attributes:
        color: sRGB, by which its texture is multiplied.
        material: A material's name.
        texture: Which of the textures of crates it has, -1 for none.
    """

    color: RGB
    material: str
    texture: int


@dataclass(frozen=True)
class _Carton:
    """Printed cardboard: its colour, that of its print and of its mark, and what it says."""

    ground: RGB
    ink: RGB
    second: RGB
    mark: str


_CARTONS = (
    _Carton((238, 236, 228), (58, 140, 62), (226, 120, 44), "Ortalina"),
    _Carton((190, 152, 108), (180, 142, 98), (150, 34, 40), "Fontivera"),
    _Carton((40, 84, 150), (246, 206, 60), (238, 238, 232), "Marisola"),
)
_SLOTTED, _SLATTED, _WOVEN, _PRINTED = 0, 1, 2, 3
COUNT = _PRINTED + len(_CARTONS)

_BLACK, _GREEN, _GREY = (
    CrateLook(color, "plastic", _SLOTTED) for color in ((58, 59, 62), (46, 108, 68), (160, 163, 168))
)
_WOOD = CrateLook(_WHITE, "card", _SLATTED)
_WICKER = CrateLook(_WHITE, "card", _WOVEN)
_TRAYS = tuple(CrateLook(_WHITE, "card", _PRINTED + number) for number in range(len(_CARTONS)))
_LINERS = tuple(CrateLook(color, "plastic", -1) for color in ((60, 62, 66), (116, 120, 124)))
# As often as they are seen in photographs of greengrocers' shelves.
_LOOKS = (_BLACK, _GREEN, _GREY, _WOOD, _WICKER, *_TRAYS, *_LINERS)
_OFTEN = np.array([6.0, 2.0, 3.0, 2.0, 1.5, 1.5, 1.5, 1.0, 1.0, 0.5])
_MIXED = (0.0, 0.25, 0.5)  # share of crates that are not of the shop's own kind


def sample_crate_looks(counts: list[int], *, rng: np.random.Generator) -> list[list[CrateLook]]:
    """Draw the looks of so many crates on each of some runs: most are of the one kind a shop has.

    Runs are drawn whole, one after another.
    """
    often = _OFTEN / _OFTEN.sum()
    own, mixed = int(rng.choice(len(_LOOKS), p=often)), float(rng.choice(_MIXED))
    looks = []
    for count in counts:
        other = rng.choice(len(_LOOKS), count, p=often)
        looks.append([_LOOKS[k] for k in np.where(rng.random(count) < mixed, other, own).tolist()])
    return looks


def make_crate_textures() -> Textures:
    """Make the textures of all crates, COUNT layers."""
    return Textures(COUNT, ("crates", _CARTONS), partial(_draw_all, _CARTONS))


def _draw_all(cartons: tuple[_Carton, ...]) -> np.ndarray:
    """Draw (COUNT, 256, 256, 3) uint8."""
    slotted, slatted, woven = _draw_slotted(), _draw_slats(), _draw_weave()
    sides = [(slotted, slotted), (slatted, slatted), (woven, woven)]
    sides += [(_print_carton(one), _draw_board(_find_back(one))) for one in cartons]
    return np.stack([_lay_out(outside, inside) for outside, inside in sides])


def _lay_out(outside: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Lay two sides (H, W, 3) out on a texture, the inner one dark low down, with the floor and a rim."""
    rgb = np.zeros((TEXTURE_PX, TEXTURE_PX, 3))
    floor, rim = inside * _DEEP, inside[:9].mean(axis=(0, 1)) + 0.5 * (inside[4:5] - inside[4:5].mean(axis=1))
    light = np.linspace(1.0, _LOW, len(inside))[:, None, None]
    edges = (0.0, 0.308, 0.608, 0.898, 1.0)  # between the parts: each is wider than what is shown of it
    parts = (outside, inside * light, floor, np.broadcast_to(rim, (8, *rim.shape[1:])))
    for part, low, high in zip(parts, edges[:-1], edges[1:], strict=True):
        rows = np.s_[round(low * TEXTURE_PX) : round(high * TEXTURE_PX)]
        size = (TEXTURE_PX, len(rgb[rows]))
        image = Image.fromarray(np.clip(np.rint(part), 0, 255).astype(np.uint8))
        rgb[rows] = np.asarray(image.resize(size, Image.Resampling.BOX))
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


def _blank(color: RGB) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", _DRAWN_PX, color)
    return image, ImageDraw.Draw(image)


def _draw_slotted() -> np.ndarray:
    """Draw the side of a folding crate, white: a rim, ribs, rows of slots, a grip, posts at its corners."""
    image, draw = _blank((206, 206, 206))
    wide, high = _DRAWN_PX
    for x in range(64, wide - 64, 36):
        for y0, y1 in ((0.3, 0.54), (0.62, 0.86)):
            draw.rounded_rectangle((x, y0 * high, x + 17, y1 * high), 6, fill=_SLOT)
    for x in range(172, wide - 64, 144):
        draw.rectangle((x - 3, 0.2 * high, x + 3, high), fill=(232, 232, 232))
    draw.rectangle((0.38 * wide, 0.22 * high, 0.62 * wide, high), fill=(206, 206, 206))
    draw.rounded_rectangle((0.42 * wide, 0.32 * high, 0.58 * wide, 0.62 * high), 19, fill=_SLOT)
    draw.rectangle((0, 0, wide, 0.16 * high), fill=(250, 250, 250))
    draw.rectangle((0, 0.16 * high, wide, 0.21 * high), fill=(120, 120, 120))
    draw.rectangle((0, 0.92 * high, wide, high), fill=(228, 228, 228))
    _part_corners(draw, (236, 236, 236), 40)
    return np.asarray(image, float)


def _part_corners(draw: ImageDraw.ImageDraw, color: RGB, post_px: int) -> None:
    """Draw a post at either end and the gap to the next crate."""
    wide, high = _DRAWN_PX
    for x in (0, wide - post_px):
        draw.rectangle((x, 0, x + post_px, high), fill=color)
        draw.line(
            (post_px if x == 0 else x, 0, post_px if x == 0 else x, high), fill=(110, 110, 110), width=4
        )
    for x in (0, wide - 3):
        draw.rectangle((x, 0, x + 3, high), fill=(36, 36, 36))


def _draw_slats() -> np.ndarray:
    """Draw two slats of raw wood with a gap between, nailed to posts."""
    rng = make_rng(0, 0, "crates/slats")
    wide, high = _DRAWN_PX
    rgb = np.full((high, wide, 3), 34.0)
    for low, deep in ((0, 58), (70, 58)):
        grain = np.cumsum(rng.normal(0, 1, deep)) * 2.2
        wander = np.interp(np.arange(wide), np.linspace(0, wide, 9), rng.normal(0, 4, 9))
        shade = np.stack([np.interp(np.arange(deep) + w, np.arange(deep), grain) for w in wander], axis=1)
        tone = np.array([204.0, 170, 122]) + rng.normal(0, 7)
        rgb[low : low + deep] = tone + shade[..., None] * [1.0, 1.05, 1.1]
        rgb[low + deep - 3 : low + deep] *= 0.75
    posts = np.r_[0:56, wide - 56 : wide]
    for x in posts:
        rgb[:, x] = np.maximum(rgb[:, x], 110.0)
    for x in (18, 38, wide - 38, wide - 18):
        for y in (28, 98):
            rgb[y - 3 : y + 3, x - 3 : x + 3] = 90.0
    rgb[:, :3] = rgb[:, -3:] = 40.0
    return rgb


def _draw_weave() -> np.ndarray:
    """Draw wicker: canes that go before and behind upright ones in turn."""
    wide, high = _DRAWN_PX
    y, x = np.mgrid[0:high, 0:wide].astype(float)
    row = np.floor(y / 12)
    over = np.cos(2 * np.pi * (x / 64 + 0.5 * (row % 2)))
    cane = np.sqrt(np.clip(1 - ((y % 12 - 6) / 6) ** 2, 0, 1))
    upright = np.clip(1 - ((x % 32 - 16) / 6) ** 2, 0, 1)
    light = np.where(over > -0.55, (0.62 + 0.38 * over) * cane, 0.8 * upright)
    light = np.where(y < 22, 0.6 + 0.4 * np.cos((x + 2.2 * y) / 9) * np.sin(np.pi * y / 22), light)
    return np.array([172.0, 122, 70]) * np.clip(0.22 + 0.9 * light, 0, 1.2)[..., None]


def _find_back(carton: _Carton) -> RGB:
    """Return the colour of a carton's back: kraft is brown through and through, the rest nearly so."""
    return blend(carton.ground, (196, 164, 124), 0.9)


def _draw_board(color: RGB) -> np.ndarray:
    """Draw plain cardboard: flutes that show a little, a bare edge, corners glued."""
    wide, high = _DRAWN_PX
    x = np.arange(wide)
    rgb = np.broadcast_to(np.array(color, float), (high, wide, 3)) * (1 + 0.03 * np.sin(x / 3.0))[:, None]
    rgb[:, :4] = rgb[:, -4:] = 50.0
    return rgb


def _print_carton(carton: _Carton) -> np.ndarray:
    """Print the side of a tray: a sweep of colour, a mark, a grip, what is in small print."""
    image, draw = _blank(carton.ground)
    wide, high = _DRAWN_PX
    draw.polygon([(0, 0.3 * high), (0.3 * wide, high), (0, high)], fill=carton.second)
    draw.polygon([(0.2 * wide, 0), (wide, 0), (wide, high), (0.34 * wide, high)], fill=carton.ink)
    draw.polygon(
        [(0.16 * wide, 0), (0.185 * wide, 0), (0.325 * wide, high), (0.3 * wide, high)], fill=carton.second
    )
    ink = pick_ink(carton.ink)
    draw_text(draw, carton.mark, (0.36 * wide, 0.16 * high, 0.74 * wide, 0.86 * high), ink, bold=0.05, face=1)
    draw.rounded_rectangle((0.8 * wide, 0.22 * high, 0.94 * wide, 0.58 * high), 22, fill=_SLOT)
    for k in range(3):
        draw.rectangle(
            (0.03 * wide, (0.1 + 0.05 * k) * high, 0.13 * wide, (0.125 + 0.05 * k) * high), fill=carton.ink
        )
    rgb = np.asarray(image, float).copy()
    rgb[:5] = _find_back(carton)
    rgb[:, :4] = rgb[:, -4:] = 50.0
    return rgb
