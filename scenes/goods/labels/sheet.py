"""The whole texture of a pack: panels or a wrap-around label, and the bar codes on it."""

import numpy as np
from PIL import Image

from scenes.goods.barcodes import CODE_ROWS, print_code
from scenes.goods.labels.design import LabelDesign
from scenes.goods.labels.front import draw_front
from scenes.goods.labels.ground import paint_plain
from scenes.goods.labels.palette import make_palette
from scenes.goods.labels.sides import draw_side, draw_top
from scenes.goods.packages import (
    FLAT_BACKED,
    PANEL_FRONT,
    PANEL_SIDE,
    PANEL_TOP,
    ROUND_PACKAGES,
    SKINNED,
    UNCODED,
    measure_label,
)
from scenes.goods.photos import MOST_BODY_CROP, crop_body, fit_photo, unwrap_skin
from scenes.goods.skins import draw_skin
from scenes.world import TEXTURE_PX

_LONG_SIDE_PX = 256
_LEAST_SHORT_PX = 128  # of a panel that lies across
_NEAR = 0.08  # aspect ratios of a canvas and its panel that need no fitting
_CODE_PX = 22  # length of the bars
_WRAP_CODES_PX = (53, 221)  # where codes stand beside both sides' tables on a label that goes round


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
    design: LabelDesign,
    package: str,
    size_m: np.ndarray,
    *,
    kind: str | None = None,
    photo: Image.Image | None = None,
) -> np.ndarray:
    """Draw the texture of one product.

    Args:
        design: What to print.
        package: Round packs get one wrap-around label, flat ones front, side and top panels.
        size_m: (3,) size of the pack; panels are drawn in their true proportions, then fitted in.
        kind: What it is, by name, as its mesh is told; what the design prints by default.
        photo: Shown on the front instead of drawn art.
    """
    if package in SKINNED:
        if photo is not None:
            return np.asarray(unwrap_skin(photo, (TEXTURE_PX, TEXTURE_PX)))
        if package == "fruit":
            return np.asarray(draw_skin(design, size_m))
        return np.full((TEXTURE_PX, TEXTURE_PX, 3), design.base, np.uint8)
    width, depth, _ = (float(value) for value in size_m)
    label = measure_label(package, size_m, f"{design.name} {design.flavour}" if kind is None else kind)
    across, high = label.front
    if package in ROUND_PACKAGES:
        wrap = _draw_wrap(design, across / high, photo)
        pixels = np.array(wrap.resize((TEXTURE_PX, TEXTURE_PX), Image.Resampling.BOX))
        for left, top, right, _ in list_code_boxes(package):
            print_code(pixels, design.code, left, top, right - left)
        return pixels
    texture = Image.new("RGB", (TEXTURE_PX, TEXTURE_PX), design.base)
    canvas = _canvas_size(across / high)
    if photo is None:
        front = draw_front(design, canvas)
    elif package == "carton":
        front = fit_photo(crop_body(photo), canvas, most_side_crop=MOST_BODY_CROP)
    else:
        front = fit_photo(photo, canvas)
    beside = width if package in FLAT_BACKED else depth
    side = draw_side(design, _canvas_size(beside / high, share=PANEL_SIDE[3]))
    lid = _canvas_size(label.top[0] / label.top[1], share=0.6)
    if package == "tray":  # its front again, on the film above
        above = draw_front(design, lid) if photo is None else fit_photo(photo, lid)
    else:
        above = draw_top(design, lid, brand=package != "carton")  # whose cap stands there
    for panel, picture in ((PANEL_FRONT, front), (PANEL_SIDE, side), (PANEL_TOP, above)):
        x0, y0, x1, y1 = (round(value * TEXTURE_PX) for value in panel)
        texture.paste(picture.resize((x1 - x0, y1 - y0), Image.Resampling.BILINEAR), (x0, y0))
    pixels = np.array(texture)
    for left, top, right, _ in list_code_boxes(package):
        print_code(pixels, design.code, left, top, right - left)
    return pixels


def _canvas_size(aspect: float, *, share: float = 1.0) -> tuple[int, int]:
    """Return (width, height) in pixels of a canvas of this aspect ratio, for a share of the texture."""
    long, short = round(share * _LONG_SIDE_PX), round(share * _LEAST_SHORT_PX)
    panel = round((PANEL_FRONT[2] - PANEL_FRONT[0]) * TEXTURE_PX), TEXTURE_PX
    if share == 1 and abs(aspect * panel[1] / panel[0] - 1) < _NEAR:  # print it as it is shown
        return panel
    if aspect >= 1:  # the shorter side has the texture's rows to show what it says
        height = max(short, round(long / aspect))
        return round(height * aspect), height
    width = max(short, round(long * aspect))
    return width, max(long, round(width / aspect))


def _draw_wrap(design: LabelDesign, aspect: float, photo: Image.Image | None) -> Image.Image:
    """Draw a label that goes round: side, front (in the middle), side.

    The front takes what one sees well of a can from one place.
    """
    height = 256
    width = round(height * aspect)
    third = round(width * 0.31)  # 110 degrees
    edge = (width - third) // 2
    image = paint_plain(make_palette(design), (width, height))
    if photo is None:
        front = draw_front(design, (third, height), round_label=True)
    else:
        front = fit_photo(photo, (third, height))
    image.paste(front, (edge, 0))
    side = draw_side(design, (max(24, edge // 2), height))
    image.paste(side, (edge // 4, 0))
    image.paste(side, (width - edge + edge // 4, 0))
    return image
