"""Columns that carry the roof: within rows of shelving, which they interrupt, or free where there is room.

In: a store section, its doors and what stands on the floor so far. Out: the same `Block`s with columns
among them, for scenes/plan/layout.py. They stand on a grid, but a column in an aisle is moved into the row
beside it, as rows are laid out about columns.
"""

from dataclasses import replace

import numpy as np
from shapely import box
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from scenes.plan.formats import FORMATS
from scenes.plan.walls import Block, Shell, way_through
from scenes.scenario import StoreSpec
from scenes.world import StoreLayout

_SPAN_M = (4.5, 7.5)  # from column to column
_SIDE_M = (0.3, 0.42)  # narrower than anybody, so that nobody steps in beside one within a row
_BESIDE_M = 0.02  # to the shelving that ends at a column
_LEAST_PIECE_M = 1.0  # of a row on either side of a column
_INTO_ROW_M = 1.2  # as far as a column is moved from its grid into a row
_CLEAR_M = 0.95  # about a column that stands free


def add_columns(
    spec: StoreSpec, shell: Shell, blocks: list[Block], *, rng: np.random.Generator
) -> list[Block]:
    """Draw whether the roof rests on columns, and put them where the plan has room for them."""
    span_x, span_y = rng.uniform(*_SPAN_M, 2)
    side = float(rng.uniform(*_SIDE_M))
    if rng.random() >= FORMATS[spec.format].column_share:
        return blocks
    for x in _divide(spec.width_m, span_x):
        for y in _divide(spec.depth_m, span_y):
            blocks = _stand(spec, shell, blocks, (x, y), side)
    return blocks


def find_columns(layout: StoreLayout) -> BaseGeometry:
    """Return the footprints of a shop's columns."""
    return unary_union([Polygon(part.footprint_m) for part in layout.fixtures if part.kind == "column"])


def _divide(length_m: float, span_m: float) -> list[float]:
    """Return the inner lines of a grid of about a span."""
    spans = max(1, round(length_m / span_m))
    return [length_m * k / spans for k in range(1, spans)]


def _stand(
    spec: StoreSpec, shell: Shell, blocks: list[Block], spot_m: tuple[float, float], side_m: float
) -> list[Block]:
    """Put one column into the nearest row, or where it is; leave it out where it would be in the way."""
    rows = [k for k, block in enumerate(blocks) if block.kind == "gondola" and _takes(block, spot_m)]
    if rows:
        nearest = min(rows, key=lambda k: _across_m(blocks[k], spot_m))
        return [
            *blocks[:nearest],
            *_interrupt(blocks[nearest], spot_m, side_m, spec.height_m),
            *blocks[nearest + 1 :],
        ]
    half = side_m / 2
    column = (spot_m[0] - half, spot_m[1] - half, spot_m[0] + half, spot_m[1] + half)
    taken = unary_union([*(block.shape for block in blocks), *(way_through(door) for door in shell.doors)])
    clear = box(*column).buffer(_CLEAR_M)
    if not shell.room.contains(clear) or clear.intersects(taken):
        return blocks
    return [*blocks, Block("column", "column", column, spec.height_m)]


def _along(block: Block) -> int:
    """Return the axis along which a row runs."""
    return 1 if block.faces[0][1] == "x" else 0


def _across_m(block: Block, spot_m: tuple[float, float]) -> float:
    """Return how far a point is from the middle line of a row."""
    axis = 1 - _along(block)
    return abs(spot_m[axis] - (block.rectangle[axis] + block.rectangle[axis + 2]) / 2)


def _takes(block: Block, spot_m: tuple[float, float]) -> bool:
    """Say whether a column can stand in a row, with enough shelving on both sides."""
    axis = _along(block)
    low, high = block.rectangle[axis] + _LEAST_PIECE_M, block.rectangle[axis + 2] - _LEAST_PIECE_M
    return low <= spot_m[axis] <= high and _across_m(block, spot_m) <= _INTO_ROW_M


def _interrupt(
    block: Block, spot_m: tuple[float, float], side_m: float, height_m: float
) -> tuple[Block, Block, Block]:
    """Cut a row in two and put a column between."""
    axis = _along(block)
    half, middle = side_m / 2, [0.0, 0.0]
    middle[axis] = spot_m[axis]
    middle[1 - axis] = (block.rectangle[1 - axis] + block.rectangle[3 - axis]) / 2
    before, behind = list(block.rectangle), list(block.rectangle)
    before[axis + 2] = spot_m[axis] - half - _BESIDE_M
    behind[axis] = spot_m[axis] + half + _BESIDE_M
    column = (middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half)
    return (
        replace(block, rectangle=(before[0], before[1], before[2], before[3])),
        Block("column", "column", column, height_m),
        replace(block, rectangle=(behind[0], behind[1], behind[2], behind[3])),
    )
