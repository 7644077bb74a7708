"""Columns that carry the roof: along the walls, within rows of shelving, or free where there is room.

In: a store section, its doors and what stands on the floor so far. Out: the same `Block`s with columns
among them, for scenes/plan/layout.py. They stand on a grid, but a column in an aisle is moved into the row
beside it, as rows are laid out about columns. What stands in a row or along a wall is parted by it.
"""

from dataclasses import replace

import numpy as np
from shapely import box
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from scenes.plan.formats import FORMATS, PASSAGE_M
from scenes.plan.shell import Shell
from scenes.plan.walls import Block
from scenes.scenario import StoreSpec
from scenes.world import StoreLayout

_SPAN_M = (4.0, 6.5)  # from column to column
_SIDE_M = (0.3, 0.42)  # narrower than anybody, so that nobody steps in beside one within a row
_BESIDE_M = 0.02  # to the shelving that ends at a column
_LEAST_PIECE_M = 1.0  # of a row on either side of a column
_INTO_ROW_M = 1.2  # as far as a column is moved from its grid, in a row or into one
_PARTED = ("gondola", "table", "wall_shelf")


def add_columns(
    spec: StoreSpec, shell: Shell, blocks: list[Block], *, rng: np.random.Generator
) -> list[Block]:
    """Draw whether the roof rests on columns, and put them where the plan has room for them."""
    span_x, span_y = rng.uniform(*_SPAN_M, 2)
    side = float(rng.uniform(*_SIDE_M))
    if rng.random() >= FORMATS[spec.format].column_share:
        return blocks
    lines_x, lines_y = _divide(spec.width_m, span_x), _divide(spec.depth_m, span_y)
    for x in lines_x:
        for y in lines_y[1:]:
            at_walls = (x in (0.0, spec.width_m)) + (y == spec.depth_m)
            if at_walls < 2:  # corners carry themselves
                blocks = _stand(spec, shell, blocks, (x, y), side, free=not at_walls)
    return blocks


def find_columns(layout: StoreLayout) -> BaseGeometry:
    """Return the footprints of a shop's columns."""
    return unary_union([Polygon(part.footprint_m) for part in layout.fixtures if part.kind == "column"])


def _divide(length_m: float, span_m: float) -> list[float]:
    """Return the lines of a grid of about a span, those along both walls among them."""
    spans = max(1, round(length_m / span_m))
    return [length_m * k / spans for k in range(spans + 1)]


def _stand(
    spec: StoreSpec,
    shell: Shell,
    blocks: list[Block],
    spot_m: tuple[float, float],
    side_m: float,
    *,
    free: bool,
) -> list[Block]:
    """Put one column into the nearest row, or where it is if it may stand free; else leave it out."""
    rows = [k for k, block in enumerate(blocks) if block.kind in _PARTED and _off_m(block, spot_m) < np.inf]
    if rows:
        nearest = min(rows, key=lambda k: _off_m(blocks[k], spot_m))
        return [
            *blocks[:nearest],
            *_interrupt(blocks[nearest], spot_m, side_m, spec.height_m),
            *blocks[nearest + 1 :],
        ]
    half = side_m / 2
    column = (spot_m[0] - half, spot_m[1] - half, spot_m[0] + half, spot_m[1] + half)
    taken = unary_union([*(block.shape for block in blocks), *shell.kept_clear])
    clear = box(*column).buffer(PASSAGE_M)
    if not free or not shell.room.contains(clear) or clear.intersects(taken):
        return blocks
    return [*blocks, Block("column", "column", column, spec.height_m)]


def _along(block: Block) -> int:
    """Return the axis along which a row runs."""
    return 1 if block.faces[0][1] == "x" else 0


def _place(block: Block, spot_m: tuple[float, float]) -> float:
    """Return where along a row a column would stand, with enough shelving on both sides."""
    axis = _along(block)
    low, high = block.rectangle[axis] + _LEAST_PIECE_M, block.rectangle[axis + 2] - _LEAST_PIECE_M
    return min(max(spot_m[axis], low), high)


def _off_m(block: Block, spot_m: tuple[float, float]) -> float:
    """Return how far a column is from where it would stand in a row, infinite if it cannot stand there."""
    axis = _along(block)
    across = abs(spot_m[1 - axis] - (block.rectangle[1 - axis] + block.rectangle[3 - axis]) / 2)
    along = abs(spot_m[axis] - _place(block, spot_m))
    short = block.rectangle[axis + 2] - block.rectangle[axis] < 2 * _LEAST_PIECE_M
    return np.inf if short or max(across, along) > _INTO_ROW_M else float(np.hypot(across, along))


def _interrupt(
    block: Block, spot_m: tuple[float, float], side_m: float, height_m: float
) -> tuple[Block, Block, Block]:
    """Cut a row in two and put a column between; one at a wall is as deep as the shelving along it."""
    axis = _along(block)
    half, place = side_m / 2, _place(block, spot_m)
    column, before, behind = list(block.rectangle), list(block.rectangle), list(block.rectangle)
    column[axis], column[axis + 2] = place - half, place + half
    if len(block.faces) == 2:
        middle = (block.rectangle[1 - axis] + block.rectangle[3 - axis]) / 2
        column[1 - axis], column[3 - axis] = middle - half, middle + half
    before[axis + 2] = place - half - _BESIDE_M
    behind[axis] = place + half + _BESIDE_M
    return (
        replace(block, rectangle=(before[0], before[1], before[2], before[3])),
        Block("column", "column", (column[0], column[1], column[2], column[3]), height_m),
        replace(block, rectangle=(behind[0], behind[1], behind[2], behind[3])),
    )
