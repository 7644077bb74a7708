"""Reserve stock: what stands on the boards over people's reach.

In: a planogram of all that people reach, its floor plan and catalogue. Out: the planogram with slots for the
boards above. Shops keep the stock of a bay over that bay (topstock), block beside block, piled as high as
such goods may be. Hot food and what has to be kept cold is none: its stock is elsewhere.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scenes.goods.filling import Board, list_boards
from scenes.goods.heaps import find_loose
from scenes.goods.planogram import bound_layers
from scenes.goods.stacks import FRONT_GAP_M, measure_pitches_m
from scenes.goods.stock import sample_counts
from scenes.plan.boards import HEADROOM_M
from scenes.plan.layout import FloorPlan, ShelfRun
from scenes.plan.sections import HOT, find_unsuited
from scenes.world import Catalogue, Planogram

_GAP_M = (0.0, 0.05)  # between two blocks
_FACINGS = (2, 6)  # of a block, at least and at most
_BESIDE_M = 0.25  # so far beyond what stands below it a product's reserve begins or ends
_AGAIN = 0.2  # of its weight, for a product that stands on the board already


@dataclass(frozen=True)
class _Stretch:
    """Where on a run a product stands within reach, and how its reserve stands on one board above.

    Attributes:
        product: Index into the catalogue.
        from_m, to_m: Along the run; its reserve stays between.
        pitch_m: From one facing to the next.
        layers: How many stand in or on one another.
        high_m: How high they are then.
    """

    product: int
    from_m: float
    to_m: float
    pitch_m: float
    layers: int
    high_m: float


_Placed = tuple[float, _Stretch, int]  # where a block begins along its run, of what, and how many facings


def add_reserve(
    planogram: Planogram,
    plan: FloorPlan,
    catalogue: Catalogue,
    sections: tuple[str, ...],
    *,
    fill: float,
    rng: np.random.Generator,
) -> Planogram:
    """Add the slots over people's reach; they come last, and have no scale plates.

    Args:
        planogram: All that people reach.
        plan: Its boards over people's reach are filled with what stands below them.
        catalogue: What is sold.
        sections: The section of the shop of each product.
        fill: Share of each slot that is stocked.
        rng: Lane of the reserve.
    """
    keeps = ~find_unsuited(plan, sections) & (np.array(sections) != HOT)
    parts = [planogram]
    for board in list_boards(plan):
        if board.is_reserve:
            run = plan.runs[board.run]
            stretches = _list_stretches(planogram, run, catalogue, board, keeps[board.run])
            blocks = _sample_blocks(board, stretches, rng=rng)
            if blocks:
                added = _make_slots(planogram, run, board, blocks)
                every = np.ones(len(added.product))
                count = sample_counts(added, catalogue, fill * every, sold_out=0.0 * every, rng=rng)
                parts.append(replace(added, count=count))
    return _join(parts) if len(parts) > 1 else planogram


def _list_stretches(
    planogram: Planogram, run: ShelfRun, catalogue: Catalogue, board: Board, keeps: np.ndarray
) -> list[_Stretch]:
    """List the blocks that people reach below a board, of packs (P,) that keep there and fit on it."""
    pitch_m = measure_pitches_m(catalogue)
    _, depth, height = catalogue.size_m.T
    fits = (depth + FRONT_GAP_M <= board.depth_m) & (height + HEADROOM_M <= board.clear_m)
    fits &= ~find_loose(catalogue) & keeps
    below = (planogram.fixture == run.fixture) & fits[planogram.product]
    along_m = (planogram.world_from_slot[:, :3, 3] - run.world_from_run[:3, 3]) @ run.world_from_run[:3, 0]
    block, stretches = planogram.number_blocks(), []
    for number in np.unique(block[below]):
        slots = np.flatnonzero(block == number)
        product, width_m = int(planogram.product[slots[0]]), float(planogram.width_m[slots[0]])
        _, most = bound_layers(catalogue.package[product], catalogue.size_m[product], pitch_m[product])
        room_m = board.clear_m - HEADROOM_M - height[product]
        layers = min(most, 1 + int(room_m / pitch_m[product]))
        stretches.append(
            _Stretch(
                product,
                float(along_m[slots[0]]) - width_m / 2 - _BESIDE_M,
                float(along_m[slots[-1]]) + width_m / 2 + _BESIDE_M,
                width_m,
                layers,
                float(height[product] + (layers - 1) * pitch_m[product]),
            )
        )
    return stretches


def _sample_blocks(board: Board, stretches: list[_Stretch], *, rng: np.random.Generator) -> list[_Placed]:
    """Draw what stands on a board from left to right: broad blocks have most reserve, high ones, too."""
    placed: list[_Placed] = []
    used: set[int] = set()
    x_m = float(rng.uniform(*_GAP_M))
    while True:
        ends_m = [min(one.to_m, board.length_m) for one in stretches]
        over = [
            (one, int((end_m - x_m) / one.pitch_m + 1e-9))
            for one, end_m in zip(stretches, ends_m, strict=True)
            if one.from_m <= x_m <= end_m - one.pitch_m
        ]
        if not over:
            later_m = [one.from_m for one in stretches if one.from_m > x_m]
            if not later_m:
                return placed
            x_m = min(later_m)
            continue
        weight = np.array([(one.to_m - one.from_m) * one.high_m for one, _ in over])
        weight *= [_AGAIN if one.product in used else 1.0 for one, _ in over]
        chosen, room = over[int(rng.choice(len(over), p=weight / weight.sum()))]
        facings = min(int(rng.integers(*_FACINGS, endpoint=True)), room)
        placed.append((x_m, chosen, facings))
        used.add(chosen.product)
        x_m += facings * chosen.pitch_m + float(rng.uniform(*_GAP_M))


def _make_slots(planogram: Planogram, run: ShelfRun, board: Board, blocks: list[_Placed]) -> Planogram:
    """Make the empty slots of a board, on none of the planogram's plates."""
    facings = np.array([facings for *_, facings in blocks])
    facing = np.concatenate([np.arange(count) for count in facings])
    start_m = np.repeat([start_m for start_m, *_ in blocks], facings)
    of = [one for _, one, facings in blocks for _ in range(facings)]
    width_m = np.array([one.pitch_m for one in of])
    pose = np.tile(run.world_from_run, (len(of), 1, 1))
    local = np.zeros((len(of), 4))
    local[:, 0] = start_m + (facing + 0.5) * width_m
    local[:, 2:] = board.z_m, 1.0
    pose[:, :, 3] = local @ run.world_from_run.T
    return replace(
        planogram,
        world_from_slot=pose,
        width_m=width_m,
        depth_m=np.full(len(of), board.depth_m),
        height_m=np.full(len(of), board.clear_m),
        product=np.array([one.product for one in of]),
        count=np.zeros(len(of), np.int64),
        fixture=np.full(len(of), run.fixture),
        shelf=np.full(len(of), board.shelf),
        facing=facing,
        slot_plates=((),) * len(of),
        hanging=(),
        lying=(),
        deep=(),
        layers=tuple(one.layers for one in of),
    )


def _join(parts: list[Planogram]) -> Planogram:
    """Return the slots of all parts as one planogram; none but the first has plates, hooks or deep lanes."""
    names = ("world_from_slot", "width_m", "depth_m", "height_m", "product", "count", "fixture", "shelf")
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in (*names, "facing")
    }
    layers = tuple(np.concatenate([part.most_layers() for part in parts]).tolist())
    return replace(
        parts[0],
        **columns,
        slot_plates=tuple(plates for part in parts for plates in part.slot_plates),
        layers=layers if max(layers) > 1 else (),
    )
