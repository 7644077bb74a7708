"""Bags that change hands: swapped, left standing about, fetched again, carried off by somebody else.

In: people who have a bag. Out: acts begun (synth/handling/bags.py), each with its precondition checked.
"""

from dataclasses import replace

from synth.behaviours.base import MOST_DEFERRALS
from synth.behaviours.staffing import Staffing
from synth.handling import bags, hands
from synth.ledger import bag_place, lone_bag_place
from synth.shoppers.errands import Errand
from synth.shoppers.people import Intent, Misplaced, Person

BAG_FLOOR_M = (0.20, 0.36)  # what a bag that is set down takes of the floor, across and ahead


class Bagging(Staffing):
    """What people do with their bags."""

    def _set_bag_down(self, person: Person, intent: Intent, time_s: float) -> None:
        """Set the bag down before oneself, if there is anything in it and room for it."""
        floor, errand = self._floor, intent.errand
        assert errand is not None  # make_steps gives it
        if self._bags_first(person, intent):
            return
        full = bool(floor.shop.ledger.items_in(bag_place(person.plan.trip_code)))
        if not (full and person.bag) or person.meeting is not None:
            person.agenda.clear()
            self._give_up(errand)
            return
        pose = hands.find_floor_spot(floor, person, BAG_FLOOR_M)
        if pose is None:
            self._look_for_room(person, intent)
            return
        stands_s = bags.set_bag_down(floor, person, pose, time_s)
        self._drop_all_else(person)
        if errand.story >= 0:
            floor.misplaced[errand.story] = Misplaced(-1, -1, stands_s)

    def _look_for_room(self, person: Person, intent: Intent) -> None:
        """Try again elsewhere what there is no room for here; after several places it is given up."""
        assert intent.errand is not None  # asked by the caller
        person.deferred[intent.errand] += 1
        if person.deferred[intent.errand] > MOST_DEFERRALS:
            person.agenda.clear()
            self._give_up(intent.errand)
        else:
            person.agenda.extendleft([intent, Intent("browse")])

    def _lone_bag_of(self, person: Person, errand: Errand) -> str:
        """Name the lone bag that an errand is after: one's own, or somebody's; "" if it is gone."""
        owner = self._misplacer[errand.story] if errand.outcome == "carry_off_bag" else person
        place = lone_bag_place(owner.plan.trip_code)
        return place if place in self._floor.shop.lone_bags else ""

    def _visit_bag(self, person: Person, intent: Intent, time_s: float) -> None:
        """Go to a lone bag."""
        assert intent.errand is not None  # make_steps gives it
        place = self._lone_bag_of(person, intent.errand)
        if not place:
            person.agenda.clear()
            return
        pose = self._floor.shop.lone_bags[place][1]
        stop = self._floor.stops.for_floor(person.index, pose, person.plan.handedness)
        if stop is not None:
            self._walk_to(person, stop, -1)
        elif intent.errand.outcome == "carry_off_bag":
            self._defer(person, intent.errand, time_s)
        else:
            person.agenda.extendleft([intent, Intent("browse")])

    def _take_bag_up(self, person: Person, intent: Intent, time_s: float) -> None:
        """Take a lone bag up; whoever carries somebody else's off goes at once."""
        assert intent.errand is not None  # make_steps gives it
        place = self._lone_bag_of(person, intent.errand)
        awaited = person.meeting is not None and intent.errand.outcome == "carry_off_bag"
        if not place or awaited:
            person.agenda.clear()
            return
        if self._bags_first(person, intent):
            return
        if intent.errand.outcome == "leave_bag":
            person.label = "fetch_bag"
        bags.take_bag_up(self._floor, person, place, time_s)
        if intent.errand.outcome == "carry_off_bag":
            self._drop_all_else(person)
            person.leaving = True  # nobody calls them any more
        elif intent.errand.story >= 0:
            self._floor.misplaced[intent.errand.story] = None

    def _drop_all_else(self, person: Person) -> None:
        """Let a person buy nothing more: they have no bag for it, or no free hand."""
        for errand in person.errands:
            self._give_up(errand)
        person.errands.clear()
        person.journey = replace(person.journey, queues=False)
