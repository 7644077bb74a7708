"""The books that the ledger keeps: an account an SKU, and where every item is.

Written by synth/ledger/ledger.py alone.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Balance:
    """The account of one SKU: what came in and where it is now, in items."""

    initial: int = 0
    restocked: int = 0
    brought: int = 0
    on_slots: int = 0
    in_hands: int = 0
    bagged: int = 0
    in_carts: int = 0
    pocketed: int = 0
    in_coats: int = 0
    on_floor: int = 0
    on_ledges: int = 0
    in_lone_bags: int = 0
    consumed: int = 0
    taken_out: int = 0

    @property
    def is_conserved(self) -> bool:
        """Whether everything that came in is somewhere, once."""
        carried = self.in_hands + self.bagged + self.in_carts + self.pocketed + self.in_coats
        present = self.on_slots + self.on_floor + self.on_ledges + self.in_lone_bags + carried
        came = self.initial + self.restocked + self.brought
        return came == present + self.consumed + self.taken_out


COLUMN = {
    "slot": "on_slots",
    "hand": "in_hands",
    "bag": "bagged",
    "cart": "in_carts",
    "pocket": "pocketed",
    "arm": "in_coats",
    "floor": "on_floor",
    "ledge": "on_ledges",
    "lone_bag": "in_lone_bags",
    "consumed": "consumed",
    "outside": "taken_out",
}


@dataclass
class Books:
    """The running state: places of items, balances of SKUs, what places hold, people's own, who is in."""

    place: dict[int, str] = field(default_factory=dict)
    sku: dict[int, str] = field(default_factory=dict)
    balance: dict[str, Balance] = field(default_factory=dict)
    content: dict[str, list[int]] = field(default_factory=dict)
    own: set[int] = field(default_factory=set)
    grabbed_s: dict[str, float] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
