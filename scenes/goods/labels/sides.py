"""The side of a label with its small print, and the top of a pack."""

from PIL import Image, ImageDraw

from scenes.goods.labels.design import LabelDesign
from scenes.goods.lettering import blend, draw_text, pick_ink
from scenes.typefaces import load_font


def draw_side(design: LabelDesign, size_px: tuple[int, int]) -> Image.Image:
    """Draw the side: brand, small print, table of nutrition; its lower right is left for the bar code."""
    width, height = size_px
    image = Image.new("RGB", size_px, design.base)
    draw = ImageDraw.Draw(image)
    ink = blend(design.base, pick_ink(design.base), 0.8)
    m = 0.07 * width
    draw_text(
        draw, design.brand, (m, 0.03 * height, width - m, 0.13 * height), ink, bold=0.04, face=design.face
    )
    draw_text(draw, design.name, (m, 0.14 * height, width - m, 0.2 * height), ink)
    for k in range(4):
        y = (0.235 + 0.03 * k) * height
        end = width - m if k < 3 else 0.6 * width
        draw.line((m, y, end, y), fill=blend(design.base, ink, 0.6), width=max(1, height // 120))
    right, low, high = 0.66 * width, 0.37 * height, 0.97 * height
    draw.rectangle((m, low, right, high), fill=(250, 250, 248), outline=(40, 40, 40))
    draw_text(
        draw, "Nutrition", (1.5 * m, low + 2, right - 0.5 * m, low + 0.07 * height), (24, 24, 28), bold=0.03
    )
    draw.line(
        (m, low + 0.08 * height, right, low + 0.08 * height), fill=(24, 24, 28), width=max(1, height // 90)
    )
    rows = ("Energy", "Fat", "Carbs", "Sugars", "Fibre", "Protein", "Salt")
    step = (high - low - 0.1 * height) / len(rows)
    size = max(5, int(0.85 * step))
    while size > 5 and load_font(size).getlength("Protein 9 g") > right - m - 4:
        size -= 1
    for k, row in enumerate(rows):
        y = low + 0.09 * height + k * step
        amount = f"{int(design.code[k]) + 1} g" if k else f"{40 * int(design.code[0]) + 90} kJ"
        middle = y + step / 2
        draw.text((m + 2, middle), row, fill=(40, 40, 44), font=load_font(size), anchor="lm")
        draw.text((right - 2, middle), amount, fill=(40, 40, 44), font=load_font(size), anchor="rm")
        draw.line((m, y + step, right, y + step), fill=(176, 176, 176))
    return image


def draw_top(design: LabelDesign, size_px: tuple[int, int], *, brand: bool) -> Image.Image:
    """Draw the top flap: brand on the ground colour, a band of the flavour's colour."""
    width, height = size_px
    image = Image.new("RGB", size_px, design.base)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0.78 * height, width, height), fill=design.accent)
    if not brand:
        return image
    draw_text(
        draw,
        design.brand,
        (0.15 * width, 0.2 * height, 0.85 * width, 0.65 * height),
        pick_ink(design.base),
        bold=0.04,
    )
    return image
