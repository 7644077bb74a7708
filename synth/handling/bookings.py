"""What will be booked at the contact of an act.

In: what the shop is told when an act begins. Out: events, once their time has come.
"""

from dataclasses import dataclass

import numpy as np

from synth.records import Event


@dataclass(frozen=True)
class Booking:
    """An event that will happen at a contact."""

    kind: str
    trip_code: str
    item_id: int
    from_place: str
    to_place: str
    hand: str
    point_m: np.ndarray
    world_from_item: np.ndarray | None = None
    behaviour: str = ""

    def make_event(self, event_id: int, time_s: float, sku: str) -> Event:
        """Make the event, now that it happens."""
        return Event(
            event_id=event_id,
            time_s=time_s,
            kind=self.kind,
            trip_code=self.trip_code,
            item_id=self.item_id,
            sku=sku,
            from_place=self.from_place,
            to_place=self.to_place,
            quantity=1 if self.item_id >= 0 else 0,
            hand=self.hand,
            point_m=np.asarray(self.point_m, np.float64),
            world_from_item=self.world_from_item,
            behaviour=self.behaviour,
        )


@dataclass(frozen=True)
class Passing:
    """All that a bag or a coat holds at a contact goes from one place to another, an event an item."""

    kind: str
    trip_code: str
    hand: str
    from_place: str
    to_place: str
    point_m: np.ndarray
    behaviour: str

    def of(self, item_id: int) -> Booking:
        """Return what is booked of one of the items."""
        places = self.from_place, self.to_place
        return Booking(
            self.kind, self.trip_code, item_id, *places, self.hand, self.point_m, behaviour=self.behaviour
        )
