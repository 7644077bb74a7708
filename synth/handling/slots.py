"""What stands in each slot: which item is in front, whether one more fits, and where it would stand.

In: the store's planogram and initial poses. Out: `Shelves`, which follows the poses of the items that lie in
slots. A slot is one lane (lanes.py), front to back; its frame is described in scenes/world/. Taking the front
item leaves the others where they are. Where packs stand in stacks, the front item is the uppermost of the
foremost stack, and what is put back goes on top of it; in heaps it is the foremost that nothing lies on, and
what is put back goes into the foremost hollow. Of reserve stock nothing is taken, and nothing is put there.
"""

import itertools
from collections.abc import Sequence

import numpy as np

from scenes.goods.heaps import APART, find_heaps
from scenes.goods.loose import find_sides, hangs_together, is_end
from scenes.goods.rests import CLOSE, Build, compute_rest, measure_build
from scenes.goods.stacks import measure_pitches_m
from scenes.world import Store
from synth.handling.lanes import (
    SIDE_GAP_M,
    Standing,
    compute_extent_m,
    compute_put_pose,
    find_covered,
    lay_on_back,
    order_lane,
    stand_or_lie,
)

STOCK_DEPTH_M = 0.20  # of the centre of the hindmost item that staff set into a gap, or a hand into a hollow
HOLLOW = (0.8, APART + 0.1)  # of their depth, how far apart two are between which one more lies
FREE = 0.9  # of what two are apart that touch, how far at least from the middle of any other
AS_BEFORE = 0.01  # of what two are apart that touch, by which others may be nearer or further, and bear
NESTLED = 0.65  # of what two are apart that touch if they are balls: hands of bananas sink so deep at most
ASIDES = 21  # places over a slot's width that are tried for what is set between others
HIGHER = 0.25  # of a layer, that one may lie higher where those under it lie close together
LEVEL_M = 1e-4  # of what stands on a board, some is so much higher by rounding
RISES = 0.27  # of a layer, that what lies on another in a heap is higher at least
UPRIGHT = 0.99  # least cosine of the tilt of what another stands on


class Shelves:
    """Where the items in slots stand now: the geometry that goes with the ledger's places."""

    def __init__(self, store: Store):
        """Read the initial poses of the store."""
        self._store = store
        plan = store.planogram
        self._room_m = np.stack([plan.width_m, plan.depth_m, plan.height_m], axis=1).tolist()
        self._size_m = store.catalogue.size_m.tolist()
        self._pitch_m = measure_pitches_m(store.catalogue).tolist()
        self._first_item = np.searchsorted(store.item_slot, np.arange(len(plan.product) + 1))
        extent_m = compute_extent_m(
            plan.world_from_slot[store.item_slot],
            store.world_from_item,
            store.catalogue.size_m[store.item_product],
        )
        self._extent_m = [(front_m, back_m) for front_m, back_m in extent_m.tolist()]
        self._hanging = frozenset(plan.hanging)
        self._reserve = frozenset(np.flatnonzero(plan.is_reserve()).tolist())
        self._lying = frozenset(plan.lying)
        self._layers = plan.most_layers().tolist()
        self._heaps = find_heaps(plan, store.catalogue).tolist()
        self._build: dict[int, Build] = {}
        self._touched: dict[int, list[Standing]] = {}
        self._product = dict(enumerate(store.item_product.tolist()))  # of each item, brought ones too

    def lane(self, slot: int) -> tuple[Standing, ...]:
        """Return the items in a slot, front to back."""
        return tuple(self._lane(slot))

    def front(self, slot: int) -> Standing | None:
        """Return the foremost item of a slot, None when it is empty or out of reach."""
        lane = self._lane(slot)
        return lane[0] if lane and slot not in self._reserve else None

    def within_reach(self, slot: int) -> list[Standing]:
        """Return the items of a slot that nothing stands on, front to back; none of reserve stock."""
        lane = self._lane(slot) if slot not in self._reserve else []
        if self._layers[slot] == 1:
            return list(lane)
        covered = find_covered(lane, self._find_rise_m(slot), self._find_depth_m(slot))
        return [one for one, over in zip(lane, covered, strict=True) if not over]

    def put_pose(self, slot: int, product: int, *, without: int = 0) -> np.ndarray | None:
        """Find where an item of a product would stand at the front of a slot.

        Args:
            slot: Where.
            product: What.
            without: So many of the foremost items are thought away.

        Returns:
            (4, 4) world_from_item, None where it does not fit.
        """
        if not self._takes(slot, product):
            return None
        lane = self._lane(slot)[without:]
        on_top = self._find_top_pose(slot, product, lane)
        if on_top is not None:
            return on_top
        front = min(lane, key=lambda one: one.front_m, default=None)
        pose = compute_put_pose(
            self._store.planogram.world_from_slot[slot],
            self._room_m[slot],
            self._size_m[product],
            front.front_m if front else self._room_m[slot][1],
            lies=slot in self._lying,
        )
        return None if pose is None else self._move_aside(slot, product, pose)

    def stock_pose(self, slot: int, product: int) -> np.ndarray | None:
        """Find where one more item of a product would stand in a slot, as far back as one reaches.

        Returns:
            (4, 4) world_from_item, None where it does not fit.
        """
        if not self._takes(slot, product):
            return None
        on_top = self._find_top_pose(slot, product, self._lane(slot))
        if on_top is not None:
            return on_top
        lies, size_m = slot in self._lying, self._size_m[product]
        width_m, depth_m, height_m = lay_on_back(size_m) if lies else size_m
        room_m, lane = self._room_m[slot], self._lane(slot)
        front = min(lane, key=lambda one: one.front_m, default=None)
        back_m = min(room_m[1], STOCK_DEPTH_M + depth_m / 2)
        back_m = min(back_m, front.front_m - SIDE_GAP_M) if front else back_m
        if back_m < depth_m or width_m > room_m[0] + 1e-9 or height_m + SIDE_GAP_M > room_m[2] + 1e-9:
            return None
        rest = stand_or_lie(back_m - depth_m / 2, size_m, lies=lies)
        return self._move_aside(slot, product, self._store.planogram.world_from_slot[slot] @ rest)

    def _move_aside(self, slot: int, product: int, pose: np.ndarray) -> np.ndarray:
        """Move what is set on the board of a heap off its like that lies over from the slots beside."""
        plan = self._store.planogram
        if not self._heaps[slot] or product != plan.product[slot] or self._measure_build(product).is_long:
            return pose
        size_m = self._store.catalogue.size_m[product]
        low_m, high_m = find_sides(plan, slot, self._measure_build(product))
        own_m = self._room_m[slot][0] / 2
        low_m, high_m = max(low_m + size_m[0] / 2, -own_m), min(high_m - size_m[0] / 2, own_m)
        aside_m = np.append(0.0, np.linspace(min(low_m, 0.0), max(high_m, 0.0), ASIDES))
        aside_m = aside_m[np.argsort(abs(aside_m), kind="stable")]
        world_from_slot = plan.world_from_slot[slot]
        lies_m = (np.linalg.inv(world_from_slot) @ pose)[:3, 3] + aside_m[:, None] * [1.0, 0.0, 0.0]
        away = (lies_m[:, None] - self._list_beside_m(slot)) / size_m
        apart = np.linalg.norm(away, axis=2).min(axis=1, initial=CLOSE)
        moved = pose.copy()
        moved[:3, 3] += aside_m[np.argmax(apart)] * world_from_slot[:3, 0]
        return moved

    def _list_beside_m(self, slot: int) -> np.ndarray:
        """List (N, 3) where, in a slot's frame, its like lies in the slots of its block beside it."""
        plan = self._store.planogram
        starts, ends = is_end(plan, slot)
        lanes = [self._lane(other) for other in [slot - 1] * (not starts) + [slot + 1] * (not ends)]
        beside = [one for one in itertools.chain(*lanes) if self._product[one.item_id] == plan.product[slot]]
        place_m = np.array([one.world_from_item[:3, 3] for one in beside]).reshape(-1, 3)
        pose = plan.world_from_slot[slot]
        return np.asarray((place_m - pose[:3, 3]) @ pose[:3, :3])

    def _find_top_pose(self, slot: int, product: int, lane: Sequence[Standing]) -> np.ndarray | None:
        """Find where an item of the slot's own product stands on the foremost stack, None if it is full.

        Nothing else is stacked there: bottles and fruit that were left in the slot bear nothing.
        """
        own = self._store.planogram.product[slot]
        if self._layers[slot] == 1 or product != own or not lane or self._product[lane[0].item_id] != own:
            return None
        if self._heaps[slot]:
            return self._find_hollow_pose(slot, product, lane)
        world_from_slot, top = self._store.planogram.world_from_slot[slot], lane[0].world_from_item
        height_m, pitch_m = self._size_m[product][2], self._pitch_m[product]
        over_m = float(top[2, 3] - world_from_slot[2, 3]) + pitch_m
        full = over_m > (self._layers[slot] - 0.5) * pitch_m
        if full or top[2, 2] < UPRIGHT or over_m + height_m + SIDE_GAP_M > self._room_m[slot][2]:
            return None
        pose: np.ndarray = top.copy()  # flush with what it stands on, or in
        pose[2, 3] += pitch_m
        return pose

    def _find_hollow_pose(self, slot: int, product: int, lane: Sequence[Standing]) -> np.ndarray | None:
        """Find where one more lies in the foremost free hollow of a heap, None where there is none."""
        world_from_slot = self._store.planogram.world_from_slot[slot]
        build = self._measure_build(product)
        sides_m = find_sides(self._store.planogram, slot, build)
        size_m, pitch_m = build.size_m, self._pitch_m[product]
        highest_m = (self._layers[slot] - 1 + HIGHER) * pitch_m
        highest_m = min(highest_m, self._room_m[slot][2] - SIDE_GAP_M - float(size_m[2]))
        like = [one.world_from_item for one in lane if self._product[one.item_id] == product]
        lies = np.linalg.inv(world_from_slot) @ np.array(like)
        lies = lies[np.argsort(lies[:, 1, 3])]
        beside_m = np.zeros((0, 3)) if build.is_long else self._list_beside_m(slot)
        before = None if build.is_long else self._find_left_hollow(slot, lies, beside_m, build)
        if before is not None:
            return np.asarray(world_from_slot @ before)
        for pair in itertools.combinations(range(len(lies)), 2):
            one, other = lies[list(pair), :3, 3]
            level = abs(other[2] - one[2]) < 0.5 * pitch_m
            near = one[1] + other[1] < 2 * STOCK_DEPTH_M
            way = (other - one) / size_m
            if level and near and HOLLOW[0] < way[1] and np.linalg.norm(way) < HOLLOW[1]:
                rest = compute_rest(lies[list(pair)], build, sides_m)
                others_m = np.concatenate([np.delete(lies[:, :3, 3], pair, axis=0), beside_m])
                apart = np.linalg.norm((others_m - rest[:3, 3]) / size_m, axis=1).min(initial=np.inf)
                if rest[2, 3] <= highest_m and apart > FREE * build.near:
                    return np.asarray(world_from_slot @ rest)
        return None

    def _find_left_hollow(
        self, slot: int, lies: np.ndarray, beside_m: np.ndarray, build: Build
    ) -> np.ndarray | None:
        """Find the foremost place (4, 4) of a heap in which one lay at first, and may lie again.

        Hands lay it straight, however it was turned, but what is longer than deep as it lay: for that its
        like beside it leaves room.

        Args:
            slot: Where.
            lies: (N, 4, 4) what lies there now, in the slot's frame.
            beside_m: (B, 3) where its like lies beside it.
            build: The shape of its pieces, which are not long.
        """
        first, last = self._first_item[slot : slot + 2]
        slot_from_world = np.linalg.inv(self._store.planogram.world_from_slot[slot])
        places = slot_from_world @ self._store.world_from_item[first:last]
        others_m = np.concatenate([lies[:, :3, 3], beside_m])
        product = int(self._store.planogram.product[slot])
        least = (NESTLED if hangs_together(self._store.catalogue, product, build) else 1 - AS_BEFORE) * CLOSE
        for place in places[np.argsort(places[:, 1, 3], kind="stable")]:
            if place[2, 3] < RISES * self._pitch_m[product]:
                continue
            if place[1, 3] > STOCK_DEPTH_M:
                break
            away = (place[:3, 3] - others_m) / build.size_m
            apart = np.linalg.norm(away, axis=1)
            bears = (least < apart) & (apart < (1 + AS_BEFORE) * CLOSE) & (away[:, 2] > 0)
            if bears[: len(lies)].sum() >= 2 and (bears | (apart > FREE * CLOSE)).all():
                rests = np.asarray(place).copy()
                rests[:3, :3] = place[:3, :3] if build.is_oval else np.eye(3)
                return rests
        return None

    def _measure_build(self, product: int) -> Build:
        """Measure the shape of a product's pieces; most are never asked for."""
        build = self._build.get(product)
        if build is None:
            catalogue = self._store.catalogue
            build = self._build[product] = measure_build(catalogue.mesh[product], catalogue.size_m[product])
        return build

    def _takes(self, slot: int, product: int) -> bool:
        """Say whether a product may be put in a slot at all: a hook has the height of what belongs on it."""
        if slot in self._reserve:
            return False
        return slot not in self._hanging or product == self._store.planogram.product[slot]

    def take(self, slot: int, item_id: int) -> Standing:
        """Lift an item out of a slot and return how it stood."""
        lane = self._lane(slot)
        index = next(i for i, standing in enumerate(lane) if standing.item_id == item_id)
        return lane.pop(index)

    def put(self, slot: int, item_id: int, product: int, world_from_item: np.ndarray) -> None:
        """Set an item of a product down in a slot."""
        self._product[item_id] = product
        lane = self._lane(slot)
        size_m = self._store.catalogue.size_m[product]
        lane.append(self._standing(slot, item_id, world_from_item, size_m))
        self._sort(slot, lane)

    def _lane(self, slot: int) -> list[Standing]:
        """Return a slot's items, front to back; most slots of a clip are never asked for."""
        lane = self._touched.get(slot)
        if lane is None:
            items = range(self._first_item[slot], self._first_item[slot + 1])
            standing = [
                Standing(item, *self._extent_m[item], self._store.world_from_item[item]) for item in items
            ]
            lane = self._touched[slot] = standing
            self._sort(slot, lane)
        return lane

    def _sort(self, slot: int, lane: list[Standing]) -> None:
        """Sort a slot's items as one takes them."""
        if self._layers[slot] == 1:
            lane.sort(key=lambda standing: standing.front_m)
        else:
            lane[:] = order_lane(lane, self._find_rise_m(slot), self._find_depth_m(slot))

    def _find_rise_m(self, slot: int) -> float:
        """Return how much higher at least what is on another in a slot is."""
        own = self._store.planogram.product[slot]
        return RISES * self._pitch_m[own] if self._heaps[slot] else LEVEL_M

    def _find_depth_m(self, slot: int) -> float:
        """Return over how much of its depth a piece of a slot bears on others at most."""
        own = self._store.planogram.product[slot]
        return self._size_m[own][1] if self._heaps[slot] else np.inf

    def _standing(self, slot: int, item_id: int, world_from_item: np.ndarray, size_m: np.ndarray) -> Standing:
        world_from_slot = self._store.planogram.world_from_slot[slot]
        front_m, back_m = compute_extent_m(world_from_slot, world_from_item, size_m).tolist()
        return Standing(item_id, front_m, back_m, world_from_item)
