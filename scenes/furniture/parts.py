"""Parts that several kinds of furniture share: boards with price rails, headers, finishes.

In: the shape of a run in its own frame (scenes.plan.layout.ShelfRun) and a shop's style. Out: `Mesh`es in
that frame. Used by scenes/furniture/fixtures.py, scenes/furniture/cooling.py and
scenes/furniture/counters.py.
"""

from dataclasses import dataclass, replace

import numpy as np

from scenes.furniture.price_tags import RAIL_M, RAIL_OUT_M
from scenes.geometry import Finish, make_boxes, make_quads, merge_meshes
from scenes.plan.layout import BOARD_THICKNESS_M
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, HIGHEST_CENTER_M, Mesh

RGB = tuple[int, int, int]
_REPEAT_M = 0.8
_HEADERS_A_LAYER = 4
_WORD_EVERY_M = 1.6
HEADER_THICK_M = 0.03
PROUD_M = 0.004  # what is fixed to a surface stands out from it: no two share a plane


ENDS = ("grooves", "plain", "holes", "wood", "band")


@dataclass(frozen=True)
class FixtureStyle:
    """Colours of a shop's furniture and the texture of its steel.

    Attributes:
        ends: How the panels at the ends of its shelving look, one of ENDS.
        price_rails: Whether rails with price tags run along the edges of boards.
    """

    steel: RGB
    back: RGB
    rail: RGB
    accent: RGB
    wood: RGB
    cabinet: RGB
    steel_layer: int
    ends: str
    price_rails: bool = True


@dataclass(frozen=True)
class RunShape:
    """One side of a fixture in its run's frame: x along it, y into it from the boards' edge, z up.

    Attributes:
        length_m, depth_m: Of its boards.
        front_m: Where its footprint begins, 0 or below.
        back_m: Where its half of the footprint ends.
        top_m: Its height.
        board_z_m: Upper faces of its boards.
        end_m: Thickness of the panels at both ends, outside the boards' length.
        goods_m: Up to which the slots of its fixture reach.
    """

    length_m: float
    depth_m: float
    front_m: float
    back_m: float
    top_m: float
    board_z_m: np.ndarray
    end_m: float
    goods_m: float


def steel_finish(style: FixtureStyle, instance_id: int) -> Finish:
    """Return the finish of coated steel."""
    return Finish(style.steel, MATERIAL["coated steel"], style.steel_layer, CLASS_ID["fixture"], instance_id)


def fixture_finish(color: RGB, material: str, instance_id: int) -> Finish:
    """Return a finish without texture, by the name of its material."""
    return Finish(color, MATERIAL[material], -1, CLASS_ID["fixture"], instance_id)


def shade(color: RGB, factor: float) -> RGB:
    """Scale a colour.

    >>> shade((100, 200, 50), 0.5)
    (50, 100, 25)
    """
    red, green, blue = (min(255, round(factor * channel)) for channel in color)
    return red, green, blue


def make_boards(
    shape: RunShape,
    style: FixtureStyle,
    finish: Finish,
    *,
    first: int = 1,
    thickness_m: float = BOARD_THICKNESS_M,
) -> Mesh:
    """Make the boards from number `first` up, and price rails on those in reach, if the shop has any."""
    z, length = shape.board_z_m, shape.length_m
    upper = z[first:]
    edge = np.zeros((len(upper), 1))
    parts = []
    if len(upper):
        low = np.column_stack([edge, edge, upper - thickness_m])
        high = np.column_stack([edge + length, edge + shape.depth_m, upper])
        parts.append(make_boxes(low, high, finish, sides=("-y", "+z", "-z"), texture_m=_REPEAT_M))
    if not style.price_rails:
        return merge_meshes(parts)
    rail = replace(finish, color=style.rail, layer=-1)
    z = z[z < HIGHEST_CENTER_M]
    side = np.zeros((len(z), 1))
    low = np.column_stack([side, side - RAIL_OUT_M, z - RAIL_M - 0.002])
    high = np.column_stack([side + length, side, z - 0.002])
    parts.append(make_boxes(low, high, rail, sides=("-y", "+z", "-z", "-x", "+x")))
    return merge_meshes(parts)


def make_header(
    shape: RunShape,
    style: FixtureStyle,
    instance_id: int,
    header: tuple[int, int],
    low_m: tuple[float, float, float],
    height_m: float,
    *,
    material: str = "sign",
) -> Mesh:
    """Make a board of full length, 3 cm deep, with a word on its front, repeated where it is long.

    `header` is the first layer of headers and which one to show, four a layer; `low_m` the lower front left
    corner of what it is fixed to, from which it stands out a little.
    """
    layer, word = header
    x, y, z = low_m
    end = x + shape.length_m
    plain = Finish(style.accent, MATERIAL["plastic"], -1, CLASS_ID["fixture"], instance_id)
    front = Finish(
        (255, 255, 255),
        MATERIAL[material],
        layer + word // _HEADERS_A_LAYER,
        CLASS_ID["fixture"],
        instance_id,
    )
    band = make_boxes((x, y - PROUD_M, z - PROUD_M), (end, y + HEADER_THICK_M, z + height_m), plain)
    # A word keeps its proportions: it is four times as wide as high, and repeated along a long board.
    half = min(2 * height_m, (end - x) / 2)
    repeats = max(1, round((end - x) / _WORD_EVERY_M))
    middle = x + (end - x) * (np.arange(repeats) + 0.5) / repeats
    corners = np.empty((repeats, 4, 3))
    corners[:, :, 0] = middle[:, None] + half * np.array([-1, 1, 1, -1])
    corners[:, :, 1] = y - PROUD_M - 0.001
    corners[:, :, 2] = z + height_m * np.array([0, 0, 1, 1])
    row = word % _HEADERS_A_LAYER
    low_v, high_v = (row + 1) / _HEADERS_A_LAYER - 0.004, row / _HEADERS_A_LAYER + 0.004
    uv = np.array([[0, low_v], [1, low_v], [1, high_v], [0, high_v]])
    return merge_meshes([band, make_quads(corners, front, uv=uv)])
