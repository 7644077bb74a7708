"""The furniture along the walls.

In: a store section, the shell and a generator. Out: `Block`s for scenes/plan/layout.py to number.
"""

from dataclasses import dataclass

import numpy as np
from shapely import LineString, box
from shapely.geometry import Polygon

from scenes.plan.chests import CHEST_BACK_M, CHEST_FLOOR_M, CHEST_INSET_M, CHEST_TOP_M, find_chest_depth_m
from scenes.plan.formats import COOLING, FORMATS, GLAZED, WHEELCHAIR_M
from scenes.plan.shell import WAY_DEPTH_M, Shell, way_through
from scenes.scenario import StoreSpec

PANEL_M = 0.04  # thickness of a gondola's back panel, and of the back of shelving on a wall
DESK_M = 0.5  # depth of a help desk
_DUCT_M = 0.1  # behind the shelves of a chiller, cold air rises
_GLASS_DOOR_M = 0.07  # the doors of a fridge stand that far before its shelves
_BESIDE_M = 0.02
_BESIDE_CORNER_M = 0.06  # from the end of shelving to a corner that stands out, or is aslant
_SHORTEST_RUN_M = 0.9
_SHORTEST_COOLED_M = 1.2
_SHORTEST_HOT_M, _LONGEST_HOT_M = 1.2, 2.6
_LONGEST_CHEST_M = 3.2
_COOLED_TOP_M, _HOT_TOP_M, _PEG_TOP_M = 1.88, 1.52, 2.0
_UNDER_CEILING_M = 0.3  # over what stands along the walls, for lamps, signs and hands
_HOT_BOARD_M = (0.86, 1.15)
# Lowest goods on a peg wall, from row to row, free above the top row; hooks are shorter than boards are deep.
_PEG_ROWS_M, _PEG_DEPTH_M, _HIGHEST_PEG_M = (0.3, 0.285, 0.3), 0.28, 1.46


@dataclass(frozen=True)
class Block:
    """A fixture before it is numbered.

    Attributes:
        name, kind: See scenes.world.Fixture.
        rectangle: x0, y0, x1, y1.
        height_m: Its top.
        faces: Sides that carry shelves: "-x", "+x", "-y", "+y".
        inset_m: How far the shelves' front edge stands back from the side.
        board_z_m: Heights of its boards where they are given.
    """

    name: str
    kind: str
    rectangle: tuple[float, float, float, float]
    height_m: float
    faces: tuple[str, ...] = ()
    inset_m: float = 0.0
    board_z_m: tuple[float, ...] = ()

    @property
    def shape(self) -> Polygon:
        """Its footprint."""
        return box(*self.rectangle)


@dataclass(frozen=True)
class _Span:
    """A stretch of a wall that furniture may take.

    Attributes:
        face: The side on which it looks.
        at_m: Where the wall is: its y if it looks along y, else its x.
        low_m, high_m: From and to along the wall.
    """

    face: str
    at_m: float
    low_m: float
    high_m: float


_Piece = tuple[str, _Span, float, float]  # kind, wall, from and to along it


def make_wall_blocks(spec: StoreSpec, shell: Shell, *, rng: np.random.Generator) -> list[Block]:
    """Put shelving along the walls; side walls begin at different distances from the front.

    The coldest goods stand farthest from the door: cooled furniture fills the back wall first, freezers
    stand beside it.
    """
    trade = FORMATS[spec.format]
    spans = _sample_spans(spec, shell, rng=rng)
    kind = trade.cooled[int(rng.integers(len(trade.cooled)))]
    walls_m = sum(span.high_m - span.low_m for span in spans)
    frozen_share = min(1.0, spec.freezers + spec.chests)
    left_m = float(rng.uniform(*trade.cooled_share)) * spec.cooling * walls_m * (1.0 - frozen_share)
    frozen_m, chest_m, peg_m = (share * walls_m for share in (spec.freezers, spec.chests, spec.pegs))
    hot = rng.random() < trade.hot_share
    pieces: list[_Piece] = []
    for span in spans:
        low, high = span.low_m, span.high_m
        least_m = _SHORTEST_COOLED_M if spec.cooling > 0 and not pieces else 0.0
        cold = min(max(left_m, least_m), high - low)
        if cold >= _SHORTEST_COOLED_M:
            cold = _fill(cold, high - low)
            pieces.append((kind, span, low, low + cold))
            low, left_m = low + cold + _BESIDE_M, left_m - cold
        if frozen_m > 0 and high - low >= _SHORTEST_COOLED_M:
            length = _fill(max(frozen_m, _SHORTEST_COOLED_M), high - low)
            pieces.append(("freezer", span, low, low + length))
            low, frozen_m = low + length + _BESIDE_M, frozen_m - length
        if chest_m > 0 and high - low >= _SHORTEST_COOLED_M:
            length = _fill(min(max(chest_m, _SHORTEST_COOLED_M), _LONGEST_CHEST_M), high - low)
            pieces.append(("chest", span, low, low + length))
            low, chest_m = low + length + _BESIDE_M, chest_m - length
        if hot and span.face[1] == "x" and high - low >= _SHORTEST_HOT_M:
            length = min(_fill(float(rng.uniform(_SHORTEST_HOT_M, 1.8)), high - low), _LONGEST_HOT_M)
            pieces.append(("hot_counter", span, low, low + length))
            low, hot = low + length + _BESIDE_M, False
        if peg_m > 0 and high - low >= _SHORTEST_RUN_M:
            length = _fill(max(peg_m, _SHORTEST_RUN_M), high - low)
            pieces.append(("peg_wall", span, low, low + length))
            low, peg_m = low + length + _BESIDE_M, peg_m - length
        if high - low >= _SHORTEST_RUN_M:
            pieces.append(("wall_shelf", span, low, high))
    for asked, share in (("freezer", spec.freezers), ("chest", spec.chests), ("peg_wall", spec.pegs)):
        if share > 0 and all(piece[0] != asked for piece in pieces):
            pieces = _squeeze_in(asked, pieces)
    return [_wall_block(spec, *piece) for piece in pieces]


def _squeeze_in(kind: str, pieces: list[_Piece]) -> list[_Piece]:
    """Give a kind that was asked for, and found no room, the end of the longest piece of another."""
    least_m = _SHORTEST_RUN_M if kind == "peg_wall" else _SHORTEST_COOLED_M
    longest = max(pieces, key=lambda piece: piece[3] - piece[2], default=None)
    if longest is None or longest[3] - longest[2] < least_m + _BESIDE_M + _SHORTEST_COOLED_M:
        return pieces
    other, span, low, high = longest
    at = pieces.index(longest)
    parted = [(other, span, low, high - least_m - _BESIDE_M), (kind, span, high - least_m, high)]
    return pieces[:at] + parted + pieces[at + 1 :]


def _fill(wanted_m: float, room_m: float) -> float:
    """Return how much of a stretch is taken: all of it where nothing else would fit beside what is wanted."""
    return room_m if room_m - wanted_m < _SHORTEST_RUN_M + _BESIDE_M else wanted_m


def _sample_spans(spec: StoreSpec, shell: Shell, *, rng: np.random.Generator) -> list[_Span]:
    """Draw the stretches of all walls but the front, corners left out: the backs first, the deepest first."""
    corner = spec.shelf_depth_m + PANEL_M + _GLASS_DOOR_M + _DUCT_M
    if spec.chests > 0:
        corner = max(corner, find_depth_m(spec, "chest") + PANEL_M + CHEST_INSET_M + CHEST_BACK_M)
    starts = np.maximum(shell.front_m + rng.uniform(-0.5, 0.3, 2), 0.9)
    ways = [way_through(door).bounds for door in shell.doors]
    beside_m = np.array([min(way[0] for way in ways), spec.width_m - max(way[2] for way in ways)])
    starts = np.where(beside_m < corner, np.maximum(starts, WAY_DEPTH_M), starts)
    if (beside_m < DESK_M).all():
        starts = np.maximum(starts, WAY_DEPTH_M + 0.6)  # doors in both corners: the desk stands behind them
    front = {"+x": float(starts[0]), "-x": float(starts[1])}
    corners = np.array(shell.room.exterior.coords)[:-1]
    count = len(corners)
    ring = [corners.take(range(k - 1, k + 2), axis=0, mode="wrap") for k in range(count)]
    left_m = [_find_corner(ends, corner) for ends in ring]
    length_m = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    carries = [length_m[k] - left_m[k] - left_m[(k + 1) % count] >= _SHORTEST_RUN_M for k in range(count)]
    spans = []
    for k in range(1, count):
        a, b = corners[k], corners[(k + 1) % count]
        if not carries[k] or min(abs(b - a)) > 1e-6:
            continue  # nothing stands along a wall that is short or aslant
        axis = int(np.argmax(abs(b - a)))
        face = ("+y", "-x")[axis] if b[axis] > a[axis] else ("-y", "+x")[axis]
        beside = (k - 1, (k + 1) % count)
        ends = [
            (a[axis], left_m[k] if carries[beside[0]] else _BESIDE_CORNER_M),
            (b[axis], left_m[(k + 1) % count] if carries[beside[1]] else _BESIDE_CORNER_M),
        ]
        (low, after), (high, before) = sorted(ends)
        low, high = (front[face] if axis == 1 and low == 0.0 else low + after), high - before
        low, high = _cut_nooks(shell, axis, (low, high), float(a[1 - axis]), corner + WHEELCHAIR_M)
        wall = LineString([a, b])
        ways = [
            way_through(door).bounds for door in shell.fire_exits if way_through(door).distance(wall) < 1e-3
        ]
        cuts = sorted((way[axis], way[axis + 2]) for way in ways)
        starts_m, ends_m = [low, *(cut[1] for cut in cuts)], [*(cut[0] for cut in cuts), high]
        spans += [
            _Span(face, float(a[1 - axis]), float(s), float(e))
            for s, e in zip(starts_m, ends_m, strict=True)
            if e - s >= _SHORTEST_RUN_M
        ]
    order = ("-y", "+x", "-x", "+y")
    return sorted(spans, key=lambda s: (order.index(s.face), -s.high_m if s.face[1] == "x" else -s.at_m))


def _cut_nooks(
    shell: Shell, axis: int, span_m: tuple[float, float], at_m: float, before_m: float
) -> tuple[float, float]:
    """Shorten a stretch of wall where masonry stands so near before it that nobody gets to shelves there."""
    low, high = span_m
    for part in shell.masonry:
        along, across = part[:, axis], part[:, 1 - axis]
        gap_m = max(across.min() - at_m, at_m - across.max())
        if 1e-6 < gap_m < before_m and along.min() < high and along.max() > low:
            if along.min() + along.max() < low + high:
                low = max(low, float(along.max()) + _BESIDE_CORNER_M)
            else:
                high = min(high, float(along.min()) - _BESIDE_CORNER_M)
    return low, high


def _find_corner(ends_m: np.ndarray, full_m: float) -> float:
    """Return what to leave out at the middle of three corners: the depth of shelving, or a little."""
    u, v = np.diff(ends_m, axis=0)
    into_room = u[0] * v[1] - u[1] * v[0] > 0
    return full_m if into_room and abs(u @ v) < 1e-6 else _BESIDE_CORNER_M


def find_depth_m(spec: StoreSpec, kind: str) -> float:
    """Return how deep the boards of a kind of furniture are, or how long its hooks."""
    if kind == "chest":
        return find_chest_depth_m(spec.shelf_depth_m)
    return min(spec.shelf_depth_m, _PEG_DEPTH_M) if kind == "peg_wall" else spec.shelf_depth_m


def _wall_block(spec: StoreSpec, kind: str, span: _Span, low_m: float, high_m: float) -> Block:
    """Make the block of one kind along a part of a stretch of wall."""
    usual = {**dict.fromkeys(COOLING, _COOLED_TOP_M), "hot_counter": _HOT_TOP_M, "chest": CHEST_TOP_M}
    usual["peg_wall"] = min(spec.wall_shelf_height_m, _PEG_TOP_M)
    height = min(usual.get(kind, spec.wall_shelf_height_m), spec.height_m - _UNDER_CEILING_M)
    inset = _GLASS_DOOR_M if kind in GLAZED else CHEST_INSET_M if kind == "chest" else 0.0
    behind = _DUCT_M if kind in COOLING else CHEST_BACK_M if kind == "chest" else 0.0
    deep = find_depth_m(spec, kind) + PANEL_M + inset + behind
    at = span.at_m
    rectangle = {
        "-y": (low_m, at - deep, high_m, at),
        "+y": (low_m, at, high_m, at + deep),
        "+x": (at, low_m, at + deep, high_m),
        "-x": (at - deep, low_m, at, high_m),
    }[span.face]
    boards = _HOT_BOARD_M if kind == "hot_counter" else (CHEST_FLOOR_M,) if kind == "chest" else ()
    if kind == "peg_wall":
        first, step, above = _PEG_ROWS_M
        boards = tuple(np.arange(first, min(height - above, _HIGHEST_PEG_M) + 1e-6, step).round(4).tolist())
    return Block(kind.replace("_", " "), kind, rectangle, height, (span.face,), inset, boards)
