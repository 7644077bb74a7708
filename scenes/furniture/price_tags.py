"""Price tags: what is printed on them and where they hang on the shelves' front rails.

In: a planogram and a catalogue. Out: textures, twelve tags a layer, and one `Mesh` in world
coordinates whose parts belong to the fixtures.
"""

import math
from dataclasses import replace
from functools import partial

import numpy as np
from PIL import Image, ImageDraw

from scenes.geometry import Finish, make_quads
from scenes.goods.lettering import draw_text
from scenes.surfaces import MATERIAL
from scenes.typefaces import load_font
from scenes.world import CLASS_ID, TEXTURE_PX, Catalogue, Mesh, Planogram, Textures

RGB = tuple[int, int, int]
RAIL_M = 0.04  # height of the rail on a board's edge
RAIL_OUT_M = 0.012  # its front stands before the board's edge
_TAG_M = (0.054, 0.037)
_COLUMNS, _ROWS = 3, 4
_TAG_PX = (TEXTURE_PX // _COLUMNS, TEXTURE_PX // _ROWS)
_NARROW_M = 0.062  # facings narrower than that share tags
_PAPER: RGB = (250, 249, 244)
_OFFER: RGB = (255, 216, 48)
_INK: RGB = (24, 24, 28)
_OFFER_EVERY = 11  # one product in so many is on offer


def format_price(minor: int) -> str:
    """Write a price in major units, as on tags.

    >>> format_price(149), format_price(5)
    ('1.49', '0.05')
    """
    return f"{minor // 100}.{minor % 100:02d}"


def make_tag_textures(catalogue: Catalogue) -> Textures:
    """Make the textures of the tags of all products in the catalogue's order, twelve a layer."""
    count = math.ceil(len(catalogue.sku) / (_COLUMNS * _ROWS))
    said = (catalogue.name, catalogue.price_minor, catalogue.sold_by, catalogue.currency)
    return Textures(count, said, partial(_draw_tags, catalogue))


def _draw_tags(catalogue: Catalogue) -> np.ndarray:
    each = _COLUMNS * _ROWS
    layers = []
    for first in range(0, len(catalogue.sku), each):
        layer = Image.new("RGB", (TEXTURE_PX, TEXTURE_PX), _PAPER)
        for k, product in enumerate(range(first, min(first + each, len(catalogue.sku)))):
            layer.paste(
                _draw_tag(catalogue, product), (k % _COLUMNS * _TAG_PX[0], k // _COLUMNS * _TAG_PX[1])
            )
        layers.append(np.asarray(layer))
    return np.stack(layers)


def _draw_tag(catalogue: Catalogue, product: int) -> Image.Image:
    """Draw a tag: name on two lines, price large, number and stripes of the shelf label."""
    width, height = _TAG_PX
    offer = product % _OFFER_EVERY == 3
    image = Image.new("RGB", _TAG_PX, _OFFER if offer else _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width - 1, height - 1), outline=(196, 194, 188))
    words, font = catalogue.name[product].split(), load_font(9)
    lines = [" ".join(words[: (len(words) + 1) // 2]), " ".join(words[(len(words) + 1) // 2 :])]
    for k, line in enumerate(lines):
        while len(line) > 3 and font.getlength(line) > width - 8:
            line = line[:-1]
        draw.text((4, 2 + 10 * k), line, fill=_INK, font=font)
    ink = (190, 20, 28) if offer else _INK
    draw_text(
        draw,
        format_price(int(catalogue.price_minor[product])),
        (22, 22, width - 4, height - 9),
        ink,
        bold=0.04,
    )
    unit = "/kg" if catalogue.sold_by[product] == "kg" else ""
    draw.text((4, 30), catalogue.currency + unit, fill=_INK, font=load_font(8))
    for k in range(9):  # a shelf label's own small bar code
        x = 4 + 2 * k + (product >> (k % 5)) % 2
        draw.line((x, height - 14, x, height - 4), fill=_INK)
    return image


def make_tags(
    planogram: Planogram, instance_id: np.ndarray, beside_m: np.ndarray, *, first_layer: int
) -> Mesh:
    """Hang a tag on the rail under each facing; narrow facings have one for two, and reserve stock none.

    Args:
        planogram: The slots.
        instance_id: Of each fixture.
        beside_m: (S, 2) how much further out and up than under a board's edge they hang.
        first_layer: Where the tags' textures begin.
    """
    narrow = planogram.width_m < _NARROW_M
    slot = np.flatnonzero((~narrow | (planogram.facing % 2 == 0)) & ~planogram.is_reserve())
    width = np.minimum(planogram.width_m[slot] * 0.94, _TAG_M[0])
    corner = np.ones((len(slot), 4, 4))
    corner[:, :, 0] = width[:, None] * np.array([-0.5, 0.5, 0.5, -0.5])
    corner[:, :, 1] = -RAIL_OUT_M - 0.0025
    corner[:, :, 2] = -0.0035 - _TAG_M[1] * np.array([1.0, 1.0, 0.0, 0.0])
    corner[:, :, 1:3] += beside_m[slot, None]
    # On a hook the tag hangs at its end, over the goods.
    hangs = np.isin(slot, planogram.hanging)
    corner[hangs, :, 1] -= 0.012
    corner[hangs, :, 2] += planogram.height_m[slot[hangs], None] + 0.02
    world = np.einsum("sij,skj->ski", planogram.world_from_slot[slot], corner)[:, :, :3]
    product = planogram.product[slot]
    place = product % (_COLUMNS * _ROWS)
    low = np.stack([place % _COLUMNS * _TAG_PX[0], place // _COLUMNS * _TAG_PX[1]], axis=1) / TEXTURE_PX
    edge = np.array([[0, 1], [1, 1], [1, 0], [0, 0]]) * np.array(_TAG_PX) / TEXTURE_PX
    finish = Finish((255, 255, 255), MATERIAL["paper"], first_layer, CLASS_ID["fixture"])
    mesh = make_quads(world, finish, uv=low[:, None] + edge)
    return replace(
        mesh,
        layer=np.repeat(first_layer + product // (_COLUMNS * _ROWS), 4).astype(np.int32),
        instance_id=np.repeat(instance_id[planogram.fixture[slot]], 4).astype(np.int32),
    )
