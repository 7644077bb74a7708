"""Filling: which products stand on which board of the shelves, in how many facings.

In: the shelf runs of a floor plan, a catalogue and its sections. Out: `Block`s board by board, which
scenes/goods/planogram.py lays out. Popular products get more facings and stand nearer to eye level. Sections
stay together, and what is of one brand stands in a block over several boards, as merchandisers set shelves
out (vertical brand blocks, "ribbons": brands side by side, sizes and flavours over each other).
"""

from dataclasses import dataclass, replace

import numpy as np

from scenes.errors import PlacementError
from scenes.goods.heaps import find_heaped, find_loose, widen_lanes
from scenes.goods.stacks import FRONT_GAP_M, UNBOUNDED, compute_capacity, measure_usual_heights_m
from scenes.goods.stock import LOWEST_CENTER_M
from scenes.plan.boards import HEADROOM_M
from scenes.plan.formats import DISPLAYS, TABLES
from scenes.plan.layout import FloorPlan
from scenes.plan.sections import compute_due, find_unsuited, number_brands
from scenes.world import HIGHEST_CENTER_M, Catalogue

_SIDE_GAP_M, _LOOSE_GAP = (0.006, 0.014), 0.3  # between lanes, and the share of it beside loose goods
_EYE_LEVEL_M = 1.25
_UNSUITED = 7.0  # outweighs all else: only what finds no room where it is cold enough stands elsewhere, once
_HANGING, _HUNG_M, _HUNG_KG = ("bag", "pouch", "tube"), (0.19, 0.08), 0.4  # what hooks carry
_BESIDE_END_M = 0.06  # a hand gets in beside what is next to the end of a chest
_LAID = ("box", "bag", "pouch", "tube")  # packs that lie in chest freezers
_WASTE_ONCE, _WASTE = 3.0, 10.0  # weights of wasted air, when a product gets its place and when more of it
_CROWD = 3.0  # weight of how much more (ln) of a board a brand has than it is due
_MOST_CROWD = 6.0  # of that, at most, either way
_LEAST_FACINGS = 2  # that a product may have at once where its brand has all it is due
_AGAIN = 1.8  # a second block of a product on a board, and its pull where no two facings fit any more
# Tables show a little of much: how many facings a block has there at most, how much a second one of a product
# weighs, and what share of the depth may stay bare.
_TABLE_FACINGS, _AGAIN_ON_TABLE, _BARE = 3, 6.0, 0.12
# Of a board, that a block of loose goods fills where there is room; on tables if most there are loose.
_STRETCH_M, _MOSTLY = 0.42, 0.75
_TINY_M = 1e-9  # sums of lengths differ by less
_AWAY = 2.0  # how much scarcer (ln) than what is at home a product is before it gets facings elsewhere


@dataclass(frozen=True)
class Board:
    """One board of one run.

    Attributes:
        run: Which of the floor plan's runs.
        shelf: Which of its boards, from below.
        length_m, depth_m: Extent.
        clear_m: Height that packs on it have.
        z_m: Its height over the floor.
        hooks: Whether packs hang there.
        chest: Whether it is the floor of a chest freezer's baskets.
        deep: Whether its lanes are filled to its back.
    """

    run: int
    shelf: int
    length_m: float
    clear_m: float
    depth_m: float
    z_m: float
    hooks: bool
    chest: bool
    deep: bool = False

    @property
    def is_reserve(self) -> bool:
        """Whether it is over people's reach."""
        return self.z_m >= HIGHEST_CENTER_M

    @property
    def aside_m(self) -> float:
        """What stays free at both ends."""
        return _BESIDE_END_M if self.chest else 0.0


@dataclass(frozen=True)
class Block:
    """Facings of one product, side by side.

    Attributes:
        product: Index into the catalogue.
        facings: How many.
        pitch_m: From one to the next.
    """

    product: int
    facings: int
    pitch_m: float


def list_boards(plan: FloorPlan, *, full: bool = False) -> list[Board]:
    """List the boards of all runs, run by run, from below; in a `full` shop the tops of tables are deep."""
    return [
        Board(
            r,
            k,
            run.length_m,
            float(run.clear_m[k]),
            run.depth_m,
            float(run.board_z_m[k]),
            plan.layout.fixtures[run.fixture].kind == "peg_wall",
            plan.layout.fixtures[run.fixture].kind == "chest",
            full and plan.layout.fixtures[run.fixture].kind in TABLES and k == len(run.board_z_m) - 1,
        )
        for r, run in enumerate(plan.runs)
        for k in range(len(run.board_z_m))
    ]


def sample_blocks(
    plan: FloorPlan,
    boards: list[Board],
    catalogue: Catalogue,
    sections: tuple[str, ...],
    home: np.ndarray,
    *,
    stacked: float = 0.0,
    full: bool = False,
    rng: np.random.Generator,
) -> list[list[Block]]:
    """Draw the blocks of each board, from left to right; the arguments are those of `sample_planogram`.

    In a `full` shop the lanes of large fruit in heaps are so wide that it lies closest.

    Raises:
        PlacementError: When a product finds no place.
    """
    shows = np.array([plan.layout.fixtures[run.fixture].kind in DISPLAYS for run in plan.runs])
    unsuited = find_unsuited(plan, sections) | shows[:, None] & ~home
    usual_m = measure_usual_heights_m(catalogue, stacked)
    return _Filling(
        boards, catalogue, sections, home, unsuited, usual_m, widened=full and stacked > 0, rng=rng
    ).fill()


class _Filling:
    """Fills boards with blocks: first each product once, then whatever is shortest of its due share."""

    def __init__(
        self,
        boards: list[Board],
        catalogue: Catalogue,
        sections: tuple[str, ...],
        home: np.ndarray,
        unsuited: np.ndarray,
        usual_m: np.ndarray,
        *,
        widened: bool,
        rng: np.random.Generator,
    ):
        self.boards, self.catalogue, self.sections, self.rng = boards, catalogue, sections, rng
        self.free = np.array([board.length_m - 2 * board.aside_m for board in boards])
        self.contents: list[list[Block]] = [[] for _ in boards]
        loose = find_loose(catalogue)
        gap_m = rng.uniform(*_SIDE_GAP_M, len(catalogue.sku)) * np.where(loose, _LOOSE_GAP, 1.0)
        self.pitch = catalogue.size_m[:, 0] + gap_m
        self.home = home[[board.run for board in boards]]
        if widened:
            self._widen_lanes()
        self.due = compute_due(catalogue)
        self.given = np.zeros(len(self.due))
        self.board_length = np.array([board.length_m for board in boards])
        self.board_clear = np.array([board.clear_m for board in boards])
        self.board_z = np.array([board.z_m for board in boards])
        self.hooks = np.array([board.hooks for board in boards])
        self.lies = np.array([board.chest for board in boards])[:, None] & find_laid(catalogue)
        self.holds, self.waste = self._find_holds(usual_m)
        self.stands = np.zeros_like(self.holds)  # (boards, products): what is on a board already
        self.brand = number_brands(catalogue, sections)
        self.due_m = self._share_boards()  # (boards, brands): how much of each board each is due, and has
        self.taken_m = np.zeros_like(self.due_m)
        self.stretch = self._find_stretches(loose)
        self.unsuited = unsuited[[board.run for board in boards]]

    def _widen_lanes(self) -> None:
        """Widen the lanes of what is heaped where the boards that it is at home on hold more so."""
        depth_m = np.array([board.depth_m for board in self.boards])
        for product in np.flatnonzero(find_heaped(self.catalogue) & self.home.any(axis=0)):
            size_m, pitch_m = self.catalogue.size_m[product], float(self.pitch[product])
            usual_m = float(np.median(depth_m[self.home[:, product]]))
            self.pitch[product] = widen_lanes(size_m, pitch_m, usual_m, _STRETCH_M)

    def _find_holds(self, usual_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return two (boards, products): which products may stand on which board, and what room is wasted.

        The latter is the share of the board's height over a product, or the stack that is usual of it, less
        what that is on its best board; of deep boards the share that its lanes leave bare, if that shows.
        """
        size = self.catalogue.size_m
        depth = np.where(self.lies, size[:, 2], size[:, 1])
        height = np.where(self.lies, size[:, 1], size[:, 2])
        board_depth = np.array([board.depth_m for board in self.boards])
        center = self.board_z[:, None] + height / 2
        may_hang = find_hangable(self.catalogue)
        holds = (
            (~self.hooks[:, None] | may_hang)
            & (board_depth[:, None] >= depth + FRONT_GAP_M)
            & (self.board_clear[:, None] >= height + HEADROOM_M)
            & (center >= LOWEST_CENTER_M)
            & (center <= HIGHEST_CENTER_M)
        )
        air = abs(1 - np.where(self.lies, height, usual_m) / self.board_clear[:, None])
        deep = np.array([board.deep for board in self.boards])[:, None]
        filled = compute_capacity(board_depth[:, None], depth, UNBOUNDED) * depth / board_depth[:, None]
        air -= np.where(holds, air, 1.0).min(axis=0)
        return holds, np.where(deep, (1 - filled - _BARE).clip(0), air)

    def _share_boards(self) -> np.ndarray:
        """Return (boards, brands) of a board what each brand at home on its run is due, 1 cm at least."""
        need_m = self.home * (self.due * self.catalogue.size_m[:, 0])
        share = np.zeros((len(self.boards), self.brand.max() + 1))
        np.add.at(share.T, self.brand, need_m.T)
        share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
        return np.asarray(np.maximum(share * self.board_length[:, None], 0.01))

    def _find_stretches(self, loose: np.ndarray) -> np.ndarray:
        """Return (boards, products) how many facings a block has at least where there is room.

        What lies loose fills a stretch; on deep boards where most of what is at home there does.
        """
        need_m = self.home * (self.due * self.catalogue.size_m[:, 0])
        mostly = need_m @ loose >= _MOSTLY * need_m.sum(axis=1)
        deep = np.array([board.deep for board in self.boards])
        return np.where(loose & (mostly | ~deep)[:, None], np.ceil(_STRETCH_M / self.pitch), 0).astype(int)

    def fill(self) -> list[list[Block]]:
        """Fill all boards and return their blocks, from left to right."""
        for product in np.argsort(-self.catalogue.popularity, kind="stable"):
            self._place_once(int(product))
        for board in range(len(self.boards)):
            while self._add_block(board):
                pass
        for blocks in self.contents:
            # The same order on all boards: what belongs to one section, then to one brand, stands together.
            blocks.sort(key=lambda block: (self.brand[block.product], block.product))
        return self.contents

    def _place_once(self, product: int) -> None:
        suits = self.holds[:, product] & ~self.unsuited[:, product]
        if suits.any() and not (suits & (self.free >= self.pitch[product])).any():
            self._make_room(product, np.flatnonzero(suits))
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
            - _WASTE_ONCE * self.waste[:, product]
            + 0.5 * self.free / self.board_length
            + self.rng.uniform(0, 0.3, len(fits))
        )
        board = int(np.argmax(np.where(fits, score, -np.inf)))
        room = int(self.free[board] // self.pitch[product])
        # Keep room for the products still to come: at most a quarter of the board.
        due = min(max(1, int(room // 4)), self._bound_facings(board, product))
        wanted = max(min(self._sample_facings(product), due), self.stretch[board, product])
        self._put(board, product, min(wanted, room))

    def _make_room(self, product: int, boards: np.ndarray) -> None:
        """Take facings from the broadest blocks of that of some boards which has most to spare."""
        spare_m = [
            self.free[board] + sum((block.facings - 1) * block.pitch_m for block in self.contents[board])
            for board in boards
        ]
        board = int(boards[np.argmax(spare_m)])
        if max(spare_m) < self.pitch[product] + _TINY_M:
            return
        while self.free[board] < self.pitch[product]:
            blocks = self.contents[board]
            broadest = max(range(len(blocks)), key=lambda k: blocks[k].facings)
            block = blocks[broadest]
            blocks[broadest] = replace(block, facings=block.facings - 1)
            self.free[board] += block.pitch_m
            self.given[block.product] -= 1
            self.taken_m[board, self.brand[block.product]] -= block.pitch_m

    def _sample_facings(self, product: int) -> int:
        popular = self.due[product] / self.due.mean()
        return int(np.clip(1 + self.rng.poisson(1.2 + 0.9 * popular), 1, 6))

    def _put(self, board: int, product: int, facings: int) -> None:
        self.contents[board].append(Block(product, facings, float(self.pitch[product])))
        self.stands[board, product] = True
        self.free[board] -= facings * self.pitch[product]
        self.given[product] += facings
        self.taken_m[board, self.brand[product]] += facings * self.pitch[product]

    def _add_block(self, board: int) -> bool:
        """Put one more block on a board; return whether anything fitted."""
        fits = self.holds[board] & ~self.unsuited[board] & (self.pitch <= self.free[board])
        if not fits.any():
            return False
        candidates = np.flatnonzero(fits)
        away = _AWAY * ~(self.home[board, candidates] | self.hooks[board])
        hunger = np.log((self.given[candidates] + 0.2) / self.due[candidates])
        # Each compartment is for packs of its height: wasted air counts against a product.
        waste = _WASTE * self.waste[board, candidates]
        single = 2 * self.pitch[candidates] > self.free[board]
        again = _AGAIN_ON_TABLE if self.boards[board].deep else _AGAIN
        already = again * np.where(single, -1, 1) * self.stands[board, candidates]
        score = hunger + away + waste + already + self._crowd(board, candidates)
        score += self.rng.gumbel(0, 0.35, len(candidates))
        product = int(candidates[np.argmin(score)])
        room = int(self.free[board] // self.pitch[product])
        wanted = min(self._sample_facings(product), self._bound_facings(board, product))
        self._put(board, product, min(max(wanted, self.stretch[board, product]), room))
        return True

    def _bound_facings(self, board: int, product: int) -> int:
        """Return how many facings a block may have: those that its brand is still due on a board, or two.

        So what is broad does not push aside what should stand over its like. On deep boards three is most.
        """
        brand = self.brand[product]
        due_m = self.due_m[board, brand] - self.taken_m[board, brand]
        due = max(_LEAST_FACINGS, round(float(due_m / self.pitch[product])))
        return min(due, _TABLE_FACINGS) if self.boards[board].deep else due

    def _crowd(self, board: int, candidates: np.ndarray) -> np.ndarray:
        """Return how much more (ln, weighted) of a board than of its run the candidates' brands have.

        So each brand has as much of each board of its run that suits it, one over the other.
        """
        brand = self.brand[candidates]
        over = (self.taken_m[board, brand] + self.pitch[candidates] / 2) / self.due_m[board, brand]
        return np.asarray(_CROWD * np.log(over).clip(-_MOST_CROWD, _MOST_CROWD))


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
