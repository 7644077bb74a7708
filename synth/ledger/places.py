"""The places that items can be in, by name: slots, hands, bags, trolleys, pockets, the floor, outside...

In: names as events carry them. Out: `Place`s, and the names.
"""

from dataclasses import dataclass
from functools import lru_cache

from scenes.errors import LedgerError

FLOOR = "floor"
LEDGE = "ledge"  # any level top without products or scale: a counter, the top of a gondola
OUTSIDE = "outside"
HANDS = ("left", "right")
LYING_PLACES = ("slot", "floor", LEDGE)
STORE_PLACES = (*LYING_PLACES, "lone_bag")


@dataclass(frozen=True)
class Place:
    """A place read from its name.

    Attributes:
        kind: slot, hand, bag, cart, lone_bag, pocket, arm, floor, ledge, consumed or outside.
        slot: Number of the slot, else -1.
        trip_code: Whose hand, bag, trolley or basket, pocket, arm or stomach, else "".
        hand: ``"left"`` or ``"right"`` for hands, else "".
    """

    kind: str
    slot: int = -1
    trip_code: str = ""
    hand: str = ""

    @property
    def is_store_place(self) -> bool:
        """Whether what lies here belongs to the shop and is on nobody's account."""
        return self.kind in STORE_PLACES

    @property
    def is_open(self) -> bool:
        """Whether what is here stands or lies in the shop, in a pose of its own."""
        return self.kind in LYING_PLACES

    @property
    def shows_items(self) -> bool:
        """Whether what is here lies where it can be seen, in the shop, a trolley or a basket."""
        return self.is_open or self.kind == "cart"


def slot_place(slot: int) -> str:
    """Name a slot as a place.

    >>> slot_place(7)
    'slot:7'
    """
    return f"slot:{slot}"


def hand_place(trip_code: str, hand: str) -> str:
    """Name a hand as a place.

    >>> hand_place("7ZK2", "left")
    'hand:7ZK2:left'
    """
    return f"hand:{trip_code}:{hand}"


def bag_place(trip_code: str) -> str:
    """Name a bag as a place.

    >>> bag_place("7ZK2")
    'bag:7ZK2'
    """
    return f"bag:{trip_code}"


def cart_place(trip_code: str) -> str:
    """Name the trolley that somebody pushes, or the basket on their arm, as a place.

    >>> cart_place("7ZK2")
    'cart:7ZK2'
    """
    return f"cart:{trip_code}"


def lone_bag_place(trip_code: str) -> str:
    """Name a bag that somebody has set down, and that nobody carries, as a place.

    >>> lone_bag_place("7ZK2")
    'lone_bag:7ZK2'
    """
    return f"lone_bag:{trip_code}"


def pocket_place(trip_code: str) -> str:
    """Name somebody's pocket, or the inside of their coat, as a place.

    >>> pocket_place("7ZK2")
    'pocket:7ZK2'
    """
    return f"pocket:{trip_code}"


def arm_place(trip_code: str) -> str:
    """Name the pockets of the coat that somebody carries on the arm as a place.

    >>> arm_place("7ZK2")
    'arm:7ZK2'
    """
    return f"arm:{trip_code}"


def consumed_place(trip_code: str) -> str:
    """Name what somebody has eaten or drunk as a place.

    >>> consumed_place("7ZK2")
    'consumed:7ZK2'
    """
    return f"consumed:{trip_code}"


@lru_cache(maxsize=8192)
def parse_place(name: str) -> Place:
    """Read a place's name.

    Raises:
        LedgerError: The name is none of the known forms.

    >>> parse_place("hand:7ZK2:left")
    Place(kind='hand', slot=-1, trip_code='7ZK2', hand='left')
    """
    kind, _, rest = name.partition(":")
    if name in (FLOOR, LEDGE, OUTSIDE):
        return Place(name)
    if kind == "slot" and rest.isdecimal():
        return Place("slot", slot=int(rest))
    if kind in ("bag", "cart", "pocket", "arm", "consumed") and rest and ":" not in rest:
        return Place(kind, trip_code=rest)
    if kind == "lone_bag" and rest and ":" not in rest:
        return Place(kind)  # it belongs to whoever takes it up
    if kind == "hand":
        trip_code, _, hand = rest.partition(":")
        if trip_code and hand in HANDS:
            return Place("hand", trip_code=trip_code, hand=hand)
    raise LedgerError(
        f"unknown place {name!r}; expected slot:<id>, hand:<trip>:left|right, bag:<trip>, cart:<trip>, "
        "lone_bag:<trip>, pocket:<trip>, arm:<trip>, floor, ledge, consumed:<trip> or outside"
    )
