"""The front of a label: ground, photograph, brand, name, flavour, content and stickers."""

from dataclasses import dataclass

from PIL import Image, ImageDraw

from scenes.goods.labels.brand import Box, draw_brand, draw_pill, print_words
from scenes.goods.labels.design import LabelDesign
from scenes.goods.labels.ground import paint_ground
from scenes.goods.labels.palette import Palette, hash_words, make_palette
from scenes.goods.labels.photographs import TAKES, choose_subject, take_photograph
from scenes.goods.labels.stickers import GROWN, STICKERS, make_sticker
from scenes.goods.lettering import draw_text, pick_ink

_GROWN = ("fruit", "leaf", "bean", "wheat", "cow", "sun", "bowl")  # pictograms of what grows
_NEAR = 0.1  # share of its side by which a photograph may differ from what a plan asks


@dataclass(frozen=True)
class _Plan:
    """Where things stand on a front, in shares of its width and height.

    Attributes:
        brand, name, flavour: Boxes.
        picture: Middle of the photograph, and its side as a share of the width.
        least_high: Side as a share of the height, where that is more; pictures on narrow fronts bleed.
        ribbon: On what the flavour is printed: "pill", "plate", "band" (from side to side), "ground".
        content: Box.
        sticker: Middle of a sticker.
    """

    brand: Box
    name: Box
    flavour: Box
    picture: tuple[float, float, float]
    least_high: float
    ribbon: str
    content: Box
    sticker: tuple[float, float]


# ruff: noqa: E501 - a table, a template a row
_TOP, _CONTENT = (0.06, 0.05, 0.94, 0.25), (0.62, 0.93, 0.97, 0.985)
_PLANS = {
    "sunburst": _Plan(_TOP, (0.08, 0.26, 0.92, 0.36), (0.06, 0.375, 0.94, 0.475), (0.5, 0.75, 1.12), 0.54, "pill", _CONTENT, (0.84, 0.52)),
    "swoosh": _Plan(_TOP, (0.08, 0.26, 0.92, 0.36), (0.04, 0.86, 0.86, 0.965), (0.58, 0.63, 1.02), 0.48, "plate", (0.6, 0.375, 0.94, 0.43), (0.18, 0.48)),
    "disc": _Plan(_TOP, (0.08, 0.26, 0.92, 0.36), (0.07, 0.38, 0.93, 0.48), (0.5, 0.73, 1.0), 0.48, "plate", _CONTENT, (0.85, 0.56)),
    "vignette": _Plan(_TOP, (0.08, 0.27, 0.92, 0.37), (0.0, 0.85, 1.0, 0.96), (0.5, 0.63, 1.06), 0.5, "band", (0.62, 0.38, 0.95, 0.43), (0.17, 0.79)),
    "table": _Plan(_TOP, (0.08, 0.26, 0.92, 0.36), (0.06, 0.375, 0.94, 0.475), (0.5, 0.74, 1.06), 0.52, "pill", _CONTENT, (0.84, 0.53)),
    "arc": _Plan((0.06, 0.06, 0.94, 0.3), (0.08, 0.34, 0.92, 0.45), (0.06, 0.572, 0.94, 0.668), (0.5, 0.84, 0.96), 0.42, "ground", (0.36, 0.47, 0.64, 0.52), (0.85, 0.52)),
    "frame": _Plan((0.1, 0.08, 0.9, 0.26), (0.12, 0.27, 0.88, 0.365), (0.1, 0.85, 0.9, 0.95), (0.5, 0.62, 0.9), 0.47, "pill", (0.32, 0.375, 0.68, 0.425), (0.8, 0.79)),
    "bleed": _Plan(_TOP, (0.08, 0.26, 0.92, 0.36), (0.0, 0.375, 1.0, 0.48), (0.5, 0.78, 1.28), 0.62, "band", (0.62, 0.49, 0.96, 0.54), (0.18, 0.56)),
    "halves": _Plan((0.06, 0.06, 0.94, 0.27), (0.08, 0.28, 0.92, 0.385), (0.05, 0.875, 0.95, 0.978), (0.52, 0.67, 1.04), 0.5, "plate", (0.04, 0.835, 0.4, 0.88), (0.17, 0.47)),
    "badge": _Plan((0.06, 0.05, 0.94, 0.29), (0.08, 0.31, 0.92, 0.42), (0.06, 0.43, 0.94, 0.53), (0.5, 0.78, 1.12), 0.5, "pill", _CONTENT, (0.85, 0.58)),
}  # fmt: skip
_ACROSS = _Plan((0.03, 0.08, 0.6, 0.46), (0.04, 0.48, 0.58, 0.7), (0.04, 0.72, 0.56, 0.94), (0.78, 0.53, 0.46), 0.98, "pill", (0.84, 0.86, 0.98, 0.97), (0.93, 0.24))  # fmt: skip
_STRIP = _Plan((0.03, 0.1, 0.4, 0.9), (0.42, 0.1, 0.74, 0.52), (0.43, 0.57, 0.66, 0.88), (0.87, 0.5, 0.2), 1.15, "pill", (0.67, 0.6, 0.76, 0.85), (0.0, 0.0))  # fmt: skip


def draw_front(design: LabelDesign, size_px: tuple[int, int], *, round_label: bool = False) -> Image.Image:
    """Draw the front of a label.

    Args:
        design: What to print.
        size_px: (width, height).
        round_label: Whether its sides have to meet a ground that goes round.
    """
    width, height = size_px
    palette = make_palette(design)
    plan = _PLANS[design.template]
    if width > 1.12 * height:
        plan = _STRIP if width > 2.6 * height else _ACROSS
    style = "across" if plan in (_ACROSS, _STRIP) else design.template
    image = paint_ground(style, palette, size_px, round_label=round_label)
    _set_photograph(image, design, plan)
    draw_brand(image, design, palette, _scale(plan.brand, size_px))
    _set_name(image, design, palette, plan)
    _set_flavour(image, design, palette, plan)
    if design.content:
        box = _scale(plan.content, size_px)
        under = image.getpixel((int((box[0] + box[2]) / 2), int((box[1] + box[3]) / 2)))
        draw_text(ImageDraw.Draw(image), design.content, box, pick_ink(under))  # type: ignore[arg-type]
    _set_sticker(image, design, plan)
    return image


def _scale(box: Box, size_px: tuple[int, int]) -> Box:
    width, height = size_px
    return box[0] * width, box[1] * height, box[2] * width, box[3] * height


def _set_photograph(image: Image.Image, design: LabelDesign, plan: _Plan) -> None:
    width, height = image.size
    number = hash_words(design)
    subject = choose_subject(design.name, design.flavour, design.pictogram)
    side = round(max(plan.picture[2] * width, min(plan.least_high * height, 1.5 * width)))
    side = min(side, round(1.12 * plan.least_high * height))
    picture = take_photograph(subject, number // 7 % TAKES)
    if abs(side - picture.width) > _NEAR * picture.width:  # else as sharp as it was taken
        picture = picture.resize((side, side), Image.Resampling.BILINEAR)
    side = picture.width
    if number // 14 % 2:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    corner = round(plan.picture[0] * width - side / 2), round(plan.picture[1] * height - side / 2)
    image.paste(picture, corner, picture)


def _set_name(image: Image.Image, design: LabelDesign, palette: Palette, plan: _Plan) -> None:
    box = _scale(plan.name, image.size)
    print_words(image, design.name, box, palette.ink, face=design.face)


def _set_flavour(image: Image.Image, design: LabelDesign, palette: Palette, plan: _Plan) -> None:
    if not design.flavour:
        return
    x0, y0, x1, y1 = box = _scale(plan.flavour, image.size)
    high = y1 - y0
    if plan.ribbon == "band":
        draw_pill(image, (x0 - high, y0, x1 + high, y1), palette.second, round_share=0.0)
    elif plan.ribbon != "ground":
        draw_pill(image, box, palette.second, round_share=0.5 if plan.ribbon == "pill" else 0.18)
    inner = (x0 + 0.35 * high, y0 + 0.06 * high, x1 - 0.35 * high, y1 - 0.06 * high)
    draw_text(ImageDraw.Draw(image), design.flavour, inner, pick_ink(palette.second))


def _set_sticker(image: Image.Image, design: LabelDesign, plan: _Plan) -> None:
    number = hash_words(design) // 56
    if number % 5 > 1 or plan is _STRIP:
        return
    width, height = image.size
    side = round(min(0.36 * width, 0.22 * height if width < 1.12 * height else 0.4 * height))
    kind = number // 5 % STICKERS
    if kind in GROWN and design.pictogram not in _GROWN:
        kind = 0
    sticker = make_sticker(kind, side)
    corner = round(plan.sticker[0] * width - side / 2), round(plan.sticker[1] * height - side / 2)
    image.paste(sticker, corner, sticker)
