"""Mounds: how round fruit of a block of slots packs its crate, layer by layer, in units of its own size.

In: how many lie in each lane of a block, and the room they have. Out: where each lies. Lanes are swayed from
row to row as far as the crate is wide enough, which brings its rows closer together, up to the closest
packing of balls, or else every other lane lies further back by half a row; what is above lies on two of its
own lane, rolled aside, where the lanes beside leave room. Then all are moved about as hard spheres are that
one shakes (Metropolis et al. 1953), the longer the fewer there are.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from scenes.goods.heaps import APART, SPACE, Rows
from scenes.goods.rests import CLOSE, Point, compute_hollow

_SHAKES = (1.0, 0.3, 1.0, 0.1, 0.3, 0.1)  # tries to move each piece and lane, and how far of most
_STEP, _LANE_STEP, _ROLL_STEP = 0.2, 0.25, 0.25  # that a piece, a lane and what is above is moved at most
_SHAKEN, _MOST_OFTEN = 200, 4  # pieces at least that are moved in all, and how often a small block is shaken
_SPREAD = 0.7  # of what is to spare, by which rows lie further apart
_BEFORE = 0.4  # of what is to spare then, that is before the first row
_SWAYS, _STAGGERS = 0.15, 0.2  # of a width: rows sway by so much at least, or lanes are so far back by turns
_BEARS = APART + 0.05  # between two on which a third lies, at most
_IN_ORDER = 0.82  # that one is behind the other at least: hands take the foremost first
_TOUCH = 1e-6
_LEAST2 = (CLOSE - _TOUCH) ** 2  # between two that touch
_BEARS2 = _BEARS**2
Rowed = dict[int, list[Point]]  # of each whole y all balls that may touch one from there to the next
_LIFTED = (math.nan, math.nan, math.nan)  # so compared, it is in nothing's way


@dataclass
class Mound:
    """What lies in one lane of a block, as balls; x along the block, y towards its back.

    Attributes:
        links: Which lies on which.
        low, high: Least and most of x and y of any middle.
        lies: Of each of the lowest layer, from the front, where it is (x, y); of each above, layer by layer,
            how far aside of the middle between the two under it (x, 0).
        ball: Of all there may be the middles, in the same order.
        is_sound: Whether all is known to have room, and to cut into nothing.
    """

    links: "_Links"
    low: tuple[float, float]
    high: tuple[float, float]
    lies: list[tuple[float, float]]
    ball: list[Point] = field(default_factory=list)
    is_sound: bool = False

    def __post_init__(self) -> None:
        """Build up the layers."""
        for number in range(len(self.lies)):
            self.ball.append(self._find_place(number))

    def try_move(self, numbers: Sequence[int], step: tuple[float, float], others: Rowed) -> None:
        """Move one ball or all of the lowest layer, with what rests on them, if then all is sound."""
        kept = self.lies.copy(), self.ball.copy()
        for number in numbers:
            x, y = self.lies[number]
            self.lies[number] = x + step[0], y + step[1]
        alone = self.is_sound and len(numbers) == 1
        moved = self.links.resting[numbers[0]] if alone else range(len(self.ball))
        for number in moved:
            self.ball[number] = _LIFTED
        for number in moved:
            place = self._find_place(number)
            if not self._is_sound_at(number, place, others):
                self.lies, self.ball = kept
                return
            self.ball[number] = place
        self.is_sound = True

    def _find_place(self, number: int) -> Point:
        """Find where a ball lies, on two if it is above the lowest layer."""
        x, y = self.lies[number]
        if not self.links.under[number]:
            return x, y, 0.0
        one, other = self.links.under[number]
        return compute_hollow(self.ball[one], self.ball[other], x)

    def _is_sound_at(self, number: int, place: Point, others: Rowed) -> bool:
        """Say whether a ball at a place has room, among others too, and is behind the one before it."""
        x, y, _ = place
        if not (self.low[0] < x < self.high[0] and self.low[1] < y < self.high[1]):  # nor touching no two
            return False
        for mate in self.links.mates[number]:
            way_y = self.ball[mate][1] - y if mate > number else y - self.ball[mate][1]
            if way_y < _IN_ORDER or _measure2(place, self.ball[mate]) > _BEARS2:
                return False
        return _is_clear(place, others.get(math.floor(y), ())) and _is_clear(place, self.ball)


@dataclass(frozen=True)
class _Links:
    """Which balls of a lane bear on which, by their numbers, layer by layer.

    Attributes:
        under: Of each the two it lies on, if any.
        mates: Of each the one before it in its layer and the one behind it, as far as there are.
        resting: Of each itself and all that rest on it.
    """

    under: tuple[tuple[int, ...], ...]
    mates: tuple[tuple[int, ...], ...]
    resting: tuple[tuple[int, ...], ...]


@cache
def _link(count: int, layers: int) -> _Links:
    """Number the balls of so many layers, so many in the lowest.

    >>> _link(3, 2).under, _link(3, 2).mates[1], _link(3, 2).resting[1]
    (((), (), (), (0, 1), (1, 2)), (0, 2), (1, 3, 4))
    """
    ends = np.cumsum([0, *range(count, max(count - layers, 0), -1)]).tolist()
    rows = [range(begin, end) for begin, end in itertools.pairwise(ends)]
    under = [() for _ in rows[0]] + [pair for row in rows[:-1] for pair in itertools.pairwise(row)]
    mates = [tuple(k for k in (number - 1, number + 1) if k in row) for row in rows for number in row]
    resting: list[tuple[int, ...]] = []
    for number in range(len(under)):
        found = [number]
        for above in range(number + 1, len(under)):
            if not set(found).isdisjoint(under[above]):
                found.append(above)
        resting.append(tuple(found))
    return _Links(tuple(under), tuple(mates), tuple(resting))


def _measure2(one: Point, other: Point) -> float:
    """Measure how far one is from another, squared."""
    way_x, way_y, way_z = other[0] - one[0], other[1] - one[1], other[2] - one[2]
    return way_x * way_x + way_y * way_y + way_z * way_z


def _is_clear(place: Point, others: Sequence[Point]) -> bool:
    """Say whether a ball at a place cuts into none of others."""
    x, y, z = place
    for other_x, other_y, other_z in others:
        way_y = other_y - y
        if -CLOSE < way_y < CLOSE:
            way_x, way_z = other_x - x, other_z - z
            if way_x * way_x + way_y * way_y + way_z * way_z <= _LEAST2:
                return False
    return True


def pack_mounds(
    lanes: Sequence[tuple[int, int, int]],
    rows: Rows,
    begin: float,
    low: np.ndarray,
    high: np.ndarray,
    *,
    loosest: float,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Pack the lanes of a block.

    Args:
        lanes: Of each its number from the left, how many its lowest layer has, and how many layers there are.
        rows: How rows lie.
        begin: Least x of a middle in the first lane of the block, if it has any.
        low, high: (N, 2) least and most of x and y of the middles in each lane, in units of the piece.
        loosest: How much further apart than they need rows lie at most.
        rng: Lane of what lies loose.

    Returns:
        For each lane (B, 3) where each piece is, the lowest layer from the front first, then those above.
    """
    gaps = max(1, max(count for _, count, _ in lanes) - 1)
    room = float((high[:, 1] - low[:, 1]).min())
    rows, back = _stagger(rows, gaps, room)
    spare = (room - back) / gaps - rows.along
    along = rows.along + min(max(_SPREAD * spare, 0.0), (loosest - 1.0) * rows.along)
    before = _BEFORE * max(room - back - gaps * along, 0.0)
    swayed = int(rng.integers(2))
    mounds = []
    for (number, count, layers), least, greatest in zip(lanes, low, high, strict=True):
        k = np.arange(count)
        x = begin + rows.apart * number + rows.sway * ((k + swayed) % 2)
        y = low[0, 1] + before + back * (number % 2) + along * k
        ground = np.column_stack([np.clip(x, least[0], greatest[0]), y])
        rolled = np.concatenate([np.zeros(0), *_roll_up(ground[:, 0], layers)])
        lies = np.concatenate([ground, np.column_stack([rolled, np.zeros(len(rolled))])])
        bounds = (least - _TOUCH).tolist(), (greatest + _TOUCH).tolist()
        mounds.append(Mound(_link(count, layers), *bounds, [(x, y) for x, y in lies.tolist()]))
    pieces = sum(len(mound.ball) for mound in mounds)
    often = int(np.clip(_SHAKEN // pieces, 1, _MOST_OFTEN))
    for share in _SHAKES * often:
        for number, mound in enumerate(mounds):
            _shake(mound, _list_others(mounds, number), share, rng=rng)
    return [np.array(mound.ball) for mound in mounds]


def _list_others(mounds: Sequence[Mound], number: int) -> Rowed:
    """List what lies in the lanes beside one, as far as it may touch what is in that."""
    mound = mounds[number]
    beside = [one.ball for one in mounds[max(0, number - 2) : number + 3] if one is not mound]
    near = mound.low[0] - CLOSE, mound.high[0] + CLOSE
    others: Rowed = {}
    for ball in itertools.chain(*beside):
        if near[0] < ball[0] < near[1]:
            row = math.floor(ball[1])
            for touched in (row - 1, row, row + 1):
                others.setdefault(touched, []).append(ball)
    return others


def _stagger(rows: Rows, gaps: int, room: float) -> tuple[Rows, float]:
    """Return how rows lie that need so many gaps in a room, and by how much every other lane is further back.

    >>> _stagger(Rows(1.0, 0.05, 0.979), 1, 2.0)
    (Rows(apart=1.0, sway=0.0, along=0.98), 0.49)
    """
    back = min(room - gaps * SPACE, SPACE / 2)
    if rows.sway >= _SWAYS or back < _STAGGERS:
        return rows, 0.0
    return Rows(rows.apart, 0.0, SPACE), back


def _roll_up(x: np.ndarray, layers: int) -> list[np.ndarray]:
    """Return how far aside what is above lies: over the hinder of two and over the foremost by turns."""
    rolls = []
    for up in range(min(layers, len(x)) - 1):
        middle, x = (x[1:] + x[:-1]) / 2, x[1:] if up % 2 == 0 else x[:-1]
        rolls.append(x - middle)
    return rolls


def _shake(mound: Mound, others: Rowed, share: float, *, rng: np.random.Generator) -> None:
    """Try to move a lane, each ball of its lowest layer and each above once, among others."""
    ground = range(mound.links.under.count(()))
    above = range(len(ground), len(mound.ball))
    mound.try_move(ground, (0.0, share * rng.uniform(-_LANE_STEP, _LANE_STEP)), others)
    steps = share * rng.uniform(-_STEP, _STEP, (len(ground), 2))
    for number, (x, y) in zip(ground, steps.tolist(), strict=True):
        mound.try_move([number], (x, y), others)
    rolls = share * rng.uniform(-_ROLL_STEP, _ROLL_STEP, len(above))
    for number, aside in zip(above, rolls.tolist(), strict=True):
        mound.try_move([number], (aside, 0.0), others)
