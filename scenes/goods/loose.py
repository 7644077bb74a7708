"""Loose goods: how fruit and vegetables lie in their slots, in no rows, and heaps over the width of a block.

In: rows of items in slots, front to back, and the place of each in its heap. Out: the items' poses, changed.
Round fruit of a block's slots lies as spheres do that were shaken (hard spheres: Metropolis et al. 1953),
each with its middle in its own slot, over that slot's plates, and on two of its own slot.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenes.goods.heaps import APART, find_heaps, find_loose
from scenes.goods.rests import CLOSE, Build, compute_rest, compute_rest_m, measure_build
from scenes.world import Catalogue, Planogram

# Shares of what a slot is wider than what lies there: how far the wall of a crate reaches in, and how far
# aside lies at most what is at a block's end; the rest is for what is turned.
WALL, ASIDE = 0.2, 0.15
BEHIND_M, BEFORE_M = 0.01, 0.01  # that loose goods stay off the back of a board and its front edge
_TURNED, _ACROSS_M = 0.6, 0.001  # of its depth, that one end of what is long is behind the other; into a lane
_TURNED_RAD = 0.4  # what is nearly round is, at most
_SHAKES = 8  # tries to move each piece of a heap
_STEP = 0.4  # of its size, that one moves at most in a try
_OVER_OWN = 0.5  # of its slot's width, that its middle is aside at most
_FURTHER = APART + 0.05  # of their depth, between two on which a third lies, at most
_IN_ORDER = 0.82  # of their depth, that one is behind the other at least: hands take the foremost first


def lie_loose(
    slot_from_item: np.ndarray,
    planogram: Planogram,
    catalogue: Catalogue,
    item_product: np.ndarray,
    place: np.ndarray,
    layer: np.ndarray,
    *,
    rng: np.random.Generator,
) -> None:
    """Move loose goods (I, 4, 4) out of their rows, in place, and those of upper layers into their hollows.

    Every other lane lies further back by half an item, and in each there are gaps, where the board is deep
    enough; of what is longer than deep some lie the other way round. Then heaps of round fruit are shaken.
    """
    first = np.cumsum(planogram.count) - planogram.count
    loose = find_loose(catalogue)[planogram.product]
    loose[list((*planogram.hanging, *planogram.lying))] = False
    heaped = find_heaps(planogram, catalogue)
    block = planogram.number_blocks()
    builds: dict[int, Build] = {}
    lanes: list[_Lane] = []
    for slot in np.flatnonzero(loose & (planogram.count > 0)).tolist():
        here = slice(first[slot], first[slot] + planogram.count[slot])
        chance = rng.random((2, planogram.count[slot] + 1))
        if (item_product[here] != planogram.product[slot]).any():
            continue
        product = int(planogram.product[slot])
        size_m = catalogue.size_m[product]
        if product not in builds:
            builds[product] = measure_build(catalogue.mesh[product], size_m)
        build = builds[product]
        _loosen(slot_from_item[here], planogram, slot, size_m, layer[here] == 0, chance)
        _keep_off_walls(slot_from_item[here], planogram, slot, size_m)
        lane = _Lane(slot, slot_from_item[here], place[here], layer[here], build)
        if heaped[slot]:
            lane.straighten()
            lanes.append(lane)
        if heaped[slot] and build.is_long:
            _turn_long(lane, planogram, chance[1])
    for _, mates in itertools.groupby(lanes, key=lambda lane: block[lane.slot]):
        together = list(mates)
        if not together[0].build.is_long:
            _shake(together, planogram, rng=rng)
        for lane in together:
            lane.pile(find_sides(planogram, lane.slot, lane.build))
            if not lane.build.is_long:
                _turn_round(lane, planogram, rng=rng)


def _loosen(
    pose: np.ndarray,
    planogram: Planogram,
    slot: int,
    size_m: np.ndarray,
    is_ground: np.ndarray,
    chance: np.ndarray,
) -> None:
    """Draw the lowest layer of a lane (N, 4, 4) apart, and turn some of what is longer than deep."""
    ground = np.flatnonzero(is_ground)
    spare_m = float(planogram.depth_m[slot] - BEHIND_M - pose[ground, 1, 3].max() - size_m[1] / 2)
    back_m = max(0.0, min(spare_m, size_m[1] / 2 * (planogram.facing[slot] % 2)))
    apart_m = np.diff(pose[ground, 1, 3]).max(initial=size_m[1])
    gap_m = max(0.0, min(APART * size_m[1] - apart_m, (spare_m - back_m) / len(ground)))
    pose[ground, 1, 3] += back_m + np.cumsum(gap_m * chance[0, : len(ground)])
    if size_m[0] != size_m[1]:
        pose[chance[1, :-1] < 0.5, :2, :2] *= -1.0


def _keep_off_walls(pose: np.ndarray, planogram: Planogram, slot: int, size_m: np.ndarray) -> None:
    """Move a lane (N, 4, 4) at an end of its block off the wall of the crate there."""
    spare_m = float(planogram.width_m[slot] - size_m[0])
    ends = is_end(planogram, slot)
    if any(ends):
        pose[:, :2, :2] = np.sign(pose[:, :1, :1]) * np.eye(2)
    low_m, high_m = (spare_m * (ASIDE if end else 2 * ASIDE) for end in ends)
    pose[:, 0, 3] = np.clip(pose[:, 0, 3], -low_m, high_m)


def is_end(planogram: Planogram, slot: int) -> tuple[bool, bool]:
    """Say whether a slot is the first of its block of facings, and whether it is the last."""
    last = slot + 1 == len(planogram.facing) or planogram.facing[slot + 1] == 0
    return bool(planogram.facing[slot] == 0), bool(last)


@dataclass
class _Lane:
    """What is heaped in one slot.

    Attributes:
        slot: Its number.
        pose: (N, 4, 4) slot_from_item, written to.
        place, layer: (N,) of each item.
        build: The shape of them all.
    """

    slot: int
    pose: np.ndarray
    place: np.ndarray
    layer: np.ndarray
    build: Build

    def list_ground(self) -> np.ndarray:
        """List the items of the lowest layer from the front."""
        ground = np.flatnonzero(self.layer == 0)
        return ground[np.argsort(self.place[ground])]

    def straighten(self) -> None:
        """Turn each item straight to the front, or to the back."""
        self.pose[:, :2, :2] = np.sign(self.pose[:, :1, :1]) * np.eye(2)

    def turn(self, which: np.ndarray, angle_rad: np.ndarray) -> None:
        """Turn some of the items, by number (K,), about the vertical by angles (K,) from how they lie."""
        cos, sin = np.cos(angle_rad), np.sin(angle_rad)
        turned = np.zeros((len(which), 3, 3))
        turned[:, 0, 0] = turned[:, 1, 1] = cos
        turned[:, 1, 0], turned[:, 0, 1], turned[:, 2, 2] = sin, -sin, 1.0
        self.pose[which, :3, :3] = turned @ self.pose[which, :3, :3]

    def pile(self, sides_m: tuple[float, float]) -> None:
        """Lay what is above the lowest layer on the two under it."""
        at = {(int(up), int(on)): k for k, (on, up) in enumerate(zip(self.place, self.layer, strict=True))}
        for up, on in sorted(at):
            if up:
                under = [at[up - 1, on], at[up - 1, on + 1]]
                self.pose[at[up, on]] = compute_rest(self.pose[under], self.build, sides_m)


def _turn_long(lane: _Lane, planogram: Planogram, chance: np.ndarray) -> None:
    """Turn the lowest layer of what is long a little: all of a lane one way, and each a little otherwise."""
    width, depth, _ = lane.build.size_m
    ground = lane.list_ground()
    y_m = lane.pose[ground, 1, 3]
    spare_m = float(planogram.depth_m[lane.slot]) - BEHIND_M - depth / 2 - float(y_m.max())
    most_rad = min(_TURNED * depth, max(spare_m, 0.0)) / width
    share = 1.6 * chance[-1] + 0.4 * (2 * chance[ground] % 1) - 1.0
    angle_rad = np.minimum(most_rad, _find_room_rad(lane, planogram)[ground]) * share
    lane.pose[ground, 1, 3] += width / 2 * np.abs(angle_rad).max(initial=0.0)
    lane.turn(ground, angle_rad)


def _turn_round(lane: _Lane, planogram: Planogram, *, rng: np.random.Generator) -> None:
    """Turn each piece of what is nearly round as far as there is room beside it."""
    share = rng.uniform(-1.0, 1.0, len(lane.pose))
    angle_rad = np.minimum(_TURNED_RAD, _find_room_rad(lane, planogram)) * share
    lane.turn(np.arange(len(lane.pose)), angle_rad)


def _find_room_rad(lane: _Lane, planogram: Planogram) -> np.ndarray:
    """Return (N,) how far each piece of a lane may be turned where it lies."""
    width, depth, _ = lane.build.size_m
    low_m, high_m = find_sides(planogram, lane.slot, lane.build)
    x_m = lane.pose[:, 0, 3]
    spare_m = np.minimum(high_m - x_m, x_m - low_m) - width / 2
    return np.asarray(np.maximum(2 * spare_m / depth, 0.0))


def find_sides(planogram: Planogram, slot: int, build: Build) -> tuple[float, float]:
    """Return from where to where along x, in a slot's frame, its plates are and its crate is empty.

    Within that lies what is heaped there; what is long not in the slots beside.
    """
    slot_from_world = np.linalg.inv(planogram.world_from_slot[slot])
    plates = list(planogram.slot_plates[slot])
    plate_m = (slot_from_world @ planogram.plate_m[plates])[:, 0, 3]
    half_m = planogram.plate_size_m[plates, 0] / 2
    low_m, high_m = float((plate_m - half_m).min()), float((plate_m + half_m).max())
    width_m, wide_m = float(build.size_m[0]), float(planogram.width_m[slot])
    if build.is_long:
        low_m, high_m = max(low_m, -wide_m / 2 - _ACROSS_M), min(high_m, wide_m / 2 + _ACROSS_M)
    most_m = width_m / 2 + 2 * ASIDE * (wide_m - width_m)
    starts, ends = is_end(planogram, slot)
    return max(low_m, -most_m) if starts else low_m, min(high_m, most_m) if ends else high_m


# ---------------------------------------------------------------- shaking


@dataclass
class _Pile:
    """A lane as unit balls: a lane's box scaled by its size, in the frame of its block's first slot.

    Attributes:
        ground: (G, 2) x and y of the lowest layer, from the front.
        layers: How many there may be.
        low, high: (2,) least and most of x and y of any middle.
        ball: (B, 3) all there may be, the lowest layer first.
    """

    ground: np.ndarray
    layers: int
    low: np.ndarray
    high: np.ndarray
    ball: np.ndarray

    def is_sound(self) -> bool:
        """Say whether each ball has room, bears on those under it, and is behind the one before it."""
        ball, count = self.ball, len(self.ground)
        if (ball[:, :2] < self.low).any() or (ball[:, :2] > self.high).any():
            return False
        if not all(_is_in_order(row) for row in _split(ball, count, self.layers)):
            return False
        apart2 = ((ball[:, None] - ball) ** 2).sum(axis=2)[np.triu_indices(len(ball), 1)]
        return bool((apart2 > (CLOSE - 1e-6) ** 2).all())


def _is_in_order(row: np.ndarray) -> bool:
    """Say whether each ball of a row (B, 2 or 3) is behind the one before it, and bears a third with it."""
    way = row[1:] - row[:-1]
    return bool((way[:, 1] >= _IN_ORDER).all() and ((way**2).sum(axis=1) <= _FURTHER**2).all())


def _split(ball: np.ndarray, count: int, layers: int) -> list[np.ndarray]:
    """Split the balls of a lane into its layers."""
    ends = np.cumsum([0, *(count - up for up in range(min(layers, count)))])
    return [ball[begin:end] for begin, end in itertools.pairwise(ends.tolist())]


def _build_up(ground: np.ndarray, layers: int) -> np.ndarray:
    """Return (B, 3) all balls that may be on a lowest layer (G, 2), layer by layer."""
    rows = [np.column_stack([ground, np.zeros(len(ground))])]
    while len(rows) < layers and len(rows[-1]) > 1:
        rows.append(compute_rest_m(np.stack([rows[-1][:-1], rows[-1][1:]], axis=1), np.ones(3)))
    return np.concatenate(rows)


def _shake(lanes: Sequence[_Lane], planogram: Planogram, *, rng: np.random.Generator) -> None:
    """Move the lowest layers of a block's heaps about over its width, in place.

    One piece after the other is moved at random, and stays there if then nothing cuts into anything, neither
    it nor what is on it or may be put on it, here or in the slots beside.
    """
    size_m = lanes[0].build.size_m[:2]
    first = planogram.world_from_slot[lanes[0].slot]
    at_x = [float(first[:3, 0] @ (planogram.world_from_slot[k.slot, :3, 3] - first[:3, 3])) for k in lanes]
    piles = []
    for lane, x_m in zip(lanes, at_x, strict=True):
        low_m, high_m = _bound(lane, planogram)
        ground = (lane.pose[lane.list_ground(), :2, 3] + [x_m, 0.0]) / size_m
        layers = int(planogram.layers[lane.slot])
        low, high = (low_m + [x_m, 0.0]) / size_m, (high_m + [x_m, 0.0]) / size_m
        piles.append(_Pile(ground, layers, low, high, _build_up(ground, layers)))
    for _ in range(_SHAKES):
        for number, pile in enumerate(piles):
            beside = [one for one in piles[max(0, number - 2) : number + 3] if one is not pile]
            _nudge(pile, np.concatenate([np.zeros((0, 3)), *(one.ball for one in beside)]), rng=rng)
    for lane, pile, x_m in zip(lanes, piles, at_x, strict=True):
        lane.pose[lane.list_ground(), :2, 3] = pile.ground * size_m - [x_m, 0.0]


def _nudge(pile: _Pile, others: np.ndarray, *, rng: np.random.Generator) -> None:
    """Try to move each ball of a lane's lowest layer once, among others (B, 3)."""
    lying = others[others[:, 2] == 0.0, :2]
    for number, step in enumerate(rng.uniform(-_STEP, _STEP, (len(pile.ground), 2))):
        ball = pile.ground[number] + step
        if (ball < pile.low).any() or (ball > pile.high).any():
            continue
        if (((lying - ball) ** 2).sum(axis=1) < CLOSE**2).any():
            continue
        ground = pile.ground.copy()
        ground[number] = ball
        if not _is_in_order(ground[max(0, number - 1) : number + 2]):
            continue
        moved = replace(pile, ground=ground, ball=_build_up(ground, pile.layers))
        apart2 = ((moved.ball[:, None] - others) ** 2).sum(axis=2)
        if (apart2 > CLOSE**2).all() and moved.is_sound():
            pile.ground, pile.ball = moved.ground, moved.ball


def _bound(lane: _Lane, planogram: Planogram) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the most x and y (2,) of the middle of a piece in a slot, in its frame.

    Its middle is over its slot, its box over the plates of that slot and within its crate.
    """
    slot, (width, depth, _) = lane.slot, lane.build.size_m
    low_m, high_m = find_sides(planogram, slot, lane.build)
    over_m = _OVER_OWN * float(planogram.width_m[slot])
    back_m = max(float(planogram.depth_m[slot]) - BEHIND_M - depth / 2, float(lane.pose[:, 1, 3].max()))
    low = np.array([max(low_m + width / 2, -over_m), BEFORE_M + depth / 2])
    return low, np.array([min(high_m - width / 2, over_m), back_m])
