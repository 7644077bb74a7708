"""The table of pieces: shape, proportions, colours and skin of an almond, a crisp, a leaf, an orange.

In: a piece's name, sizes and turns. Out: its relief and skin, ready to be laid on a stage.
"""

from dataclasses import dataclass

import numpy as np

from scenes.goods.labels.photographs import grown, made, skins
from scenes.goods.labels.photographs.relief import (
    Outline,
    Relief,
    carve_sheet,
    carve_solid,
    make_turns,
    sample_turns,
)
from scenes.goods.labels.photographs.stage import make_grain
from scenes.goods.lettering import RGB


@dataclass(frozen=True)
class Piece:
    """A kind of piece.

    Attributes:
        shape: "ball", "rod", "block", or the outline of a sheet.
        axes: Half axes as shares of the piece's size; a sheet's third is how much it bends.
        colors: One is drawn a piece.
        skin: See scenes.goods.labels.photographs.skins.
        gloss: Strength of highlights.
        tilt_rad: How far pieces lean to either side.
        curl: See `carve_sheet`.
        bump_px: Relief of a sheet.
        upright: Whether pieces stand or lie with their own y down, turned by up to `tilt_rad`.
    """

    shape: str
    axes: tuple[float, float, float]
    colors: tuple[RGB, ...]
    skin: skins.Skin = skins.plain
    gloss: float = 0.2
    tilt_rad: float = 3.0
    curl: float = 1.0
    bump_px: float = 0.0
    upright: bool = False


def _eighth(value: np.ndarray) -> np.ndarray:
    square = value * value
    return (square * square) ** 2


def _disc(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    return 1 - s * s - t * t


def _shard(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    angle = np.arctan2(t, s) + np.arange(len(s))[:, None, None]
    return 0.86 + 0.1 * np.sin(3 * angle) + 0.07 * np.sin(7 * angle) - np.hypot(s, t)


def _triangle(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    sides = np.maximum(np.maximum(0.87 * s + 0.5 * t, -0.87 * s + 0.5 * t), -t)
    return 0.52 - sides - 0.6 * np.maximum(np.hypot(s, t) - 0.86, 0)


def _square(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    return 1 - _eighth(s) - _eighth(t)


def _leaf(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    width = np.clip(1 - s * s, 0, 1) ** 0.8 * (1 + 0.25 * s)
    return width - np.abs(t) - 0.04 * np.sin(40 * s) ** 2


def _bow(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    return 0.34 + 0.6 * np.abs(s) - np.abs(t) + 10 * np.minimum(0.92 - np.abs(s) + 0.05 * np.sin(24 * t), 0)


def _fish(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    body = 0.72 * np.sqrt(np.clip(1 - ((s + 0.2) / 0.8) ** 2, 0, 1)) ** 1.1
    tail = np.where(s > 0.42, 0.12 + 1.5 * (s - 0.42) - 1.4 * np.clip(s - 0.82, 0, 1), 0)
    return np.maximum(body, tail) - np.abs(t)


def _loop(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    radius = np.hypot(s, t)
    return np.minimum(1 - radius, radius - 0.38)


def _petal(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    angle = np.arctan2(t, s)
    return 0.66 + 0.32 * np.abs(np.sin(2.5 * angle)) - np.hypot(s, t)


def _bread(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    lower = 1 - _eighth(s / 0.9) - _eighth(t)
    return np.where(t > -0.45, lower, 1 - (s * s / 0.96) ** 2 - ((t + 0.45) / 0.53) ** 2)


def _razor(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    handle = np.minimum(0.13 + 0.05 * np.sin(5 * s) - np.abs(t), 0.8 - s)
    return np.maximum(handle, np.minimum(0.72 - np.abs(t), 0.17 - np.abs(s - 0.8)))


def _lolly(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    body = 1 - _eighth((s + 0.32) / 0.66) - _eighth(t)
    return np.maximum(body, np.minimum(0.16 - np.abs(t), 0.98 - np.abs(s)))


def _muffin(s: np.ndarray, t: np.ndarray) -> np.ndarray:
    top = 1 - (s / 0.98) ** 2 - ((t + 0.1) / 0.82) ** 2 - 0.05 * np.sin(7 * s + 3 * t)
    cup = np.minimum(0.78 - 0.2 * t - np.abs(s), 0.95 - t)
    return np.where(t < 0.12, top, cup)


OUTLINES: dict[str, Outline] = {
    "disc": _disc, "shard": _shard, "triangle": _triangle, "square": _square, "leaf": _leaf, "bow": _bow,
    "fish": _fish, "loop": _loop, "petal": _petal, "bread": _bread, "razor": _razor, "lolly": _lolly,
    "muffin": _muffin,
}  # fmt: skip

_CHOCOLATE = (84, 46, 26)

# ruff: noqa: E501 - a table, a piece a row
PIECES = {
    "almond": Piece("ball", (1, 0.62, 0.4), ((176, 104, 52), (158, 88, 42), (190, 120, 66)), skins.ribbed, 0.12),
    "cashew": Piece("ball", (1, 0.5, 0.46), ((236, 208, 156), (226, 190, 132)), skins.plain, 0.2),
    "hazelnut": Piece("ball", (1, 0.92, 0.9), ((166, 98, 46), (186, 118, 62)), skins.ribbed, 0.22),
    "peanut": Piece("ball", (1, 0.62, 0.6), ((222, 170, 98), (206, 148, 78), (232, 186, 120)), skins.rough, 0.25),
    "cranberry": Piece("ball", (1, 0.7, 0.62), ((136, 18, 34), (160, 28, 40)), skins.rough, 0.35),
    "coffee": Piece("ball", (1, 0.7, 0.5), ((92, 54, 30), (78, 44, 24), (106, 64, 36)), grown.creased, 0.4, 1.1),
    "kidney": Piece("ball", (1, 0.58, 0.5), ((122, 24, 26), (140, 34, 32), (104, 18, 22)), skins.smooth, 0.5),
    "white bean": Piece("ball", (1, 0.6, 0.5), ((238, 226, 196), (228, 212, 176)), skins.smooth, 0.35),
    "baked bean": Piece("ball", (1, 0.66, 0.56), ((206, 106, 46), (190, 88, 34)), skins.smooth, 0.55),
    "black bean": Piece("ball", (1, 0.64, 0.54), ((38, 32, 38), (50, 40, 44)), skins.smooth, 0.55),
    "pea": Piece("ball", (1, 1, 1), ((112, 172, 52), (96, 156, 42), (130, 186, 66)), skins.plain, 0.3),
    "corn": Piece("ball", (1, 0.8, 0.62), ((248, 206, 62), (242, 190, 44)), skins.smooth, 0.4),
    "carrot": Piece("block", (0.8, 0.8, 0.8), ((236, 122, 30), (226, 106, 24)), skins.plain, 0.25),
    "rice": Piece("ball", (1, 0.24, 0.22), ((250, 246, 234), (242, 236, 218)), skins.smooth, 0.2, 0.5),
    "pilau": Piece("ball", (1, 0.24, 0.22), ((248, 216, 110), (244, 226, 160), (232, 168, 60)), skins.smooth, 0.25, 0.5),
    "grain": Piece("ball", (1, 0.42, 0.38), ((214, 162, 84), (198, 142, 64), (226, 180, 104)), grown.creased, 0.2, 0.6),
    "oat": Piece("shard", (1, 0.8, 4), ((236, 214, 170), (224, 198, 150), (242, 226, 188)), skins.rough, 0.05, 0.7, 0.5, 1.2),
    "crisp": Piece("disc", (1, 0.8, 16), ((250, 216, 112), (246, 204, 92), (252, 224, 130)), made.crisp, 0.22, 0.75, -0.6, 1.0),
    "tortilla": Piece("triangle", (1, 1, 7), ((246, 200, 96), (240, 188, 82)), made.crisp, 0.12, 0.6, 0.4, 1.2),
    "nacho": Piece("triangle", (1, 1, 7), ((240, 158, 56), (236, 142, 44)), made.seasoned, 0.12, 0.6, 0.4, 1.2),
    "flake": Piece("shard", (1, 0.8, 9), ((244, 182, 62), (236, 160, 46), (248, 200, 92)), made.crisp, 0.18, 0.9, 0.6, 2.6),
    "puff": Piece("ball", (1, 0.96, 0.94), ((98, 54, 28), (84, 44, 22)), skins.crumbly, 0.08),
    "honey loop": Piece("loop", (1, 1, 2), ((228, 160, 60), (214, 140, 46)), skins.crumbly, 0.2, 0.9, 1.0, 1.0),
    "raisin": Piece("ball", (1, 0.66, 0.6), ((68, 34, 34), (84, 42, 36)), skins.rough, 0.3),
    "cluster": Piece("ball", (1, 0.84, 0.8), ((206, 150, 82), (190, 130, 62)), skins.crumbly, 0.15),
    "cocoa cluster": Piece("ball", (1, 0.84, 0.8), ((104, 62, 36), (88, 50, 28)), skins.crumbly, 0.15),
    "kibble": Piece("ball", (1, 0.96, 0.56), ((164, 92, 44), (142, 74, 34), (182, 112, 58)), skins.crumbly, 0.12, 0.9),
    "red kibble": Piece("ball", (1, 0.9, 0.56), ((168, 52, 34), (146, 40, 28)), skins.crumbly, 0.12, 0.9),
    "chunk": Piece("block", (0.9, 0.7, 0.6), ((134, 76, 46), (118, 62, 36), (152, 92, 58)), skins.crumbly, 0.45),
    "popcorn": Piece("ball", (1, 0.94, 0.9), ((252, 244, 214), (250, 234, 190)), made.scooped, 0.12),
    "caramel corn": Piece("ball", (1, 0.94, 0.9), ((226, 162, 78), (206, 132, 50), (240, 196, 120)), made.scooped, 0.5),
    "fusilli": Piece("rod", (1, 0.28, 0.28), ((242, 206, 116), (236, 196, 100)), skins.ringed, 0.15, 0.7),
    "penne": Piece("rod", (1, 0.3, 0.3), ((244, 206, 112), (238, 194, 96)), made.hollow, 0.18, 0.8),
    "farfalle": Piece("bow", (1, 0.8, 7), ((244, 210, 122), (238, 198, 104)), skins.rough, 0.12, 0.6, -1.0, 0.6),
    "fry": Piece("block", (1, 0.17, 0.17), ((246, 204, 96), (240, 186, 74), (250, 214, 120)), skins.rough, 0.15, 0.8),
    "crinkle": Piece("block", (1, 0.2, 0.19), ((246, 200, 90), (238, 182, 70)), skins.ringed, 0.15, 0.8),
    "wedge": Piece("ball", (1, 0.4, 0.34), ((236, 178, 76), (224, 158, 60)), made.crisp, 0.18, 0.9),
    "cookie": Piece("ball", (1, 1, 0.3), ((214, 158, 90), (204, 144, 78)), made.cookie, 0.12, 0.9),
    "biscuit": Piece("disc", (1, 1, 2), ((232, 188, 116), (224, 176, 100)), made.cracker, 0.12, 0.8, -1.0, 0.8),
    "choc biscuit": Piece("disc", (1, 1, 2), ((84, 46, 26), (94, 54, 32)), made.swirled, 0.5, 0.8),
    "cracker": Piece("square", (1, 1, 2), ((240, 204, 136), (234, 192, 118)), made.cracker, 0.1, 0.75, -1.0, 0.6),
    "praline": Piece("ball", (1, 0.98, 0.8), ((96, 54, 30), (70, 38, 22), (232, 208, 168)), skins.ribbed, 0.55, 0.5),
    "chocolate": Piece("block", (1, 0.72, 0.3), (_CHOCOLATE, (94, 52, 30)), made.moulded, 0.4, 0.7),
    "milk chocolate": Piece("block", (1, 0.72, 0.3), ((138, 84, 48), (148, 92, 54)), made.moulded, 0.4, 0.7),
    "white chocolate": Piece("block", (1, 0.72, 0.3), ((246, 230, 190), (240, 222, 176)), made.moulded, 0.3, 0.7),
    "gummy": Piece("ball", (1, 0.7, 0.62), ((222, 30, 42), (246, 190, 30), (70, 168, 52), (244, 124, 28), (240, 232, 214)), skins.nested, 0.7),
    "sour": Piece("ball", (1, 0.6, 0.55), ((150, 206, 60), (244, 214, 70), (236, 120, 160)), skins.crumbly, 0.2),
    "cola bottle": Piece("ball", (1, 0.46, 0.4), ((110, 52, 22), (130, 66, 30), (150, 82, 44)), skins.nested, 0.7, 0.8),
    "jelly ring": Piece("loop", (1, 1, 1), ((240, 110, 150), (250, 200, 80), (120, 196, 90)), skins.nested, 0.5, 0.7),
    "worm": Piece("rod", (1, 0.2, 0.2), ((230, 50, 60), (120, 190, 60), (250, 190, 50), (70, 150, 210)), skins.ringed, 0.6, 0.6),
    "mint candy": Piece("block", (0.8, 0.7, 0.5), ((120, 206, 196), (150, 220, 206)), skins.nested, 0.75),
    "cherry candy": Piece("block", (0.8, 0.7, 0.5), ((190, 30, 44), (210, 44, 56)), skins.nested, 0.75),
    "honey candy": Piece("block", (0.8, 0.7, 0.5), ((232, 160, 40), (240, 178, 60)), skins.nested, 0.75),
    "orange": Piece("ball", (1, 1, 0.98), ((246, 140, 24),), grown.peel, 0.35, 0.5),
    "orange slice": Piece("disc", (1, 1, 3), ((250, 158, 34),), grown.citrus, 0.3, 0.55),
    "grapefruit slice": Piece("disc", (1, 1, 3), ((232, 84, 62),), grown.citrus, 0.3, 0.55),
    "lemon": Piece("ball", (1, 0.78, 0.76), ((250, 216, 52),), grown.peel, 0.35, 0.6),
    "lemon slice": Piece("disc", (1, 1, 3), ((250, 224, 84),), grown.citrus, 0.3, 0.55),
    "lime slice": Piece("disc", (1, 1, 3), ((160, 200, 60),), grown.citrus, 0.3, 0.55),
    "apple": Piece("ball", (1, 0.92, 0.95), ((206, 54, 44), (214, 82, 50)), grown.streaked, 0.5, 0.25, upright=True),
    "green apple": Piece("ball", (1, 0.92, 0.95), ((156, 192, 62), (168, 200, 76)), grown.dipped, 0.5, 0.25, upright=True),
    "peach": Piece("ball", (1, 0.95, 0.95), ((246, 176, 84), (248, 164, 78)), grown.streaked, 0.12, 0.3),
    "apricot": Piece("ball", (1, 0.94, 0.92), ((246, 164, 58), (242, 150, 48)), grown.streaked, 0.15, 0.5),
    "pear": Piece("ball", (0.8, 1, 0.8), ((190, 196, 80), (206, 204, 96)), skins.plain, 0.35, 0.3, upright=True),
    "mango": Piece("ball", (1, 0.74, 0.7), ((244, 160, 50), (240, 146, 44)), grown.streaked, 0.35, 0.5),
    "mango cube": Piece("block", (0.8, 0.8, 0.8), ((250, 180, 48), (246, 166, 38)), skins.nested, 0.4),
    "banana": Piece("ball", (1, 0.26, 0.26), ((250, 216, 72), (246, 206, 60)), skins.plain, 0.25, 0.35),
    "strawberry": Piece("ball", (1, 0.78, 0.78), ((214, 26, 34), (200, 20, 30), (224, 40, 42)), grown.seeded, 0.5, 0.5),
    "raspberry": Piece("ball", (1, 0.84, 0.84), ((220, 44, 78), (206, 34, 66)), grown.drupelets, 0.35, 0.6),
    "blackberry": Piece("ball", (1, 0.84, 0.84), ((66, 28, 62), (52, 22, 54)), grown.drupelets, 0.5, 0.6),
    "blueberry": Piece("ball", (1, 1, 0.94), ((52, 62, 120), (44, 50, 104), (62, 72, 134)), grown.bloom, 0.2, 0.9),
    "cherry": Piece("ball", (1, 0.96, 0.96), ((150, 12, 34), (170, 20, 40)), skins.smooth, 0.75, 0.5),
    "grape": Piece("ball", (1, 0.9, 0.9), ((86, 34, 92), (104, 44, 106)), skins.nested, 0.5),
    "tomato": Piece("ball", (1, 0.9, 0.9), ((216, 36, 26), (206, 28, 22)), grown.stalked, 0.65, 0.3),
    "yellow tomato": Piece("ball", (1, 0.94, 0.94), ((246, 194, 40), (248, 176, 34)), grown.stalked, 0.65, 0.3),
    "olive": Piece("ball", (1, 0.74, 0.74), ((132, 142, 50), (116, 126, 40), (148, 154, 64)), skins.smooth, 0.55),
    "chilli": Piece("ball", (1, 0.2, 0.2), ((206, 24, 22), (190, 18, 20)), skins.smooth, 0.7, 0.4),
    "pepper": Piece("ball", (0.86, 1, 0.8), ((216, 52, 26), (226, 74, 30)), grown.streaked, 0.7, 0.4),
    "mushroom": Piece("ball", (1, 0.8, 0.8), ((226, 204, 172), (210, 182, 146)), skins.rough, 0.1, 0.5),
    "mint": Piece("leaf", (1, 0.6, 8), ((70, 148, 66), (88, 166, 76), (58, 130, 58)), grown.veined, 0.2, 0.6, -1.0, 1.0),
    "basil": Piece("leaf", (1, 0.7, 12), ((60, 132, 44), (78, 150, 54)), grown.veined, 0.35, 0.6, 1.0, 1.0),
    "tea leaf": Piece("leaf", (1, 0.42, 6), ((84, 140, 54), (106, 160, 66)), grown.veined, 0.25, 0.6, -1.0, 0.6),
    "dry tea": Piece("ball", (1, 0.16, 0.14), ((70, 50, 34), (52, 40, 28), (96, 70, 40)), skins.rough, 0.1, 0.5),
    "lettuce": Piece("leaf", (1, 0.8, 10), ((122, 176, 64), (96, 154, 52), (150, 194, 86)), grown.veined, 0.22, 0.8, -1.0, 3.0),
    "rocket": Piece("leaf", (1, 0.36, 8), ((68, 130, 50), (86, 146, 58)), grown.veined, 0.22, 0.8, -1.0, 2.0),
    "spinach": Piece("leaf", (1, 0.66, 9), ((48, 110, 44), (62, 126, 50)), grown.veined, 0.3, 0.8, -1.0, 2.0),
    "aloe": Piece("ball", (1, 0.17, 0.14), ((104, 164, 96), (122, 178, 106)), skins.ribbed, 0.4, 0.4),
    "rosemary": Piece("ball", (1, 0.09, 0.08), ((84, 122, 78), (102, 138, 90)), skins.plain, 0.1, 0.6),
    "rose": Piece("petal", (1, 1, 10), ((232, 128, 156), (240, 158, 178), (222, 104, 140)), skins.rough, 0.12, 0.7, 1.0, 1.0),
    "lavender": Piece("ball", (1, 0.6, 0.6), ((134, 96, 182), (152, 118, 196), (112, 78, 160)), skins.rough, 0.1),
    "daisy": Piece("petal", (1, 1, 6), ((250, 250, 244), (244, 244, 236)), skins.rough, 0.08, 0.6, 1.0, 1.0),
    "elderflower": Piece("petal", (1, 1, 3), ((250, 248, 226), (244, 240, 206)), skins.plain, 0.08, 0.6),
    "cheese": Piece("block", (1, 0.8, 0.12), ((246, 204, 92), (248, 210, 104)), made.holed, 0.15, 0.5),
    "edam": Piece("block", (1, 0.8, 0.12), ((246, 214, 130), (248, 220, 142)), skins.smooth, 0.15, 0.5),
    "cheese cube": Piece("block", (0.8, 0.8, 0.8), ((248, 206, 98), (244, 196, 84)), made.holed, 0.15),
    "butter": Piece("block", (1, 0.56, 0.5), ((252, 228, 130),), skins.plain, 0.2, 0.4),
    "ham": Piece("disc", (1, 0.84, 10), ((238, 164, 156), (232, 150, 144)), grown.marbled, 0.3, 0.5, -1.0, 1.0),
    "salami": Piece("disc", (1, 1, 3), ((172, 44, 40), (160, 36, 34)), grown.marbled, 0.3, 0.5),
    "chicken": Piece("ball", (1, 0.6, 0.5), ((226, 170, 104), (214, 150, 82)), skins.rough, 0.4, 0.5),
    "beef": Piece("ball", (1, 0.66, 0.4), ((150, 46, 42), (166, 56, 50)), grown.marbled, 0.35, 0.5),
    "salmon": Piece("block", (1, 0.56, 0.3), ((244, 134, 92), (248, 146, 104)), grown.marbled, 0.35, 0.4),
    "tuna": Piece("block", (0.9, 0.6, 0.5), ((222, 172, 146), (212, 156, 130)), grown.marbled, 0.2),
    "fish": Piece("fish", (1, 0.5, -16), ((58, 96, 134), (74, 112, 146)), grown.scaled, 0.5, 0.35, upright=True),
    "fish finger": Piece("block", (1, 0.3, 0.22), ((226, 146, 52), (216, 130, 40)), skins.crumbly, 0.12, 0.6),
    "egg": Piece("ball", (1, 0.76, 0.76), ((238, 208, 176), (230, 192, 154)), skins.plain, 0.15, 0.5),
    "toast": Piece("bread", (1, 1, 1), ((248, 228, 184), (244, 220, 170)), made.airy, 0.05, 0.35),
    "brown toast": Piece("bread", (1, 1, 1), ((214, 172, 118), (204, 160, 104)), made.airy, 0.05, 0.35),
    "rye": Piece("bread", (1, 0.8, 1), ((134, 88, 54), (124, 80, 48)), made.airy, 0.05, 0.35),
    "soap": Piece("ball", (1, 0.64, 0.36), ((248, 242, 226),), made.stamped, 0.5, 0.35),
    "towel": Piece("block", (1, 0.7, 0.26), ((250, 250, 250), (150, 196, 228), (246, 190, 208), (250, 226, 140)), made.woven, 0.03, 0.25, upright=True),
    "battery": Piece("rod", (1, 0.28, 0.28), ((40, 40, 46),), made.banded, 0.7, 0.5),
    "plaster": Piece("square", (1, 0.32, 3), ((228, 182, 142), (222, 172, 132)), made.padded, 0.12, 0.5, 1.0, 0.3),
    "kids plaster": Piece("square", (1, 0.32, 3), ((90, 170, 220), (244, 120, 110), (250, 206, 80)), made.padded, 0.15, 0.5, 1.0, 0.3),
    "razor": Piece("razor", (1, 0.56, -5), ((40, 120, 200), (60, 150, 150), (214, 90, 140)), made.shaving, 0.7, 0.5, upright=True),
    "bubble": Piece("ball", (1, 1, 1), ((226, 240, 248), (236, 246, 250)), skins.nested, 0.95),
    "ice": Piece("block", (0.9, 0.86, 0.8), ((206, 228, 240), (222, 238, 246)), skins.nested, 0.95),
    "drop": Piece("ball", (1, 0.92, 0.6), ((178, 216, 240), (196, 228, 246)), skins.nested, 0.95, 0.3),
    "vanilla scoop": Piece("ball", (1, 1, 0.9), ((250, 232, 180),), made.scooped, 0.2),
    "chocolate scoop": Piece("ball", (1, 1, 0.9), ((112, 66, 40),), made.scooped, 0.2),
    "strawberry scoop": Piece("ball", (1, 1, 0.9), ((242, 160, 176),), made.scooped, 0.2),
    "pistachio scoop": Piece("ball", (1, 1, 0.9), ((188, 202, 120),), made.scooped, 0.2),
    "stracciatella scoop": Piece("ball", (1, 1, 0.9), ((250, 242, 220),), made.cookie, 0.2),
    "lolly": Piece("lolly", (1, 0.5, -7), ((92, 50, 28),), made.on_a_stick, 0.5, 0.25, upright=True),
    "vanilla lolly": Piece("lolly", (1, 0.5, -7), ((252, 232, 176),), made.on_a_stick, 0.3, 0.25, upright=True),
    "fruit lolly": Piece("lolly", (1, 0.5, -7), ((246, 146, 36),), made.on_a_stick, 0.5, 0.25, upright=True),
    "cherry lolly": Piece("lolly", (1, 0.5, -7), ((204, 34, 52),), made.on_a_stick, 0.5, 0.25, upright=True),
    "comb": Piece("block", (1, 0.8, 0.2), ((222, 148, 28),), grown.combed, 0.5, 0.4),
    "kernel": Piece("ball", (1, 0.9, 0.8), ((206, 164, 110), (190, 146, 92)), skins.ribbed, 0.15),
    "muffin": Piece("muffin", (0.95, 1, -14), ((206, 144, 76), (196, 132, 64)), made.in_paper, 0.12, 0.12, upright=True),
    "chocolate muffin": Piece("muffin", (0.95, 1, -14), ((98, 58, 36), (86, 48, 30)), made.in_paper, 0.12, 0.12, upright=True),
}  # fmt: skip


def make_pieces(
    name: str, size_px: np.ndarray, *, turn: np.ndarray | None = None, rng: np.random.Generator
) -> tuple[Relief, np.ndarray, float]:
    """Make N pieces of about these sizes.

    Args:
        name: A key of PIECES.
        size_px: (N,) their longest half axes.
        turn: (N, 3, 3) how they lie; drawn where not given.
        rng: Lane of the photograph.

    Returns:
        Their relief, (N, 3, P, P) skins, and their gloss.
    """
    piece = PIECES[name]
    count = len(size_px)
    stretch = 1 + 0.07 * rng.standard_normal((count, 3)).clip(-1.5, 1.5)
    axes = (size_px[:, None] * np.array(piece.axes) * stretch).astype(np.float32)
    if turn is None and piece.upright:
        aslant = rng.uniform(-1, 1, count) * piece.tilt_rad
        turn = make_turns(aslant + np.pi / 2 * (piece.shape == "lolly"), np.zeros(count), np.zeros(count))
    elif turn is None:
        turn = sample_turns(count, piece.tilt_rad, rng=rng)
    if piece.shape in OUTLINES:
        axes[:, 2] = piece.axes[2] * size_px / 40
        bump = piece.bump_px * make_grain(6.0) * float(size_px.mean()) / 40
        relief = carve_sheet(OUTLINES[piece.shape], axes, turn, curl=piece.curl, bump=bump)
    else:
        relief = carve_solid(piece.shape, axes, turn, round_px=max(2.0, 0.12 * float(size_px.mean())))
    color = np.array(piece.colors)[rng.integers(len(piece.colors), size=count)] / 255
    color = color * (1 + 0.06 * rng.standard_normal((count, 1)).clip(-2, 2))
    return relief, piece.skin(relief, color), piece.gloss


def lean(heading_rad: float, lean_rad: float, spin_rad: float = 0.0) -> np.ndarray:
    """Make the (1, 3, 3) turn of a single piece."""
    return make_turns(np.array([heading_rad]), np.array([lean_rad]), np.array([spin_rad]))
