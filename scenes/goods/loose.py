"""Loose goods: how fruit and vegetables lie in their slots, in no rows, and heaps over the width of a block.

In: rows of items in slots, front to back, and the place of each in its heap. Out: the items' poses, changed.
Round fruit of a block's slots lies as mounds.py packs it, each with its middle in its own slot, over that
slot's plates, and on two of its own slot.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.goods.heaps import (
    ASIDE,
    LOOSE_BEFORE_M,
    LOOSE_BEHIND_M,
    find_heaps,
    find_loose,
    measure_rows,
    measure_turn,
)
from scenes.goods.mounds import pack_mounds
from scenes.goods.nestling import compute_sinking
from scenes.goods.ovals import turn_ovals
from scenes.goods.packages.fruit_kinds import find_shape
from scenes.goods.rests import Build, compute_rest, find_turn_rad, measure_build
from scenes.world import Catalogue, Planogram, find_form

WALL = 0.2  # share of what a slot is wider than what lies there, by which the wall of a crate reaches in
_ACROSS_M = 0.001  # that what is long reaches into the slot beside, at most
_GAP = 0.06  # of its depth, behind what is long in the lowest layer of a heap, at most
_TOGETHER, _ASKEW = 0.9, 0.5  # of the turn of what is long, that all of a lane share, and of that at least
_TURNED_RAD = 0.55  # what is nearly round is, at most
_LOOSE = 1.12  # of their depth, between the middles of two in one layer, at most
_LOOSEST, _LOOSEST_OVAL = 1.08, 1.22  # how much further apart than they need rows lie at most
_OVER_OWN = 0.5  # of its slot's width, that its middle is aside at most


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

    Of what is in one layer every other lane lies further back by half an item, and in each there are gaps,
    where the board is deep enough; of what is longer than deep some lie the other way round. Heaps fill their
    crates: round fruit of a block is packed together.
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
            _lay_along(lane, planogram, chance[0])
            _turn_long(lane, planogram, chance[1])
    for _, mates in itertools.groupby(lanes, key=lambda lane: block[lane.slot]):
        together = list(mates)
        if together[0].build.is_long:
            for lane in together:
                lane.pile(find_sides(planogram, lane.slot, lane.build))
            continue
        _pack(together, planogram, rng=rng)
        if together[0].build.is_oval:
            _turn_oval(together, planogram, rng=rng)
            if hangs_together(catalogue, int(planogram.product[together[0].slot]), together[0].build):
                _nestle(together, planogram, catalogue, first)
            continue
        for lane in together:
            _turn_round(lane, planogram, rng=rng)


def hangs_together(catalogue: Catalogue, product: int, build: Build) -> bool:
    """Say whether pieces of a product, of such a build, are hands of several, between which others sink."""
    return build.is_oval and find_shape(catalogue.name[product]).in_hands


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
    spare_m = float(planogram.depth_m[slot] - LOOSE_BEHIND_M - pose[ground, 1, 3].max() - size_m[1] / 2)
    back_m = max(0.0, min(spare_m, size_m[1] / 2 * (planogram.facing[slot] % 2)))
    apart_m = np.diff(pose[ground, 1, 3]).max(initial=size_m[1])
    gap_m = max(0.0, min(_LOOSE * size_m[1] - apart_m, (spare_m - back_m) / len(ground)))
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


def _pack(lanes: Sequence[_Lane], planogram: Planogram, *, rng: np.random.Generator) -> None:
    """Lay the heaps of a block of round fruit, in place."""
    size_m = lanes[0].build.size_m
    slots = np.array([lane.slot for lane in lanes])
    number = planogram.facing[slots]
    facings = int(planogram.count_facings(slots[:1])[0])
    wide_m = float(planogram.width_m[slots[0]])
    begin_m = _bound(slots[0] - number[0], lanes[0].build, planogram)[0][0]
    bounds = np.array([_bound(slot, lanes[0].build, planogram) for slot in slots])
    bounds[:, :, 0] += wide_m * number[:, None]  # in the frame of the first slot of the block
    low, high = (bounds / size_m[:2]).transpose(1, 0, 2)
    balls = pack_mounds(
        [
            (int(k), len(lane.list_ground()), int(planogram.layers[lane.slot]))
            for k, lane in zip(number, lanes, strict=True)
        ],
        measure_rows(facings, wide_m / float(size_m[0])),
        begin_m / float(size_m[0]),
        low,
        high,
        loosest=_LOOSEST_OVAL if lanes[0].build.is_oval else _LOOSEST,
        rng=rng,
    )
    for lane, ball, k in zip(lanes, balls, number, strict=True):
        ahead = len(lane.list_ground())
        first = np.cumsum([0, *range(ahead, 0, -1)])
        lane.pose[:, :3, 3] = ball[first[lane.layer] + lane.place] * size_m - [k * wide_m, 0.0, 0.0]


def _lay_along(lane: _Lane, planogram: Planogram, chance: np.ndarray) -> None:
    """Lay the lowest layer of what is long one behind the other, in gaps drawn by chances (N + 1,)."""
    depth, turn = float(lane.build.size_m[1]), measure_turn(lane.build.size_m)
    ground = lane.list_ground()
    taken_m = LOOSE_BEFORE_M + LOOSE_BEHIND_M + depth + turn.deeper_m + turn.along_m * (len(ground) - 1)
    gap_m = np.clip((planogram.depth_m[lane.slot] - taken_m) / len(ground), 0.0, _GAP * depth)
    at_m = turn.along_m * np.arange(len(ground)) + gap_m * np.cumsum(chance[: len(ground)])
    lane.pose[ground, 1, 3] = LOOSE_BEFORE_M + depth / 2 + at_m


def _turn_long(lane: _Lane, planogram: Planogram, chance: np.ndarray) -> None:
    """Turn the lowest layer of what is long: all of a lane one way, and each a little otherwise."""
    width, depth, _ = lane.build.size_m
    ground = lane.list_ground()
    lane.pose[ground, 0, 3] = np.mean(find_sides(planogram, lane.slot, lane.build))  # most room to turn
    y_m = lane.pose[ground, 1, 3]
    spare_m = float(planogram.depth_m[lane.slot]) - LOOSE_BEHIND_M - depth / 2 - float(y_m.max())
    most_rad = min(measure_turn(lane.build.size_m).most_rad, max(spare_m, 0.0) / width)
    way = 2 * chance[-1] - 1
    together = _TOGETHER * (_ASKEW * np.sign(way) + (1 - _ASKEW) * way)
    share = together + (1 - _TOGETHER) * (4 * chance[ground] % 2 - 1)
    angle_rad = np.minimum(most_rad, _find_room_rad(lane, planogram)[ground]) * share
    lane.pose[ground, 1, 3] += width / 2 * np.sin(np.abs(angle_rad)).max(initial=0.0)
    lane.turn(ground, angle_rad)


def _turn_round(lane: _Lane, planogram: Planogram, *, rng: np.random.Generator) -> None:
    """Turn each piece of what is nearly round as far as there is room beside it."""
    share = rng.uniform(-1.0, 1.0, len(lane.pose))
    angle_rad = np.minimum(_TURNED_RAD, _find_room_rad(lane, planogram)) * share
    lane.turn(np.arange(len(lane.pose)), angle_rad)


def _turn_oval(lanes: Sequence[_Lane], planogram: Planogram, *, rng: np.random.Generator) -> None:
    """Turn each piece of a block of what is longer than deep its own way, as far as its neighbours let it."""
    width, depth, height = (float(length) for length in lanes[0].build.size_m)
    wide_m = float(planogram.width_m[lanes[0].slot])
    place_m = [lane.pose[:, :3, 3] + [planogram.facing[lane.slot] * wide_m, 0.0, 0.0] for lane in lanes]
    sides_m = [find_sides(planogram, lane.slot, lane.build) for lane in lanes]
    free = [
        [
            (
                min(high_m - x_m, x_m - low_m) / depth,
                min(y_m - LOOSE_BEFORE_M, planogram.depth_m[lane.slot] - LOOSE_BEHIND_M - y_m) / depth,
            )
            for x_m, y_m in lane.pose[:, :2, 3].tolist()
        ]
        for lane, (low_m, high_m) in zip(lanes, sides_m, strict=True)
    ]
    turn_rad = turn_ovals(
        np.concatenate(place_m) / [depth, depth, height],
        np.concatenate(free),
        width / depth,
        rng=rng,
    )
    ends = np.cumsum([len(lane.pose) for lane in lanes])
    for lane, turned_rad in zip(lanes, np.split(turn_rad, ends[:-1]), strict=True):
        lane.turn(np.arange(len(lane.pose)), turned_rad)


def _nestle(lanes: Sequence[_Lane], planogram: Planogram, catalogue: Catalogue, first: np.ndarray) -> None:
    """Let what is above the lowest layer sink until it touches; items of slots (S,) begin at `first`."""
    product, wide_m = int(planogram.product[lanes[0].slot]), float(planogram.width_m[lanes[0].slot])
    forms = [find_form(first[lane.slot] + np.arange(len(lane.pose))) for lane in lanes]
    pose = np.concatenate([lane.pose for lane in lanes])
    pose[:, 0, 3] += wide_m * np.repeat(
        [planogram.facing[lane.slot] for lane in lanes], [len(lane.pose) for lane in lanes]
    )
    sunk_m = compute_sinking(
        [catalogue.form_mesh[product, int(form), True] for form in np.concatenate(forms)],
        pose,
        np.concatenate([lane.layer for lane in lanes]),
    )
    ends = np.cumsum([len(lane.pose) for lane in lanes])
    for lane, lower_m in zip(lanes, np.split(sunk_m, ends[:-1]), strict=True):
        lane.pose[:, 2, 3] -= lower_m


def _find_room_rad(lane: _Lane, planogram: Planogram) -> np.ndarray:
    """Return (N,) how far each piece of a lane may be turned where it lies."""
    width, depth, _ = lane.build.size_m
    low_m, high_m = find_sides(planogram, lane.slot, lane.build)
    x_m = lane.pose[:, 0, 3]
    reach_m = np.minimum(high_m - x_m, x_m - low_m)
    return np.array([find_turn_rad(float(width), float(depth), float(one_m)) for one_m in reach_m])


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


def _bound(slot: int, build: Build, planogram: Planogram) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the most x and y (2,) of the middle of a piece in a slot, in its frame.

    Its middle is over its slot, its box over the plates of that slot and within its crate.
    """
    width, depth, _ = build.size_m
    low_m, high_m = find_sides(planogram, slot, build)
    over_m = _OVER_OWN * float(planogram.width_m[slot])
    first_m = LOOSE_BEFORE_M + depth / 2
    last_m = max(float(planogram.depth_m[slot]) - LOOSE_BEHIND_M - depth / 2, first_m)
    low = np.array([max(low_m + width / 2, -over_m), first_m])
    return low, np.array([min(high_m - width / 2, over_m), last_m])
