"""The double-entry ledger: which place every physical item is in, proved after each event.

In: where the items stand at the start (the planogram) and events in order of time. Out: the place of every
item, or a `LedgerError` that names the event which would break the conservation of items or physics. The
behaviours (synth/behaviours/) write through it, `shopsynth verify` proves files with it.

Each event credits one place and debits another. For every SKU, at all times::

    initial + restocked + brought = on slots (right or wrong) + on the floor + on ledges + in lone bags
                                    + in hands + bagged + in trolleys and baskets + in pockets
                                    + in coats on arms + consumed + taken out
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from scenes.errors import LedgerError
from synth.ledger.books import COLUMN, Balance, Books
from synth.ledger.places import (
    HANDS,
    Place,
    arm_place,
    bag_place,
    cart_place,
    hand_place,
    parse_place,
    pocket_place,
    slot_place,
)
from synth.records import EVENT_KINDS, Event

# kind -> the kinds of place that an item may leave and reach. A person's enter and exit move no item.
_MOVES = {
    "take": (("slot",), ("hand",)),
    "put": (("hand",), ("slot", "floor", "ledge")),
    "touch": (("slot", "floor", "ledge"), ("slot", "floor", "ledge")),
    "hand_over": (("hand",), ("hand",)),
    "bag": (("hand",), ("bag", "cart")),
    "unbag": (("bag", "cart"), ("hand",)),
    "drop": (("hand",), ("floor",)),
    "pick_up": (("floor", "ledge"), ("hand",)),
    "consume": (("hand", "bag"), ("consumed",)),
    "restock": (("outside",), ("hand",)),
    "bring": (("outside",), ("bag",)),
    "return": (("hand",), ("slot", "hand")),
    "conceal": (("hand",), ("pocket", "arm")),
    "knock": (("slot",), ("slot", "floor")),
    "swap": (("bag", "arm"), ("bag", "arm")),
    "set_down": (("bag",), ("lone_bag",)),
    "take_up": (("lone_bag",), ("bag",)),
    "exit": (("hand", "bag", "cart", "pocket", "arm"), ("outside",)),
}
WHOLE_BAGS = ("swap", "set_down", "take_up")  # kinds by which a bag or coat moves with all that is in it
_NEW = {"restock": "restocked", "bring": "brought"}  # kinds of new items -> their column
_BY_HAND = (
    "take",
    "put",
    "touch",
    "hand_over",
    "bag",
    "unbag",
    "drop",
    "pick_up",
    "return",
    "conceal",
    "knock",
    "swap",
    "set_down",
    "take_up",
)


class Ledger:
    """Follows every item from the start of a simulation, event by event.

    >>> ledger = Ledger.from_planogram(["0001-tea", "0002-jam"], [2, 1])
    >>> ledger.place(1), ledger.items_in("slot:0")
    ('slot:0', (0, 1))
    """

    def __init__(self, item_place: Mapping[int, str], item_sku: Mapping[int, str]):
        """Open the books.

        Args:
            item_place: item_id -> the store place where it lies at the start.
            item_sku: item_id -> its SKU, the same keys.

        Raises:
            LedgerError: An item starts outside the store's places or has no SKU.
        """
        self._books = Books()
        self._time_s = float("-inf")
        self._event_id: int | None = None
        books = self._books
        for item_id in sorted(item_place):
            if item_id not in item_sku:
                raise LedgerError(f"item {item_id} has no SKU")
            self._lay(item_id, item_sku[item_id], item_place[item_id])
        column = {}
        for name, items in books.content.items():
            place = parse_place(name)
            if not place.is_open:
                raise LedgerError(
                    f"item {items[0]} starts in {name}; at the start items lie on slots or the floor"
                )
            column[name] = COLUMN[place.kind]
        counted = Counter((books.sku[item_id], column[name]) for item_id, name in books.place.items())
        for (sku, there), count in counted.items():
            before = books.balance.get(sku, Balance())
            books.balance[sku] = replace(before, **{"initial": before.initial + count, there: count})

    @classmethod
    def from_planogram(cls, slot_sku: Sequence[str], slot_count: Sequence[int]) -> "Ledger":
        """Open the books of a stocked store, items numbered slot by slot.

        Args:
            slot_sku: SKU of each slot.
            slot_count: Items in each slot.
        """
        places: dict[int, str] = {}
        skus: dict[int, str] = {}
        for slot, (sku, count) in enumerate(zip(slot_sku, slot_count, strict=True)):
            for _ in range(int(count)):
                skus[len(places)] = sku
                places[len(places)] = slot_place(slot)
        return cls(places, skus)

    @classmethod
    def from_items(cls, item_slot: Sequence[int], item_sku: Sequence[str]) -> "Ledger":
        """Open the books of a stocked store of which each item's slot and SKU are known.

        >>> Ledger.from_items([0, 0], ["0001-tea", "0002-jam"]).place(1)
        'slot:0'
        """
        places = {item_id: slot_place(int(slot)) for item_id, slot in enumerate(item_slot) if slot >= 0}
        return cls(places, dict(enumerate(item_sku)))

    # ------------------------------------------------------------ reading

    def place(self, item_id: int) -> str:
        """Return the place an item is in.

        Raises:
            LedgerError: There is no such item.
        """
        if item_id not in self._books.place:
            raise LedgerError(f"there is no item {item_id}")
        return self._books.place[item_id]

    def items_in(self, place: str) -> tuple[int, ...]:
        """Return the items in a place, in the order in which they got there."""
        return tuple(self._books.content.get(place, ()))

    def sku(self, item_id: int) -> str:
        """Return an item's SKU."""
        return self._books.sku[item_id]

    def balance(self, sku: str) -> Balance:
        """Return the account of an SKU."""
        return self._books.balance.get(sku, Balance())

    def check(self) -> None:
        """Recount everything and compare it with the running balances.

        Raises:
            LedgerError: An SKU's items do not add up, or the books contradict each other.
        """
        counted: dict[str, dict[str, int]] = {}
        for item_id, name in self._books.place.items():
            if self._books.content.get(name, []).count(item_id) != 1:
                raise LedgerError(f"item {item_id} should be in {name} exactly once")
            column = COLUMN[parse_place(name).kind]
            of_sku = counted.setdefault(self._books.sku[item_id], {})
            of_sku[column] = of_sku.get(column, 0) + 1
        if sum(map(len, self._books.content.values())) != len(self._books.place):
            raise LedgerError("a place lists an item that is elsewhere")
        for sku, balance in self._books.balance.items():
            came = (balance.initial, balance.restocked, balance.brought)
            recount = Balance(*came, **counted.get(sku, {}))
            if recount != balance or not balance.is_conserved:
                raise LedgerError(f"items of {sku} do not add up: counted {recount}, booked {balance}")

    # ------------------------------------------------------------ writing

    def apply_all(self, events: Iterable[Event]) -> None:
        """Book events in their order."""
        for event in events:
            self.apply(event)

    def apply(self, event: Event) -> None:
        """Book one event.

        Raises:
            LedgerError: The event contradicts the books: the item is elsewhere, the trip is not inside, the
                hand is full, time runs backwards... Nothing is booked then.
        """
        try:
            self._check_order(event)
            if event.kind in ("enter", "exit") and event.item_id == -1:
                self._check_person(event)
                self._move_person(event)
            else:
                origin, goal = self._check_item(event)
                self._move_item(event, origin, goal)
        except LedgerError as error:
            raise LedgerError(
                f"event {event.event_id} ({event.kind}, trip {event.trip_code or '-'}, item {event.item_id}) "
                f"at {event.time_s:.3f} s: {error}"
            ) from None
        self._time_s, self._event_id = event.time_s, event.event_id

    def _check_order(self, event: Event) -> None:
        if event.kind not in EVENT_KINDS:
            raise LedgerError(f"unknown kind; expected one of {', '.join(EVENT_KINDS)}")
        if not event.time_s >= self._time_s:
            raise LedgerError(f"it comes after an event of {self._time_s:.3f} s; events are in order of time")
        if self._event_id is not None and event.event_id <= self._event_id:
            raise LedgerError(f"its event_id follows {self._event_id}; event ids ascend")

    def _check_person(self, event: Event) -> None:
        trip = event.trip_code
        if (event.sku, event.quantity, event.from_place, event.to_place) != ("", 0, "", ""):
            raise LedgerError(
                "a person's enter or exit has no SKU, quantity or places; items leave by themselves"
            )
        if not trip:
            raise LedgerError("it has no trip code")
        if event.kind == "enter" and (trip in self._books.inside or trip in self._books.gone):
            raise LedgerError("its trip code was used before; each visit gets a new one")
        if event.kind == "exit":
            self._require_inside(trip)
            hands = (hand_place(trip, hand) for hand in HANDS)
            carried = (bag_place(trip), cart_place(trip), pocket_place(trip), arm_place(trip))
            for place in (*hands, *carried):
                if self.items_in(place):
                    raise LedgerError(
                        f"{place} still holds {list(self.items_in(place))}; their exits come first"
                    )

    def _check_item(self, event: Event) -> tuple[Place, Place]:
        """Check an event that moves or touches an item and return where from and where to."""
        if event.kind not in _MOVES:
            raise LedgerError("a person's enter names no item (item_id -1)")
        if event.quantity != 1:
            raise LedgerError(f"quantity {event.quantity}; each item has an event of its own, quantity 1")
        origin, goal = parse_place(event.from_place), parse_place(event.to_place)
        from_kinds, to_kinds = _MOVES[event.kind]
        if origin.kind not in from_kinds or goal.kind not in to_kinds:
            raise LedgerError(
                f"it goes from {event.from_place} to {event.to_place}; expected {'|'.join(from_kinds)} to "
                f"{'|'.join(to_kinds)}"
            )
        stays = event.from_place == event.to_place
        if stays != (event.kind == "touch") and not (stays and event.kind == "knock"):
            raise LedgerError(
                f"from {event.from_place} to {event.to_place}; a touch leaves items in place, a knock may, "
                "nothing else does"
            )
        self._check_where(event)
        self._check_who(event, origin, goal)
        self._check_hand(event, origin, goal)
        return origin, goal

    def _check_where(self, event: Event) -> None:
        """Check that the item is where the event takes it from, and is what it is said to be."""
        if event.kind in _NEW:
            if event.item_id in self._books.place:
                raise LedgerError(
                    f"item {event.item_id} is in {self.place(event.item_id)}; what is restocked or brought "
                    "is new"
                )
            if event.item_id < 0 or not event.sku:
                raise LedgerError("a restocked or brought item needs a number and an SKU")
            return
        if self.place(event.item_id) != event.from_place:
            raise LedgerError(f"the item is in {self.place(event.item_id)}, not in {event.from_place}")
        if self._books.sku[event.item_id] != event.sku:
            raise LedgerError(f"the item is a {self._books.sku[event.item_id]}, not a {event.sku!r}")
        if event.kind == "return" and event.item_id not in self._books.own:
            raise LedgerError("the item is the shop's; only what was brought along is returned")

    def _check_who(self, event: Event, origin: Place, goal: Place) -> None:
        """Check that the trips named are inside and that nobody takes out of another's hands or bag."""
        self._require_inside(event.trip_code)
        for place in (origin, goal):
            if not place.trip_code or place.trip_code == event.trip_code:
                continue
            if event.kind not in ("hand_over", "bag", "return", "swap") or place is origin:
                raise LedgerError(
                    f"the place belongs to trip {place.trip_code}; only by handing over or returning, by "
                    "putting into a bag or swapping bags or coats does one give to another"
                )
            self._require_inside(place.trip_code)
        if event.kind in ("hand_over", "return", "swap") and origin.trip_code == goal.trip_code:
            raise LedgerError("a hand-over needs two people")
        if event.kind == "swap" and origin.kind != goal.kind:
            raise LedgerError(
                f"a bag is swapped for a bag, a coat for a coat, not {origin.kind} for {goal.kind}"
            )

    def _check_hand(self, event: Event, origin: Place, goal: Place) -> None:
        """Check the acting hand, and that a hand holds the items of one grab only."""
        if event.kind in _BY_HAND or goal.kind == "hand":
            if event.hand not in HANDS:
                raise LedgerError(f"hand {event.hand!r}; expected left or right")
            own = origin.hand or goal.hand
            if own and own != event.hand:
                raise LedgerError(f"it says the {event.hand} hand but moves the item by the {own} one")
        if goal.kind == "hand" and self.items_in(event.to_place):
            held = self.items_in(event.to_place)
            same_grab = self._books.grabbed_s.get(event.to_place) == event.time_s
            if not same_grab or self._books.sku[held[0]] != event.sku:
                raise LedgerError(
                    f"{event.to_place} already holds {list(held)}; a hand holds what one grab took"
                )

    def _require_inside(self, trip_code: str) -> None:
        if trip_code in self._books.gone:
            raise LedgerError(f"trip {trip_code} has left")
        if trip_code not in self._books.inside:
            raise LedgerError(f"trip {trip_code or '(none)'} is not inside")

    def _move_person(self, event: Event) -> None:
        if event.kind == "enter":
            self._books.inside.add(event.trip_code)
        else:
            self._books.inside.remove(event.trip_code)
            self._books.gone.add(event.trip_code)

    def _move_item(self, event: Event, origin: Place, goal: Place) -> None:
        if event.kind == "touch":
            return
        if event.kind in _NEW:
            self._lay(event.item_id, event.sku, event.to_place)
            self._book(event.sku, _NEW[event.kind], +1)
            self._book(event.sku, COLUMN[goal.kind], +1)
            if event.kind == "bring":
                self._books.own.add(event.item_id)
            return
        books = self._books
        if event.kind == "return":
            books.own.remove(event.item_id)
        books.content[event.from_place].remove(event.item_id)
        books.content.setdefault(event.to_place, []).append(event.item_id)
        books.place[event.item_id] = event.to_place
        if goal.kind == "hand":
            books.grabbed_s[event.to_place] = event.time_s
        self._book(event.sku, COLUMN[origin.kind], -1)
        self._book(event.sku, COLUMN[goal.kind], +1)
        balance = books.balance[event.sku]
        if not balance.is_conserved:
            raise LedgerError(f"items of {event.sku} do not add up any more: {balance}")

    def _lay(self, item_id: int, sku: str, place: str) -> None:
        self._books.place[item_id] = place
        self._books.sku[item_id] = sku
        self._books.content.setdefault(place, []).append(item_id)

    def _book(self, sku: str, column: str, amount: int) -> None:
        balance = self._books.balance.get(sku, Balance())
        self._books.balance[sku] = replace(balance, **{column: getattr(balance, column) + amount})
