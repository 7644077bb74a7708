"""What stands on the floor: rows of gondolas or low tables, with end caps.

In: a store section, the shell, and what stands along the walls. Out: `Block`s for scenes/plan/layout.py.
"""

from dataclasses import dataclass, replace

import numpy as np
from shapely import box, union_all
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from scenes.plan.chests import CHEST_FLOOR_M, CHEST_INSET_M, CHEST_TOP_M, find_chest_depth_m
from scenes.plan.formats import FORMATS, StoreFormat
from scenes.plan.shell import Shell
from scenes.plan.walls import PANEL_M, Block
from scenes.scenario import StoreSpec

_TABLE_TOP_M = (0.86, 1.15)
_LONGEST_PIECE_M = 9.0
_SHORTEST_PIECE_M = 0.8


@dataclass(frozen=True)
class _Zone:
    """A part of the floor whose rows run one way.

    Attributes:
        x0, y0, x1, y1: From where rows may begin, in y, and the faces of what stands beside and behind, from
            which they keep an aisle.
    """

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class _Rows:
    """What all rows of a shop have in common.

    Attributes:
        trade: Habits of its format.
        aisle_m: Between rows.
        thick_m: Of a row.
        cap_m: Length of an end cap, 0 for none.
        height_m: Of the rows.
        kept_clear: Floor behind doors, and within an aisle of masonry and of what stands along it.
        chests: Share of the pieces that are chest freezers.
        thinner_m: How much thinner chests, and the other pieces, are than the thicker of them.
    """

    trade: StoreFormat
    aisle_m: float
    thick_m: float
    cap_m: float
    height_m: float
    kept_clear: BaseGeometry
    chests: float
    thinner_m: tuple[float, float]


def make_island_blocks(
    spec: StoreSpec, shell: Shell, others: list[Block], *, rng: np.random.Generator
) -> list[Block]:
    """Make rows of double gondolas or tables with aisles between, parted by cross aisles where long.

    Each arm of an L has rows of its own, where it is wide enough, and those beside an alcove may end before
    it; of the ways to part the floor, that which fills most is taken.
    """
    trade = FORMATS[spec.format]
    usual_m = chest_m = 2 * spec.shelf_depth_m + PANEL_M
    if spec.chests > 0:
        chest_m = 2 * (CHEST_INSET_M + find_chest_depth_m(spec.shelf_depth_m)) + PANEL_M
    thick_m = max(usual_m, chest_m)
    rows = _Rows(
        trade,
        spec.aisle_width_m,
        thick_m,
        spec.shelf_depth_m + PANEL_M if spec.end_caps and trade.islands == "gondola" else 0.0,
        float(rng.uniform(*_TABLE_TOP_M)) if trade.islands == "table" else spec.gondola_height_m,
        union_all(
            [
                _find_masonry(shell, others).buffer(spec.aisle_width_m, join_style="mitre"),
                *shell.kept_clear,
            ]
        ),
        spec.chests,
        (thick_m - chest_m, thick_m - usual_m),
    )
    back = max([0.0, *(_depth_of(block) for block in others)])
    plans = []
    for zones in _part_floor(spec, shell, back):
        shares = [float(rng.uniform(*trade.row_share)) for _ in zones]
        plans.append(
            [_try_zone(rows, zone, share, rng=rng) for zone, share in zip(zones, shares, strict=True)]
        )
    best = max(plans, key=_compute_worth)
    return [block for part in best for block in part]


def _compute_worth(plan: list[list[Block]]) -> tuple[int, float]:
    """Return how many zones have rows, and how much floor these take."""
    return sum(map(bool, plan)), sum(map(_compute_area, plan))


def _compute_area(blocks: list[Block]) -> float:
    return sum(block.shape.area for block in blocks)


def _part_floor(spec: StoreSpec, shell: Shell, back_m: float) -> list[list[_Zone]]:
    """List the ways to part the floor into zones; `back_m` is how far furniture stands in from walls."""
    left, right = back_m, spec.width_m - back_m
    front, behind = shell.front_m, spec.depth_m - back_m
    whole = _Zone(left, front, right, behind)
    if spec.outline == "alcove":
        shoulders = min(float(part[:, 1].min()) for part in shell.masonry)
        return [[whole], [replace(whole, y1=shoulders - back_m)]]
    if spec.outline != "l_shape":
        return [[whole]]
    x0, y0, x1, _ = shell.masonry[0].min(0).tolist() + shell.masonry[0].max(0).tolist()
    bay = y0 - back_m  # the short arm ends there
    if x0 == 0.0:
        arm, side = (x1 + back_m, right), (left, x1 + back_m + spec.aisle_width_m)
    else:
        arm, side = (left, x0 - back_m), (x0 - back_m - spec.aisle_width_m, right)
    return [
        [whole],
        [_Zone(left, front, right, bay), _Zone(arm[0], bay, arm[1], behind)],
        [_Zone(arm[0], front, arm[1], behind), _Zone(side[0], front, side[1], bay)],
    ]


def _try_zone(rows: _Rows, zone: _Zone, share: float, *, rng: np.random.Generator) -> list[Block]:
    """Lay rows toward the doors where the trade does, else the fuller way; with end caps where they fit."""
    for way in (rows, replace(rows, cap_m=0.0)):
        plans = [_fill_zone(way, zone, share, along_x, rng=rng) for along_x in (False, True)]
        best = plans[0] if rows.trade.rows_to_doors and plans[0] else max(plans, key=_compute_area)
        if best:
            return best
    return []


def _fill_zone(
    rows: _Rows, zone: _Zone, share: float, along_x: bool, *, rng: np.random.Generator
) -> list[Block]:
    """Lay the share of the rows that fit; across the shop, their front aisle is part of what is before."""
    aisle, thick = rows.aisle_m, rows.thick_m
    if along_x:
        across0, across1, along0, along1 = zone.y0 - aisle, zone.y1, zone.x0 + aisle, zone.x1 - aisle
    else:
        across0, across1, along0, along1 = zone.x0, zone.x1, zone.y0, zone.y1 - aisle
    most = int((across1 - across0 - aisle) // (thick + aisle))
    count = int(np.ceil(most * share - 1e-9)) if most > 2 or share < 0.5 else most
    if count < 1:
        return []
    slack = across1 - across0 - count * thick - (count + 1) * aisle
    aisles = aisle + slack * rng.dirichlet(np.full(count + 1, 6.0))
    blocks: list[Block] = []
    place = across0
    for row in range(count):
        place += aisles[row]
        for start, end in _find_free(place, place + thick, along0, along1, rows.kept_clear, along_x):
            for low, high in _sample_pieces(start, end, aisle, rows.cap_m, rng=rng):
                chest = rows.chests > 0 and rng.random() < rows.chests
                aside = rows.thinner_m[0 if chest else 1] / 2
                area = (place + aside, low, place + thick - aside, high)
                if chest:
                    blocks += _one_row("chest", area, 0.0, CHEST_TOP_M, along_x)
                else:
                    blocks += _one_row(rows.trade.islands, area, rows.cap_m, rows.height_m, along_x)
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
    if kind == "chest":
        return [Block(kind, kind, rectangle(c0, a0, c1, a1), height, sides, CHEST_INSET_M, (CHEST_FLOOR_M,))]
    blocks = [Block(kind, kind, rectangle(c0, a0 + cap, c1, a1 - cap), height, sides)]
    if cap > 0:
        blocks.append(Block("end cap", "end_cap", rectangle(c0, a0, c1, a0 + cap), height, ends[:1]))
        blocks.append(Block("end cap", "end_cap", rectangle(c0, a1 - cap, c1, a1), height, ends[1:]))
    return blocks
