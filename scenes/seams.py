"""What is sewn into garments: seams, pockets and stitches, as textures that tint cloth.

In: the name of what trousers are made of. Out: (256, 256, 3) factors of the cloth's own colour, of tops
(256, 256, 1), laid out as synth/bodies/panels.py lays panels: u is across and v down, 0.9 m each. The front's
middle is at u = 0.5.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

_SIZE_PX, _FINER = 256, 4
_SIDE = 0.254  # of trunk and trousers, from the middle of the front
_BACK = 0.508
_INSEAM = 0.047  # of legs, across from the middle of the front and of the back
_FLY, _FLY_WIDE = (0.10, 0.25), 0.042  # from where to where, down, and how far aside its stitch is
_SEAM, _EDGE = 0.86, 0.74  # how dark a seam and the edge of a pocket are
_TOP_SEAM, _TOP_SEAM_WIDE = 0.88, 0.0035  # how dark and how wide a seam of a top is
_STITCH = (1.12, 1.06, 0.92)  # the yarn of jeans, beside the denim
Line = Sequence[tuple[float, float]]


def sew_top() -> np.ndarray:
    """Side seams of tops and skirts, which are those beneath sleeves as well: (256, 256, 1)."""
    lines = [[(0.5 + side * _SIDE, -0.1), (0.5 + side * _SIDE, 1.1)] for side in (1.0, -1.0)]
    return 1.0 + (_TOP_SEAM - 1.0) * _shade(lines, _TOP_SEAM_WIDE)[..., None]


def sew_trousers(name: str) -> np.ndarray:
    """Seams, fly and pockets of trousers: (256, 256, 3); those of "denim" are stitched with yarn."""
    seams, pockets = _list_seams(), _list_pockets(denim=name == "denim")
    dark = 1.0 + (_SEAM - 1.0) * _shade(seams, 0.003) + (_EDGE - 1.0) * _shade(pockets, 0.005)
    if name != "denim":
        return np.repeat(dark[..., None], 3, axis=2)
    stitches = [_shift(line, 0.009) for line in (*seams[:2], *pockets)] + [_j_stitch()]
    yarn = _shade(stitches, 0.0032)[..., None]
    return dark[..., None] * (1.0 + yarn * (np.array(_STITCH) - 1.0))


def _list_seams() -> list[Line]:
    """Outer seams, those on the inside of legs, of the seat and the fly."""
    sides: list[Line] = [[(0.5 + side * _SIDE, 0.0), (0.5 + side * _SIDE, 1.2)] for side in (1.0, -1.0)]
    inner: list[Line] = [
        [(middle + side * _INSEAM, 0.27), (middle + side * _INSEAM, 1.14)]
        for middle in (0.5, 1.0, 0.0)
        for side in (1.0, -1.0)
    ]
    middle: list[Line] = [[(0.5, _FLY[0]), (0.5, 0.33)]]
    middle += [[(back, 0.08), (back, 0.33)] for back in (0.5 + _BACK, 0.5 - _BACK)]
    return [*sides, *inner, *middle]


def _list_pockets(*, denim: bool) -> list[Line]:
    """Openings of front pockets, aslant or curved, and patches or welts behind."""
    lines: list[Line] = []
    for side in (1.0, -1.0):
        if denim:
            curve = np.linspace(0.0, np.pi / 2, 7)
            lines.append(
                [
                    (0.5 + side * (0.13 + 0.12 * float(1 - np.cos(t))), 0.12 + 0.085 * float(np.sin(t)))
                    for t in curve
                ]
            )
            across = [_BACK - reach for reach in (0.16, 0.16, 0.085, 0.012, 0.012, 0.16)]
            down = [0.19, 0.315, 0.34, 0.315, 0.19, 0.19]
        else:
            lines.append([(0.5 + side * 0.14, 0.12), (0.5 + side * 0.235, 0.285)])
            across = [_BACK - reach for reach in (0.155, 0.02)]
            down = [0.205, 0.205]
        lines.append([(0.5 + side * u, v) for u, v in zip(across, down, strict=True)])
    return lines


def _j_stitch() -> Line:
    """The stitch that holds the fly, down beside it and round to its end."""
    turn = np.linspace(0.0, np.pi / 2, 6)
    bend = [(0.5 + _FLY_WIDE * float(np.cos(t)), _FLY[1] - 0.04 + 0.04 * float(np.sin(t))) for t in turn]
    return [(0.5 + _FLY_WIDE, _FLY[0]), *bend]


def _shift(line: Line, aside: float) -> Line:
    """The same line, farther from the middle of the front."""
    return [(u + np.sign(u - 0.5) * aside, v) for u, v in line]


def _shade(lines: Sequence[Line], wide: float) -> np.ndarray:
    """How much of each texel (256, 256) lines cover that are so wide, 0 to 1; they go on over the edges."""
    size = _SIZE_PX * _FINER
    picture = Image.new("L", (size, size))
    pen = ImageDraw.Draw(picture)
    for line in lines:
        for over in (-1.0, 0.0, 1.0):
            for below in (-1.0, 0.0, 1.0):
                points = [((u + over) * size, (v + below) * size) for u, v in line]
                pen.line(points, fill=255, width=max(round(wide * size), 1))
    covered = np.asarray(picture, float).reshape(_SIZE_PX, _FINER, _SIZE_PX, _FINER).mean(axis=(1, 3))
    return covered / 255.0
