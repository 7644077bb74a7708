"""Ink and letters: what labels, price tags and signs are printed with."""

from PIL import ImageDraw

from scenes.typefaces import load_font

RGB = tuple[int, int, int]


def compute_luma(color: RGB) -> float:
    """Return Rec. 601 luma, 0 to 255.

    >>> compute_luma((0, 255, 0))
    149.685
    """
    return 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]


def pick_ink(ground: RGB) -> RGB:
    """Return near-white or near-black, whichever reads better on the ground.

    >>> pick_ink((10, 10, 60))
    (252, 251, 246)
    """
    return (30, 28, 34) if compute_luma(ground) > 150 else (252, 251, 246)


def blend(a: RGB, b: RGB, share: float) -> RGB:
    """Mix two colours.

    >>> blend((0, 0, 0), (100, 200, 50), 0.5)
    (50, 100, 25)
    """
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


def draw_text(
    draw: ImageDraw.ImageDraw,
    text: str,
    box: tuple[float, float, float, float],
    color: RGB,
    *,
    bold: float = 0.0,
    face: int = 0,
) -> None:
    """Write one line centred in a box (x0, y0, x1, y1), as large as fits; `bold` thickens by that share."""
    bold = bold if face == 0 else 0.0  # the others are bold by themselves
    x0, y0, x1, y1 = box
    size = max(5, int((y1 - y0) * 0.98))
    left, _, right, _ = load_font(size, face).getbbox(text)
    stroke = round(size * bold)
    if right - left + 2 * stroke > x1 - x0:
        size = max(5, int(size * (x1 - x0) / (right - left + 2 * stroke)))
        stroke = round(size * bold)
    draw.text(
        ((x0 + x1) / 2, (y0 + y1) / 2),
        text,
        fill=color,
        font=load_font(size, face),
        anchor="mm",
        stroke_width=stroke,
        stroke_fill=color,
    )
