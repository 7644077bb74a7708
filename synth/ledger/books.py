"""The books that the ledger keeps: an account an SKU, and where every item is.

Written by synth/ledger/ledger.py alone.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Balance:
    """The account of one SKU: what came in and where it is now, in items."""

    initial: int = 0
    restocked: int = 0
    on_slots: int = 0
    in_hands: int = 0
    bagged: int = 0
    on_floor: int = 0
    consumed: int = 0
    taken_out: int = 0

    @property
    def is_conserved(self) -> bool:
        """Whether everything that came in is somewhere, once."""
        present = self.on_slots + self.in_hands + self.bagged + self.on_floor
        return self.initial + self.restocked == present + self.consumed + self.taken_out


COLUMN = {
    "slot": "on_slots",
    "hand": "in_hands",
    "bag": "bagged",
    "floor": "on_floor",
    "consumed": "consumed",
    "outside": "taken_out",
}


@dataclass
class Books:
    """The running state: one place an item, one balance an SKU, what each place holds, who is inside."""

    place: dict[int, str] = field(default_factory=dict)
    sku: dict[int, str] = field(default_factory=dict)
    balance: dict[str, Balance] = field(default_factory=dict)
    content: dict[str, list[int]] = field(default_factory=dict)
    grabbed_s: dict[str, float] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
