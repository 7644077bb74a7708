"""Acts: intent handed to motion, and how doors move that hands pull."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from scenes.world import CaseDoor

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
    "read",
    "conceal",
    "lean",
    "open",
    "unsling",
    "sling",
    "swap",
    "set_down",
    "take_up",
)


@dataclass(frozen=True)
class DoorMove:
    """A case door that turns, from rest to rest.

    Attributes:
        door: Index into the store's case doors.
        from_s, to_s: When.
        from_share, to_share: How far it is open before and after, 0 (shut) to 1.
        stopped_s: When somebody in its way made it stop short, else None.
    """

    door: int
    from_s: float
    to_s: float
    from_share: float
    to_share: float
    stopped_s: float | None = None

    @property
    def stops_s(self) -> float:
        """When it comes to rest."""
        return self.to_s if self.stopped_s is None else self.stopped_s

    def share(self, time_s: np.ndarray) -> np.ndarray:
        """Return how far the door is open at times (...): along the curve of least jerk (Flash, Hogan 1985).

        >>> DoorMove(0, 1.0, 2.0, 0.0, 1.0).share(np.array([0.0, 1.5, 9.0])).tolist()
        [0.0, 0.5, 1.0]
        """
        return self._ease(np.clip(self._passed(np.minimum(time_s, self.stops_s)), 0.0, 1.0))

    def share_at(self, time_s: float) -> float:
        """Return the same at one time, sooner.

        >>> DoorMove(0, 1.0, 2.0, 0.0, 1.0).share_at(1.5)
        0.5
        """
        return self._ease(min(max(self._passed(min(time_s, self.stops_s)), 0.0), 1.0))

    def _passed(self, time_s: Any) -> Any:
        return (time_s - self.from_s) / max(self.to_s - self.from_s, 1e-9)

    def _ease(self, u: Any) -> Any:
        return self.from_share + (self.to_share - self.from_share) * u**3 * (10.0 + u * (6.0 * u - 15.0))


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
            put, or where it passes from hand to hand; of where a hand leans, y into the shelf; of what goes
            into a pocket (conceal), its centre in the palm, x along the fingers, y out of the palm; where the
            middle of what somebody reads is (read, which causes no event), y ahead. None for consume (the
            empty package is put away), and for bag and unbag, whose goal is the bag's mouth; but where the
            hand lets go of it over a trolley or basket, or takes it out of that.
        size_m: (3,) size of the first item.
        others: (4, 4) poses of the other items of a grab, where they stand before it; one item has none. Of
            several that are received they follow from how the giver holds them (synth/motion/goals.py).
        partner: The other shopper of a hand_over or receive, or into whose bag it goes, else -1.
        hold_s: How long the hand stays at its goal after the contact.
        behaviour: What it is part of, see `Event.behaviour`.
        both: Whether the other hand takes hold too, at the other side of the item, and helps to carry it.
        slot: On whose board a hand leans (kind lean, which has no items and causes no event), else -1.
        door, move: The door that the hand pulls (kind open, which has no items and causes no event) and how
            it turns; for `hold_s` the hand goes along with its handle, a piece of which is the item.
        over_m: (3,) on the outer edge of a chest's rim, or on a trolley's handle, where the arm goes over it,
            else None.
        bag: Trip code that the bag in the hand came in with, before the contact or from it on; else "". Such
            acts have no items; the pose of swap, set_down and take_up is that of the hand on the handles.
        coat: The same of a coat, which unsling takes off the other forearm and sling lays over it: there,
            on top of it, is their goal.
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
    door: CaseDoor | None = None
    move: DoorMove | None = None
    bag: str = ""
    coat: str = ""
    over_m: np.ndarray | None = None
    others: tuple[np.ndarray, ...] = ()

    @property
    def withdraws_s(self) -> float:
        """When the hand leaves its goal: the way back takes as long as the way there."""
        return self.end_s - (self.contact_s - self.start_s)
