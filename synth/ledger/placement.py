"""Where each item is at each instant, read off the ledger's events.

In: a `Store` and a `Simulation`. Out: for every item that an event moves, its stays: place after place,
from the simulation's start to its end. Items without stays stand where the planogram put them. The
scales (synth/scales/) weigh the stays, the stage (synth/stage.py) shows them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from scenes.errors import LedgerError
from scenes.world import Store
from synth.bodies.basket import compute_basket_m
from synth.ledger import FLOOR, parse_place
from synth.records import Event, Simulation, other_hand

GRAVITY_MPS2 = 9.81
SHORTEST_FALL_M = 0.15


@dataclass(frozen=True)
class Stay:
    """One item in one place.

    Attributes:
        from_s, to_s: Half-open interval [from_s, to_s), seconds from the clip's start; the first begins at
            -inf, the last ends at +inf.
        place: As in `Event`: ``slot:<id>``, ``hand:<trip>:left``, ``floor``...
        world_from_item: (4, 4) float64 resting pose on a slot, the floor or a ledge, None elsewhere.
        falls_from: (4, 4) pose from which the item falls there at `from_s`, None where it is set down; in the
            frame of the trolley or basket that it falls into.
        cart_from_item: (4, 4) resting pose in a trolley or basket, in its own frame, None elsewhere.
    """

    item_id: int
    from_s: float
    to_s: float
    place: str
    world_from_item: np.ndarray | None
    falls_from: np.ndarray | None = None
    cart_from_item: np.ndarray | None = None

    def pose_at(self, time_s: float) -> np.ndarray | None:
        """Return the (4, 4) pose at a time of the stay: while it falls it turns, then it rests.

        It is world_from_item, or cart_from_item; None where the item is hidden or in a hand.
        """
        end = self.world_from_item if self.cart_from_item is None else self.cart_from_item
        if self.falls_from is None or end is None:
            return end
        start = self.falls_from
        fallen_s = time_s - self.from_s
        share = fallen_s / float(np.sqrt(2 * max(start[2, 3] - end[2, 3], 1e-9) / GRAVITY_MPS2))
        if share >= 1.0:
            return end
        turns = Slerp([0.0, 1.0], Rotation.from_matrix(np.stack([start[:3, :3], end[:3, :3]])))
        pose = np.eye(4)
        pose[:3, :3] = turns(share).as_matrix()
        pose[:3, 3] = start[:3, 3] + share * (end[:3, 3] - start[:3, 3])
        pose[2, 3] = start[2, 3] - GRAVITY_MPS2 * fallen_s**2 / 2
        return pose


def add_brought_items(store: Store, simulation: Simulation) -> Store:
    """Number what came from outside after the shop's own items, so that it can be weighed and shown."""
    brought = [event for event in simulation.events if event.kind in ("bring", "restock")]
    if not brought:
        return store
    number = {sku: product for product, sku in enumerate(store.catalogue.sku)}
    stock = len(store.item_product)
    # A number whose item would have come after the clip's end stands for nothing.
    product = np.zeros(max(event.item_id for event in brought) + 1 - stock, store.item_product.dtype)
    for event in brought:
        product[event.item_id - stock] = number[event.sku]
    return replace(
        store,
        item_slot=np.append(store.item_slot, np.full(len(product), -1)),
        item_product=np.append(store.item_product, product),
        world_from_item=np.concatenate([store.world_from_item, np.tile(np.eye(4), (len(product), 1, 1))]),
    )


def compute_stays(store: Store, simulation: Simulation) -> dict[int, tuple[Stay, ...]]:
    """Follow every moved item from place to place.

    Returns:
        item_id -> its stays in order of time, in ascending order of item_id. Items that are only touched
        are left out.

    Raises:
        LedgerError: An event takes an item from another place than the one it was in, or lays it down
            without saying where.
    """
    moves: dict[int, list[Event]] = {}
    for event in simulation.events:
        if event.item_id >= 0 and (event.from_place != event.to_place or event.kind == "knock"):
            moves.setdefault(event.item_id, []).append(event)
    shopper = {plan.trip_code: number for number, plan in enumerate(simulation.plans)}

    def find_cart(event: Event) -> np.ndarray:
        owner = shopper[parse_place(event.to_place).trip_code]
        plan, paths = simulation.plans[owner], simulation.trajectories
        if not plan.basket:
            return paths.pose(owner, event.time_s, of_gear=True)
        pose = paths.pose(owner, event.time_s)
        side, stature_m = other_hand(plan.handedness), plan.body.stature_m
        pose[:3, 3] += pose[:3, :3] @ compute_basket_m(np.zeros(2), 0.0, stature_m, side)
        return pose

    return {item: _stays_of_item(store, item, moves[item], find_cart) for item in sorted(moves)}


def _stays_of_item(
    store: Store, item_id: int, moves: list[Event], find_cart: Callable[[Event], np.ndarray]
) -> tuple[Stay, ...]:
    """Follow one item; `find_cart` says where (4, 4) the trolley or basket is that it is laid into."""
    place = moves[0].from_place
    pose = store.world_from_item[item_id] if parse_place(place).is_open else None
    since_s, falls_from, in_cart = -np.inf, None, None
    stays = []
    for event in moves:
        if event.from_place != place:
            raise LedgerError(
                f"event {event.event_id} at {event.time_s:.3f} s takes item {item_id} from "
                f"{event.from_place}, but it was in {place}; events of an item must follow each other in time"
            )
        stays.append(Stay(item_id, since_s, event.time_s, place, pose, falls_from, in_cart))
        falls_from = _find_fall(store, event, pose)
        place, pose, since_s = event.to_place, event.world_from_item, event.time_s
        in_cart = None
        if not parse_place(place).shows_items:
            pose = None
        elif pose is None:
            raise LedgerError(
                f"event {event.event_id} lays item {item_id} down in {place} without a resting pose; "
                "set Event.world_from_item"
            )
        elif parse_place(place).kind == "cart":
            cart_from_world = np.linalg.inv(find_cart(event))
            in_cart, pose = cart_from_world @ pose, None
            falls_from = None if falls_from is None else cart_from_world @ falls_from
    stays.append(Stay(item_id, since_s, np.inf, place, pose, falls_from, in_cart))
    return tuple(stays)


def _find_fall(store: Store, event: Event, before: np.ndarray | None) -> np.ndarray | None:
    """Return the (4, 4) pose from which an item falls to where it lies, None if it is set down.

    It falls when the hand lets go of it higher than it comes to lie: from how it stood, or upright; into a
    trolley or basket as it comes to lie there.
    """
    end = event.world_from_item
    into_cart = parse_place(event.to_place).kind == "cart"
    if not (into_cart or event.to_place == FLOOR) or end is None:
        return None
    height_m = store.catalogue.size_m[store.catalogue.sku.index(event.sku), 2]
    fall_m = event.point_m[2] - (end[2, 3] + end[2, 2] * height_m / 2)
    if into_cart:
        start = end.copy()
        start[2, 3] += max(fall_m, 0.0)
        return start
    if fall_m < SHORTEST_FALL_M:
        return None
    start = np.eye(4)
    start[:3, :3] = np.stack([end[:3, 0], np.cross([0.0, 0.0, 1.0], end[:3, 0]), [0.0, 0.0, 1.0]], axis=1)
    if before is not None:
        start[:3, :3] = before[:3, :3]
    start[:3, 3] = event.point_m - start[:3, 2] * height_m / 2
    return start
