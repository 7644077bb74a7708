"""What stands on the floor: rows of gondolas or low tables, with end caps.

In: a store section, the shell, and what stands along the walls. Out: `Block`s for scenes/plan/layout.py.
"""

import numpy as np
from shapely import box, union_all
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from scenes.plan.formats import FORMATS
from scenes.plan.walls import PANEL_M, Block, Shell
from scenes.scenario import StoreSpec

_TABLE_TOP_M = (0.86, 1.15)
_LONGEST_PIECE_M = 9.0
_SHORTEST_PIECE_M = 0.8


def make_island_blocks(
    spec: StoreSpec, shell: Shell, others: list[Block], *, rng: np.random.Generator
) -> list[Block]:
    """Make rows of double gondolas or tables with aisles between, parted by cross aisles where long."""
    trade = FORMATS[spec.format]
    back = max([0.0, *(_depth_of(block) for block in others)])
    x0, y0, x1, y1 = back, shell.front_m, spec.width_m - back, spec.depth_m - back
    aisle, thick = spec.aisle_width_m, 2 * spec.shelf_depth_m + PANEL_M
    along_x = spec.format != "supermarket" and (x1 - x0) > (y1 - y0) and bool(rng.random() < 0.4)
    if along_x:  # rows run across the shop: the front aisle is part of the front zone
        across0, across1, along0, along1 = y0, y1 - aisle, x0 + aisle, x1 - aisle
        most = int((across1 - across0 + aisle) // (thick + aisle))
    else:
        across0, across1, along0, along1 = x0, x1, y0, y1 - aisle
        most = int((across1 - across0 - aisle) // (thick + aisle))
    share = float(rng.uniform(*trade.row_share))
    rows = int(np.ceil(most * share - 1e-9)) if most > 2 or share < 0.5 else most
    if rows < 1:
        return []
    gaps = rows - 1 if along_x else rows + 1
    slack = across1 - across0 - rows * thick - gaps * aisle
    aisles = aisle + slack * rng.dirichlet(np.full(rows + 1, 6.0))
    if along_x:
        aisles[0] -= aisle
    height = float(rng.uniform(*_TABLE_TOP_M)) if trade.islands == "table" else spec.gondola_height_m
    cap = spec.shelf_depth_m + PANEL_M if spec.end_caps and trade.islands == "gondola" else 0.0
    kept_clear = _find_masonry(shell, others).buffer(aisle, join_style="mitre")
    blocks: list[Block] = []
    place = across0
    for row in range(rows):
        place += aisles[row]
        for start, end in _find_free(place, place + thick, along0, along1, kept_clear, along_x):
            for low, high in _sample_pieces(start, end, aisle, cap, rng=rng):
                blocks += _one_row(trade.islands, (place, low, place + thick, high), cap, height, along_x)
        place += thick
    return blocks


def _find_masonry(shell: Shell, others: list[Block]) -> BaseGeometry:
    """Return what stands into the room's rectangle: masonry, with the furniture along it."""
    masonry = union_all([Polygon(part) for part in shell.masonry])
    along_it = [block.shape for block in others if block.shape.distance(masonry) < 1e-3]
    return union_all([masonry, *along_it])


def _find_free(
    across0: float, across1: float, low: float, high: float, kept_clear: BaseGeometry, along_x: bool
) -> list[tuple[float, float]]:
    """List the stretches of a row, from low to high, that keep off what is kept clear."""
    strip = box(low, across0, high, across1) if along_x else box(across0, low, across1, high)
    axis = 0 if along_x else 1
    free = [(low, high)]
    for part in getattr(strip.intersection(kept_clear), "geoms", [strip.intersection(kept_clear)]):
        if part.area > 1e-9:
            start, end = part.bounds[axis], part.bounds[axis + 2]
            free = [
                piece
                for a, b in free
                for piece in ((a, min(b, start)), (max(a, end), b))
                if piece[1] > piece[0]
            ]
    return free


def _depth_of(block: Block) -> float:
    x0, y0, x1, y1 = block.rectangle
    return x1 - x0 if block.faces[0][1] == "x" else y1 - y0


def _sample_pieces(
    low: float, high: float, aisle: float, cap: float, *, rng: np.random.Generator
) -> list[tuple[float, float]]:
    """Cut a row into pieces of at most about 8 m with cross aisles between; ends may step back a little."""
    low, high = low + float(rng.uniform(0, 0.15)), high - float(rng.uniform(0, 0.15))
    pieces = max(1, int(np.ceil((high - low) / _LONGEST_PIECE_M)))
    length = (high - low - (pieces - 1) * aisle) / pieces
    if length < _SHORTEST_PIECE_M + 2 * cap:
        return []
    return [(low + k * (length + aisle), low + k * (length + aisle) + length) for k in range(pieces)]


def _one_row(
    kind: str, area: tuple[float, float, float, float], cap: float, height: float, along_x: bool
) -> list[Block]:
    """One double gondola or table in (across, along) coordinates, with end caps at both ends when asked."""
    c0, a0, c1, a1 = area

    def rectangle(c0: float, a0: float, c1: float, a1: float) -> tuple[float, float, float, float]:
        return (a0, c0, a1, c1) if along_x else (c0, a0, c1, a1)

    sides = ("-y", "+y") if along_x else ("-x", "+x")
    ends = ("-x", "+x") if along_x else ("-y", "+y")
    blocks = [Block(kind, kind, rectangle(c0, a0 + cap, c1, a1 - cap), height, sides)]
    if cap > 0:
        blocks.append(Block("end cap", "end_cap", rectangle(c0, a0, c1, a0 + cap), height, ends[:1]))
        blocks.append(Block("end cap", "end_cap", rectangle(c0, a1 - cap, c1, a1), height, ends[1:]))
    return blocks
