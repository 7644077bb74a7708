"""Label art: what is printed on the packs.

In: a `LabelDesign`. Out: one (256, 256, 3) uint8 sRGB texture a product, laid out as scenes/goods/packages
expects it. Everything is drawn with Pillow and the typeface that Pillow carries within itself
(Aileron), so that no font of the machine enters.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from scenes.goods.barcodes import CODE_ROWS, print_code
from scenes.goods.lettering import RGB, blend, draw_text, pick_ink
from scenes.goods.packages import FLAT_BACKED, PANEL_FRONT, PANEL_SIDE, PANEL_TOP, ROUND_PACKAGES, UNCODED
from scenes.goods.photos import MOST_BODY_STRETCH, crop_body, fit_photo, unwrap_skin
from scenes.goods.pictograms import draw_pictogram
from scenes.surfaces import TEXTURE_PX
from scenes.typefaces import load_font

TEMPLATES = ("banner", "roundel", "diagonal", "panel", "stripes", "arch", "scatter", "burst", "mega", "hero")
_LONG_SIDE_PX = 256
_LEAST_SHORT_PX = 128  # of a panel that lies across
_CODE_PX = 22  # length of the bars
_WRAP_CODES_PX = (53, 221)  # where codes stand beside both sides' tables on a label that goes round
_FLAVOURED = ("fruit", "bubbles", "drop", "heart", "leaf")  # what is inside has the flavour's colour


@dataclass(frozen=True)
class LabelDesign:
    """All that a label says and how it looks.

    Attributes:
        brand, name, flavour, content: As printed.
        base: Ground colour.
        accent: The flavour's colour: the only thing in which look-alikes differ, apart from its name.
        template: One of TEMPLATES.
        pictogram: See scenes.goods.pictograms.
        logo: 0 to 4, how the brand is set.
        code: Digits of the bar code.
        body: Colour of what is inside, or of a fruit's shaded parts.
        face: Typeface of brand and name, see scenes.typefaces.
    """

    brand: str
    name: str
    flavour: str
    content: str
    base: RGB
    accent: RGB
    template: str
    pictogram: str
    logo: int
    code: str
    body: RGB = (96, 110, 40)
    face: int = 0


def list_code_boxes(package: str) -> list[tuple[int, int, int, int]]:
    """List where bar codes are printed in a pack's texture: (left, top, right, bottom) in pixels.

    >>> list_code_boxes("box")
    [(229, 63, 251, 172)]
    """
    if package in UNCODED:
        return []
    if package in ROUND_PACKAGES:
        corners = [(left, TEXTURE_PX - CODE_ROWS - 8) for left in _WRAP_CODES_PX]
    else:
        right, low = round(PANEL_SIDE[2] * TEXTURE_PX), round(PANEL_SIDE[3] * TEXTURE_PX)
        corners = [(right - _CODE_PX - 5, low - CODE_ROWS - 4)]
    return [(left, top, left + _CODE_PX, top + CODE_ROWS) for left, top in corners]


def make_label(
    design: LabelDesign, package: str, size_m: np.ndarray, *, photo: Image.Image | None = None
) -> np.ndarray:
    """Draw the texture of one product.

    Args:
        design: What to print.
        package: Round packs get one wrap-around label, flat ones front, side and top panels.
        size_m: (3,) size of the pack; panels are drawn in their true proportions, then fitted in.
        photo: Shown on the front instead of drawn art.
    """
    width, depth, height = (float(value) for value in size_m)
    if package == "fruit":
        return np.asarray(_draw_skin(design, photo))
    if package in ROUND_PACKAGES:
        label_height = height * {"can": 0.9, "bottle": 0.4, "tub": 0.88, "jar": 0.52}[package]
        wrap = _draw_wrap(design, np.pi * width / label_height, photo)
        pixels = np.array(wrap.resize((TEXTURE_PX, TEXTURE_PX), Image.Resampling.BOX))
        for left, top, right, _ in list_code_boxes(package):
            print_code(pixels, design.code, left, top, right - left)
        return pixels
    texture = Image.new("RGB", (TEXTURE_PX, TEXTURE_PX), design.base)
    canvas = _canvas_size(width / height)
    if photo is None:
        front = _draw_front(design, canvas)
    elif package == "carton":
        front = fit_photo(crop_body(photo), canvas, most_stretch=MOST_BODY_STRETCH)
    else:
        front = fit_photo(photo, canvas)
    across = width if package in FLAT_BACKED else depth
    side = _draw_side(design, _canvas_size(across / height))
    lid = _canvas_size(width / depth)
    if package == "tray" and photo is not None:  # what is inside is seen through the film
        above = fit_photo(photo, lid)
    else:
        above = _draw_top(design, lid, brand=package != "carton")  # whose cap stands there
    for panel, picture in ((PANEL_FRONT, front), (PANEL_SIDE, side), (PANEL_TOP, above)):
        x0, y0, x1, y1 = (round(value * TEXTURE_PX) for value in panel)
        texture.paste(picture.resize((x1 - x0, y1 - y0), Image.Resampling.BILINEAR), (x0, y0))
    pixels = np.array(texture)
    for left, top, right, _ in list_code_boxes(package):
        print_code(pixels, design.code, left, top, right - left)
    return pixels


def _draw_skin(design: LabelDesign, photo: Image.Image | None) -> Image.Image:
    """Draw the skin of a fruit: its colour in streaks and specks, and a small sticker on the front."""
    if photo is not None:
        return unwrap_skin(photo, (TEXTURE_PX, TEXTURE_PX))
    image = Image.new("RGB", (TEXTURE_PX, TEXTURE_PX), design.accent)
    draw = ImageDraw.Draw(image)
    digits = [int(digit) for digit in design.code]
    ripe = blend(design.accent, design.body, 0.4)
    for k in range(64):  # streaks from stalk to base, wider and narrower as the digits of the code fall
        x = k * TEXTURE_PX / 64
        share = digits[k % 13] * digits[(3 * k + 5) % 13] / 81
        draw.rectangle((x, 0, x + 5, TEXTURE_PX), fill=blend(design.accent, ripe, share))
    for k in range(160):
        x, y = (k * 97 + 13 * digits[k % 13]) % TEXTURE_PX, (k * 61 + 7 * digits[(k + 4) % 13]) % TEXTURE_PX
        draw.point((x, y), fill=blend(design.accent, (255, 246, 200), 0.5))
    for k in range(10):  # darker towards stalk and base
        shade = blend(design.accent, design.body, 0.55 - 0.04 * k)
        draw.rectangle((0, 3 * k, TEXTURE_PX, 3 * k + 3), fill=shade)
    image = image.filter(ImageFilter.GaussianBlur(2.5))
    draw = ImageDraw.Draw(image)
    draw.ellipse((117, 104, 141, 132), fill=(250, 248, 240))
    draw.ellipse((118, 105, 140, 131), fill=design.base)
    draw_text(draw, design.brand, (118, 112, 140, 124), pick_ink(design.base), bold=0.03)
    return image


def _canvas_size(aspect: float) -> tuple[int, int]:
    """Return (width, height) in pixels of a canvas of this aspect ratio."""
    if aspect >= 1:  # the shorter side has the texture's 256 rows to show what it says
        short = max(_LEAST_SHORT_PX, round(_LONG_SIDE_PX / aspect))
        return round(short * aspect), short
    return max(24, round(_LONG_SIDE_PX * aspect)), _LONG_SIDE_PX


def _draw_wrap(design: LabelDesign, aspect: float, photo: Image.Image | None) -> Image.Image:
    """Draw a label that goes round: side, front (in the middle), side.

    The front takes what one sees well of a can from one place.
    """
    height = 256
    width = round(height * aspect)
    image = Image.new("RGB", (width, height), design.base)
    third = round(width * 0.31)  # 110 degrees
    edge = (width - third) // 2
    draw = ImageDraw.Draw(image)
    if photo is None:
        _draw_ground(draw, design, (0, 0, width, height), round_label=True)
        front = _draw_front(design, (third, height), ground=image.crop((edge, 0, edge + third, height)))
    else:
        front = fit_photo(photo, (third, height))
    image.paste(front, (edge, 0))
    side = _draw_side(design, (max(24, edge // 2), height))
    image.paste(side, (edge // 4, 0))
    image.paste(side, (width - edge + edge // 4, 0))
    return image


def _draw_ground(
    draw: ImageDraw.ImageDraw, design: LabelDesign, box: tuple[int, int, int, int], *, round_label: bool
) -> None:
    """Fill the ground and the flavour's shape of the design's template."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    accent, deep = design.accent, blend(design.base, (0, 0, 0), 0.18)
    for k in range(16):  # a printed gradient, a little darker towards the bottom
        shade = blend(design.base, (0, 0, 0), 0.012 * k) if k % 16 else design.base
        draw.rectangle((x0, y0 + height * k / 16, x1, y0 + height * (k + 1) / 16), fill=shade)
    if design.template == "banner":
        draw.rectangle((x0, y0 + 0.56 * height, x1, y0 + 0.76 * height), fill=accent)
        draw.rectangle((x0, y0 + 0.53 * height, x1, y0 + 0.55 * height), fill=pick_ink(design.base))
    elif design.template == "roundel":
        draw.rectangle((x0, y0 + 0.86 * height, x1, y1), fill=accent)
        draw.rectangle((x0, y0, x1, y0 + 0.03 * height), fill=accent)
    elif design.template == "diagonal":
        if round_label:
            draw.rectangle((x0, y0 + 0.6 * height, x1, y1), fill=accent)
        else:
            draw.polygon(
                [(x0, y0 + 0.72 * height), (x1, y0 + 0.46 * height), (x1, y1), (x0, y1)], fill=accent
            )
    elif design.template == "panel":
        draw.rectangle((x0, y0 + 0.42 * height, x1, y1), fill=blend(design.base, (255, 255, 255), 0.85))
        draw.rectangle((x0, y0 + 0.42 * height, x1, y0 + 0.47 * height), fill=accent)
        draw.rectangle((x0, y0 + 0.92 * height, x1, y1), fill=accent)
    elif design.template == "stripes":
        for k in range(3):
            y = y0 + (0.60 + 0.14 * k) * height
            draw.rectangle((x0, y, x1, y + 0.1 * height), fill=accent if k % 2 == 0 else deep)
    elif design.template == "arch":
        draw.rectangle((x0, y0 + (0.58 if round_label else 0.66) * height, x1, y1), fill=accent)
        if not round_label:
            draw.ellipse((x0 - 0.2 * width, y0 + 0.50 * height, x1 + 0.2 * width, y1), fill=accent)
    elif design.template == "scatter":
        _draw_scatter(draw, design, (x0, y0 + 0.5 * height, x1, y1))
    elif design.template == "mega":  # a glow behind the wordmark, the flavour's colour below
        for k in range(6):
            rx, ry = width * (0.62 - 0.09 * k), height * (0.34 - 0.05 * k)
            cx, cy = (x0 + x1) / 2, y0 + 0.26 * height
            glow = blend(design.base, (255, 255, 255), 0.07 * k)
            if not round_label:
                draw.ellipse((cx - rx, cy - ry, cx + rx, cy + ry), fill=glow)
        draw.rectangle((x0, y0 + 0.52 * height, x1, y0 + 0.64 * height), fill=accent)
    elif design.template == "hero":
        draw.rectangle((x0, y0, x1, y0 + 0.3 * height), fill=blend(design.base, (0, 0, 0), 0.3))
        draw.rectangle((x0, y0 + 0.3 * height, x1, y0 + 0.33 * height), fill=accent)
        draw.rectangle((x0, y0 + 0.87 * height, x1, y1), fill=accent)
    else:
        draw.rectangle((x0, y0 + 0.8 * height, x1, y1), fill=deep)
        draw.rectangle((x0, y0 + 0.785 * height, x1, y0 + 0.8 * height), fill=accent)


def _draw_scatter(
    draw: ImageDraw.ImageDraw, design: LabelDesign, box: tuple[float, float, float, float]
) -> None:
    """Strew pictograms over the lower half, as bags of snacks do."""
    x0, y0, x1, y1 = box
    side = (y1 - y0) / 2.6
    columns = max(2, round((x1 - x0) / (side * 0.95)))
    for row in range(3):
        for column in range(columns + 1):
            x = x0 + (column + 0.5 * (row % 2)) * (x1 - x0) / columns
            y = y0 + (row + 0.4) * (y1 - y0) / 2.6
            draw_pictogram(draw, design.pictogram, (x, y), side, design.accent, paper=False)
    draw.rectangle((x0, y0 + 0.36 * (y1 - y0), x1, y0 + 0.6 * (y1 - y0)), fill=design.accent)


def _draw_front(
    design: LabelDesign, size_px: tuple[int, int], *, ground: Image.Image | None = None
) -> Image.Image:
    """Draw the front: logo on top, pictogram in the middle, name, flavour and content below."""
    width, height = size_px
    image = ground.copy() if ground is not None else Image.new("RGB", size_px)
    draw = ImageDraw.Draw(image)
    if ground is None:
        _draw_ground(draw, design, (0, 0, width, height), round_label=False)
    ink = pick_ink(design.base)
    logo_box = (0.07 * width, 0.05 * height, 0.93 * width, 0.22 * height)
    if design.template == "mega":
        logo_box = (0.04 * width, 0.07 * height, 0.96 * width, 0.44 * height)
        _draw_wordmark(image, design, logo_box)
    elif design.logo == 4:
        _draw_wordmark(image, design, (0.05 * width, 0.02 * height, 0.95 * width, 0.25 * height))
    else:
        _draw_logo(draw, design, logo_box)
    accent_ink = pick_ink(design.accent)
    if design.template == "banner":
        picture, name, flavour = (0.27, 0.51), (0.575, 0.665), (0.67, 0.745)
        name_ink, flavour_ink = accent_ink, accent_ink
    elif design.template == "panel":
        picture, name, flavour = (0.65, 0.9), (0.49, 0.57), (0.575, 0.635)
        name_ink = flavour_ink = (40, 36, 44)
        draw_text(draw, design.content, (0.1 * width, 0.27 * height, 0.9 * width, 0.36 * height), ink)
    elif design.template == "roundel":
        picture, name, flavour = (0.45, 0.66), (0.34, 0.42), (0.88, 0.97)
        name_ink, flavour_ink = (40, 36, 44), accent_ink
        r = min(0.46 * width, 0.27 * height)
        cx, cy = width / 2, 0.53 * height
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(250, 248, 242), outline=design.accent, width=4)
    elif design.template == "diagonal":
        picture, name, flavour = (0.36, 0.62), (0.24, 0.34), (0.76, 0.85)
        name_ink, flavour_ink = ink, accent_ink
    elif design.template == "stripes":
        picture, name, flavour = (0.36, 0.58), (0.24, 0.345), (0.74, 0.84)
        name_ink, flavour_ink = ink, pick_ink(blend(design.base, (0, 0, 0), 0.18))
    elif design.template == "scatter":
        picture, name, flavour = (0.24, 0.25), (0.27, 0.4), (0.7, 0.78)
        name_ink, flavour_ink = ink, accent_ink
    elif design.template == "mega":
        picture, name, flavour = (0.66, 0.97), (0.44, 0.52), (0.54, 0.62)
        name_ink, flavour_ink = ink, accent_ink
    elif design.template == "hero":
        picture, name, flavour = (0.45, 0.86), (0.35, 0.44), (0.89, 0.97)
        name_ink, flavour_ink = ink, accent_ink
    elif design.template == "burst":
        picture, name, flavour = (0.36, 0.76), (0.235, 0.34), (0.83, 0.915)
        name_ink, flavour_ink = ink, pick_ink(blend(design.base, (0, 0, 0), 0.18))
    else:
        picture, name, flavour = (0.25, 0.47), (0.62, 0.74), (0.76, 0.84)
        name_ink = flavour_ink = accent_ink
    if width > 1.3 * height:  # a label that lies across has room for larger type
        name, flavour = ((1.15 * a - 0.15 * b, 1.15 * b - 0.15 * a) for a, b in (name, flavour))
    side = min((picture[1] - picture[0]) * height, 0.8 * width)
    center = (width / 2, (picture[0] + picture[1]) / 2 * height)
    if design.template in ("mega", "hero"):
        _draw_ingredients(
            image, design, (0.04 * width, picture[0] * height, 0.96 * width, picture[1] * height)
        )
    elif design.template != "scatter":
        bare = design.template in ("diagonal", "panel")
        draw_pictogram(draw, design.pictogram, center, side, design.accent, paper=not bare)
    half = 0.43 * width
    if design.template == "roundel":  # stay inside the disc
        half = min(half, 0.2 * height)
    draw_text(
        draw,
        design.name,
        (width / 2 - half, name[0] * height, width / 2 + half, name[1] * height),
        name_ink,
        bold=0.025,
        face=design.face,
    )
    draw_text(
        draw,
        design.flavour,
        (0.1 * width, flavour[0] * height, 0.9 * width, flavour[1] * height),
        flavour_ink,
    )
    if design.template not in ("panel", "roundel", "scatter", "mega", "hero"):
        below = (
            accent_ink
            if design.template in ("diagonal", "arch")
            else flavour_ink
            if design.template == "burst"
            else ink
        )
        draw_text(draw, design.content, (0.3 * width, 0.925 * height, 0.7 * width, 0.975 * height), below)
    return image


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


def _draw_ingredients(
    image: Image.Image, design: LabelDesign, box: tuple[float, float, float, float]
) -> None:
    """Heap shaded round pieces of what is inside, each lit from the upper left like a photograph."""
    x0, y0, x1, y1 = box
    draw = ImageDraw.Draw(image)
    count, radius = 7, min((y1 - y0) * 0.3, (x1 - x0) * 0.2)
    food = design.accent if design.pictogram in _FLAVOURED else design.body
    long = {"wheat": 0.55, "bean": 0.7, "leaf": 0.5, "fish": 0.5}.get(design.pictogram, 1.0)
    for k in range(count):
        turn = int(design.code[k]) - 4.5
        x = x0 + radius + (x1 - x0 - 2 * radius) * ((k * 3) % count) / (count - 1)
        y = y0 + radius * long + (y1 - y0 - 2 * radius * long) * (k / (count - 1))
        x, y = x + 0.03 * turn * radius, y - 0.02 * turn * radius
        skin = blend(food, design.accent if k % 3 else design.body, 0.35)
        for step in range(7):
            share = step / 6
            r, shift = radius * (1 - 0.82 * share), radius * 0.3 * share
            tone = blend(blend(skin, (0, 0, 0), 0.5), blend(skin, (255, 255, 255), 0.4), share)
            cx, cy = x - shift, y - shift * long
            draw.ellipse((cx - r, cy - r * long, cx + r, cy + r * long), fill=tone)


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


def _draw_side(design: LabelDesign, size_px: tuple[int, int]) -> Image.Image:
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


def _draw_top(design: LabelDesign, size_px: tuple[int, int], *, brand: bool) -> Image.Image:
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
