"""The planogram: where on its board each facing stands, how deep, how many packs, on which scale plates.

In: the shelf runs of a floor plan and a catalogue, whose products scenes/goods/filling.py puts on boards.
Out: a `Planogram`, to which scenes/goods/reserve.py adds what is over people's reach.
"""

from dataclasses import dataclass, replace

import numpy as np

from scenes.goods.filling import Block, Board, find_laid, list_boards, sample_blocks
from scenes.goods.heaps import count_layers, count_rows, find_heaped, measure_rows
from scenes.goods.stacks import (
    NESTS,
    OVER_STACK_M,
    holds_next,
    measure_pitches_m,
)
from scenes.goods.stock import sample_counts
from scenes.plan.chests import CHEST_FILL, find_raised_m
from scenes.plan.formats import DISPLAYS
from scenes.plan.layout import FloorPlan, ShelfRun
from scenes.plan.sections import HOT
from scenes.world import HIGHEST_CENTER_M, Catalogue, Planogram

_HUNG_GAP_M = 0.006  # that a hand needs to lift a pack off its hook
_OVER_M = 0.15  # that a slot offers over its packs, where the board does
_STACKED = ("can", "tub", "tray", "box", "bowl")
_STACKED_M, _SQUAT = 0.08, 0.9  # height at most, also over the base's width
# Layers of what stands on each other, and in each other.
_STACKS, _NESTS = (2, 4), {"bowl": (4, 8), "plate": (6, 12), "mug": (2, 3)}
_LARGE_BOWLS, _LARGE_BOWL_M = (2, 4), 0.1  # layers of bowls that are at least so high
_FEWEST_LAYERS = 3  # of a heap, where there is room
_TOUCH_M = 1e-6  # a pack that only touches a plate is no load on it


@dataclass(frozen=True)
class _Plates:
    """Scale plates of all boards.

    Attributes:
        world_from_plate: (L, 4, 4).
        size_m: (L, 2).
        fixture: (L,).
        first: For each board its first plate.
        width_m: For each board the width of its plates.
    """

    world_from_plate: np.ndarray
    size_m: np.ndarray
    fixture: np.ndarray
    first: list[int]
    width_m: list[float]


def sample_planogram(
    plan: FloorPlan,
    catalogue: Catalogue,
    sections: tuple[str, ...],
    home: np.ndarray,
    *,
    fill: float,
    sold_out: float = 0.0,
    stacked: float = 0.0,
    plate_width_m: float,
    rng: np.random.Generator,
    stack_rng: np.random.Generator | None = None,
    heap_rng: np.random.Generator | None = None,
) -> Planogram:
    """Draw the planogram of all that people reach.

    Args:
        plan: Floor plan with its shelf runs.
        catalogue: What to put on them.
        sections: The section of the shop of each product.
        home: (R, P) which products are at home on which run, see scenes.plan.sections.
        fill: Share of each slot that is stocked at the start; of chests more, see CHEST_FILL. Where it is 1,
            the tops of tables are filled to their backs, and lanes of large fruit in heaps are wider.
        sold_out: Share of blocks that are sold out, where the shop is not full; none of chests and displays.
        stacked: Share of blocks of what can be stacked that stands in stacks.
        plate_width_m: Asked width of a scale plate; boards are tiled evenly with the nearest width.
        rng: Lane of the planogram.
        stack_rng: Lane of the stacks, where there are some.
        heap_rng: Lane of the heaps of loose goods; without it there are none.

    Raises:
        PlacementError: When a product finds no place.
    """
    full = fill >= 1
    boards = [board for board in list_boards(plan, full=full) if not board.is_reserve]
    contents = sample_blocks(plan, boards, catalogue, sections, home, stacked=stacked, full=full, rng=rng)
    plates = _make_plates(plan.runs, boards, plate_width_m)
    share = np.where(np.array(sections) == HOT, 0.0, stacked)  # nobody piles up hot food
    slots = _lay_out(
        plan.runs, boards, contents, catalogue, plates, share, rng=rng, stack_rng=stack_rng, heap_rng=heap_rng
    )
    several = ("slot_plates", "hanging", "lying", "deep", "layers")
    columns = {name: np.asarray(values) for name, values in slots.items() if name not in several}
    kind = [plan.layout.fixtures[fixture].kind for fixture in columns["fixture"]]
    fill_of = np.where(np.isin(kind, "chest"), fill**CHEST_FILL, fill)
    sold_out_of = np.where(np.isin(kind, ("chest", *DISPLAYS)), 0.0, sold_out)
    planogram = Planogram(
        **columns,
        count=np.zeros(len(kind), np.int64),
        plate_m=plates.world_from_plate,
        plate_size_m=plates.size_m,
        plate_fixture=plates.fixture,
        slot_plates=tuple(slots["slot_plates"]),
        hanging=tuple(slots["hanging"]),
        lying=tuple(slots["lying"]),
        deep=tuple(slots["deep"]),
        layers=tuple(slots["layers"]) if max(slots["layers"]) > 1 else (),
    )
    count = sample_counts(planogram, catalogue, fill_of, sold_out=sold_out_of, rng=rng)
    return replace(planogram, count=count)


def _find_room_m(board: Board, height_m: float) -> tuple[float, float]:
    """Return how high over a board the slot of packs of a height begins, and what height it offers."""
    if board.hooks:
        return 0.0, height_m + _HUNG_GAP_M
    raised_m = find_raised_m(height_m) if board.chest else 0.0
    return raised_m, min(board.clear_m - raised_m, height_m + _OVER_M)


def _sample_layers(
    board: Board,
    package: str,
    size_m: np.ndarray,
    pitch_m: float,
    *,
    ahead: int,
    rng: np.random.Generator,
) -> int:
    """Draw how high a product of a size (3,) is stacked or heaped: 1 of what is not, or has no room.

    A heap has so many `ahead` in its lowest layer; of what is in none that is 0.
    """
    height_m = float(size_m[2])
    if ahead:
        most = min(int(count_layers(size_m)), ahead)
        fewest = min(_FEWEST_LAYERS, most)
    else:
        fewest, most = bound_layers(package, size_m, pitch_m)
    over_m = min(board.clear_m - OVER_STACK_M - height_m, HIGHEST_CENTER_M - board.z_m - height_m / 2)
    most = min(1 + int(over_m / pitch_m), most)
    return int(rng.integers(min(fewest, most), most + 1)) if most > 1 else 1


def bound_layers(package: str, size_m: np.ndarray, pitch_m: float) -> tuple[int, int]:
    """Return how many of a product of a size (3,) stand in or on one another, at least and at most.

    >>> bound_layers("can", np.array([0.07, 0.07, 0.05]), 0.05)
    (2, 4)
    >>> bound_layers("bottle", np.array([0.07, 0.07, 0.25]), 0.25)
    (1, 1)
    >>> bound_layers("bowl", np.array([0.3, 0.3, 0.15]), 0.04)
    (2, 4)
    """
    height_m = float(size_m[2])
    if pitch_m <= NESTS * height_m or holds_next(package, size_m):
        return _LARGE_BOWLS if package == "bowl" and height_m >= _LARGE_BOWL_M else _NESTS[package]
    if package in _STACKED and height_m <= min(_STACKED_M, _SQUAT * size_m[:2].min()):
        return _STACKS
    return 1, 1


def _make_plates(runs: tuple[ShelfRun, ...], boards: list[Board], plate_width_m: float) -> _Plates:
    """Tile each board evenly with scale plates of about the asked width."""
    poses: list[np.ndarray] = []
    sizes, fixtures, first, widths = [], [], [], []
    for board in boards:
        run = runs[board.run]
        count = max(1, round(board.length_m / plate_width_m))
        width = board.length_m / count
        first.append(sum(len(part) for part in poses))
        widths.append(width)
        local = np.zeros((count, 4))
        local[:, 0] = (np.arange(count) + 0.5) * width
        local[:, 2], local[:, 3] = board.z_m, 1.0
        pose = np.tile(run.world_from_run, (count, 1, 1))
        pose[:, :, 3] = local @ run.world_from_run.T
        poses.append(pose)
        sizes.append(np.tile([width, board.depth_m], (count, 1)))
        fixtures.append(np.full(count, run.fixture, np.int64))
    return _Plates(np.concatenate(poses), np.concatenate(sizes), np.concatenate(fixtures), first, widths)


def _find_under(x0_m: float, x1_m: float, plate_m: float, board_m: float) -> range:
    """Return which plates of a width are under what stands from x0_m to x1_m along a board of a length.

    >>> _find_under(0.2, 0.4, 0.2, 1.0), _find_under(0.3, 0.5, 0.2, 1.0)
    (range(1, 2), range(1, 3))
    """
    last = max(1, round(board_m / plate_m)) - 1
    low_m, high_m = x0_m + _TOUCH_M, x1_m - _TOUCH_M
    return range(int(low_m // plate_m), min(last, int(high_m // plate_m)) + 1)


def _lay_out(
    runs: tuple[ShelfRun, ...],
    boards: list[Board],
    contents: list[list[Block]],
    catalogue: Catalogue,
    plates: _Plates,
    stacked: np.ndarray,
    *,
    rng: np.random.Generator,
    stack_rng: np.random.Generator | None,
    heap_rng: np.random.Generator | None,
) -> dict[str, list]:
    """Turn blocks into slots; what is left of a board becomes gaps between its blocks."""
    names = ("world_from_slot", "width_m", "depth_m", "height_m", "product", "fixture", "shelf", "facing")
    slots: dict[str, list] = {
        name: [] for name in (*names, "slot_plates", "hanging", "lying", "deep", "layers")
    }
    laid, heaped = find_laid(catalogue), find_heaped(catalogue)
    share = np.where(heaped & (stacked > 0), 1.0, stacked)  # whatever may be heaped is
    pitch_m = measure_pitches_m(catalogue).tolist()
    filled = zip(boards, contents, plates.first, plates.width_m, strict=True)
    for board, blocks, first_plate, plate_width in filled:
        run = runs[board.run]
        left = board.length_m - 2 * board.aside_m - sum(block.facings * block.pitch_m for block in blocks)
        gaps = left * rng.dirichlet(np.full(len(blocks) + 1, 3.0))
        x = board.aside_m
        for gap, block in zip(gaps, blocks, strict=False):
            x += gap
            lies = board.chest and bool(laid[block.product])
            height_m = float(catalogue.size_m[block.product, 1 if lies else 2])
            layers = 1
            if stack_rng is not None and not board.hooks and not board.chest:
                lane = heap_rng if heaped[block.product] else stack_rng
                if stack_rng.random() < share[block.product] and lane is not None:
                    size_m = catalogue.size_m[block.product]
                    rows = measure_rows(block.facings, block.pitch_m / float(size_m[0]))
                    layers = _sample_layers(
                        board,
                        catalogue.package[block.product],
                        size_m,
                        pitch_m[block.product],
                        ahead=count_rows(size_m, board.depth_m, rows) if heaped[block.product] else 0,
                        rng=lane,
                    )
            # What is heaped has its middle in its slot, and reaches into those beside.
            reach_m = block.pitch_m / 2 if layers > 1 and heaped[block.product] else 0.0
            begin_m, end_m = x, x + block.facings * block.pitch_m
            raised_m, room_m = _find_room_m(board, height_m + (layers - 1) * pitch_m[block.product])
            for facing in range(block.facings):
                pose = run.world_from_run.copy()
                pose[:, 3] = run.world_from_run @ [x + block.pitch_m / 2, 0.0, board.z_m + raised_m, 1.0]
                under = _find_under(
                    max(x - reach_m, begin_m),
                    min(x + block.pitch_m + reach_m, end_m),
                    plate_width,
                    board.length_m,
                )
                row = (
                    pose,
                    block.pitch_m,
                    board.depth_m,
                    room_m,
                    block.product,
                    run.fixture,
                    board.shelf,
                    facing,
                    tuple(first_plate + plate for plate in under),
                )
                slots["layers"].append(layers)
                if board.deep:
                    slots["deep"].append(len(slots["product"]))
                if board.hooks or lies:
                    slots["lying" if lies else "hanging"].append(len(slots["product"]))
                for name, value in zip((*names, "slot_plates"), row, strict=True):
                    slots[name].append(value)
                x += block.pitch_m
    return slots
