"""The colours of a label: light and deep tones of its ground, inks that read on them."""

import zlib
from dataclasses import dataclass

from scenes.goods.labels.design import LabelDesign
from scenes.goods.lettering import RGB, blend, compute_luma, pick_ink

WHITE: RGB = (252, 250, 245)
INK: RGB = (36, 32, 40)
_PALE_LUMA = 170


@dataclass(frozen=True)
class Palette:
    """Colours that a label is printed in.

    Attributes:
        ground: Of most of it.
        light: Where the ground is brightest, behind the picture.
        deep: Where it is darkest.
        second: The flavour's colour, softened as inks are.
        brand: Of the brand's letters.
        rim: Round the brand's letters.
        ink: Of small letters on the ground.
    """

    ground: RGB
    light: RGB
    deep: RGB
    second: RGB
    brand: RGB
    rim: RGB
    ink: RGB


def hash_words(design: LabelDesign) -> int:
    """Return a number that a line of products shares in all its flavours and sizes."""
    return zlib.crc32(f"{design.brand} {design.name}".encode())


def soften(color: RGB) -> RGB:
    """Mix a colour with its own grey, as inks on paper and foil do."""
    grey = round(compute_luma(color))
    return blend(color, (grey, grey, grey), 0.1)


def make_palette(design: LabelDesign) -> Palette:
    """Choose the palette of a brand's line: its colour all over, as accents on pale paper, or deepened."""
    base, second = soften(design.base), soften(design.accent)
    tone = 3 + hash_words(design) % 5 if design.plain_ground else hash_words(design) % 8
    if compute_luma(base) > _PALE_LUMA and min(base) > 120 or tone < 2:  # pale paper
        strong = base if compute_luma(base) < _PALE_LUMA else blend(second, (20, 24, 40), 0.55)
        ground = blend(base, WHITE, 0.72) if compute_luma(base) < _PALE_LUMA else blend(base, WHITE, 0.3)
        return Palette(
            ground=ground,
            light=WHITE,
            deep=blend(ground, strong, 0.6),
            second=second,
            brand=blend(strong, (0, 0, 0), 0.25),
            rim=WHITE,
            ink=blend(strong, INK, 0.75),
        )
    if tone == 2:  # deepened
        ground, light, deep = (blend(base, (14, 12, 16), share) for share in (0.62, 0.25, 0.82))
    else:
        ground, light, deep = base, blend(base, WHITE, 0.42), blend(base, (10, 8, 20), 0.42)
    ink = pick_ink(ground)
    brand = ink if tone % 2 or compute_luma(ground) > 140 else (255, 226, 92)
    rim = blend(deep, (0, 0, 0), 0.45) if compute_luma(brand) > 128 else WHITE
    return Palette(ground=ground, light=light, deep=deep, second=second, brand=brand, rim=rim, ink=ink)
