"""Handing over: one calls, the other comes, both stand face to face and the item passes.

In: a giver with something in the hand, or two with bags or coats. Out: hand-overs, within a group or to a
stranger; bags and coats swapped.
"""

import math
from collections.abc import Sequence

import shapely

from synth.behaviours.base import STROLL_AFTER_S
from synth.behaviours.misplacing import Misplacing
from synth.behaviours.steps import make_steps
from synth.handling import bags, hands, mishandling
from synth.ledger import arm_place, bag_place
from synth.shoppers.errands import Errand
from synth.shoppers.people import SETTLE_S, Intent, Meeting, Person
from synth.shoppers.stories import CHILD_AGE
from synth.walking.stops import Stop

MEETING_PATIENCE_S = 35.0  # time enough to open a fridge and bag what was taken
POLL_S = 0.2
AT_DOOR = ("to_handle", "open_case", "step_in")  # of a fridge: before the hand has pulled
SWAPS = ("swap_bags", "swap_coats")
CLOSE_M, SHORTER_M = 1.2, 0.3  # two who have come so close meet there, if that saves them so much
FAR_M = 2.5  # on foot: who is farther away is met half-way, or gone to while they are busy


class Meetings(Misplacing):
    """How two people come together."""

    def _meet(self, person: Person, intent: Intent, time_s: float) -> None:
        """Ask a companion to come, wait for them, and hand the item over when both stand ready."""
        meeting, floor = person.meeting, self._floor
        if person.label in SWAPS and not self._may_swap(person):
            if meeting is not None:
                self._call_off(meeting)
            return
        if meeting is None:
            receiver = self._companion(person, intent.errand)
            if receiver is None:
                person.agenda.appendleft(Intent("bag"))
                return
            meeting = Meeting(person.index, receiver.index, time_s + MEETING_PATIENCE_S)
            person.meeting = receiver.meeting = meeting
            self._call_away(receiver)
        elif meeting.receiver == person.index:
            person.agenda.appendleft(Intent("bag"))  # they asked first, this one is kept
            return
        receiver = self._floor.people[meeting.receiver]
        if self._stands_ready(receiver, meeting) and person.label in SWAPS:
            receiver.label = person.label
            bags.take_off(floor, (person, receiver), time_s, coats=person.label == "swap_coats")
            person.agenda.appendleft(Intent("exchange", intent.errand))
        elif self._stands_ready(receiver, meeting):
            item_id = self._floor.shop.held(person.plan)
            assert item_id is not None  # nothing lets go of it between take and meeting
            receiver.agenda.clear()
            if person.label == "return_to_staff":
                hands.hand_over(self._floor, person, receiver, item_id, time_s, kind="return")
                receiver.agenda.extend(Intent(kind, intent.errand) for kind in ("shelve", "put_back"))
            elif person.label in ("into_friends_bag", "plant_in_bag"):
                mishandling.slip_into_bag(self._floor, person, receiver, item_id, time_s)
            elif person.label == "child_takes":
                hands.hand_over(self._floor, person, receiver, item_id, time_s)
                receiver.agenda.extend(Intent(kind, intent.errand) for kind in ("shelve", "put_back"))
            else:
                hands.hand_over(self._floor, person, receiver, item_id, time_s)
                receiver.agenda.append(Intent("bag"))
            self._end(meeting)
        elif time_s > meeting.deadline_s:
            self._call_off(meeting)
        else:
            person.agenda.appendleft(intent)
            if not meeting.agreed and self._goes_after(person, receiver):
                return
            if meeting.agreed and self._meets_here(meeting):
                return
            person.busy_until_s = time_s + POLL_S
            still_s = 0.0 if person.still_since_s is None else time_s - person.still_since_s
            if not meeting.agreed and still_s > STROLL_AFTER_S:
                self._stroll(person, intent, time_s)

    def _exchange(self, person: Person, intent: Intent, time_s: float) -> None:
        """Swap what both have taken off, once they have, and put it on then."""
        meeting = person.meeting
        assert meeting is not None  # neither goes anywhere before this
        receiver = self._floor.people[meeting.receiver]
        if time_s < receiver.last_act_end_s:
            person.agenda.appendleft(intent)
            person.busy_until_s = receiver.last_act_end_s
            return
        receiver.label = person.label
        bags.exchange(self._floor, (person, receiver), coats=person.label == "swap_coats")
        receiver.agenda.clear()
        for who in (person, receiver):
            who.agenda.append(Intent("put_on", intent.errand))
        self._end(meeting)

    def _put_on(self, person: Person, intent: Intent, time_s: float) -> None:
        """Put on the bag or coat that was swapped for one's own."""
        bags.put_on(self._floor, person, coats=person.label == "swap_coats")

    def _goes_after(self, giver: Person, receiver: Person) -> bool:
        """Send a giver to a receiver who is far off and has not answered yet; say whether they went."""
        stop = receiver.stop
        there_m = self._floor.position_m(receiver) if stop is None else stop.position_m
        if self._way(self._floor.position_m(giver), there_m).length < FAR_M:
            return False
        beside = self._stop_beside(giver, there_m)
        if beside is not None:
            self._walk_to(giver, beside, -1)
        return beside is not None

    def _way(self, from_m: tuple[float, float], to_m: tuple[float, float]) -> shapely.LineString:
        return shapely.LineString(self._floor.crowd.find_way(from_m, to_m))

    def _call_away(self, receiver: Person) -> None:
        """Let a receiver who has not reached for anything yet at a shelf go there later."""
        errand, kinds = receiver.errand, [intent.kind for intent in receiver.agenda]
        if errand is None or receiver.leaving or receiver.swapped is not None:
            return
        steps = [intent.kind for intent in make_steps(errand)]
        ahead = kinds[len(AT_DOOR) :] if tuple(kinds[: len(AT_DOOR)]) == AT_DOOR else kinds
        if (
            steps[0] not in ("visit", "visit_with_child")
            or steps[1] != "look"
            or ahead not in (steps[1:], steps[2:])
        ):
            return
        if self._floor.crowd.is_walking(receiver.index):
            self._stop_here(receiver)
        receiver.errands.appendleft(errand)
        receiver.errand = None
        receiver.agenda.clear()

    def _may_swap(self, person: Person) -> bool:
        """Say whether somebody has a bag, or coat, with something in it, and free hands."""
        shop, trip = self._floor.shop, person.plan.trip_code
        holds = shop.held(person.plan) is not None or shop.held_beside(person.plan) is not None
        inside = (
            person.coat and arm_place(trip)
            if person.label == "swap_coats"
            else person.bag and bag_place(trip)
        )
        return bool(inside and shop.ledger.items_in(inside)) and not holds

    def _companion(self, person: Person, errand: Errand | None) -> Person | None:
        """Return who shall get it: the nearest companion, or stranger, who has time, or whom it is for."""
        here_m = self._floor.position_m(person)
        strangers = person.label in (
            "hand_to_stranger",
            "plant_in_bag",
            "take_for_other_group",
            "return_to_staff",
        )
        role = "staff" if person.label == "return_to_staff" else "shopper"
        partner = errand.partner if errand is not None else -1
        free = [
            p
            for p in self._floor.people
            if p is not person and (p.coat if person.label == "swap_coats" else p.bag)
            if person.label in SWAPS or (p.plan.group != person.plan.group) == strangers
            if not strangers or p.plan.payment_id != person.plan.payment_id
            if partner in (-1, p.index) and p.plan.role == role
            if person.label not in ("child_takes", *SWAPS) or p.plan.body.age >= CHILD_AGE
            if person.label not in SWAPS or (p.plan.mobility == "walking" and not self._holds_beside(p))
            if p.inside and not p.leaving and p.meeting is None and not p.waits_for_duet
        ]
        return min(free, key=lambda p: math.dist(self._floor.position_m(p), here_m), default=None)

    def _holds_beside(self, person: Person) -> bool:
        return self._floor.shop.held_beside(person.plan) is not None

    def _stands_ready(self, receiver: Person, meeting: Meeting) -> bool:
        if not meeting.agreed:
            return False
        crowd = self._floor.crowd
        waits = bool(receiver.agenda) and receiver.agenda[0].kind == "join"
        if not waits or crowd.is_walking(receiver.index) or receiver.stop is None:
            return False
        crowd.face(receiver.index, receiver.stop.heading_rad)
        return crowd.is_facing(receiver.index) and receiver.still_since_s is not None

    def _answer(self, person: Person, time_s: float) -> None:
        """Follow a companion's call as soon as the hand is empty and there is room to meet."""
        floor, meeting = self._floor, person.meeting
        assert meeting is not None  # asked by the caller
        giver = floor.people[meeting.giver]
        if floor.shop.held(person.plan) is not None:
            person.agenda.append(Intent("bag"))
            return
        here_m, there_m = floor.position_m(giver), floor.position_m(person)
        ready = time_s >= max(giver.busy_until_s - POLL_S, giver.last_act_end_s + SETTLE_S)
        pair = None
        if ready and (way := self._way(here_m, there_m)).length > FAR_M:
            half_way = way.interpolate(0.5, normalized=True)
            pair = floor.stops.for_hand_over(giver.index, (half_way.x, half_way.y), person.index, there_m)
        if ready and pair is None:
            pair = floor.stops.for_hand_over(giver.index, here_m, person.index, there_m)
        if pair is None or time_s < person.last_act_end_s + SETTLE_S:
            if person.stop is None and time_s >= person.last_act_end_s + SETTLE_S:
                person.agenda.append(Intent("browse"))  # nobody waits in the way of others
            else:
                person.busy_until_s = time_s + POLL_S
            return
        meeting.agreed = True
        for who, stop in ((giver, pair[0]), (person, pair[1])):
            self._walk_to(who, stop, -1)
        person.agenda.append(Intent("join"))

    def _join(self, person: Person, intent: Intent, time_s: float) -> None:
        """Wait for the giver."""
        if person.meeting is not None:
            person.agenda.appendleft(intent)
            if not self._meets_here(person.meeting):
                person.busy_until_s = time_s + POLL_S

    def _meets_here(self, meeting: Meeting) -> bool:
        """Let two who have come close hand over where they are; say whether that is not where they meant to.

        Where they meant to was free when they set out; others may have got between by now.
        """
        floor = self._floor
        pair = tuple(floor.people[index] for index in (meeting.giver, meeting.receiver))
        here_m, there_m = (floor.position_m(who) for who in pair)
        if math.dist(here_m, there_m) > CLOSE_M:
            return False
        stops = floor.stops.for_hand_over(meeting.giver, here_m, meeting.receiver, there_m)
        meant_m = self._left_m(pair, [who.stop for who in pair])
        if stops is None or self._left_m(pair, stops) > meant_m - SHORTER_M:
            return False
        for who, stop in zip(pair, stops, strict=True):
            self._walk_to(who, stop, -1)
        return True

    def _left_m(self, pair: Sequence[Person], stops: Sequence[Stop | None]) -> float:
        """Return how far, all in all, two people are from where they shall stand."""
        return sum(
            math.dist(self._floor.position_m(who), stop.position_m)
            for who, stop in zip(pair, stops, strict=True)
            if stop is not None
        )

    def _end(self, meeting: Meeting) -> None:
        for index in (meeting.giver, meeting.receiver):
            self._floor.people[index].meeting = None

    def _call_off(self, meeting: Meeting) -> None:
        """End a meeting that does not come about: the giver keeps the item."""
        self._end(meeting)
        giver, receiver = self._floor.people[meeting.giver], self._floor.people[meeting.receiver]
        giver.agenda.clear()
        giver.agenda.append(Intent("bag"))
        if meeting.agreed:
            receiver.agenda.clear()
