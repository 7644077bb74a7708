"""The small pictures on labels: fruit, leaf, bean, wheat and so on, each in one colour and its shades."""

from collections.abc import Callable

import numpy as np
from PIL import ImageDraw

RGB = tuple[int, int, int]
Point = tuple[float, float]


class _Pen:
    """Draws in coordinates from -1 to 1 (y down) round a centre."""

    def __init__(self, draw: ImageDraw.ImageDraw, center: Point, side_px: float):
        self._draw, self._center, self._half = draw, center, side_px / 2

    def _at(self, x: float, y: float) -> Point:
        return self._center[0] + x * self._half, self._center[1] + y * self._half

    def disc(self, x: float, y: float, rx: float, color: RGB, ry: float | None = None) -> None:
        ry = rx if ry is None else ry
        self._draw.ellipse((*self._at(x - rx, y - ry), *self._at(x + rx, y + ry)), fill=color)

    def shape(self, points: list[Point], color: RGB) -> None:
        self._draw.polygon([self._at(x, y) for x, y in points], fill=color)

    def line(self, points: list[Point], color: RGB, width: float) -> None:
        self._draw.line(
            [self._at(x, y) for x, y in points], fill=color, width=max(1, round(width * self._half))
        )


def _shade(color: RGB, factor: float) -> RGB:
    red, green, blue = (min(255, round(channel * factor)) for channel in color)
    return red, green, blue


def _ring(count: int, radius: float, phase: float = 0.0) -> list[Point]:
    angle = phase + np.linspace(0, 2 * np.pi, count, endpoint=False)
    return [(float(x), float(y)) for x, y in zip(radius * np.cos(angle), radius * np.sin(angle), strict=True)]


def _leaf_points(x: float, y: float, length: float, width: float, angle: float) -> list[Point]:
    t = np.linspace(0, np.pi, 9)
    along = np.concatenate([-np.cos(t), np.cos(t)]) * length / 2
    across = np.concatenate([np.sin(t), -np.sin(t)]) * width / 2
    cos, sin = np.cos(angle), np.sin(angle)
    return [
        (float(x + a * cos - b * sin), float(y + a * sin + b * cos))
        for a, b in zip(along, across, strict=True)
    ]


_GREEN: RGB = (62, 140, 58)


def _fruit(pen: _Pen, color: RGB) -> None:
    for x, y, r in ((-0.42, 0.28, 0.5), (0.42, 0.28, 0.5), (0.0, -0.18, 0.52)):
        pen.disc(x, y, r, _shade(color, 0.82))
        pen.disc(x - 0.04, y - 0.04, r * 0.9, color)
        pen.disc(x - 0.2, y - 0.2, r * 0.22, _shade(color, 1.5))
    pen.shape(_leaf_points(0.34, -0.72, 0.7, 0.34, -0.5), _GREEN)


def _leaf(pen: _Pen, color: RGB) -> None:
    for angle, shade in ((-1.57, 1.0), (-0.7, 0.8), (-2.45, 0.8)):
        x, y = 0.5 * np.cos(angle), 0.35 + 0.5 * np.sin(angle)
        pen.shape(_leaf_points(float(x), float(y), 1.1, 0.5, angle), _shade(color, shade))
    pen.line([(0, 0.95), (0, -0.55)], _shade(color, 0.55), 0.06)


def _drop(pen: _Pen, color: RGB) -> None:
    pen.shape([(0, -1), (0.52, 0.2), (-0.52, 0.2)], color)
    pen.disc(0, 0.36, 0.58, color)
    pen.disc(-0.2, 0.42, 0.16, _shade(color, 1.6), 0.24)


def _bubbles(pen: _Pen, color: RGB) -> None:
    for x, y, r in ((-0.3, 0.3, 0.55), (0.5, -0.05, 0.36), (-0.1, -0.6, 0.26), (0.45, 0.65, 0.22)):
        pen.disc(x, y, r, _shade(color, 0.85))
        pen.disc(x, y, r * 0.84, _shade(color, 1.25))
        pen.disc(x - r * 0.3, y - r * 0.3, r * 0.24, (255, 255, 255))


def _bean(pen: _Pen, color: RGB) -> None:
    for x, y, angle in ((-0.38, 0.25, -0.6), (0.4, 0.3, 0.5), (0.02, -0.4, 1.2)):
        pen.shape(_leaf_points(x, y, 0.95, 0.72, angle), _shade(color, 0.75))
        dx, dy = 0.4 * np.cos(angle), 0.4 * np.sin(angle)
        pen.line([(x - dx, y - dy), (x + 0.06, y), (x + dx, y + dy)], _shade(color, 1.5), 0.07)


def _wheat(pen: _Pen, color: RGB) -> None:
    gold = _shade((222, 168, 60), 0.6 + 0.4 * max(color) / 255)
    for stem, lean in ((-0.45, -0.3), (0.0, 0.0), (0.45, 0.3)):
        pen.line([(stem * 0.3, 1.0), (stem + lean * 0.4, -0.5)], _shade(gold, 0.75), 0.07)
        for k in range(5):
            y = -0.65 + 0.24 * k
            for side in (-1, 1):
                pen.shape(
                    _leaf_points(stem + lean * 0.4 + side * 0.1, y, 0.34, 0.16, -1.57 + side * 0.6), gold
                )


def _cow(pen: _Pen, color: RGB) -> None:
    pen.disc(0, 0.05, 0.72, (250, 250, 250), 0.85)
    pen.disc(-0.75, -0.4, 0.3, (60, 52, 50), 0.18)
    pen.disc(0.75, -0.4, 0.3, (60, 52, 50), 0.18)
    pen.disc(-0.32, -0.3, 0.32, (60, 52, 50), 0.4)
    pen.disc(0, 0.55, 0.5, (240, 176, 170), 0.34)
    for x in (-0.28, 0.28):
        pen.disc(x, -0.2, 0.11, (255, 255, 255))
        pen.disc(x, -0.18, 0.07, (20, 20, 20))
        pen.disc(x * 0.6, 0.55, 0.07, (150, 80, 80))
    pen.line([(-0.6, 0.97), (0.6, 0.97)], color, 0.1)


def _star(pen: _Pen, color: RGB) -> None:
    outer, inner = _ring(12, 1.0), _ring(12, 0.66, np.pi / 12)
    pen.shape([point for pair in zip(outer, inner, strict=True) for point in pair], color)
    pen.disc(0, 0, 0.5, _shade(color, 1.35))
    pen.disc(0.03, 0.0, 0.34, (252, 214, 92), 0.26)


def _sun(pen: _Pen, color: RGB) -> None:
    outer, inner = _ring(16, 1.0), _ring(16, 0.62, np.pi / 16)
    pen.shape([point for pair in zip(outer, inner, strict=True) for point in pair], (246, 196, 52))
    pen.disc(0, 0, 0.55, color)
    pen.disc(-0.1, -0.1, 0.36, _shade(color, 1.25))


def _heart(pen: _Pen, color: RGB) -> None:
    pen.disc(-0.42, -0.3, 0.5, color)
    pen.disc(0.42, -0.3, 0.5, color)
    pen.shape([(-0.86, -0.08), (0.86, -0.08), (0, 0.95)], color)
    pen.disc(-0.45, -0.38, 0.16, _shade(color, 1.5))


def _bolt(pen: _Pen, color: RGB) -> None:
    points = [(0.2, -1.0), (-0.6, 0.12), (-0.08, 0.12), (-0.25, 1.0), (0.6, -0.2), (0.08, -0.2), (0.5, -1.0)]
    pen.shape([(x + 0.06, y + 0.06) for x, y in points], _shade(color, 0.6))
    pen.shape(points, color)


def _bowl(pen: _Pen, color: RGB) -> None:
    pen.disc(0, 0.1, 0.95, (246, 244, 238), 0.85)
    pen.shape([(-1, -0.9), (1, -0.9), (1, 0.02), (-1, 0.02)], color)
    pen.disc(0, 0.02, 0.95, (236, 232, 224), 0.24)
    pen.disc(0, 0.03, 0.82, _shade(color, 1.1), 0.17)
    for x in (-0.3, 0.05, 0.4):
        pen.line([(x, -0.3), (x + 0.1, -0.5), (x, -0.7)], (240, 240, 240), 0.07)


def _fish(pen: _Pen, color: RGB) -> None:
    pen.shape(_leaf_points(-0.12, 0, 1.6, 0.95, 0), _shade(color, 0.9))
    pen.shape([(0.45, 0), (1, -0.5), (0.88, 0), (1, 0.5)], _shade(color, 0.8))
    pen.disc(-0.55, -0.1, 0.1, (255, 255, 255))
    pen.disc(-0.55, -0.1, 0.06, (20, 20, 20))


def _cat(pen: _Pen, color: RGB) -> None:
    dark = (70, 62, 60)
    pen.disc(0, 0.15, 0.75, dark, 0.68)
    for side in (-1, 1):
        pen.shape([(side * 0.72, 0.0), (side * 0.66, -0.85), (side * 0.12, -0.42)], dark)
        pen.disc(side * 0.28, 0.02, 0.15, (190, 214, 90), 0.18)
        pen.disc(side * 0.28, 0.02, 0.05, (10, 10, 10), 0.16)
    pen.disc(0, 0.35, 0.09, color)


PICTOGRAMS: dict[str, Callable[[_Pen, RGB], None]] = {
    "fruit": _fruit,
    "leaf": _leaf,
    "drop": _drop,
    "bubbles": _bubbles,
    "bean": _bean,
    "wheat": _wheat,
    "cow": _cow,
    "star": _star,
    "sun": _sun,
    "heart": _heart,
    "bolt": _bolt,
    "bowl": _bowl,
    "fish": _fish,
    "cat": _cat,
}


def draw_pictogram(
    draw: ImageDraw.ImageDraw, name: str, center: Point, side_px: float, color: RGB, *, paper: bool
) -> None:
    """Draw a pictogram.

    Args:
        draw: Where to draw.
        name: A key of PICTOGRAMS.
        center: (u, v) pixel of its middle.
        side_px: Edge of the square it fills.
        color: Main colour.
        paper: Whether to put a pale disc behind it, so that it reads on a ground of the same colour.
    """
    if paper:
        _Pen(draw, center, side_px).disc(0, 0, 1.0, (250, 247, 238))
    PICTOGRAMS[name](_Pen(draw, center, side_px * (0.68 if paper else 0.85)), color)
