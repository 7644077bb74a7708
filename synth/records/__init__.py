"""What happens in a store and what is recorded of it: the types that the stages of synth/ hand on.

Times are seconds from the clip's start (negative during the warm-up). T simulation steps, N shoppers,
J joints, F frames. Arrays are read-only.

    people.py      who comes, what they want, where they are
    acts.py        what hands are to do: intent handed to motion
    books.py       the ledger's events, receipts
    simulation.py  all that happened
    motion.py      bodies in motion
    conditions.py  what failed, fogged, passed or stood open around them
    readings.py    pictures, weights
    refining.py    the refiner's side of the contract
"""

from synth.records.acts import ACT_KINDS, Act, DoorMove
from synth.records.books import EVENT_KINDS, Event, Receipt, ReceiptLine
from synth.records.conditions import Conditions
from synth.records.motion import HeldItem, Motion
from synth.records.people import (
    MOBILITIES,
    PUSHED,
    ROLES,
    UMBRELLAS,
    BodyShape,
    ShopperPlan,
    Trajectories,
    choose_bag_side,
    other_hand,
)
from synth.records.readings import View, WeightTrace
from synth.records.refining import FrameCertificate, Refiner, RefinerSession
from synth.records.simulation import Crossing, Simulation

__all__ = [
    "ACT_KINDS",
    "EVENT_KINDS",
    "MOBILITIES",
    "PUSHED",
    "ROLES",
    "UMBRELLAS",
    "Act",
    "BodyShape",
    "Conditions",
    "Crossing",
    "DoorMove",
    "Event",
    "FrameCertificate",
    "HeldItem",
    "Motion",
    "Receipt",
    "ReceiptLine",
    "Refiner",
    "RefinerSession",
    "ShopperPlan",
    "Simulation",
    "Trajectories",
    "View",
    "WeightTrace",
    "choose_bag_side",
    "other_hand",
]
