"""The people in the shop and what they are about to do: the state of the behaviour layer.

In: `TripPlan`s. Out: `Person`s with an agenda of `Intent`s, and the `Floor` on which they meet: shop,
crowd and stops. synth/behaviours/ decides, synth/handling/hands.py reaches.
"""

from collections import Counter, deque
from dataclasses import dataclass, field

import numpy as np

from scenes.scenario import Scenario
from scenes.world import Store
from synth.bodies.carried import hand_height_m, seat_m
from synth.handling.case_doors import CaseDoors
from synth.handling.shop import Shop
from synth.records import ShopperPlan
from synth.shoppers.errands import Errand
from synth.shoppers.journeys import Journey
from synth.walking.crowd import Crowd
from synth.walking.stops import Stop, Stops

SETTLE_S = 0.42  # everybody stands still so long before and after an act; paths are smoothed over 0.4 s
CARRIED_HEIGHT_SHARE = 0.55  # of the stature: where an item that leaves in a hand is said to be


@dataclass(frozen=True)
class Intent:
    """One primitive step.

    Attributes:
        kind: One of the steps that synth/behaviours/steps.py spells errands out with.
        errand: What it is for, if anything.
    """

    kind: str
    errand: Errand | None = None


@dataclass
class Meeting:
    """An appointment to hand an item over."""

    giver: int
    receiver: int
    deadline_s: float
    agreed: bool = False


@dataclass
class Person:
    """A shopper at an instant.

    Attributes:
        errands: Still to do.
        agenda: Steps of the errand under way.
        errand: The errand under way, None once it is done, put off or given up.
        slot: The slot the person stands at, -1 for none.
        stop: Where they stand or go to.
        busy_until_s: Nothing new begins before.
        still_since_s, last_act_end_s: For the settling time, see SETTLE_S.
        deferred: How often each errand was put off.
        pace: Slowness of the hands, 1 is MTM-1's worker.
        patient_until_s: How long to look around while something to buy is not there yet.
        label: The behaviour that the step under way belongs to, "" for plain shopping.
        waits_for_duet: Whether they stand ready for a reach together.
        swapped: The bagged item that will be left in place of another.
        journey: See Journey.
        own: What they brought along from outside, by errand.
        bag: Trip code that the bag on their shoulder came in with, "" while they have none.
        coat: The same of the coat on their arm.
        other_slot: Where the other hand took something to compare, else -1.
        turned_from: How they stood before they turned to read a label, or to their trolley.
        steps_in: Where they stood before they stepped back to a door's handle, and go once it is open.
        door_tries: How often in a row they waited for a door.
    """

    index: int
    plan: ShopperPlan
    errands: deque[Errand]
    rng: np.random.Generator
    pace: float
    agenda: deque[Intent] = field(default_factory=deque)
    errand: Errand | None = None
    slot: int = -1
    last_product: int = -1
    stop: Stop | None = None
    busy_until_s: float = -np.inf
    still_since_s: float | None = None
    last_act_end_s: float = -np.inf
    deferred: Counter[Errand] = field(default_factory=Counter)
    meeting: Meeting | None = None
    swapped: int | None = None
    own: dict[Errand, int] = field(default_factory=dict)
    other_slot: int = -1
    turned_from: Stop | None = None
    steps_in: Stop | None = None
    door_tries: int = 0
    label: str = ""
    waits_for_duet: bool = False
    patient_until_s: float | None = None
    inside: bool = False
    journey: Journey = field(default_factory=Journey)
    bag: str = ""
    coat: str = ""
    leaving: bool = False
    gone: bool = False

    def __post_init__(self) -> None:
        """Come with a bag of one's own, who walks, and some with a coat."""
        self.bag = "" if self.plan.carried_by else self.plan.trip_code
        self.coat = self.plan.trip_code if self.plan.coat_on_arm else ""


@dataclass(frozen=True)
class Misplaced:
    """An item in a wrong slot, or on the floor or a ledge (slot -1), for somebody to buy; a bag (item -1)."""

    item_id: int
    slot: int
    ready_s: float


@dataclass
class Duet:
    """Two people who reach at the same time.

    Attributes:
        ready: Who stands at the shelf, with the slot and the item each reaches for.
        deadline_s: Until when the first waits for the second.
        over: Whether it has happened or will not happen.
    """

    deadline_s: float
    ready: dict[int, int] = field(default_factory=dict)
    over: bool = False


@dataclass
class Floor:
    """Everything the behaviours see and move.

    Attributes:
        misplaced: story -> the item, once it lies there; None when that will not happen any more.
        duets: story -> who stands ready for it.
        exits: Points through which people leave, with the direction out.
        case_doors: The glass doors of cooled furniture.
        carriers: Carried child -> the adult, by index.
    """

    scenario: Scenario
    store: Store
    shop: Shop
    crowd: Crowd
    stops: Stops
    people: tuple[Person, ...]
    exits: tuple[tuple[float, float], ...]
    case_doors: CaseDoors
    misplaced: dict[int, Misplaced | None] = field(default_factory=dict)
    duets: dict[int, "Duet"] = field(default_factory=dict)
    carriers: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        """Find out who carries whom."""
        number = {person.plan.trip_code: person.index for person in self.people}
        self.carriers = {
            person.index: number[person.plan.carried_by] for person in self.people if person.plan.carried_by
        }

    def position_m(self, person: Person) -> tuple[float, float]:
        """Return where a person's centre is."""
        if person.index not in self.carriers:
            return self.crowd.position_m(person.index)
        place_m, _ = self._seat_m(person)
        return float(place_m[0]), float(place_m[1])

    def heading_rad(self, person: Person) -> float:
        """Return which way a person's body faces."""
        if person.index not in self.carriers:
            return self.crowd.heading_rad(person.index)
        return float(self._seat_m(person)[1])

    def carried_child(self, person: Person) -> Person | None:
        """Return the child on a person's arm."""
        return next((self.people[n] for n, carrier in self.carriers.items() if carrier == person.index), None)

    def hand_height_m(self, person: Person) -> float:
        """Return about how high a person has what they hold while they walk."""
        stature_m = person.plan.body.stature_m
        if person.index not in self.carriers:
            return CARRIED_HEIGHT_SHARE * stature_m
        return hand_height_m(self.people[self.carriers[person.index]].plan.body.stature_m, stature_m)

    def _seat_m(self, child: Person) -> tuple[np.ndarray, np.ndarray]:
        """Return where a carried child is and which way it faces."""
        adult = self.carriers[child.index]
        position_m, heading_rad = self.crowd.position_m(adult), self.crowd.heading_rad(adult)
        stature_m = self.people[adult].plan.body.stature_m
        return seat_m(np.array(position_m), np.array(heading_rad), stature_m, child.plan.handedness)
