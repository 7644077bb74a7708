"""Entries of the ledger, and the receipts that follow from them."""

from dataclasses import dataclass

import numpy as np

EVENT_KINDS = (
    "take",
    "put",
    "touch",
    "hand_over",
    "bag",
    "unbag",
    "drop",
    "pick_up",
    "consume",
    "return",
    "conceal",
    "knock",
    "swap",
    "set_down",
    "take_up",
    "bring",
    "restock",
    "enter",
    "exit",
)


@dataclass(frozen=True)
class Event:
    """One entry of the double-entry ledger: an item leaves one place for another.

    Places are ``slot:<id>``, ``hand:<trip>:left|right``, ``bag:<trip>`` (what the trip carries in a bag now),
    ``cart:<trip>`` (in its trolley or basket), ``lone_bag:<trip>`` (in the bag that the trip set down),
    ``pocket:<trip>``, ``arm:<trip>`` (in the pockets of the coat that the trip has on the arm now),
    ``floor``, ``ledge`` (a top without products or scale), ``consumed:<trip>`` and ``outside``. What somebody
    brings along (kind bring) is theirs; by a return it becomes the shop's again.
    enter and exit carry no item (item_id -1, sku "", quantity 0); a person's exit moves what they hold and
    carry to ``outside`` in events of their own (kind exit, one an item), just before it.

    Attributes:
        point_m: (3,) where it happens: for items the centre of the item.
        world_from_item: (4, 4) the item's resting pose after the event when it lies in a slot or on the
            floor, or, as that is then, in a trolley or basket; else None.
        behaviour: Which behaviour of the scenario it is part of (``"wrong_shelf"``), "" for plain shopping.
    """

    event_id: int
    time_s: float
    kind: str
    trip_code: str
    item_id: int
    sku: str
    from_place: str
    to_place: str
    quantity: int
    hand: str
    point_m: np.ndarray
    world_from_item: np.ndarray | None = None
    behaviour: str = ""


@dataclass(frozen=True)
class ReceiptLine:
    """So many of one SKU, at one price, in minor units of the receipt's currency.

    Attributes:
        grams: Of weighed goods, whose unit is a kilogram; of all else 0.
    """

    sku: str
    quantity: int
    unit_price_minor: int
    grams: int = 0


@dataclass(frozen=True)
class Receipt:
    """What one payment owes.

    Attributes:
        closed_s: When the last of its trips left; None while it is open.
        returns: Whether returns from earlier visits are ``"credited"``, on lines of negative quantity, or
            ``"ignored"``.
        history: (time_s, total_minor) after each change of its account.
    """

    payment_id: str
    trip_codes: tuple[str, ...]
    policy: str
    opened_s: float
    closed_s: float | None
    lines: tuple[ReceiptLine, ...]
    total_minor: int
    currency: str
    history: tuple[tuple[float, int], ...]
    returns: str = "credited"
