"""How words are set large: with a shadow and a rim; plates with a sheen; and how a brand is set."""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter

from scenes.goods.labels.design import LabelDesign
from scenes.goods.labels.palette import INK, WHITE, Palette
from scenes.goods.lettering import RGB, blend, compute_luma, draw_text
from scenes.typefaces import load_font

_HALF, _QUARTER = ([value // part for value in range(256)] for part in (2, 4))
Box = tuple[float, float, float, float]


def set_words(
    image: Image.Image,
    words: str,
    box: Box,
    color: RGB,
    *,
    rim: RGB | None = None,
    face: int = 0,
    turn_deg: float = 0.0,
) -> None:
    """Write one line as large as fits a box, with a soft shadow and a rim where asked.

    Args:
        image: Where, RGB.
        words: What.
        box: (x0, y0, x1, y1).
        color: Of the letters.
        rim: Colour of a rim round them.
        face: Typeface.
        turn_deg: How far the line rises.
    """
    width, height = max(8, round(box[2] - box[0])), max(8, round(box[3] - box[1]))
    share = 0.1 if rim is not None else 0.0
    size = max(6, round(height * (0.8 if turn_deg else 0.95)))
    left, _, right, _ = load_font(size, face).getbbox(words)
    room = width * (0.97 if turn_deg else 1.0) - 2 * share * size
    size = max(6, min(size, int(size * room / max(right - left, 1))))
    stroke = max(1, round(size * share)) if rim is not None else 0
    font, middle = load_font(size, face), (width / 2 + 4, height / 2 + 4)
    letters = Image.new("L", (width + 8, height + 8))
    ImageDraw.Draw(letters).text(middle, words, fill=255, font=font, anchor="mm")
    outer = letters
    if stroke:
        outer = Image.new("L", letters.size)
        ImageDraw.Draw(outer).text(
            middle, words, fill=255, font=font, anchor="mm", stroke_width=stroke, stroke_fill=255
        )
    if turn_deg:
        letters, outer = (
            mask.rotate(turn_deg, resample=Image.Resampling.BICUBIC) for mask in (letters, outer)
        )
    x, y = round(box[0]) - 4, round(box[1]) - 4
    light = compute_luma(color) > 150  # such letters need the deeper shadow
    shadow = outer.filter(ImageFilter.BoxBlur(1 + size // 20)).point(_HALF if light else _QUARTER)
    image.paste((16, 12, 18), (x + 1 + size // 24, y + 1 + size // 16), shadow)
    if rim is not None:
        image.paste(rim, (x, y), outer)
    image.paste(color, (x, y), letters)


def print_words(image: Image.Image, words: str, box: Box, color: RGB, *, face: int = 0) -> None:
    """Write one line as large as fits a box, with a thin shadow or light that sets it off."""
    draw = ImageDraw.Draw(image)
    under = image.getpixel((int((box[0] + box[2]) / 2), int((box[1] + box[3]) / 2)))
    light = compute_luma(color) > 140
    off = blend(under, (0, 0, 0) if light else (255, 255, 255), 0.6 if light else 0.4)  # type: ignore[arg-type]
    shift = max(1, round((box[3] - box[1]) / 22))
    draw_text(
        draw,
        words,
        (box[0] + shift, box[1] + shift, box[2] + shift, box[3] + shift),
        off,
        bold=0.025,
        face=face,
    )
    draw_text(draw, words, box, color, bold=0.025, face=face)


def draw_pill(
    image: Image.Image, box: Box, color: RGB, *, rim: RGB | None = None, round_share: float = 0.5
) -> None:
    """Draw a rounded plate with a sheen and a shadow."""
    width, height = max(4, round(box[2] - box[0])), max(4, round(box[3] - box[1]))
    mask = _make_plate((width, height), round_share)
    x, y = round(box[0]), round(box[1])
    image.paste((0, 0, 0), (x + 1, y + 2), mask.point(_QUARTER))
    if rim is not None:
        image.paste(rim, (x, y), mask)
        mask = _make_plate((width - 4, height - 4), round_share)
        x, y = x + 2, y + 2
    image.paste(_make_sheen(mask.size, color), (x, y), mask)


@lru_cache(maxsize=512)
def _make_sheen(size_px: tuple[int, int], color: RGB) -> Image.Image:
    """Fade downward from a lighter to a darker tone of a colour."""
    column = Image.new("RGB", (1, 4))
    for k, share in enumerate((0.22, 0.08, 0.0, 0.0)):
        column.putpixel((0, k), blend(blend(color, (255, 255, 255), share), (0, 0, 0), 0.06 * k))
    return column.resize((1, size_px[1]), Image.Resampling.BILINEAR).resize(size_px, Image.Resampling.NEAREST)


@lru_cache(maxsize=256)
def _make_plate(size_px: tuple[int, int], round_share: float) -> Image.Image:
    """Make the mask of a rounded plate."""
    width, height = size_px
    mask = Image.new("L", (2 * width, 2 * height))
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, 2 * width - 1, 2 * height - 1), radius=2 * round_share * height, fill=255
    )
    return mask.resize(size_px, Image.Resampling.BOX)


def draw_brand(image: Image.Image, design: LabelDesign, palette: Palette, box: Box) -> None:
    """Set the brand: in a pill, in capitals over a rule, on a badge, or as a wordmark with a rim."""
    x0, y0, x1, y1 = box
    rise = y1 - y0
    if design.logo == 1:
        draw_pill(image, box, palette.brand, rim=palette.rim)
        ink = WHITE if compute_luma(palette.brand) < 140 else INK
        inner = (x0 + rise * 0.3, y0 + rise * 0.1, x1 - rise * 0.3, y1 - rise * 0.1)
        draw_text(ImageDraw.Draw(image), design.brand, inner, ink, bold=0.03, face=design.face)
    elif design.logo == 2:
        set_words(
            image, design.brand.upper(), (x0, y0, x1, y1 - rise * 0.16), palette.brand, face=design.face
        )
        rule = (x0 + 0.12 * (x1 - x0), y1 - rise * 0.1, x1 - 0.12 * (x1 - x0), y1 - rise * 0.04)
        ImageDraw.Draw(image).rectangle(rule, fill=palette.second)
    elif design.logo == 3:
        plate = blend(palette.brand, palette.deep, 0.2) if compute_luma(palette.brand) < 128 else palette.deep
        draw_pill(image, (x0, y0 - rise * 0.08, x1, y1 + rise * 0.08), plate, rim=(232, 206, 140))
        inner = (x0 + 0.12 * (x1 - x0), y0 + rise * 0.1, x1 - 0.12 * (x1 - x0), y1 - rise * 0.1)
        draw_text(
            ImageDraw.Draw(image),
            design.brand,
            inner,
            WHITE if compute_luma(plate) < 140 else INK,
            bold=0.03,
            face=design.face,
        )
    else:
        rim = palette.rim if design.logo == 4 else None
        turn_deg = 5.0 if design.logo == 4 else 0.0
        set_words(image, design.brand, box, palette.brand, rim=rim, face=design.face, turn_deg=turn_deg)
