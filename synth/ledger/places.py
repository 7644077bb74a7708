"""The places that items can be in, by name: slots, hands, bags, the floor, what was consumed, outside.

In: names as events carry them. Out: `Place`s, and the names.
"""

from dataclasses import dataclass
from functools import lru_cache

from scenes.errors import LedgerError

FLOOR = "floor"
OUTSIDE = "outside"
HANDS = ("left", "right")


@dataclass(frozen=True)
class Place:
    """A place read from its name.

    Attributes:
        kind: slot, hand, bag, floor, consumed or outside.
        slot: Number of the slot, else -1.
        trip_code: Whose hand, bag or stomach, else "".
        hand: ``"left"`` or ``"right"`` for hands, else "".
    """

    kind: str
    slot: int = -1
    trip_code: str = ""
    hand: str = ""

    @property
    def is_store_place(self) -> bool:
        """Whether what lies here belongs to the shop and is on nobody's account."""
        return self.kind in ("slot", "floor")


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
    if name in (FLOOR, OUTSIDE):
        return Place(name)
    if kind == "slot" and rest.isdecimal():
        return Place("slot", slot=int(rest))
    if kind in ("bag", "consumed") and rest and ":" not in rest:
        return Place(kind, trip_code=rest)
    if kind == "hand":
        trip_code, _, hand = rest.partition(":")
        if trip_code and hand in HANDS:
            return Place("hand", trip_code=trip_code, hand=hand)
    raise LedgerError(
        f"unknown place {name!r}; expected slot:<id>, hand:<trip>:left|right, bag:<trip>, floor, "
        "consumed:<trip> or outside"
    )
