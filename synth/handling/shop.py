"""The shop at an instant: the ledger, the items on the shelves, the acts under way and what was booked.

In: acts that the behaviours begin, with the event each will cause. Out: events in order of time, each
booked in the ledger at its act's contact and nowhere else. What a reach is after is locked until the hand
is back, so that the books and the pictures agree.
"""

import heapq
import itertools
from collections.abc import Iterator

import numpy as np

from scenes.world import Store
from synth.bodies.basket import INSIDE
from synth.bodies.pushed import make_well
from synth.handling.bookings import Booking, Passing
from synth.handling.carts import Cart
from synth.handling.slots import Shelves
from synth.ledger import (
    FLOOR,
    OUTSIDE,
    Ledger,
    arm_place,
    bag_place,
    cart_place,
    consumed_place,
    hand_place,
    parse_place,
    pocket_place,
    slot_place,
)
from synth.motion import bag_mouth_m
from synth.records import Act, Event, ShopperPlan, other_hand


class Shop:
    """The state that behaviours read and write."""

    def __init__(self, store: Store):
        """Open the shop with its shelves stocked and nobody inside."""
        self.store = store
        self._products: list[int] = store.item_product.tolist()  # of items, the brought ones after the stock
        self.ledger = Ledger.from_items(
            store.item_slot.tolist(), [store.catalogue.sku[product] for product in self._products]
        )
        self.shelves = Shelves(store)
        self._height_m: list[float] = store.catalogue.size_m[:, 2].tolist()
        self.acts: list[Act] = []
        self.events: list[Event] = []
        self._pending: list[tuple[float, int, Booking | list[Passing]]] = []
        self._ticket: Iterator[int] = itertools.count()
        self.lying: dict[int, np.ndarray] = {}  # item on the floor or a ledge -> how it lies there
        self.lone_bags: dict[str, tuple[str, np.ndarray]] = {}  # place -> which bag, and how it stands
        self.carts: dict[str, Cart] = {}  # trolleys and baskets, by the trips that have them
        self._reaching: dict[int, tuple[int, float]] = {}  # slot -> (shopper, until)

    # ------------------------------------------------------------ reading

    def product_of(self, item_id: int) -> int:
        """Return the catalogue index of an item."""
        return self._products[item_id]

    def held(self, plan: ShopperPlan) -> int | None:
        """Return the item in the acting hand of a shopper."""
        items = self.ledger.items_in(hand_place(plan.trip_code, plan.handedness))
        return items[0] if items else None

    def held_beside(self, plan: ShopperPlan) -> int | None:
        """Return the item in the other hand of a shopper."""
        items = self.ledger.items_in(hand_place(plan.trip_code, other_hand(plan.handedness)))
        return items[0] if items else None

    def all_held(self, plan: ShopperPlan) -> tuple[int, ...]:
        """Return the items in the acting hand of a shopper, all of one product."""
        return self.ledger.items_in(hand_place(plan.trip_code, plan.handedness))

    def number_new(self, product: int) -> int:
        """Give an item of a product that comes from outside its number."""
        self._products.append(product)
        return len(self._products) - 1

    def is_locked(self, slot: int, shopper: int, time_s: float) -> bool:
        """Say whether another person's hand is in a slot."""
        other, until_s = self._reaching.get(slot, (shopper, time_s))
        return other != shopper and until_s > time_s

    def centre_z_m(self, item_id: int, world_from_item: np.ndarray) -> float:
        """Return how high the centre of an item is that stands in a pose."""
        height_m = self._height_m[self._products[item_id]]
        return float(world_from_item[2, 3] + world_from_item[2, 2] * height_m / 2)

    def centre_m(self, item_id: int, world_from_item: np.ndarray) -> np.ndarray:
        """Return the centre of an item that stands in a pose, (3,)."""
        height_m = self._height_m[self._products[item_id]]
        return world_from_item[:3, 3] + world_from_item[:3, 2] * height_m / 2

    # ------------------------------------------------------------ acts

    def begin_take(
        self, act: Act, plan: ShopperPlan, slot: int, centres_m: tuple[np.ndarray, ...] = ()
    ) -> None:
        """Begin to take a slot's items, whose centres are told when they are several."""
        hand = hand_place(plan.trip_code, act.hand)
        self._begin(act, plan, "take", slot_place(slot), hand, points_m=centres_m)
        self._reaching[slot] = (act.shopper, act.end_s)

    def begin_put(self, act: Act, plan: ShopperPlan, slot: int) -> None:
        """Begin to put the held item into a slot, where the act says."""
        hand = hand_place(plan.trip_code, act.hand)
        pose = act.world_from_item
        self._begin(act, plan, "put", hand, slot_place(slot), world_from_item=pose)
        self._reaching[slot] = (act.shopper, act.end_s)

    def begin_touch(self, act: Act, plan: ShopperPlan, slot: int) -> None:
        """Begin to touch a slot's item."""
        place, pose = slot_place(slot), act.world_from_item
        self._begin(act, plan, "touch", place, place, world_from_item=pose)
        self._reaching[slot] = (act.shopper, act.end_s)

    def begin_bag(self, act: Act, plan: ShopperPlan, mouth_m: np.ndarray) -> None:
        """Begin to bag the held item."""
        hand = hand_place(plan.trip_code, act.hand)
        self._begin(act, plan, "bag", hand, bag_place(plan.trip_code), points_m=(mouth_m,))

    def begin_unbag(self, act: Act, plan: ShopperPlan, mouth_m: np.ndarray) -> None:
        """Begin to take an item out of the bag."""
        hand = hand_place(plan.trip_code, act.hand)
        self._begin(act, plan, "unbag", bag_place(plan.trip_code), hand, points_m=(mouth_m,))

    def begin_lay_in_cart(
        self, act: Act, plan: ShopperPlan, cart_from_item: np.ndarray, world_from_item: np.ndarray
    ) -> None:
        """Begin to let the held item into its holder's trolley or basket; from now on it has its room.

        It comes to lie as is told in the frame of that and, at the contact, in the world.
        """
        item, hand = act.item_ids[0], hand_place(plan.trip_code, act.hand)
        self.carts[plan.trip_code].lay(item, cart_from_item, act.size_m)
        self._begin(act, plan, "bag", hand, cart_place(plan.trip_code), world_from_item=world_from_item)

    def begin_take_from_cart(self, act: Act, plan: ShopperPlan) -> None:
        """Begin to take an item out of the trolley or basket."""
        hand = hand_place(plan.trip_code, act.hand)
        self.carts[plan.trip_code].take_out(act.item_ids[0])
        self._begin(act, plan, "unbag", cart_place(plan.trip_code), hand)

    def begin_consume(self, act: Act, plan: ShopperPlan, mouth_m: np.ndarray) -> None:
        """Begin to put the empty package of what was eaten or drunk away."""
        hand, goal = hand_place(plan.trip_code, act.hand), consumed_place(plan.trip_code)
        self._begin(act, plan, "consume", hand, goal, points_m=(mouth_m,))

    def begin_lean(self, act: Act) -> None:
        """Begin to lean on a shelf: nothing moves by that, but its plates feel it."""
        self.acts.append(act)

    def begin_open(self, act: Act) -> None:
        """Begin to pull a door open: no item moves by that."""
        self.acts.append(act)

    def begin_worn(self, act: Act) -> None:
        """Begin to take a bag or a coat off, or to put it on: what is in it stays with whom it is."""
        self.acts.append(act)

    def begin_passing(self, acts: tuple[Act, ...], moves: list[Passing], contact_s: float) -> None:
        """Begin to pass bags or coats on, all of them at one contact."""
        self.acts += acts
        heapq.heappush(self._pending, (contact_s, next(self._ticket), moves))

    def begin_in_hand(self, act: Act) -> None:
        """Begin to eat, drink or read what is in the hand: no item moves from its place by that."""
        self.acts.append(act)

    def begin_drop(self, act: Act, plan: ShopperPlan) -> None:
        """Begin to leave the held item on the floor, where the act says."""
        hand, pose = hand_place(plan.trip_code, act.hand), act.world_from_item
        self._begin(act, plan, "drop", hand, FLOOR, world_from_item=pose)

    def begin_lay(self, act: Act, plan: ShopperPlan, kind: str, to_place: str, pose: np.ndarray) -> None:
        """Begin an act by which the held item comes to lie somewhere in a pose, perhaps after a fall."""
        hand = hand_place(plan.trip_code, act.hand)
        self._begin(act, plan, kind, hand, to_place, world_from_item=pose)
        self._lock(act, to_place)

    def begin_knock(self, act: Act, plan: ShopperPlan, slot: int, to_place: str, pose: np.ndarray) -> None:
        """Begin to knock a slot's item over, which then lies in a pose, there or on the floor."""
        self._begin(act, plan, "knock", slot_place(slot), to_place, world_from_item=pose)
        self._lock(act, slot_place(slot))

    def begin_conceal(self, act: Act, plan: ShopperPlan) -> None:
        """Begin to put the held item into a pocket, under the coat, or into the coat on the arm."""
        hand = hand_place(plan.trip_code, act.hand)
        goal = (arm_place if plan.coat_on_arm else pocket_place)(plan.trip_code)
        self._begin(act, plan, "conceal", hand, goal)

    def begin_slip(self, act: Act, plan: ShopperPlan, owner: ShopperPlan) -> None:
        """Begin to put the held item into somebody else's bag."""
        hand = hand_place(plan.trip_code, act.hand)
        self._begin(act, plan, "bag", hand, bag_place(owner.trip_code))

    def begin_pick_up(self, act: Act, plan: ShopperPlan) -> None:
        """Begin to pick an item up from where it lies."""
        hand = hand_place(plan.trip_code, act.hand)
        self._begin(act, plan, "pick_up", self.ledger.place(act.item_ids[0]), hand)

    def begin_restock(self, act: Act, plan: ShopperPlan, mouth_m: np.ndarray) -> None:
        """Begin to take an item that is new to the shop out of its case."""
        hand = hand_place(plan.trip_code, act.hand)
        self._begin(act, plan, "restock", OUTSIDE, hand, points_m=(mouth_m,))

    def begin_hand_over(
        self, giving: Act, giver: ShopperPlan, receiving: Act, receiver: ShopperPlan, kind: str
    ) -> None:
        """Begin to pass an item on, by an event of a kind; both acts have one contact."""
        origin = hand_place(giver.trip_code, giving.hand)
        goal = hand_place(receiver.trip_code, receiving.hand)
        self._begin(giving, giver, kind, origin, goal)
        self.acts.append(receiving)

    def list_lying(self) -> list[np.ndarray]:
        """Return poses of what lies on the floor or a ledge, bags too, and of what hands will leave there."""
        coming = [
            booking.world_from_item
            for _, _, booking in self._pending
            if isinstance(booking, Booking)
            and booking.world_from_item is not None
            and parse_place(booking.to_place).is_open
            and parse_place(booking.to_place).slot < 0
        ]
        return [*self.lying.values(), *(pose for _, pose in self.lone_bags.values()), *coming]

    def settle(self, time_s: float) -> None:
        """Book everything whose contact has come."""
        while self._pending and self._pending[0][0] <= time_s:
            contact_s, _, booking = heapq.heappop(self._pending)
            if isinstance(booking, list):
                self._pass(booking, contact_s)
                continue
            item = booking.item_id
            if booking.kind != "touch":
                self._lift(item, parse_place(booking.from_place).slot)
                if booking.world_from_item is not None and parse_place(booking.to_place).is_open:
                    self._lay(item, parse_place(booking.to_place).slot, booking.world_from_item)
            self._book(booking, contact_s)

    def _pass(self, moves: list[Passing], time_s: float) -> None:
        """Book what bags or coats hold from one place to another, as it was before any of them moved."""
        held = [(move, self.ledger.items_in(move.from_place)) for move in moves]
        for move, items in held:
            for item in items:
                self._book(move.of(item), time_s)

    def _lift(self, item: int, slot: int) -> None:
        """Take an item from where it stands or lies, if it does."""
        if slot >= 0:
            self.shelves.take(slot, item)
        self.lying.pop(item, None)

    def _lay(self, item: int, slot: int, world_from_item: np.ndarray) -> None:
        """Let an item stand in a slot or lie on the floor or a ledge (slot -1)."""
        if slot >= 0:
            self.shelves.put(slot, item, self.product_of(item), world_from_item)
        else:
            self.lying[item] = world_from_item

    # ------------------------------------------------------------ people at the door

    def enter(self, plan: ShopperPlan, time_s: float, position_m: tuple[float, float]) -> None:
        """Let a person in."""
        if plan.has_cart:
            self.carts[plan.trip_code] = Cart(INSIDE if plan.basket else make_well(plan.body.stature_m))
        point_m = np.array([*position_m, 0.0])
        self._book(Booking("enter", plan.trip_code, -1, "", "", "", point_m), time_s)

    def bring(
        self,
        plan: ShopperPlan,
        product: int,
        time_s: float,
        position_m: tuple[float, float],
        behaviour: str,
    ) -> int:
        """Let a person who just came in have an item of a product in their bag, and return its number."""
        item_id = self.number_new(product)
        mouth_m = bag_mouth_m(np.array(position_m), 0.0, plan.body.stature_m, plan.bag_side)
        bag = bag_place(plan.trip_code)
        booking = Booking("bring", plan.trip_code, item_id, OUTSIDE, bag, "", mouth_m, None, behaviour)
        self._book(booking, time_s)
        return item_id

    def leave(
        self,
        plan: ShopperPlan,
        time_s: float,
        position_m: tuple[float, float],
        heading_rad: float,
        hand_height_m: float,
    ) -> None:
        """Let a person out, everything they hold and carry first."""
        trip, stature_m = plan.trip_code, plan.body.stature_m
        mouth_m = bag_mouth_m(np.array(position_m), heading_rad, stature_m, plan.bag_side)
        hand_m = np.array([*position_m, hand_height_m])
        places = [(hand_place(trip, hand), hand, hand_m) for hand in ("left", "right")]
        for place, hand, point_m in [
            *places,
            (bag_place(trip), "", mouth_m),
            (cart_place(trip), "", hand_m),
            (pocket_place(trip), "", hand_m),
            (arm_place(trip), "", hand_m),
        ]:
            for item_id in self.ledger.items_in(place):
                self._book(Booking("exit", trip, item_id, place, OUTSIDE, hand, point_m), time_s)
        point_m = np.array([*position_m, 0.0])
        self._book(Booking("exit", trip, -1, "", "", "", point_m), time_s)

    # ------------------------------------------------------------ inside

    def _begin(
        self,
        act: Act,
        plan: ShopperPlan,
        kind: str,
        from_place: str,
        to_place: str,
        *,
        points_m: tuple[np.ndarray, ...] = (),
        world_from_item: np.ndarray | None = None,
    ) -> None:
        """Note an act and what will be booked at its contact, an event an item."""
        self.acts.append(act)
        if not points_m:
            assert act.world_from_item is not None  # only bag acts have no pose, and they give a point
            points_m = (self.centre_m(act.item_ids[0], act.world_from_item),)
        for k, item in enumerate(act.item_ids):
            booking = Booking(
                kind,
                plan.trip_code,
                item,
                from_place,
                to_place,
                act.hand,
                points_m[min(k, len(points_m) - 1)],
                world_from_item,
                act.behaviour,
            )
            heapq.heappush(self._pending, (act.contact_s, next(self._ticket), booking))

    def _lock(self, act: Act, place: str) -> None:
        """Keep others out of a slot, if the place is one, until the hand is back."""
        if parse_place(place).slot >= 0:
            self._reaching[parse_place(place).slot] = (act.shopper, act.end_s)

    def _book(self, booking: Booking, time_s: float) -> None:
        """Write an event."""
        item = booking.item_id
        sku = self.store.catalogue.sku[self.product_of(item)] if item >= 0 else ""
        event = booking.make_event(len(self.events), time_s, sku)
        self.ledger.apply(event)
        self.events.append(event)
