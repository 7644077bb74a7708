"""How a brand is set on a label: as a logo, or as a wordmark on a rising line."""

from PIL import Image, ImageDraw

from scenes.goods.labels.design import LabelDesign
from scenes.goods.lettering import blend, draw_text, pick_ink
from scenes.typefaces import load_font


def _draw_logo(
    draw: ImageDraw.ImageDraw, design: LabelDesign, box: tuple[float, float, float, float]
) -> None:
    """Set the brand: plain, in a pill, in capitals over a rule, or reversed out of a block."""
    x0, y0, x1, y1 = box
    ink, rise = pick_ink(design.base), y1 - y0
    if design.logo == 0:
        draw_text(draw, design.brand, box, ink, bold=0.035, face=design.face)
    elif design.logo == 1:
        draw.rounded_rectangle(box, radius=rise / 2, fill=ink)
        inner = (x0 + rise * 0.35, y0 + rise * 0.12, x1 - rise * 0.35, y1 - rise * 0.12)
        draw_text(draw, design.brand, inner, design.base, bold=0.03, face=design.face)
    elif design.logo == 2:
        draw_text(draw, design.brand.upper(), (x0, y0, x1, y1 - rise * 0.2), ink, bold=0.02, face=design.face)
        draw.rectangle((x0 + 0.1 * (x1 - x0), y1 - rise * 0.1, x1 - 0.1 * (x1 - x0), y1), fill=design.accent)
    else:
        block = blend(design.base, (0, 0, 0), 0.45)
        draw.ellipse((x0, y0 - rise * 0.12, x1, y1 + rise * 0.12), fill=block)
        inner = (x0 + 0.12 * (x1 - x0), y0 + rise * 0.1, x1 - 0.12 * (x1 - x0), y1 - rise * 0.1)
        draw_text(draw, design.brand, inner, pick_ink(block), bold=0.03, face=design.face)


def _draw_wordmark(image: Image.Image, design: LabelDesign, box: tuple[float, float, float, float]) -> None:
    """Set the brand large on a rising line, with an outline, as snacks and sweets do."""
    width, height = max(8, round(box[2] - box[0])), max(8, round(box[3] - box[1]))
    layer = Image.new("RGBA", (width, height))
    ink = pick_ink(design.base)
    rim = blend(design.base, (0, 0, 0), 0.7) if sum(ink) > 380 else (252, 251, 246)
    size = max(6, round(height * 0.7))
    left, _, right, _ = load_font(size, design.face).getbbox(design.brand)
    size = max(6, min(size, int(size * 0.76 * width / max(right - left, 1))))
    ImageDraw.Draw(layer).text(
        (width / 2, height / 2),
        design.brand,
        fill=ink,
        font=load_font(size, design.face),
        anchor="mm",
        stroke_width=max(1, round(size * 0.09)),
        stroke_fill=rim,
    )
    layer = layer.rotate(6, resample=Image.Resampling.BICUBIC)
    image.paste(layer, (round(box[0]), round(box[1])), layer)


def draw_brand(image: Image.Image, design: LabelDesign) -> None:
    """Set the brand on top of a front."""
    width, height = image.size
    if design.template == "mega":
        _draw_wordmark(image, design, (0.04 * width, 0.07 * height, 0.96 * width, 0.44 * height))
    elif design.logo == 4:
        _draw_wordmark(image, design, (0.05 * width, 0.02 * height, 0.95 * width, 0.25 * height))
    else:
        box = (0.07 * width, 0.05 * height, 0.93 * width, 0.22 * height)
        _draw_logo(ImageDraw.Draw(image), design, box)
