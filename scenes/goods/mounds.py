"""Mounds: how round fruit of a block of slots packs its crate, layer by layer, in units of its own size.

In: how many lie in each lane of a block, and the room they have. Out: where each lies. Lanes are swayed from
row to row as far as the crate is wide enough, which brings its rows closer together, up to the closest
packing of balls; what is above lies on two of its own lane, rolled aside, where the lanes beside leave room.
Then all are moved about as hard spheres are that one shakes (Metropolis et al. 1953).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from scenes.goods.heaps import APART, Rows
from scenes.goods.rests import CLOSE, compute_rest_m

_SHAKES = (1.0, 0.3, 1.0, 0.1, 0.3, 0.1)  # tries to move each piece and lane, and how far of most
_STEP, _LANE_STEP, _ROLL_STEP = 0.2, 0.25, 0.25  # that a piece, a lane and what is above is moved at most
_LOOSEST, _SPREAD = 1.08, 0.7  # how much further apart than they need rows lie at most; of what is to spare
_BEARS = APART + 0.05  # between two on which a third lies, at most
_IN_ORDER = 0.82  # that one is behind the other at least: hands take the foremost first
_TOUCH = 1e-6
_LEAST2 = (CLOSE - _TOUCH) ** 2  # between two that touch
_BALL = np.ones(3)


@dataclass
class Mound:
    """What lies in one lane of a block, as balls; x along the block, y towards its back.

    Attributes:
        ground: (G, 2) the lowest layer, from the front.
        layers: How many layers there may be.
        low, high: (2,) least and most of x and y of any middle.
        roll: (U,) how far aside of the middle between the two under it each upper one is.
        ball: (G + U, 3) all there may be, layer by layer.
    """

    ground: np.ndarray
    layers: int
    low: np.ndarray
    high: np.ndarray
    roll: np.ndarray
    ball: np.ndarray

    def try_move(self, ground: np.ndarray, roll: np.ndarray, others: np.ndarray) -> None:
        """Move the lane to a lowest layer and a roll, if then nothing cuts into another or others (B, 3)."""
        ball = _build_up(ground, roll, self.layers)
        if self._is_sound(ball) and (((ball[:, None] - others) ** 2).sum(axis=2) > _LEAST2).all():
            self.ground, self.roll, self.ball = ground, roll, ball

    def _is_sound(self, ball: np.ndarray) -> bool:
        """Say whether each ball (G + U, 3) has room, bears on those below, and is behind the one before."""
        at = ball[:, :2]
        if not ((at > self.low - _TOUCH) & (at < self.high + _TOUCH)).all():  # nor where one touches no two
            return False
        one, behind = _pair_rows(len(self.ground), self.layers)
        way = ball[behind] - ball[one]
        if not ((way[:, 1] >= _IN_ORDER) & ((way**2).sum(axis=1) <= _BEARS**2)).all():
            return False
        one, other = _pair_all(len(ball))
        return bool((((ball[one] - ball[other]) ** 2).sum(axis=1) > _LEAST2).all())


@cache
def _pair_rows(count: int, layers: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of balls that are one behind the other in a layer, so many in the lowest."""
    ends = np.cumsum([0, *range(count, max(count - layers, 0), -1)]).tolist()
    one = np.concatenate([np.arange(begin, end - 1) for begin, end in itertools.pairwise(ends)])
    return one, one + 1


@cache
def _pair_all(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of all pairs of so many balls."""
    one, other = np.triu_indices(count, 1)
    return one, other


def pack_mounds(
    lanes: Sequence[tuple[int, int, int]],
    rows: Rows,
    begin: float,
    low: np.ndarray,
    high: np.ndarray,
    *,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Pack the lanes of a block.

    Args:
        lanes: Of each its number from the left, how many its lowest layer has, and how many layers there are.
        rows: How rows lie.
        begin: Least x of a middle in the first lane of the block, if it has any.
        low, high: (N, 2) least and most of x and y of the middles in each lane, in units of the piece.
        rng: Lane of what lies loose.

    Returns:
        For each lane (B, 3) where each piece is, the lowest layer from the front first, then those above.
    """
    gaps = max(1, max(count for _, count, _ in lanes) - 1)
    spare = float((high[:, 1] - low[:, 1]).min()) / gaps - rows.along
    along = rows.along + min(max(_SPREAD * spare, 0.0), (_LOOSEST - 1.0) * rows.along)
    swayed = int(rng.integers(2))
    mounds = []
    for (number, count, layers), least, greatest in zip(lanes, low, high, strict=True):
        k = np.arange(count)
        x = begin + rows.apart * number + rows.sway * ((k + swayed) % 2)
        ground = np.column_stack([np.clip(x, least[0], greatest[0]), low[0, 1] + along * k])
        roll = np.concatenate([np.zeros(0), *_roll_up(ground[:, 0], layers)])
        mounds.append(Mound(ground, layers, least, greatest, roll, _build_up(ground, roll, layers)))
    for share in _SHAKES:
        for number, mound in enumerate(mounds):
            beside = [one.ball for one in mounds[max(0, number - 2) : number + 3] if one is not mound]
            _shake(mound, np.concatenate([np.zeros((0, 3)), *beside]), share, rng=rng)
    return [mound.ball for mound in mounds]


def _roll_up(x: np.ndarray, layers: int) -> list[np.ndarray]:
    """Return how far aside what is above lies: over the hinder of two and over the foremost by turns."""
    rolls = []
    for up in range(min(layers, len(x)) - 1):
        middle, x = (x[1:] + x[:-1]) / 2, x[1:] if up % 2 == 0 else x[:-1]
        rolls.append(x - middle)
    return rolls


def _shake(mound: Mound, others: np.ndarray, share: float, *, rng: np.random.Generator) -> None:
    """Try to move a lane, each ball of its lowest layer and each above once, among others (B, 3)."""
    mound.try_move(mound.ground + [0.0, share * rng.uniform(-_LANE_STEP, _LANE_STEP)], mound.roll, others)
    for number, step in enumerate(share * rng.uniform(-_STEP, _STEP, (len(mound.ground), 2))):
        ground = mound.ground.copy()
        ground[number] += step
        mound.try_move(ground, mound.roll, others)
    for number, step in enumerate(share * rng.uniform(-_ROLL_STEP, _ROLL_STEP, len(mound.roll))):
        roll = mound.roll.copy()
        roll[number] += step
        mound.try_move(mound.ground, roll, others)


def _build_up(ground: np.ndarray, roll: np.ndarray, layers: int) -> np.ndarray:
    """Return (G + U, 3) all balls that may be on a lowest layer (G, 2), rolled aside (U,), layer by layer."""
    rows, left = [np.column_stack([ground, np.zeros(len(ground))])], roll
    while len(rows) < layers and len(rows[-1]) > 1:
        pairs = np.stack([rows[-1][:-1], rows[-1][1:]], axis=1)
        rows.append(compute_rest_m(pairs, _BALL, left[: len(pairs)]))
        left = left[len(pairs) :]
    return np.concatenate(rows)
