"""Acts: intent handed to motion."""

from dataclasses import dataclass

import numpy as np

ACT_KINDS = (
    "take",
    "put",
    "touch",
    "hand_over",
    "receive",
    "bag",
    "unbag",
    "drop",
    "pick_up",
    "sip",
    "consume",
    "conceal",
    "lean",
)


@dataclass(frozen=True)
class Act:
    """One reach of one hand.

    The palm leaves rest at `start_s`, is at its goal at `contact_s` (the grasp or release happens there
    and nowhere else) and is back at rest (carrying or empty) at `end_s`. The person stands still meanwhile.

    Attributes:
        shopper: Index of the shopper.
        kind: One of ACT_KINDS.
        hand: ``"left"`` or ``"right"``.
        item_ids: Items grasped, released or touched (several at one grab).
        world_from_item: (4, 4) pose of the first item at contact: where it rests before a take or after a
            put, or where it passes from hand to hand; of where a hand leans, y into the shelf. None for
            bag, unbag and consume (the empty package is put away), whose goal is the bag's mouth.
        size_m: (3,) size of the first item.
        partner: The other shopper of a hand_over or receive, or into whose bag it goes, else -1.
        hold_s: How long the hand stays at its goal after the contact.
        behaviour: What it is part of, see `Event.behaviour`.
        both: Whether the other hand takes hold too, at the other side of the item, and helps to carry it.
        slot: On whose board a hand leans (kind lean, which has no items and causes no event), else -1.
    """

    shopper: int
    kind: str
    hand: str
    start_s: float
    contact_s: float
    end_s: float
    item_ids: tuple[int, ...]
    world_from_item: np.ndarray | None
    size_m: np.ndarray
    partner: int = -1
    hold_s: float = 0.0
    behaviour: str = ""
    slot: int = -1
    both: bool = False

    @property
    def withdraws_s(self) -> float:
        """When the hand leaves its goal: the way back takes as long as the way there."""
        return self.end_s - (self.contact_s - self.start_s)
