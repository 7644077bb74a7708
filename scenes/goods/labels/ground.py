"""The ground of a label: its colour, and the flavour's shape in the design's template."""

from PIL import ImageDraw

from scenes.goods.labels.design import LabelDesign
from scenes.goods.lettering import RGB, blend, pick_ink
from scenes.goods.pictograms import draw_pictogram

_Box = tuple[float, float, float, float]

# Bands that run across, from top to bottom in shares of the height, in the order in which they are printed.
_BANDS: dict[str, tuple[tuple[float, float, str], ...]] = {
    "banner": ((0.56, 0.76, "accent"), (0.53, 0.55, "ink")),
    "roundel": ((0.86, 1.0, "accent"), (0.0, 0.03, "accent")),
    "panel": ((0.42, 1.0, "paper"), (0.42, 0.47, "accent"), (0.92, 1.0, "accent")),
    "stripes": ((0.6, 0.7, "accent"), (0.74, 0.84, "deep"), (0.88, 0.98, "accent")),
    "mega": ((0.52, 0.64, "accent"),),
    "hero": ((0.0, 0.3, "dark"), (0.3, 0.33, "accent"), (0.87, 1.0, "accent")),
    "burst": ((0.8, 1.0, "deep"), (0.785, 0.8, "accent")),
}


def compute_deep(base: RGB) -> RGB:
    """Return the ground's colour a little darker, as bands have it."""
    return blend(base, (0, 0, 0), 0.18)


def draw_ground(draw: ImageDraw.ImageDraw, design: LabelDesign, box: _Box, *, round_label: bool) -> None:
    """Fill the ground and the flavour's shape; shapes that would not meet round a can give way to bands."""
    x0, y0, x1, y1 = box
    height = y1 - y0
    for k in range(16):  # a printed gradient, a little darker towards the bottom
        shade = blend(design.base, (0, 0, 0), 0.012 * k) if k % 16 else design.base
        draw.rectangle((x0, y0 + height * k / 16, x1, y0 + height * (k + 1) / 16), fill=shade)
    if design.template == "mega" and not round_label:
        _draw_glow(draw, design, box)
    elif design.template == "diagonal":
        _draw_slope(draw, design, box, round_label=round_label)
    elif design.template == "arch":
        _draw_arch(draw, design, box, round_label=round_label)
    elif design.template == "scatter":
        _draw_scatter(draw, design, (x0, y0 + 0.5 * height, x1, y1))
    colors = {
        "accent": design.accent,
        "deep": compute_deep(design.base),
        "dark": blend(design.base, (0, 0, 0), 0.3),
        "ink": pick_ink(design.base),
        "paper": blend(design.base, (255, 255, 255), 0.85),
    }
    for top, bottom, color in _BANDS.get(design.template, ()):
        draw.rectangle((x0, y0 + top * height, x1, y0 + bottom * height), fill=colors[color])


def _draw_slope(draw: ImageDraw.ImageDraw, design: LabelDesign, box: _Box, *, round_label: bool) -> None:
    x0, y0, x1, y1 = box
    left, right = (0.6, 0.6) if round_label else (0.72, 0.46)
    corners = [(x0, y0 + left * (y1 - y0)), (x1, y0 + right * (y1 - y0)), (x1, y1), (x0, y1)]
    draw.polygon(corners, fill=design.accent)


def _draw_arch(draw: ImageDraw.ImageDraw, design: LabelDesign, box: _Box, *, round_label: bool) -> None:
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    draw.rectangle((x0, y0 + (0.58 if round_label else 0.66) * height, x1, y1), fill=design.accent)
    if not round_label:
        draw.ellipse((x0 - 0.2 * width, y0 + 0.5 * height, x1 + 0.2 * width, y1), fill=design.accent)


def _draw_glow(draw: ImageDraw.ImageDraw, design: LabelDesign, box: _Box) -> None:
    """Draw a glow behind the wordmark."""
    x0, y0, x1, y1 = box
    cx, cy = (x0 + x1) / 2, y0 + 0.26 * (y1 - y0)
    for k in range(6):
        rx, ry = (x1 - x0) * (0.62 - 0.09 * k), (y1 - y0) * (0.34 - 0.05 * k)
        glow = blend(design.base, (255, 255, 255), 0.07 * k)
        draw.ellipse((cx - rx, cy - ry, cx + rx, cy + ry), fill=glow)


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
