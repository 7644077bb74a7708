"""Promotional displays: stands with a header, goods on pallets and low tables that stand free on the floor.

In: a valid floor plan and a generator. Out: the plan with more fixtures that carry goods: back to a wall of
the free floor, at the bare end of a row, or free with a passage on every side; every rule of
scenes/plan/walkways.py still holds with them. scenes/furniture/displays.py makes their meshes,
scenes/goods/promotions.py says what is on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from shapely import box, prepare, union_all
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from scenes.plan.formats import GLAZED, PASSAGE_M
from scenes.plan.layout import (
    LOWEST_BOARD_M,
    FloorPlan,
    compute_walkable,
    find_fronts,
    make_fixture,
    make_runs,
    sample_boards,
)
from scenes.plan.shell import way_through
from scenes.plan.walkways import find_problem
from scenes.plan.walls import PANEL_M, Block

_TRIES_M2 = 6.0  # places that are tried, a square metre of floor
_BEFORE_M = 1.15  # free before one that stands against something: one shops, another passes
_LEAF_M = 0.55  # more before glass doors, which swing into the passage
_BEFORE_COUNTER_M = 1.3
_BEHIND_DOOR_M = 0.45  # past the floor that is kept clear behind doors: nobody shops amid a gate
_WALL_GAP_M = 0.02
_ENDS = ("gondola", "table")  # a display may stand at the end of such a row


@dataclass(frozen=True)
class Display:
    """A kind of display in one of its sizes.

    Attributes:
        kind: One of scenes.plan.formats.DISPLAYS.
        length_m: Low and high, along its shelves.
        depth_m: Low and high, of the whole.
        height_m: Low and high: of the panel of a stand, of the others' tops.
        free: Whether it stands free, with goods on both long sides, or against something.
        weight: How often it is tried.
    """

    kind: str
    length_m: tuple[float, float]
    depth_m: tuple[float, float]
    height_m: tuple[float, float]
    free: bool
    weight: float


# Pallets are quarters, halves, two halves side by side, and whole ones (EN 13382, EN 13698-1).
_SIZES = (
    Display("display_stand", (0.6, 1.1), (0.36, 0.44), (1.2, 1.5), False, 2.0),
    Display("pallet_display", (0.6, 0.6), (0.4, 0.4), (0.45, 0.8), False, 1.0),
    Display("pallet_display", (1.2, 1.2), (0.4, 0.4), (0.45, 0.75), False, 1.0),
    Display("display_stand", (0.5, 0.7), (0.42, 0.5), (1.2, 1.45), True, 2.0),
    Display("display_stand", (0.7, 1.1), (0.5, 0.76), (1.2, 1.45), True, 1.5),
    Display("pallet_display", (0.8, 0.8), (0.6, 0.6), (0.45, 0.8), True, 2.0),
    Display("pallet_display", (1.6, 1.6), (0.6, 0.6), (0.45, 0.75), True, 1.0),
    Display("pallet_display", (1.2, 1.2), (0.8, 0.8), (0.4, 0.75), True, 1.5),
    Display("promo_table", (0.9, 1.5), (0.56, 0.9), (0.78, 0.92), True, 2.0),
)


@dataclass(frozen=True)
class _Back:
    """What a display may stand against.

    Attributes:
        face: The side to which it then looks.
        at_m: Where that is: its y if the display looks along y, else its x.
        low_m, high_m: From and to along it.
    """

    face: str
    at_m: float
    low_m: float
    high_m: float


@dataclass(frozen=True)
class _Floor:
    """A floor and the room on it for displays.

    Attributes:
        plan: A valid plan with the displays that stand.
        room: Within the walls.
        taken: No passage may reach in here.
        kept_free: No display may reach in here.
    """

    plan: FloorPlan
    room: Polygon
    taken: BaseGeometry
    kept_free: BaseGeometry

    def __post_init__(self) -> None:
        for shape in (self.room, self.taken, self.kept_free):
            prepare(shape)


def add_displays(plan: FloorPlan, share: float, *, rng: np.random.Generator) -> FloorPlan:
    """Stand displays in a share of the places where the floor has room for one.

    Args:
        plan: A valid plan.
        share: 0 to 1.
        rng: Lane of the displays.
    """
    if share <= 0:
        return plan
    fixtures = [(fixture.kind, Polygon(fixture.footprint_m)) for fixture in plan.layout.fixtures]
    counters = [shape for kind, shape in fixtures if kind == "counter"]
    kept_free = union_all(
        [
            *(way_through(door).buffer(_BEHIND_DOOR_M) for door in plan.layout.ways),
            *(shape.buffer(_BEFORE_COUNTER_M, join_style="mitre") for shape in counters),
        ]
    )
    taken = union_all(
        [shape.buffer(_LEAF_M * (kind in GLAZED), join_style="mitre") for kind, shape in fixtures]
    )
    floor = _Floor(plan, plan.layout.room, taken, kept_free)
    places = list(_sample_places(floor.room, taken, _list_backs(plan), rng=rng))
    # Large ones mostly come first, as small ones find room beside them.
    worth = [-block.shape.area * float(rng.uniform(0.3, 1.0)) for block in places]
    for k in np.argsort(worth):
        block = places[k]
        if not _has_room(block, floor):
            continue
        if rng.random() < share:
            plan = _extend(floor.plan, block, sample_boards(block, rng=rng))
            if find_problem(plan.layout, find_fronts(plan)):
                continue
            floor = replace(floor, plan=plan)
        floor = _take(floor, block)
    return floor.plan


def _list_backs(plan: FloorPlan) -> list[_Back]:
    """List what displays may stand against: walls, and the ends of rows."""
    backs = []
    corners = np.array(plan.layout.room.exterior.coords)
    for a, b in zip(corners[:-1], corners[1:], strict=True):
        if min(abs(b - a)) < 1e-6:
            axis = int(np.argmax(abs(b - a)))
            face = ("+y", "-x")[axis] if b[axis] > a[axis] else ("-y", "+x")[axis]
            low, high = sorted((float(a[axis]), float(b[axis])))
            backs.append(_Back(face, float(a[1 - axis]), low, high))
    # Along which axis people look at the shelves of a fixture.
    shelved = {(run.fixture, int(np.argmax(np.abs(run.world_from_run[:2, 1])))) for run in plan.runs}
    for number, fixture in enumerate(plan.layout.fixtures):
        corner = fixture.footprint_m.min(0).tolist(), fixture.footprint_m.max(0).tolist()
        for axis in (0, 1):
            if fixture.kind in _ENDS and (number, axis) not in shelved:
                along = corner[0][1 - axis], corner[1][1 - axis]
                backs += [_Back(("-", "+")[k] + "xy"[axis], corner[k][axis], *along) for k in (0, 1)]
    return backs


def _sample_places(
    room: Polygon, taken: BaseGeometry, backs: list[_Back], *, rng: np.random.Generator
) -> Iterator[Block]:
    """Draw displays against something, and free with a passage about them."""
    free = room.buffer(-PASSAGE_M, join_style="mitre").difference(taken.buffer(PASSAGE_M, join_style="mitre"))
    areas = [np.reshape(part.bounds, (2, 2)) for part in getattr(free, "geoms", [free]) if not part.is_empty]
    chance = np.array([np.prod(area[1] - area[0]) for area in areas])
    weight = np.array([display.weight for display in _SIZES])
    for _ in range(round(_TRIES_M2 * room.area)):
        display = _SIZES[int(rng.choice(len(_SIZES), p=weight / weight.sum()))]
        length, depth, height = (
            round(float(rng.uniform(*limits)), 2)
            for limits in (display.length_m, display.depth_m, display.height_m)
        )
        spot = rng.random(2)
        if display.free:
            axis = int(rng.integers(2))
            faces: tuple[str, ...] = ("-" + "xy"[axis], "+" + "xy"[axis])
            if not len(areas):
                continue
            area = areas[int(rng.choice(len(areas), p=chance / chance.sum()))]
        else:
            back = backs[int(rng.integers(len(backs)))]
            axis, faces = "xy".index(back.face[1]), (back.face,)
            at = sorted(
                (back.at_m, back.at_m + (depth + 2 * _WALL_GAP_M) * (1 if back.face[0] == "+" else -1))
            )
            area = np.array([[at[0] + _WALL_GAP_M, back.low_m], [at[1] - _WALL_GAP_M, back.high_m]])
            area = area if axis == 0 else area[:, ::-1]
            length = min(length, back.high_m - back.low_m)
        size = np.array([depth, length] if axis == 0 else [length, depth])
        spare = area[1] - area[0] - size
        if length >= display.length_m[0] and (spare > -1e-6).all():
            low = np.round(area[0] + spot * spare, 3)
            x0, y0, x1, y1 = (float(value) for value in (*low, *(low + size)))
            yield _make_block(display, (x0, y0, x1, y1), height, faces)


def _make_block(
    display: Display, rectangle: tuple[float, float, float, float], height_m: float, faces: tuple[str, ...]
) -> Block:
    """Make the block of a display; goods stand on a pallet's cartons, and on a table and its lower board."""
    boards = {"pallet_display": (height_m,), "promo_table": (LOWEST_BOARD_M, height_m - 0.05)}
    name = display.kind.replace("_", " ")
    return Block(name, display.kind, rectangle, height_m, faces, 0.0, boards.get(display.kind, ()))


def _has_room(block: Block, floor: _Floor) -> bool:
    """Say whether a display stands on free floor with a passage about it, or before it."""
    if len(block.faces) > 1:
        clear = block.shape.buffer(PASSAGE_M, join_style="mitre")
    else:
        x0, y0, x1, y1 = block.rectangle
        before = {
            "-x": (x0 - _BEFORE_M, y0, x1, y1),
            "+x": (x0, y0, x1 + _BEFORE_M, y1),
            "-y": (x0, y0 - _BEFORE_M, x1, y1),
            "+y": (x0, y0, x1, y1 + _BEFORE_M),
        }[block.faces[0]]
        clear = box(*before)
    return (
        floor.room.contains(clear)
        and not floor.taken.intersects(clear)
        and not floor.kept_free.intersects(block.shape)
        and (len(block.faces) > 1 or not floor.taken.intersects(block.shape.buffer(_WALL_GAP_M / 2)))
    )


def _take(floor: _Floor, block: Block) -> _Floor:
    """Return the floor with the place of a display taken, and the passage about one that stands free."""
    kept_free = floor.kept_free
    if len(block.faces) > 1:
        kept_free = kept_free.union(block.shape.buffer(PASSAGE_M, join_style="mitre"))
    return replace(floor, taken=floor.taken.union(block.shape), kept_free=kept_free)


def _extend(plan: FloorPlan, block: Block, boards: tuple[np.ndarray, np.ndarray]) -> FloorPlan:
    """Return the plan with one more display, with its boards as `sample_boards` draws them."""
    same = sum(fixture.kind == block.kind for fixture in plan.layout.fixtures)
    index = len(plan.layout.fixtures)
    fixtures = (*plan.layout.fixtures, make_fixture(block, index, f"{block.name} {same + 1}"))
    x0, y0, x1, y1 = block.rectangle
    deep = x1 - x0 if block.faces[0][1] == "x" else y1 - y0
    runs = make_runs(block, index, round((deep - PANEL_M) / len(block.faces), 4), boards)
    walkable = compute_walkable(plan.layout.room, [Polygon(fixture.footprint_m) for fixture in fixtures])
    return FloorPlan(replace(plan.layout, fixtures=fixtures, walkable=walkable), (*plan.runs, *runs))
