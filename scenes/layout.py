"""The floor plan: room, doors, rows of gondolas, end caps, shelving along the walls, entry gate.

In: a store section and a generator. Out: a `FloorPlan`: the `StoreLayout` that others see and the
`ShelfRun`s from which scenes/planogram.py and scenes/fixtures.py go on. The front of the shop, with its
doors, is the wall y = 0.
"""

from dataclasses import dataclass

import numpy as np
from shapely import box, distance, points
from shapely.geometry import Polygon
from shapely.ops import unary_union

from scenes.errors import PlacementError
from scenes.geometry import make_pose
from scenes.scenario import StoreSpec
from scenes.world import INSTANCE_FIXTURE, Door, Fixture, StoreLayout

# Reach and clearance that make a slot usable: half a body's width, and an arm's length from its front.
BODY_RADIUS_M = 0.25
REACH_M = 0.75
# Boards: the lowest leaves small items above 0.25 m, the highest keeps item centres below 1.65 m.
LOWEST_BOARD_M = 0.215
HIGHEST_BOARD_M = 1.46
BOARD_THICKNESS_M = 0.025
SPACING_M = (0.28, 0.45)
PANEL_M = 0.04  # thickness of a gondola's back panel, and of the back of shelving on a wall
END_PANEL_M = 0.03
LARGE_STORE_M2 = 100.0
CROWD = 40  # trips from which entrance and exit are kept apart
_ATTEMPTS = 40


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
    """

    fixture: int
    world_from_run: np.ndarray
    length_m: float
    depth_m: float
    board_z_m: np.ndarray
    clear_m: np.ndarray
    top_m: float


@dataclass(frozen=True)
class FloorPlan:
    """A layout together with the shelving that its fixtures carry."""

    layout: StoreLayout
    runs: tuple[ShelfRun, ...]


@dataclass(frozen=True)
class _Block:
    """A rectangular fixture before it is numbered: x0, y0, x1, y1 and the sides that carry shelves."""

    name: str
    kind: str
    rectangle: tuple[float, float, float, float]
    height_m: float
    faces: tuple[str, ...]


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
    for _ in range(_ATTEMPTS):
        doors = _sample_doors(spec, trips, rng=rng)
        blocks = _sample_blocks(spec, doors, rng=rng)
        if not any(block.faces for block in blocks):
            problem = "no fixture with shelves fits beside the asked aisles"
            continue
        plan = _build_plan(spec, doors, blocks, rng=rng)
        problem = find_problem(plan)
        if not problem:
            return plan
    other = (
        "do without end caps (store.end_caps: false)"
        if spec.wall_shelves
        else "put shelving along the walls (store.wall_shelves: true)"
    )
    raise PlacementError(
        f"store.layout: {problem} (room {spec.width_m:g} x {spec.depth_m:g} m, aisles "
        f"{spec.aisle_width_m:g} m, shelves {spec.shelf_depth_m:g} m deep; {_ATTEMPTS} attempts). "
        "Three ways out: make the room larger (store.width_m, store.depth_m), narrow the aisles "
        f"(store.aisle_width_m, at least 1.2) or the shelves (store.shelf_depth_m), or {other}."
    )


def find_problem(plan: FloorPlan) -> str:
    """Return what is wrong with a plan's walkways, or an empty string.

    The floor where a body's centre may be (the walkable polygon shrunk by a body's radius) must be in one
    piece, hold every door, and come within reach of every stretch of shelf.
    """
    standing = plan.layout.walkable.buffer(-BODY_RADIUS_M)
    if standing.geom_type != "Polygon" or standing.is_empty:
        return "the walkable floor falls into pieces"
    for door in plan.layout.doors:
        if distance(standing, points(door.point_m)) > 1e-6:
            return f"the {door.kind} door is blocked"
    for run in plan.runs:
        along = np.arange(0.03, run.length_m, 0.05)
        front = run.world_from_run[:2, :2] @ np.stack([along, np.zeros_like(along)])
        front = front.T + run.world_from_run[:2, 3]
        if distance(standing, points(front)).max() > REACH_M:
            return f"a shelf of {plan.layout.fixtures[run.fixture].name} cannot be reached"
    return ""


# ---------------------------------------------------------------- doors


def _sample_doors(spec: StoreSpec, trips: int, *, rng: np.random.Generator) -> tuple[Door, ...]:
    """Draw one door in the front wall, or an entrance and an exit."""
    area = spec.width_m * spec.depth_m
    apart = (trips >= CROWD or area > LARGE_STORE_M2) and spec.width_m >= 6.0
    least = 2.4 if area > LARGE_STORE_M2 else 1.2
    width = min(least + float(rng.uniform(0.1, 0.5)), (spec.width_m - 1.6) / (2 if apart else 1))
    width = max(width, min(least, spec.width_m - 1.0))
    margin = width / 2 + 0.5
    if apart:
        middle = spec.width_m / 2
        places = [
            ("entrance", rng.uniform(margin, max(margin, middle - margin))),
            ("exit", rng.uniform(min(spec.width_m - margin, middle + margin), spec.width_m - margin)),
        ]
        if rng.random() < 0.5:
            places = [("entrance", places[1][1]), ("exit", places[0][1])]
    else:
        places = [("both", rng.uniform(margin, spec.width_m - margin))]
    return tuple(
        Door(kind, np.array([round(float(x), 3), 0.35]), np.array([0.0, -1.0]), round(width, 3))
        for kind, x in places
    )


# ---------------------------------------------------------------- fixtures


def _front_zone_m(spec: StoreSpec, *, rng: np.random.Generator) -> float:
    """Draw the depth of the free floor behind the doors."""
    usual = {"convenience": 1.75, "supermarket": 2.6, "kiosk": 1.3}[spec.format]
    return min(float(rng.uniform(usual, usual + 0.5)), max(1.2, spec.depth_m * 0.35))


def _sample_blocks(spec: StoreSpec, doors: tuple[Door, ...], *, rng: np.random.Generator) -> list[_Block]:
    """Draw all fixtures: along the walls, on the floor, at the door."""
    front = _front_zone_m(spec, rng=rng)
    blocks = _wall_blocks(spec, doors, front, rng=rng) if spec.wall_shelves else []
    back = spec.shelf_depth_m + PANEL_M if spec.wall_shelves else 0.0
    blocks += _gondola_blocks(spec, (back, front, spec.width_m - back, spec.depth_m - back), rng=rng)
    return blocks + _gate_blocks(spec, doors, blocks)


def _wall_blocks(
    spec: StoreSpec, doors: tuple[Door, ...], front: float, *, rng: np.random.Generator
) -> list[_Block]:
    """Shelving along left, back and right wall; side walls begin at different distances from the front."""
    deep = spec.shelf_depth_m + PANEL_M
    height = min(spec.wall_shelf_height_m, spec.height_m - 0.3)
    starts = np.clip(front + rng.uniform(-0.5, 0.3, 2), 0.9, None)
    end = spec.depth_m - deep
    blocks = [
        _Block(
            "wall shelf back", "wall_shelf", (deep, end, spec.width_m - deep, spec.depth_m), height, ("-y",)
        )
    ]
    if end - starts[0] >= 0.9:
        blocks.append(_Block("wall shelf left", "wall_shelf", (0.0, starts[0], deep, end), height, ("+x",)))
    if end - starts[1] >= 0.9:
        right = (spec.width_m - deep, starts[1], spec.width_m, end)
        blocks.append(_Block("wall shelf right", "wall_shelf", right, height, ("-x",)))
    return blocks


def _gondola_blocks(
    spec: StoreSpec, area: tuple[float, float, float, float], *, rng: np.random.Generator
) -> list[_Block]:
    """Rows of double gondolas with an aisle on either side, broken by cross aisles where they are long."""
    x0, y0, x1, y1 = area
    aisle, thick = spec.aisle_width_m, 2 * spec.shelf_depth_m + PANEL_M
    cap = spec.shelf_depth_m + PANEL_M if spec.end_caps else 0.0
    along_x = spec.format != "supermarket" and (x1 - x0) > (y1 - y0) and bool(rng.random() < 0.4)
    if along_x:  # rows run across the shop: the front aisle is part of the front zone
        across0, across1, along0, along1 = y0, y1 - aisle, x0 + aisle, x1 - aisle
        rows = int((across1 - across0 + aisle) // (thick + aisle))
        slack = across1 - across0 - rows * thick - (rows - 1) * aisle
    else:
        across0, across1, along0, along1 = x0, x1, y0, y1 - aisle
        rows = int((across1 - across0 - aisle) // (thick + aisle))
        slack = across1 - across0 - rows * thick - (rows + 1) * aisle
    if rows < 1:
        return []
    if rows > 2 and rng.random() < 0.15:
        rows, slack = rows - 1, slack + thick + aisle
    aisles = aisle + slack * rng.dirichlet(np.full(rows + 1, 6.0))
    if along_x:
        aisles[0] -= aisle
    blocks: list[_Block] = []
    place = across0
    for row in range(rows):
        place += aisles[row]
        height = spec.gondola_height_m
        for low, high in _sample_pieces(along0, along1, aisle, cap, rng=rng):
            blocks += _one_gondola(len(blocks), (place, low, place + thick, high), cap, height, along_x)
        place += thick
    return blocks


def _sample_pieces(
    low: float, high: float, aisle: float, cap: float, *, rng: np.random.Generator
) -> list[tuple[float, float]]:
    """Cut a row into pieces of at most about 8 m with cross aisles between; ends may step back a little."""
    low, high = low + float(rng.uniform(0, 0.15)), high - float(rng.uniform(0, 0.15))
    pieces = max(1, int(np.ceil((high - low) / 9.0)))
    length = (high - low - (pieces - 1) * aisle) / pieces
    if length < 0.8 + 2 * cap:
        return []
    return [(low + k * (length + aisle), low + k * (length + aisle) + length) for k in range(pieces)]


def _one_gondola(
    number: int, area: tuple[float, float, float, float], cap: float, height: float, along_x: bool
) -> list[_Block]:
    """One double gondola in (across, along) coordinates, with end caps at both ends when asked."""
    c0, a0, c1, a1 = area

    def rectangle(c0: float, a0: float, c1: float, a1: float) -> tuple[float, float, float, float]:
        return (a0, c0, a1, c1) if along_x else (c0, a0, c1, a1)

    sides = ("-y", "+y") if along_x else ("-x", "+x")
    ends = ("-x", "+x") if along_x else ("-y", "+y")
    blocks = [_Block("gondola", "gondola", rectangle(c0, a0 + cap, c1, a1 - cap), height, sides)]
    if cap > 0:
        blocks.append(_Block("end cap", "end_cap", rectangle(c0, a0, c1, a0 + cap), height, ends[:1]))
        blocks.append(_Block("end cap", "end_cap", rectangle(c0, a1 - cap, c1, a1), height, ends[1:]))
    return blocks


def _gate_blocks(spec: StoreSpec, doors: tuple[Door, ...], others: list[_Block]) -> list[_Block]:
    """Posts of the entry gate on both sides of the entrance, where there is room for them."""
    blocks = []
    taken = unary_union([box(*block.rectangle) for block in others]).buffer(0.85)
    for door in doors:
        if door.kind == "exit":
            continue
        for side in (-1, 1):
            x = door.point_m[0] + side * (door.width_m / 2 + 0.12)
            post = (x - 0.05, 0.25, x + 0.05, 0.75)
            clear = 0.65 < x < spec.width_m - 0.65
            if clear and not taken.intersects(box(*post)):
                blocks.append(_Block("gate post", "gate", post, 1.0, ()))
    return blocks


# ---------------------------------------------------------------- assembly


def _sample_boards(height: float, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw board heights of a fixture; the bottom compartment is the tallest, as tall packs stand there."""
    top = min(height - 0.12, HIGHEST_BOARD_M)
    spacing = [float(rng.uniform(0.39, SPACING_M[1]))]
    usual = float(rng.uniform(0.285, 0.33))
    while LOWEST_BOARD_M + sum(spacing) + SPACING_M[0] <= top:
        spacing.append(float(np.clip(usual + rng.normal(0, 0.012), *SPACING_M)))
    board = LOWEST_BOARD_M + np.concatenate([[0.0], np.cumsum(spacing)])
    board = board[board <= top]
    # Above the top board there is air: packs may stand as high as the centre limit allows.
    clear = np.append(np.diff(board) - BOARD_THICKNESS_M, 2 * (1.63 - board[-1]))
    return np.round(board, 4), np.round(np.minimum(clear, 0.42), 4)


def _build_plan(
    spec: StoreSpec, doors: tuple[Door, ...], blocks: list[_Block], *, rng: np.random.Generator
) -> FloorPlan:
    """Number the fixtures, give them boards, and compute the walkable floor."""
    fixtures, runs = [], []
    count: dict[str, int] = {}
    for index, block in enumerate(blocks):
        count[block.name] = count.get(block.name, 0) + 1
        single = sum(other.name == block.name for other in blocks) == 1
        x0, y0, x1, y1 = (round(value, 4) for value in block.rectangle)
        footprint = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        footprint.setflags(write=False)
        name = block.name if single else f"{block.name} {count[block.name]}"
        fixture = Fixture(name, block.kind, footprint, float(block.height_m), INSTANCE_FIXTURE + index)
        fixtures.append(fixture)
        board, clear = _sample_boards(block.height_m, rng=rng)
        for side in block.faces:
            pose, length = _run_pose((x0, y0, x1, y1), side)
            runs.append(ShelfRun(index, pose, length, spec.shelf_depth_m, board, clear, block.height_m))
    floor = box(0, 0, spec.width_m, spec.depth_m)
    taken = unary_union([Polygon(fixture.footprint_m) for fixture in fixtures])
    # Shrinking and growing again parts what only touches: the pockets behind the corners of wall shelving.
    # What then hangs together with the doors is floor; `find_problem` sees whether it is enough.
    walkable = floor.difference(taken).buffer(-0.01, join_style="mitre").buffer(0.01, join_style="mitre")
    if walkable.geom_type != "Polygon":
        walkable = max(walkable.geoms, key=lambda part: part.area)
    size_m = np.array([spec.width_m, spec.depth_m, spec.height_m])
    layout = StoreLayout(spec.format, size_m, walkable, tuple(fixtures), doors)
    return FloorPlan(layout, tuple(runs))


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
