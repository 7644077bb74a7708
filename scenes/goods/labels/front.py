"""The front of a label: brand on top, picture in the middle, name, flavour and content."""

from dataclasses import dataclass

from PIL import Image, ImageDraw

from scenes.goods.labels.brand import draw_brand
from scenes.goods.labels.design import LabelDesign
from scenes.goods.labels.ground import compute_deep, draw_ground
from scenes.goods.lettering import RGB, blend, draw_text, pick_ink
from scenes.goods.pictograms import draw_pictogram

_Span = tuple[float, float]
_FLAVOURED = ("fruit", "bubbles", "drop", "heart", "leaf")  # what is inside has the flavour's colour


@dataclass(frozen=True)
class _FrontPlan:
    """Where things stand on a front, and on what: "base", "accent", "deep" (a band) or "paper".

    Attributes:
        picture, name, flavour: From where to where, in shares of the height.
        name_on, flavour_on: What they are printed on.
        content_on: What the content is printed on at the foot; empty when it does not stand there.
    """

    picture: _Span
    name: _Span
    flavour: _Span
    name_on: str
    flavour_on: str
    content_on: str = ""


_PLANS = {
    "banner": _FrontPlan((0.27, 0.51), (0.575, 0.665), (0.67, 0.745), "accent", "accent", "base"),
    "roundel": _FrontPlan((0.45, 0.66), (0.34, 0.42), (0.88, 0.97), "paper", "accent"),
    "diagonal": _FrontPlan((0.36, 0.62), (0.24, 0.34), (0.76, 0.85), "base", "accent", "accent"),
    "panel": _FrontPlan((0.65, 0.9), (0.49, 0.57), (0.575, 0.635), "paper", "paper"),
    "stripes": _FrontPlan((0.36, 0.58), (0.24, 0.345), (0.74, 0.84), "base", "deep", "base"),
    "arch": _FrontPlan((0.25, 0.47), (0.62, 0.74), (0.76, 0.84), "accent", "accent", "accent"),
    "scatter": _FrontPlan((0.24, 0.25), (0.27, 0.4), (0.7, 0.78), "base", "accent"),
    "burst": _FrontPlan((0.36, 0.76), (0.235, 0.34), (0.83, 0.915), "base", "deep", "deep"),
    "mega": _FrontPlan((0.66, 0.97), (0.44, 0.52), (0.54, 0.62), "base", "accent"),
    "hero": _FrontPlan((0.45, 0.86), (0.35, 0.44), (0.89, 0.97), "base", "accent"),
}


def draw_front(
    design: LabelDesign, size_px: tuple[int, int], *, ground: Image.Image | None = None
) -> Image.Image:
    """Draw the front of a label.

    Args:
        design: What to print.
        size_px: (width, height).
        ground: What to draw on; the design's own ground where none is given.
    """
    image = ground.copy() if ground is not None else Image.new("RGB", size_px)
    if ground is None:
        draw_ground(ImageDraw.Draw(image), design, (0, 0, *size_px), round_label=False)
    plan = _PLANS[design.template]
    draw_brand(image, design)
    _draw_picture(image, design, plan)
    _draw_words(image, design, plan)
    return image


def _pick_ink_on(design: LabelDesign, ground: str) -> RGB:
    if ground == "paper":
        return (40, 36, 44)
    return pick_ink({"base": design.base, "accent": design.accent, "deep": compute_deep(design.base)}[ground])


def _draw_picture(image: Image.Image, design: LabelDesign, plan: _FrontPlan) -> None:
    """Draw what is inside: heaped up, or as a pictogram, in a disc or bare."""
    width, height = image.size
    draw = ImageDraw.Draw(image)
    top, bottom = plan.picture
    if design.template == "roundel":
        r, cx, cy = min(0.46 * width, 0.27 * height), width / 2, 0.53 * height
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(250, 248, 242), outline=design.accent, width=4)
    if design.template in ("mega", "hero"):
        _draw_ingredients(image, design, (0.04 * width, top * height, 0.96 * width, bottom * height))
    elif design.template != "scatter":  # whose ground is strewn with pictograms
        center, side = (width / 2, (top + bottom) / 2 * height), min((bottom - top) * height, 0.8 * width)
        bare = design.template in ("diagonal", "panel")
        draw_pictogram(draw, design.pictogram, center, side, design.accent, paper=not bare)


def _draw_words(image: Image.Image, design: LabelDesign, plan: _FrontPlan) -> None:
    """Print name, flavour and content."""
    width, height = image.size
    draw = ImageDraw.Draw(image)
    name, flavour = plan.name, plan.flavour
    if width > 1.3 * height:  # a label that lies across has room for larger type
        name, flavour = ((1.15 * a - 0.15 * b, 1.15 * b - 0.15 * a) for a, b in (name, flavour))
    half = 0.43 * width
    if design.template == "roundel":  # stay inside the disc
        half = min(half, 0.2 * height)
    box = (width / 2 - half, name[0] * height, width / 2 + half, name[1] * height)
    draw_text(draw, design.name, box, _pick_ink_on(design, plan.name_on), bold=0.025, face=design.face)
    box = (0.1 * width, flavour[0] * height, 0.9 * width, flavour[1] * height)
    draw_text(draw, design.flavour, box, _pick_ink_on(design, plan.flavour_on))
    if design.template == "panel":  # above its panel, which is full
        box = (0.1 * width, 0.27 * height, 0.9 * width, 0.36 * height)
        draw_text(draw, design.content, box, pick_ink(design.base))
    elif plan.content_on:
        box = (0.3 * width, 0.925 * height, 0.7 * width, 0.975 * height)
        draw_text(draw, design.content, box, _pick_ink_on(design, plan.content_on))


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
