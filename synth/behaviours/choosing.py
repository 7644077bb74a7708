"""What people decide: errands become steps, steps whose precondition fails are planned anew.

In: a `Floor` with its people, a step of time at a time. Out: people sent somewhere, hands that reach
(synth/handling/hands.py). A step's precondition is checked against the ledger when its time has come: an
empty slot means another slot of the product or none at all, a taken stop means another errand first, a lane
without room means that the item is kept.
"""

import math

import numpy as np

from synth.behaviours.base import AFTER_OTHERS, STROLL_AFTER_S, WAITING_LOOK_S, Search
from synth.behaviours.carrying import Carrying
from synth.behaviours.steps import WALKS, make_steps
from synth.shoppers.errands import WITH_BAGS, Errand
from synth.shoppers.people import SETTLE_S, Floor, Intent, Misplaced, Person
from synth.shoppers.suitable import AT_HEIGHT, is_at_height

_NOT_YET = Misplaced(-1, -1, math.inf)
SECOND_LOOK_S = (0.8, 2.2)  # with the item in the hand, before it is put back
REPEAT_LOOK_S = (0.1, 0.35)  # before taking one more of the same
BROWSE_S = (0.8, 2.5)
PATIENCE_S = 35.0  # for something to buy that is not there yet
DOOR_REACH_M = 0.35  # whoever comes so near to a door that leads out has left by it
PUT_DOWN = ("set_own_down", "return_earlier")  # what people brought along and put on a shelf
PONDER_S = (5.0, 10.0)
BACK_M, BACK_WITHIN_M = 1.5, 0.4  # so far, about, people step back who cannot get out


class Behaviours(Carrying):
    """Takes each person's next step when the one before is done.

    A step is carried out by the method of its name: "visit" by `_visit`.
    """

    def __init__(self, floor: Floor):
        """Start with everybody outside."""
        super().__init__(floor)
        self._buyers = frozenset(
            p.index for p in floor.people if any(errand.outcome in AFTER_OTHERS for errand in p.errands)
        )

    def advance(self, person: Person, time_s: float) -> None:
        """Let a person who is inside go on with what they do."""
        crowd = self._floor.crowd
        if crowd.is_walking(person.index):
            person.still_since_s = None
            if person.leaving and self._is_at_exit(person):
                crowd.stop(person.index)
            elif crowd.is_blocked(person.index):
                self._give_way(person, time_s)
            elif person.index in self._buyers and self._passes_what_was_left(person, time_s):
                self._stop_here(person)
                person.agenda.clear()  # what they waited for lies there now
            return
        if person.still_since_s is None:
            person.still_since_s = time_s
        if time_s < person.busy_until_s:
            return
        if person.stop is not None:
            crowd.face(person.index, person.stop.heading_rad)
            if not crowd.is_facing(person.index):
                return
        if not person.agenda:
            self._choose(person, time_s)
        if person.agenda:
            if person.agenda[0].kind in WALKS and time_s < person.last_act_end_s + SETTLE_S:
                return
            intent = person.agenda.popleft()
            person.label = intent.errand.label if intent.errand is not None else ""
            if not self._opens_first(person, intent, time_s):
                perform = getattr(self, f"_{intent.kind}")
                perform(person, intent, time_s)
                self._keeps_open(person, intent)

    def _choose(self, person: Person, time_s: float) -> None:
        """Fill the agenda: a companion who waits comes first, then the next errand, then the way out.

        What was left for somebody to buy comes first once it lies there. Until then they stroll; when their
        patience ends they do the rest of their errands, and look for it in between.
        """
        person.errand = None
        if person.meeting is not None:
            self._answer(person, time_s)
            return

        def rank(errand: Errand) -> tuple[bool, bool]:
            return not self._can_be_bought(errand, time_s), errand.outcome in WITH_BAGS

        for errand in sorted(person.errands, key=rank):
            if errand.outcome in AFTER_OTHERS and not self._lies_there(errand, time_s):
                if self._floor.misplaced.get(errand.story, _NOT_YET) is None:
                    person.errands.remove(errand)
                elif time_s < self._patient_until_s(person, time_s):
                    self._wait_for(person, errand, time_s)
                    return
                continue
            person.errands.remove(errand)
            person.errand = errand
            person.agenda.extend(make_steps(errand))
            return
        person.agenda.append(Intent("browse" if person.errands else "leave"))

    def _wait_for(self, person: Person, errand: Errand, time_s: float) -> None:
        """Stroll and look around near whoever is about to misplace what a person will buy."""
        still_s = time_s - (time_s if person.still_since_s is None else person.still_since_s)
        here_m = np.array([self._floor.position_m(person)])
        clear = person.slot == -1 and not self._is_before_left(here_m)[0]
        if person.stop is not None and clear and still_s < STROLL_AFTER_S:
            person.busy_until_s = time_s + WAITING_LOOK_S
        else:
            person.agenda.append(Intent("browse", errand))

    def _passes_what_was_left(self, person: Person, time_s: float) -> bool:
        """Say whether a person who strolls could go and buy what another has left for them by now."""
        return self._strolls(person) and any(
            self._can_be_bought(errand, time_s) and self._finds_room(person, errand)
            for errand in person.errands
        )

    def _strolls(self, person: Person) -> bool:
        """Say whether a person is on the way to look at something, for want of anything else to do."""
        idle = person.errand is None and person.meeting is None and not person.leaving
        return idle and len(person.agenda) == 1 and person.agenda[0].kind == "look"

    def _patient_until_s(self, person: Person, time_s: float) -> float:
        if person.patient_until_s is None:
            person.patient_until_s = time_s + PATIENCE_S
        return person.patient_until_s

    def _can_be_bought(self, errand: Errand, time_s: float) -> bool:
        """Say whether an errand is after something that another has left, and has left by now."""
        return errand.outcome in AFTER_OTHERS and self._lies_there(errand, time_s)

    def _finds_room(self, person: Person, errand: Errand) -> bool:
        """Say whether one could stand before what another has left."""
        stops, misplaced = self._floor.stops, self._floor.misplaced.get(errand.story)
        if errand.outcome == "buy_misplaced" and misplaced is not None:
            front = self._wanted(misplaced.slot, errand)
            return front is not None and self._stop_before(person, misplaced.slot, front) is not None
        pose = self._lying_pose(person, errand)
        return pose is None or stops.for_floor(person.index, pose, person.plan.handedness) is not None

    def _lying_pose(self, person: Person, errand: Errand) -> np.ndarray | None:
        """Return where (4, 4) the item or the bag on the floor is that an errand is after, if it is there."""
        if errand.outcome == "carry_off_bag":
            place = self._lone_bag_of(person, errand)
            return self._floor.shop.lone_bags[place][1] if place else None
        lying = self._lying(errand)
        return None if lying is None else lying.world_from_item

    def _lies_there(self, errand: Errand, time_s: float) -> bool:
        """Say whether the misplaced item that an errand is after lies where it can be taken."""
        misplaced = self._floor.misplaced.get(errand.story)
        return misplaced is not None and misplaced.ready_s <= time_s

    def _give_way(self, person: Person, time_s: float) -> None:
        """Plan anew for a person who cannot get on.

        Who is called but has not set out to meet plans their own way anew, and answers later.
        """
        floor, errand = self._floor, person.errand
        self._stop_here(person)
        if person.meeting is not None and (person.meeting.agreed or person.meeting.giver == person.index):
            self._call_off(person.meeting)
        elif errand is not None and errand.story in floor.duets and not person.leaving:
            self._take_alone(person, errand, floor.duets[errand.story])
        elif person.leaving:
            person.agenda.clear()
            person.agenda.append(Intent("leave"))
            x, y = floor.position_m(person)
            back_rad = floor.crowd.heading_rad(person.index) + math.pi
            angle = back_rad + person.rng.uniform(-math.pi / 3, math.pi / 3)
            back_m = x + BACK_M * math.cos(angle), y + BACK_M * math.sin(angle)
            floor.crowd.walk_to(person.index, back_m, arrival_m=BACK_WITHIN_M)
        elif (
            errand is not None
            and errand.outcome
            in ("wrong_shelf", "put_back_elsewhere", "put_back_in_fridge", "leave_on_ledge")
            and floor.shop.held(person.plan) is not None
        ):
            person.agenda.clear()
            person.agenda.append(Intent("browse"))
            person.agenda.extend(make_steps(errand)[-2:])
        elif person.agenda and person.agenda[0].kind == "put_back":  # what was handed to them, on its shelf
            put = person.agenda[0]
            person.agenda.clear()
            person.agenda.extend((Intent("browse"), Intent("shelve", put.errand), put))
        else:
            self._defer(person, errand, time_s)
            if not person.agenda:
                person.agenda.append(Intent("browse"))

    def _visit(self, person: Person, intent: Intent, time_s: float) -> None:
        """Go to a slot that has what is wanted."""
        assert intent.errand is not None  # make_steps gives visits their errand
        errand, floor = intent.errand, self._floor
        own = person.own.get(errand, -1)
        if errand.outcome in PUT_DOWN:
            search = self._visit_room(person, errand, own, time_s)
            if search is Search.TAKEN:
                self._defer(person, errand, time_s)
            if search is not Search.NONE:
                return
        if errand.outcome == "restock":
            self._visit_gap(person, errand, time_s)
            return
        slots = self._slots_of.get(errand.product, np.zeros(0, np.int64))
        if errand.outcome == "buy_misplaced":
            misplaced = floor.misplaced.get(errand.story)
            slots = np.array([misplaced.slot] if misplaced is not None else [], np.int64)
        if errand.outcome in AT_HEIGHT:
            stature_m = person.plan.body.stature_m
            slots = slots[is_at_height(floor.store, errand.outcome, stature_m)[slots]]
        there_is_one, shut = False, []
        for slot in self._by_distance(person, slots):
            if slot != person.slot and not floor.stops.has_room(person.index, slot, person.plan.handedness):
                shut.append(slot)
                continue
            front = self._wanted_at_height(person, slot, errand)
            if front is None:
                continue
            there_is_one = True
            if slot == person.slot and self._reaches(person, front):
                return
            stop = self._stop_before(person, slot, front)
            if stop is not None:
                self._walk_to(person, stop, slot)
                return
        if there_is_one or any(self._wanted_at_height(person, slot, errand) is not None for slot in shut):
            self._defer(person, errand, time_s)
        else:
            person.agenda.clear()
            self._give_up(errand)

    def _look(self, person: Person, intent: Intent, time_s: float) -> None:
        if self._floor.shop.held(person.plan) is not None and intent.errand is person.errand:
            span_s = person.rng.uniform(*SECOND_LOOK_S)
        elif intent.errand is None:
            span_s = person.rng.uniform(*BROWSE_S)
        elif intent.errand.product == person.last_product:
            span_s = person.rng.uniform(*REPEAT_LOOK_S)
        else:
            span_s = float(self._floor.scenario.shoppers.dwell_s.sample(rng=person.rng))
        person.busy_until_s = time_s + span_s

    def _ponder(self, person: Person, intent: Intent, time_s: float) -> None:
        """Hold an item for long."""
        person.busy_until_s = time_s + float(person.rng.uniform(*PONDER_S))

    def _leave(self, person: Person, intent: Intent, time_s: float) -> None:
        """Walk to the nearest exit, and out of it."""
        floor = self._floor
        if person.meeting is not None and not person.leaving:
            return  # a companion called just now
        here_m = floor.position_m(person)
        door_m = min(floor.exits, key=lambda exit_m: math.dist(exit_m, here_m))
        if self._is_at_exit(person):
            for who in (floor.carried_child(person), person):
                if who is not None:
                    place_m, turned_rad = floor.position_m(who), floor.heading_rad(who)
                    floor.shop.leave(who.plan, time_s, place_m, turned_rad, floor.hand_height_m(who))
                    who.inside, who.gone = False, True
            floor.crowd.remove(person.index)
            return
        person.leaving, person.stop, person.slot = True, None, -1
        floor.stops.release(person.index)
        person.agenda.append(Intent("leave"))
        floor.crowd.walk_to(person.index, door_m)

    def _is_at_exit(self, person: Person) -> bool:
        """Say whether a person is in a door that leads out, whichever they were on the way to."""
        here_m = self._floor.position_m(person)
        return any(math.dist(door_m, here_m) <= DOOR_REACH_M for door_m in self._floor.exits)
