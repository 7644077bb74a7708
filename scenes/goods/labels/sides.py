"""The side of a label with its small print, and the top of a pack."""

from functools import lru_cache

from PIL import Image, ImageDraw

from scenes.goods.labels.brand import draw_pill
from scenes.goods.labels.design import LabelDesign
from scenes.goods.labels.ground import paint_plain
from scenes.goods.labels.palette import hash_words, make_palette
from scenes.goods.lettering import blend, draw_text
from scenes.typefaces import load_font

_TABLES = 12
_ROWS = ("Energy", "Fat", "Carbs", "Sugars", "Fibre", "Protein", "Salt")


def draw_side(design: LabelDesign, size_px: tuple[int, int]) -> Image.Image:
    """Draw the side: brand, small print, table of nutrition; its lower right is left for the bar code."""
    width, height = size_px
    palette = make_palette(design)
    image = paint_plain(palette, size_px)
    draw = ImageDraw.Draw(image)
    ink = palette.ink
    m = 0.07 * width
    draw_text(
        draw, design.brand, (m, 0.03 * height, width - m, 0.13 * height), ink, bold=0.04, face=design.face
    )
    draw_text(draw, design.name, (m, 0.14 * height, width - m, 0.2 * height), ink)
    for k in range(4):
        y = (0.235 + 0.03 * k) * height
        end = width - m if k < 3 else 0.6 * width
        draw.line((m, y, end, y), fill=blend(palette.ground, ink, 0.6), width=max(1, height // 120))
    right, low, high = round(0.66 * width), round(0.37 * height), round(0.97 * height)
    left = round(m)
    table = _make_table(hash_words(design) % _TABLES, wide=right - left > 0.7 * (high - low))
    image.paste(table.resize((right - left, high - low), Image.Resampling.BILINEAR), (left, low))
    return image


@lru_cache(maxsize=2 * _TABLES)
def _make_table(number: int, *, wide: bool) -> Image.Image:
    """Print a table of nutrition, narrow or wide."""
    width, height = (150, 150) if wide else (76, 160)
    image = Image.new("RGB", (width, height), (250, 250, 248))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width - 1, height - 1), outline=(40, 40, 40))
    draw_text(draw, "Nutrition", (5, 2, width - 5, 0.11 * height), (24, 24, 28), bold=0.03)
    draw.line((0, 0.13 * height, width, 0.13 * height), fill=(24, 24, 28), width=2)
    step = 0.85 * height / len(_ROWS)
    font = load_font(15 if wide else 10)
    for k, row in enumerate(_ROWS):
        middle = 0.145 * height + (k + 0.5) * step
        amount = f"{(7 * number + 5 * k) % 23 + 1} g" if k else f"{40 * number + 90} kJ"
        draw.text((4, middle), row, fill=(40, 40, 44), font=font, anchor="lm")
        draw.text((width - 4, middle), amount, fill=(40, 40, 44), font=font, anchor="rm")
        draw.line((4, middle + step / 2, width - 4, middle + step / 2), fill=(176, 176, 176))
    return image


def draw_top(design: LabelDesign, size_px: tuple[int, int], *, brand: bool) -> Image.Image:
    """Draw the top flap: brand on the ground, a band of the flavour's colour.

    Args:
        design: What to print.
        size_px: (width, height).
        brand: Whether the brand is on it.
    """
    width, height = size_px
    palette = make_palette(design)
    image = paint_plain(palette, size_px)
    draw_pill(image, (-height, 0.78 * height, width + height, 1.1 * height), palette.second, round_share=0.0)
    if brand:
        box = (0.15 * width, 0.2 * height, 0.85 * width, 0.65 * height)
        draw_text(ImageDraw.Draw(image), design.brand, box, palette.brand, bold=0.03, face=design.face)
    return image
