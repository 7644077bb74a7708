"""All that happened in one clip."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scenes.goods.girth import Girth
from synth.records.acts import Act, DoorMove
from synth.records.books import Event, Receipt
from synth.records.people import ShopperPlan, Trajectories


@dataclass(frozen=True)
class Crossing:
    """Somebody's centre passes a line at a door: the truth behind door and gate sensors.

    Attributes:
        shopper: Index of the person.
        barrier: ``"door"`` (stepping in or out) or ``"gate"`` (between the posts behind an entrance).
        door: Index into the layout's doors.
        direction: ``"in"`` or ``"out"``.
        payment_id: What was shown at the gate on the way in; "" where nothing is shown: on the way out, by
            staff, and by who slips in behind somebody else.
        ahead_s: How long before the person what they push, or the chair they ride, goes out by the door.
    """

    time_s: float
    shopper: int
    barrier: str
    door: int
    direction: str
    payment_id: str
    ahead_s: float = 0.0


@dataclass(frozen=True)
class Simulation:
    """All that happened: what synth/simulation.py hands to motion, scales, labels and the writer.

    Attributes:
        crossings: In order of time.
        girths: Of the items that hands take hold of.
        door_moves: Of the case doors, in order of the time at which they begin.
    """

    plans: tuple[ShopperPlan, ...]
    trajectories: Trajectories
    acts: tuple[Act, ...]
    events: tuple[Event, ...]
    receipts: tuple[Receipt, ...]
    crossings: tuple[Crossing, ...] = ()
    girths: Mapping[int, Girth] = field(default_factory=dict)
    door_moves: tuple[DoorMove, ...] = ()
