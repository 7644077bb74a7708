"""The floor plan: shelving along the walls, rows of gondolas or tables, end caps, desk, gates.

In: a store section and a generator. Out: a `FloorPlan`: the `StoreLayout` that others see and the
`ShelfRun`s from which scenes/goods/planogram.py and scenes/furniture/fixtures.py go on. The front of the
shop, with its doors, is the wall y = 0. scenes/plan/shell.py makes the shell, scenes/plan/walkways.py
judges the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import box
from shapely.geometry import Polygon
from shapely.ops import unary_union

from scenes.errors import PlacementError
from scenes.geometry import make_pose
from scenes.plan.columns import add_columns
from scenes.plan.formats import COOLING, FORMATS, PASSAGE_M
from scenes.plan.islands import make_island_blocks
from scenes.plan.shell import WAY_DEPTH_M, Shell, sample_shell
from scenes.plan.walkways import ShelfFront, find_problem
from scenes.plan.walls import DESK_M, Block, find_depth_m, make_wall_blocks
from scenes.scenario import StoreSpec
from scenes.world import INSTANCE_FIXTURE, Fixture, StoreLayout

# Boards: the lowest leaves small items above 0.25 m, the highest keeps item centres below 1.65 m.
LOWEST_BOARD_M = 0.215
HIGHEST_BOARD_M = 1.46
BOARD_THICKNESS_M = 0.025
SPACING_M = (0.28, 0.45)
END_PANEL_M = 0.03
TOP_CENTER_M = 1.63  # above the top board packs stand as high as the limit of their centres allows
MOST_CLEAR_M = 0.42
_CANOPY_M = {**dict.fromkeys(COOLING, 0.16), "hot_counter": 0.13}  # with its lamps, over the top board
_ATTEMPTS = 52
_FULL_ATTEMPTS = 40  # then with ever fewer rows: a small room may have no place for all that its format has
_POCKET_M = 0.24  # half the width of a gap that nobody gets into
_BESIDE_M = 0.02
_TILL_CLEAR_M = 1.0  # before a till people pass and pay


@dataclass(frozen=True)
class ShelfRun:
    """A stretch of shelving that faces one way.

    Attributes:
        fixture: Index into the layout's fixtures.
        world_from_run: (4, 4); origin on the floor at the left end of the front edge as a shopper sees it,
            +X to the right, +Y into the shelf, +Z up.
        length_m, depth_m: Of its boards.
        board_z_m: (B,) upper faces of its boards, bottom to top.
        clear_m: (B,) free height above each board.
        top_m: Height of the fixture.
        inset_m: How far the front edge stands back from the fixture's footprint (behind a fridge's doors).
    """

    fixture: int
    world_from_run: np.ndarray
    length_m: float
    depth_m: float
    board_z_m: np.ndarray
    clear_m: np.ndarray
    top_m: float
    inset_m: float = 0.0


@dataclass(frozen=True)
class FloorPlan:
    """A layout together with the shelving that its fixtures carry."""

    layout: StoreLayout
    runs: tuple[ShelfRun, ...]


def sample_floor_plan(spec: StoreSpec, *, trips: int, rng: np.random.Generator) -> FloorPlan:
    """Draw a floor plan in which every shelf can be reached from every door.

    Args:
        spec: The room and its fixtures.
        trips: How many people come; crowds get an exit of their own.
        rng: Lane of the layout.

    Raises:
        PlacementError: When no valid plan was found.
    """
    problem = ""
    for attempt in range(_ATTEMPTS):
        shell = sample_shell(spec, trips, rng=rng)
        blocks = _sample_blocks(spec, shell, rng=rng)
        if attempt >= _FULL_ATTEMPTS:
            rows = 1 + (attempt - _FULL_ATTEMPTS) // 4
            blocks = _leave_out_front(blocks, FORMATS[spec.format].islands, rows)
        if not any(block.faces for block in blocks):
            problem = "no fixture with shelves fits beside the asked aisles"
            continue
        if not any(block.kind == "counter" for block in blocks):
            problem = "there is no room for the desk"
            continue
        plan = _build_plan(spec, shell, blocks, rng=rng)
        problem = find_problem(plan.layout, find_fronts(plan))
        if not problem:
            return plan
    if not spec.wall_shelves:
        other = "put shelving along the walls (store.wall_shelves: true)"
    elif spec.outline != "rectangle":
        other = "do with a plain room (store.outline: rectangle)"
    elif spec.end_caps and FORMATS[spec.format].islands == "gondola":
        other = "do without end caps (store.end_caps: false)"
    else:
        other = "choose a smaller format (store.format: kiosk)"
    raise PlacementError(
        f"store.layout: {problem} (room {spec.width_m:g} x {spec.depth_m:g} m, aisles "
        f"{spec.aisle_width_m:g} m, shelves {spec.shelf_depth_m:g} m deep; {_ATTEMPTS} attempts). "
        "Three ways out: make the room larger (store.width_m, store.depth_m), narrow the aisles "
        f"(store.aisle_width_m, at least 1.2) or the shelves (store.shelf_depth_m), or {other}."
    )


def find_fronts(plan: FloorPlan) -> list[ShelfFront]:
    """Return points every 5 cm along the front edge of each run."""
    fronts = []
    for run in plan.runs:
        along = np.arange(0.03, run.length_m, 0.05)
        out = run.world_from_run @ np.stack(
            [along, np.full_like(along, -run.inset_m), 0 * along, 0 * along + 1]
        )
        fronts.append(ShelfFront(plan.layout.fixtures[run.fixture].name, out[:2].T))
    return fronts


# ---------------------------------------------------------------- fixtures


def _sample_blocks(spec: StoreSpec, shell: Shell, *, rng: np.random.Generator) -> list[Block]:
    """Draw all fixtures: along the walls, on the floor, under the roof, at the door."""
    blocks = make_wall_blocks(spec, shell, rng=rng) if spec.wall_shelves else []
    blocks += make_island_blocks(spec, shell, blocks, rng=rng)
    blocks = add_columns(spec, shell, blocks, rng=rng)
    blocks += _desk_blocks(spec, shell, blocks, rng=rng)
    return blocks + _gate_blocks(spec, shell, blocks)


def _leave_out_front(blocks: list[Block], islands: str, count: int) -> list[Block]:
    """Return the blocks without the `count` islands nearest to the front, and what stands at these."""
    rows = sorted((block for block in blocks if block.kind == islands), key=lambda block: block.rectangle[1])
    left_out = unary_union([block.shape.buffer(_BESIDE_M) for block in rows[:count]])
    return [block for block in blocks if not (block.kind == islands and left_out.intersects(block.shape))]


def _desk_blocks(
    spec: StoreSpec, shell: Shell, others: list[Block], *, rng: np.random.Generator
) -> list[Block]:
    """Put the till, or the help desk, in a front corner or at a side wall of the free floor.

    Returns nothing where there is no room for it.
    """
    # A column that stands free is passed on every side.
    beside_m = [PASSAGE_M if block.kind == "column" else _BESIDE_M for block in others]
    taken = unary_union([block.shape.buffer(m) for block, m in zip(others, beside_m, strict=True)])
    ways = unary_union(shell.kept_clear)
    sides = [0, 1] if rng.random() < 0.5 else [1, 0]
    options = []
    if FORMATS[spec.format].counter == "till":
        length, wing = float(rng.uniform(1.4, 2.2)), float(rng.uniform(1.0, 1.5))
        # A counter and its wing shut a corner off for the staff.
        corner = [(wing, 0.0, wing + 0.62, length), (0.0, length - 0.55, wing, length)]
        options += [([_mirror(part, side, spec.width_m) for part in corner], _TILL_CLEAR_M) for side in sides]
    for long in (float(rng.uniform(0.9, 1.4)), 0.7, 0.5):
        at = float(rng.uniform(0.0, max(0.0, shell.front_m - long - 0.5)))
        for y, side in ((y, side) for y in (at, 0.0, WAY_DEPTH_M + _BESIDE_M) for side in sides):
            options.append(([_mirror((0.0, y, DESK_M, y + long), side, spec.width_m)], 0.0))
    for parts, clear_m in options:
        floor = unary_union([box(*part) for part in parts]).envelope
        if not floor.intersects(ways) and not floor.buffer(clear_m).intersects(taken):
            return [Block("desk", "counter", part, 1.02) for part in parts]
    return []


def _mirror(
    part: tuple[float, float, float, float], side: int, width_m: float
) -> tuple[float, float, float, float]:
    """Return a rectangle as it is, or as seen in a mirror in the middle of the shop."""
    x0, y0, x1, y1 = part
    return (width_m - x1, y0, width_m - x0, y1) if side else part


def _gate_blocks(spec: StoreSpec, shell: Shell, others: list[Block]) -> list[Block]:
    """Posts of the gates on both sides of each way in, where there is room for them."""
    blocks: list[Block] = []
    taken = unary_union([block.shape for block in others]).buffer(PASSAGE_M)
    for door in shell.doors:
        if door.kind == "exit" and FORMATS[spec.format].entrances[1] == 1:
            continue
        for side in (-1, 1):
            x = round(door.point_m[0] + side * (door.width_m / 2 + 0.12), 3)
            post = (x - 0.05, 0.25, x + 0.05, 0.75)
            clear = 1.1 < x < spec.width_m - 1.1
            beside = all(abs(x - block.rectangle[0] - 0.05) > 0.3 for block in blocks)
            if clear and beside and not taken.intersects(box(*post)):
                blocks.append(Block("gate post", "gate", post, 1.0))
    return blocks


# ---------------------------------------------------------------- assembly


def sample_boards(block: Block, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw board heights of a fixture, and what is free above each, both (B,).

    The bottom compartment is the tallest, as tall packs stand there.
    """
    if block.board_z_m:
        board = np.array(block.board_z_m)
        return board, compute_clear(board, block.kind, block.height_m)
    top = min(block.height_m - 0.12, HIGHEST_BOARD_M)
    spacing = [float(rng.uniform(0.39, SPACING_M[1]))]
    usual = float(rng.uniform(0.285, 0.33))
    while LOWEST_BOARD_M + sum(spacing) + SPACING_M[0] <= top:
        spacing.append(float(np.clip(usual + rng.normal(0, 0.012), *SPACING_M)))
    board = LOWEST_BOARD_M + np.concatenate([[0.0], np.cumsum(spacing)])
    board = board[board <= top]
    board = np.round(board, 4)
    return board, compute_clear(board, block.kind, block.height_m)


def compute_clear(board_z_m: np.ndarray, kind: str, top_m: float) -> np.ndarray:
    """Return (B,) free heights above boards (B,): up to a canopy, a chest's rim or where reach ends."""
    above = top_m - board_z_m[-1] if kind == "chest" else 2 * (TOP_CENTER_M - board_z_m[-1])
    if kind in _CANOPY_M:
        above = min(above, top_m - _CANOPY_M[kind] - board_z_m[-1])
    return np.round(np.minimum(np.append(np.diff(board_z_m) - BOARD_THICKNESS_M, above), MOST_CLEAR_M), 4)


def _build_plan(spec: StoreSpec, shell: Shell, blocks: list[Block], *, rng: np.random.Generator) -> FloorPlan:
    """Number the fixtures, give them boards, and compute the walkable floor."""
    fixtures, runs = [], []
    count: dict[str, int] = {}
    for index, block in enumerate(blocks):
        count[block.name] = count.get(block.name, 0) + 1
        single = sum(other.name == block.name for other in blocks) == 1
        name = block.name if single else f"{block.name} {count[block.name]}"
        fixtures.append(make_fixture(block, index, name))
        runs += make_runs(block, index, find_depth_m(spec, block.kind), sample_boards(block, rng=rng))
    size_m = np.array([spec.width_m, spec.depth_m, spec.height_m])
    walkable = compute_walkable(shell.room, [Polygon(fixture.footprint_m) for fixture in fixtures])
    layout = StoreLayout(
        spec.format, size_m, walkable, tuple(fixtures), shell.doors, shell.masonry, shell.fire_exits
    )
    return FloorPlan(layout, tuple(runs))


def make_fixture(block: Block, index: int, name: str) -> Fixture:
    """Number and name a block."""
    x0, y0, x1, y1 = (round(value, 4) for value in block.rectangle)
    footprint = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    footprint.setflags(write=False)
    return Fixture(name, block.kind, footprint, float(block.height_m), INSTANCE_FIXTURE + index)


def make_runs(
    block: Block, index: int, depth_m: float, boards_m: tuple[np.ndarray, np.ndarray]
) -> list[ShelfRun]:
    """Make the runs on all faces of fixture number `index`, see `sample_boards`."""
    x0, y0, x1, y1 = (round(value, 4) for value in block.rectangle)
    runs = []
    for side in block.faces:
        pose, length = _run_pose((x0, y0, x1, y1), side)
        pose[:3, 3] += pose[:3, 1] * block.inset_m
        runs.append(ShelfRun(index, pose, length, depth_m, *boards_m, block.height_m, block.inset_m))
    return runs


def compute_walkable(room: Polygon, taken: Sequence[Polygon]) -> Polygon:
    """Return the floor of a room that is left beside what stands there, as far as people get there."""
    # Shrinking and growing again parts what nobody gets into: the pockets behind corners of wall shelving,
    # and behind the till. What then hangs together is floor; `find_problem` sees whether it is enough.
    walkable = room.difference(unary_union(taken)).buffer(-_POCKET_M, join_style="mitre")
    if walkable.geom_type == "MultiPolygon":
        walkable = max(walkable.geoms, key=lambda part: part.area)
    # Mitres run past corners that are not square.
    return walkable.buffer(_POCKET_M, join_style="mitre").intersection(room)


def _run_pose(rectangle: tuple[float, float, float, float], side: str) -> tuple[np.ndarray, float]:
    """Return world_from_run and the boards' length of one side of a rectangle, end panels left out."""
    x0, y0, x1, y1 = rectangle
    corner, yaw, length = {
        "-y": ((x0, y0), 0.0, x1 - x0),
        "+x": ((x1, y0), np.pi / 2, y1 - y0),
        "+y": ((x1, y1), np.pi, x1 - x0),
        "-x": ((x0, y1), -np.pi / 2, y1 - y0),
    }[side]
    pose = make_pose((*corner, 0.0), yaw)
    pose[:3, 3] += pose[:3, 0] * END_PANEL_M
    return pose, length - 2 * END_PANEL_M
