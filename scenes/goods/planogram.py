"""The planogram: which product stands where, in how many facings, how deep, on which scale plates.

In: the shelf runs of a floor plan and a catalogue. Out: a `Planogram` and the items' initial poses.
Sections of the shop stay together; popular products get more facings and stand nearer to eye level.
"""

from dataclasses import dataclass

import numpy as np

from scenes.errors import PlacementError
from scenes.goods.stock import FRONT_GAP_M, LOWEST_CENTER_M, measure_lengths_m, sample_counts
from scenes.plan.boards import HEADROOM_M
from scenes.plan.chests import CHEST_FILL, find_raised_m
from scenes.plan.layout import FloorPlan, ShelfRun
from scenes.plan.sections import find_unsuited
from scenes.world import Catalogue, Planogram

SIDE_GAP_M = (0.006, 0.014)  # between lanes
HIGHEST_CENTER_M = 1.65  # of an item that a person reaches
_EYE_LEVEL_M = 1.25
_UNSUITED = 4.0  # outweighs all else: only what finds no room where it is cold enough stands elsewhere, once
_HANGING, _HUNG_M, _HUNG_KG = ("bag", "pouch", "tube"), (0.19, 0.08), 0.4  # what hooks carry
_HUNG_GAP_M = 0.006  # that a hand needs to lift a pack off its hook
_BESIDE_END_M = 0.06  # a hand gets in beside what is next to the end of a chest
_LAID = ("box", "bag", "pouch", "tube")  # packs that lie in chest freezers
_AWAY = 1.4  # how much scarcer (ln) than what is at home a product is before it gets facings elsewhere


@dataclass(frozen=True)
class _Board:
    """One board of one run, being filled."""

    run: int
    shelf: int
    length_m: float
    clear_m: float
    depth_m: float
    z_m: float
    hooks: bool
    chest: bool

    @property
    def aside_m(self) -> float:
        """What stays free at both ends."""
        return _BESIDE_END_M if self.chest else 0.0


@dataclass(frozen=True)
class _Block:
    """Facings of one product, side by side."""

    product: int
    facings: int
    pitch_m: float


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
    plate_width_m: float,
    rng: np.random.Generator,
) -> Planogram:
    """Draw the planogram.

    Args:
        plan: Floor plan with its shelf runs.
        catalogue: What to put on them.
        sections: The section of the shop of each product.
        home: (R, P) which products are at home on which run, see scenes.plan.sections.
        fill: Share of each slot that is stocked at the start; of chests more, see CHEST_FILL.
        sold_out: Share of blocks that are sold out, where the shop is not full.
        plate_width_m: Asked width of a scale plate; boards are tiled evenly with the nearest width.
        rng: Lane of the planogram.

    Raises:
        PlacementError: When a product finds no place.
    """
    boards = _list_boards(plan)
    contents = _Filling(boards, catalogue, sections, home, find_unsuited(plan, sections), rng=rng).fill()
    plates = _make_plates(plan.runs, boards, plate_width_m)
    slots = _lay_out(plan.runs, boards, contents, catalogue, plates, rng=rng)
    several = ("slot_plates", "hanging", "lying")
    columns = {name: np.asarray(values) for name, values in slots.items() if name not in several}
    lying = tuple(slots["lying"])
    length_m = measure_lengths_m(columns["product"], lying, catalogue)
    chest = np.array([plan.layout.fixtures[fixture].kind == "chest" for fixture in columns["fixture"]], bool)
    fill_of = np.where(chest, fill**CHEST_FILL, fill)
    return Planogram(
        **columns,
        count=sample_counts(
            columns["depth_m"], columns["product"], length_m, fill_of, sold_out=sold_out, rng=rng
        ),
        plate_m=plates.world_from_plate,
        plate_size_m=plates.size_m,
        plate_fixture=plates.fixture,
        slot_plates=tuple(slots["slot_plates"]),
        hanging=tuple(slots["hanging"]),
        lying=lying,
    )


def _list_boards(plan: FloorPlan) -> list[_Board]:
    return [
        _Board(
            r,
            k,
            run.length_m,
            float(run.clear_m[k]),
            run.depth_m,
            float(run.board_z_m[k]),
            plan.layout.fixtures[run.fixture].kind == "peg_wall",
            plan.layout.fixtures[run.fixture].kind == "chest",
        )
        for r, run in enumerate(plan.runs)
        for k in range(len(run.board_z_m))
    ]


class _Filling:
    """Fills boards with blocks: first each product once, then whatever is shortest of its due share."""

    def __init__(
        self,
        boards: list[_Board],
        catalogue: Catalogue,
        sections: tuple[str, ...],
        home: np.ndarray,
        unsuited: np.ndarray,
        *,
        rng: np.random.Generator,
    ):
        self.boards, self.catalogue, self.sections, self.rng = boards, catalogue, sections, rng
        self.free = np.array([board.length_m - 2 * board.aside_m for board in boards])
        self.contents: list[list[_Block]] = [[] for _ in boards]
        self.pitch = catalogue.size_m[:, 0] + rng.uniform(*SIDE_GAP_M, len(catalogue.sku))
        share = catalogue.popularity**0.7
        self.due = share / share.sum()
        self.given = np.zeros(len(share))
        self.board_length = np.array([board.length_m for board in boards])
        self.board_clear = np.array([board.clear_m for board in boards])
        self.board_z = np.array([board.z_m for board in boards])
        self.hooks = np.array([board.hooks for board in boards])
        self.lies = np.array([board.chest for board in boards])[:, None] & find_laid(catalogue)
        self.holds = self._find_holds()
        self.home = home[[board.run for board in boards]]
        self.unsuited = unsuited[[board.run for board in boards]]

    def _find_holds(self) -> np.ndarray:
        """Return a (boards, products) mask: which products may stand on which board."""
        size = self.catalogue.size_m
        depth = np.where(self.lies, size[:, 2], size[:, 1])
        height = np.where(self.lies, size[:, 1], size[:, 2])
        board_depth = np.array([board.depth_m for board in self.boards])
        center = self.board_z[:, None] + height / 2
        may_hang = find_hangable(self.catalogue)
        return (
            (~self.hooks[:, None] | may_hang)
            & (board_depth[:, None] >= depth + FRONT_GAP_M)
            & (self.board_clear[:, None] >= height + HEADROOM_M)
            & (center >= LOWEST_CENTER_M)
            & (center <= HIGHEST_CENTER_M)
        )

    def fill(self) -> list[list[_Block]]:
        """Fill all boards and return their blocks, from left to right."""
        for product in np.argsort(-self.catalogue.popularity, kind="stable"):
            self._place_once(int(product))
        for board in range(len(self.boards)):
            while self._add_block(board):
                pass
        for blocks in self.contents:
            # What belongs to one section stands together on a board.
            blocks.sort(key=lambda block: (self.sections[block.product], self.catalogue.brand[block.product]))
        return self.contents

    def _place_once(self, product: int) -> None:
        fits = self.holds[:, product] & (self.free >= self.pitch[product])
        if not fits.any():
            width, depth, height = self.catalogue.size_m[product] * 100
            raise PlacementError(
                f"store.planogram: {self.catalogue.sku[product]} "
                f"({width:.1f} x {depth:.1f} x {height:.1f} cm) finds no place on {len(self.boards)} boards "
                f"of {self.board_length.sum():.1f} m together. Three ways out: fewer products "
                "(catalogue.skus), more shelving (a larger room, store.wall_shelves, store.end_caps), or "
                "deeper shelves (store.shelf_depth_m)."
            )
        score = (
            2.0 * (self.home[:, product] | self.hooks)
            - _UNSUITED * self.unsuited[:, product]
            - abs(self.board_z - _EYE_LEVEL_M) * self.due[product] / self.due.max()
            + 0.5 * self.free / self.board_length
            + self.rng.uniform(0, 0.3, len(fits))
        )
        board = int(np.argmax(np.where(fits, score, -np.inf)))
        room = int(self.free[board] // self.pitch[product])
        # Keep room for the products still to come: at most a quarter of the board.
        wanted = min(self._sample_facings(product), max(1, int(room // 4)))
        self._put(board, product, wanted)

    def _sample_facings(self, product: int) -> int:
        popular = self.due[product] / self.due.mean()
        return int(np.clip(1 + self.rng.poisson(1.2 + 0.9 * popular), 1, 6))

    def _put(self, board: int, product: int, facings: int) -> None:
        self.contents[board].append(_Block(product, facings, float(self.pitch[product])))
        self.free[board] -= facings * self.pitch[product]
        self.given[product] += facings

    def _add_block(self, board: int) -> bool:
        """Put one more block on a board; return whether anything fitted."""
        fits = self.holds[board] & ~self.unsuited[board] & (self.pitch <= self.free[board])
        if not fits.any():
            return False
        candidates = np.flatnonzero(fits)
        away = _AWAY * ~(self.home[board, candidates] | self.hooks[board])
        hunger = np.log((self.given[candidates] + 0.2) / self.due[candidates])
        # Tall compartments are for tall packs: wasted air counts against a product.
        waste = 7.0 * (self.board_clear[board] - self.catalogue.size_m[candidates, 2])
        already = np.array(
            [any(block.product == k for block in self.contents[board]) for k in candidates], float
        )
        score = hunger + away + waste + 1.8 * already + self.rng.gumbel(0, 0.35, len(candidates))
        product = int(candidates[np.argmin(score)])
        self._put(
            board, product, min(self._sample_facings(product), int(self.free[board] // self.pitch[product]))
        )
        return True


def find_hangable(catalogue: Catalogue) -> np.ndarray:
    """Return (P,) bool: what is light and flat enough, and in a pack, to hang on a hook."""
    width, depth, _ = catalogue.size_m.T
    soft = np.array([package in _HANGING for package in catalogue.package])
    slight = (width <= _HUNG_M[0]) & (depth <= _HUNG_M[1]) & (catalogue.mass_kg <= _HUNG_KG)
    return soft & slight


def find_laid(catalogue: Catalogue) -> np.ndarray:
    """Return (P,) bool: what lies on its back in a chest freezer; other packs stand there."""
    flat = catalogue.size_m[:, 1] < catalogue.size_m[:, 2]
    return flat & np.array([package in _LAID for package in catalogue.package])


def _find_room_m(board: _Board, height_m: float) -> tuple[float, float]:
    """Return how high over a board the slot of packs of a height begins, and what height it offers."""
    if board.hooks:
        return 0.0, height_m + _HUNG_GAP_M
    raised_m = find_raised_m(height_m) if board.chest else 0.0
    return raised_m, min(board.clear_m - raised_m, height_m + 0.15)


def _make_plates(runs: tuple[ShelfRun, ...], boards: list[_Board], plate_width_m: float) -> _Plates:
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


def _lay_out(
    runs: tuple[ShelfRun, ...],
    boards: list[_Board],
    contents: list[list[_Block]],
    catalogue: Catalogue,
    plates: _Plates,
    *,
    rng: np.random.Generator,
) -> dict[str, list]:
    """Turn blocks into slots; what is left of a board becomes gaps between its blocks."""
    names = ("world_from_slot", "width_m", "depth_m", "height_m", "product", "fixture", "shelf", "facing")
    slots: dict[str, list] = {name: [] for name in (*names, "slot_plates", "hanging", "lying")}
    laid = find_laid(catalogue)
    filled = zip(boards, contents, plates.first, plates.width_m, strict=True)
    for board, blocks, first_plate, plate_width in filled:
        run = runs[board.run]
        left = board.length_m - 2 * board.aside_m - sum(block.facings * block.pitch_m for block in blocks)
        gaps = left * rng.dirichlet(np.full(len(blocks) + 1, 3.0))
        x = board.aside_m
        count = max(1, round(board.length_m / plate_width))
        for gap, block in zip(gaps, blocks, strict=False):
            x += gap
            lies = board.chest and bool(laid[block.product])
            height_m = float(catalogue.size_m[block.product, 1 if lies else 2])
            raised_m, room_m = _find_room_m(board, height_m)
            for facing in range(block.facings):
                pose = run.world_from_run.copy()
                pose[:, 3] = run.world_from_run @ [x + block.pitch_m / 2, 0.0, board.z_m + raised_m, 1.0]
                low, high = x + 1e-6, x + block.pitch_m - 1e-6  # a touch is no load
                under = range(int(low // plate_width), min(count - 1, int(high // plate_width)) + 1)
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
                if board.hooks or lies:
                    slots["lying" if lies else "hanging"].append(len(slots["product"]))
                for name, value in zip((*names, "slot_plates"), row, strict=True):
                    slots[name].append(value)
                x += block.pitch_m
    return slots
