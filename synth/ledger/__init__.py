"""The double-entry ledger: places, books and the rules that every event keeps."""

from synth.ledger.books import Balance
from synth.ledger.ledger import WHOLE_BAGS, Ledger
from synth.ledger.places import (
    FLOOR,
    HANDS,
    LEDGE,
    OUTSIDE,
    Place,
    arm_place,
    bag_place,
    cart_place,
    consumed_place,
    hand_place,
    lone_bag_place,
    parse_place,
    pocket_place,
    slot_place,
)

__all__ = [
    "FLOOR",
    "HANDS",
    "LEDGE",
    "OUTSIDE",
    "WHOLE_BAGS",
    "Balance",
    "Ledger",
    "Place",
    "arm_place",
    "bag_place",
    "cart_place",
    "consumed_place",
    "hand_place",
    "lone_bag_place",
    "parse_place",
    "pocket_place",
    "slot_place",
]
