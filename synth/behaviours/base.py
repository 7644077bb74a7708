"""What all behaviours share: walking to a stop, judging reach, putting errands off and giving them up.

In: the `Floor`. Out: people sent on their way. The other modules of this package build on it.
"""

import math
from collections import deque
from collections.abc import Iterable
from enum import Enum

import numpy as np
import shapely

from synth.handling import hands
from synth.handling.chests import can_reach_in, find_chest
from synth.handling.lanes import Standing
from synth.shoppers.errands import BOUGHT_LATER, Errand
from synth.shoppers.people import Floor, Intent, Misplaced, Person
from synth.walking.stops import LOOKED_AT_M, REACH_M, SHOULDER_M, Stop, is_within_height

# What can only be done once another has done their part.
AFTER_OTHERS = ("buy_misplaced", "pick_up_left", "carry_off_bag")
MOST_DEFERRALS = 5
MOST_WAITS = 30
WAITING_LOOK_S = 0.6
STROLL_AFTER_S = 8.0  # nobody who waits stands longer before one shelf
BROWSE_RANGE_M = (0.8, 6.0)
BROWSE_TRIES = 8
LEFT_CLEAR_M = 1.3  # from what was left for somebody: two stops, one before it, have room
ELSEWHERE_M = 1.6
DEEP_M = 0.26  # how far behind the edge an item taken from the back stands at most
BESIDE_M = (0.8, 1.1)  # from somebody to who comes to them
SIDEWAYS_M = 0.32  # how far from the shoulder's line one reaches without stepping aside


class Search(Enum):
    """How a search for a place to go to ended."""

    FOUND = "on the way there"
    TAKEN = "others stand or reach there"
    NONE = "no such place"


class Base:
    """The floor, and the questions that every behaviour asks."""

    def __init__(self, floor: Floor):
        """Start with everybody outside."""
        self._floor = floor
        self._misplacer = {
            errand.story: person
            for person in floor.people
            for errand in person.errands
            if errand.outcome in BOUGHT_LATER and errand.story >= 0
        }
        plan = floor.store.planogram
        self._slot_xy = plan.world_from_slot[:, :2, 3]
        self._slots_of = {int(p): np.flatnonzero(plan.product == p) for p in np.unique(plan.product)}

    def _walk_to(self, person: Person, stop: Stop, slot: int) -> None:
        floor = self._floor
        floor.stops.reserve(person.index, stop.position_m)
        person.stop, person.slot = stop, slot
        person.still_since_s = None
        floor.crowd.walk_to(person.index, stop.position_m)

    def _stop_here(self, person: Person) -> None:
        """Stop a person on the way to a stop, which others may take now."""
        self._floor.crowd.stop(person.index)
        self._floor.stops.release(person.index)
        person.stop = None

    def _stop_before(self, person: Person, slot: int, standing: Standing) -> Stop | None:
        """Return where to stand to reach an item of a slot, None where there is no room."""
        centre_y_m = (standing.front_m + standing.back_m) / 2
        return self._floor.stops.for_slot(person.index, slot, centre_y_m, person.plan.handedness)

    def _stop_beside(self, person: Person, there_m: tuple[float, float]) -> Stop | None:
        """Return where to stand beside somebody, facing them, on the near side first; None without room."""
        floor, here_m = self._floor, self._floor.position_m(person)
        toward_rad = math.atan2(here_m[1] - there_m[1], here_m[0] - there_m[0])
        for away_m in BESIDE_M:
            for turn in (0, 1, -1, 2, -2, 3, -3, 4):
                a = toward_rad + turn * math.pi / 4
                spot_m = (there_m[0] + away_m * math.cos(a), there_m[1] + away_m * math.sin(a))
                inside = bool(shapely.intersects_xy(floor.stops.floor, *spot_m))
                if inside and floor.stops.is_free(person.index, spot_m):
                    return Stop(spot_m, a + math.pi)
        return None

    def _browse(self, person: Person, intent: Intent, time_s: float) -> None:
        """Go and look at something nearby, until what is wanted can be had."""
        near_m = self._floor.position_m(person)
        after = intent.errand is not None and self._misplacer.get(intent.errand.story)
        if after and after.inside:
            near_m = self._floor.position_m(after)
        away_m = np.linalg.norm(self._slot_xy - near_m, axis=1)
        near = np.flatnonzero((away_m > BROWSE_RANGE_M[0]) & (away_m < BROWSE_RANGE_M[1]))
        near = near[~self._is_before_left(self._slot_xy[near])]
        stop = self._find_stop(person, person.rng.permutation(near)[:BROWSE_TRIES].tolist())
        if stop is None and person.stop is None:  # whoever stands in the way goes wherever there is room
            stop = self._find_stop(person, self._by_distance(person, np.arange(len(self._slot_xy))))
        if stop is not None:
            self._walk_to(person, stop, -1)
        person.agenda.appendleft(Intent("look"))

    def _find_stop(self, person: Person, slots: Iterable[int]) -> Stop | None:
        """Return where to stand before the first of some slots where there is room."""
        stops, handedness = self._floor.stops, person.plan.handedness
        roomy = (slot for slot in slots if stops.has_room(person.index, slot, handedness))
        found = (stops.for_slot(person.index, slot, LOOKED_AT_M, handedness) for slot in roomy)
        return next((stop for stop in found if stop is not None), None)

    def _is_before_left(self, place_m: np.ndarray) -> np.ndarray:
        """Say at which places (K, 2) one would shut off what somebody left for another to come for."""
        shop, left_m = self._floor.shop, []
        for left in self._floor.misplaced.values():
            if left is None:
                continue
            lane = shop.shelves.lane(left.slot) if left.slot >= 0 else ()
            if lane and lane[0].item_id == left.item_id:
                left_m.append(self._slot_xy[left.slot])
            elif left.item_id in shop.lying:
                left_m.append(shop.lying[left.item_id][:2, 3])
        away_m = np.linalg.norm(place_m[:, None] - np.array(left_m).reshape(-1, 2), axis=2)
        return (away_m < LEFT_CLEAR_M).any(axis=1)

    def _stroll(self, person: Person, intent: Intent, time_s: float) -> None:
        """Look at something nearby with what is in the hand."""
        self._browse(person, Intent("browse"), time_s)

    def _wanted(self, slot: int, errand: Errand) -> Standing | None:
        """Return the item of a slot that the errand is after, if it is there: mostly the foremost."""
        shelves = self._floor.shop.shelves
        if errand.outcome == "from_back":
            behind = [standing for standing in shelves.within_reach(slot)[1:] if standing.front_m < DEEP_M]
            front = behind[-1] if behind else None
        else:
            front = shelves.front(slot)
        if front is None:
            return None
        if errand.outcome == "buy_misplaced":
            misplaced = self._floor.misplaced.get(errand.story)
            return front if misplaced is not None and front.item_id == misplaced.item_id else None
        return front if self._floor.shop.product_of(front.item_id) == errand.product else None

    def _wanted_at_height(self, person: Person, slot: int, errand: Errand) -> Standing | None:
        """Return the item of a slot that an errand is after, if it is there where the person grasps it."""
        front = self._wanted(slot, errand)
        return front if front is not None and self._is_at_height(person, front) else None

    def _by_distance(self, person: Person, slots: np.ndarray) -> list[int]:
        """Sort slots by distance from a person, roughly."""
        x_m, y_m = (self._slot_xy[slots] - self._floor.position_m(person)).T
        away_m = np.sqrt(x_m * x_m + y_m * y_m)
        noise = person.rng.uniform(0.8, 1.25, len(slots))
        by_distance: list[int] = slots[np.argsort(away_m * noise, kind="stable")].tolist()
        return by_distance

    def _is_at_height(self, person: Person, standing: Standing) -> bool:
        centre_z_m = self._floor.shop.centre_z_m(standing.item_id, standing.world_from_item)
        squats = person.plan.mobility != "carrying"
        return is_within_height(
            person.plan.body.stature_m, centre_z_m, squats=squats
        ) and self._gets_over_rim(person, standing.world_from_item)

    def _gets_over_rim(self, person: Person, world_from_item: np.ndarray) -> bool:
        """Say whether nothing hinders a person, small or seated, from reaching down to where an item is."""
        if can_reach_in(person.plan.body.stature_m, person.plan.mobility):
            return True
        return find_chest(self._floor.store.layout, world_from_item[:3, 3]) < 0

    def _stop_to_put(self, person: Person, slot: int, product: int) -> Stop | None:
        """Return where to stand to put an item of a product into a slot, None where there is no room."""
        hand = person.plan.handedness
        return self._floor.stops.for_slot(person.index, slot, self._put_y_m(slot, product), hand)

    def _put_y_m(self, slot: int, product: int) -> float:
        """Return how far behind the edge of a slot the middle of an item of a product comes to be."""
        lies = slot in self._floor.store.planogram.lying
        return float(self._floor.store.catalogue.size_m[product, 2 if lies else 1]) / 2

    def _reaches(self, person: Person, standing: Standing, hand: str = "") -> bool:
        """Say whether a person reaches an item from where they stand with the acting or a given hand."""
        if person.stop is None:
            return False
        here_m = self._floor.position_m(person)
        return self._reaches_from(person, here_m, person.stop.heading_rad, standing, hand)

    def _reaches_from(
        self,
        person: Person,
        spot_m: tuple[float, float],
        heading_rad: float,
        standing: Standing,
        hand: str = "",
    ) -> bool:
        """The same from where a person could stand."""
        centre_m = self._floor.shop.centre_m(standing.item_id, standing.world_from_item)
        ahead_m, left_m = hands.compute_reach_to(spot_m, heading_rad, centre_m)
        shoulder_m = SHOULDER_M if (hand or person.plan.handedness) == "left" else -SHOULDER_M
        return (
            REACH_M[0] <= math.hypot(ahead_m, left_m) <= REACH_M[1]
            and ahead_m > 0.2
            and abs(left_m - shoulder_m) < SIDEWAYS_M
            and self._gets_over_rim(person, standing.world_from_item)
        )

    def _defer(self, person: Person, errand: Errand | None, time_s: float) -> None:
        """Put an errand off behind the others; after several times it is given up.

        Who stands in a door or in the way and has put all of them off looks at something nearby first.

        Who is after what another has left waits until whoever stands in front of it has gone: at a stop of
        their own, where they are in nobody's way.
        """
        person.agenda.clear()
        person.errand = None
        if errand is None:
            return
        person.deferred[errand] += 1
        if errand.outcome in AFTER_OTHERS and person.deferred[errand] <= MOST_WAITS:
            person.errands.appendleft(errand)
            if person.stop is None:
                person.agenda.append(Intent("browse"))
            else:
                person.busy_until_s = time_s + WAITING_LOOK_S
        elif person.deferred[errand] <= MOST_DEFERRALS:
            tried = person.deferred[errand] if person.stop is None else math.inf
            others = any(person.deferred[other] < tried for other in person.errands)
            person.errands.append(errand)
            if not others:
                person.agenda.append(Intent("browse"))
        else:
            self._give_up(errand)

    def _give_up(self, errand: Errand) -> None:
        if errand.outcome in BOUGHT_LATER and errand.story >= 0:
            self._floor.misplaced.setdefault(errand.story, None)

    def _tell_buyer(
        self, person: Person, errand: Errand | None, item_id: int, slot: int, end_s: float
    ) -> None:
        """Say where an item was left, and go on elsewhere, so that whoever shall buy it can get there."""
        if errand is None or errand.story < 0:
            return
        self._floor.misplaced[errand.story] = Misplaced(item_id, slot, end_s)
        here_m = self._floor.position_m(person)

        def is_here(other: Errand) -> bool:
            places_m = self._slot_xy[self._slots_of.get(other.product, np.zeros(0, np.int64))]
            return bool((np.linalg.norm(places_m - here_m, axis=1) < ELSEWHERE_M).any())

        person.errands = deque(sorted(person.errands, key=is_here))
        if not person.errands or is_here(person.errands[0]):
            person.agenda.append(Intent("browse"))

    def _bags_first(self, person: Person, intent: Intent) -> bool:
        """Make a person whose hand is full bag what they hold before the step."""
        if self._floor.shop.held(person.plan) is None:
            return False
        person.agenda.extendleft([intent, Intent("bag")])
        return True
