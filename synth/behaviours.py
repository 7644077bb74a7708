"""What people decide: errands become steps, steps whose precondition fails are planned anew.

In: a `Floor` with its people, a step of time at a time. Out: people sent somewhere, hands that reach
(synth/handling.py). A step's precondition is checked against the ledger when its time has come: an empty slot
means another slot of the product or none at all, a taken stop means another errand first, a lane without
room means that the item is kept.
"""

import math
from collections import deque

import numpy as np

from scenes.randomness import make_rng
from synth import handling
from synth.acts import PACE
from synth.people import SETTLE_S, Floor, Intent, Meeting, Misplaced, Person
from synth.plans import Errand, TripPlan
from synth.slots import Standing
from synth.stops import REACH_M, SHOULDER_M, Stop, is_within_height

_STEPS = {
    "look": ("visit", "look"),
    "touch": ("visit", "look", "touch"),
    "keep": ("visit", "look", "take", "bag"),
    "put_back": ("visit", "look", "take", "look", "put_back"),
    "wrong_shelf": ("visit", "look", "take", "look", "seek_wrong", "put_wrong"),
    "hand_over": ("visit", "look", "take", "meet"),
    "buy_misplaced": ("visit", "look", "take", "bag"),
}
_NOT_YET = Misplaced(-1, -1, math.inf)
_WALKS = ("visit", "seek_wrong", "meet", "browse", "leave")
MOST_DEFERRALS = 5
MOST_WAITS = 30
SECOND_LOOK_S = (0.8, 2.2)  # with the item in the hand, before it is put back
REPEAT_LOOK_S = (0.1, 0.35)  # before taking one more of the same
BROWSE_S = (0.8, 2.5)
BROWSE_RANGE_M = (0.8, 6.0)
WAITING_LOOK_S = 0.6
WRONG_RANGE_M = 6.0
WRONG_HEIGHT_M = (0.5, 1.45)  # misplaced where a child or a tall adult would both find it
PATIENCE_S = 35.0  # for something to buy that is not there yet
MEETING_PATIENCE_S = 25.0
POLL_S = 0.2
DOOR_REACH_M = 0.30
SIDEWAYS_M = 0.32  # how far from the shoulder's line one reaches without stepping aside


def make_people(plans: tuple[TripPlan, ...], seed: int, index: int) -> tuple[Person, ...]:
    """Make the people of a clip, each with a random stream of their own."""
    people = []
    for n, trip in enumerate(plans):
        rng = make_rng(seed, index, f"behaviour/{n}")
        pace = float(rng.uniform(*PACE))
        people.append(Person(n, trip.shopper, deque(trip.errands), rng, pace))
    return tuple(people)


def make_steps(errand: Errand) -> list[Intent]:
    """Spell an errand out.

    >>> [step.kind for step in make_steps(Errand(3, "keep", touch_first=True))]
    ['visit', 'look', 'touch', 'take', 'bag']
    """
    kinds = list(_STEPS[errand.outcome])
    if errand.touch_first and "take" in kinds:
        kinds.insert(kinds.index("take"), "touch")
    if errand.outcome == "keep" and errand.carry:
        kinds.remove("bag")
    return [Intent(kind, errand) for kind in kinds]


class Behaviours:
    """Takes each person's next step when the one before is done."""

    def __init__(self, floor: Floor):
        """Start with everybody outside."""
        self._floor = floor
        self._perform = {
            "visit": self._visit,
            "look": self._look,
            "touch": self._touch,
            "take": self._take,
            "bag": self._bag,
            "put_back": self._put_back,
            "seek_wrong": self._seek_wrong,
            "unbag": self._unbag,
            "put_wrong": self._put_wrong,
            "meet": self._meet,
            "join": self._join,
            "browse": self._browse,
            "leave": self._leave,
        }
        self._misplacer = {
            errand.story: person
            for person in floor.people
            for errand in person.errands
            if errand.outcome == "wrong_shelf" and errand.story >= 0
        }
        plan = floor.store.planogram
        self._slot_xy = plan.world_from_slot[:, :2, 3]
        self._slots_of = {int(p): np.flatnonzero(plan.product == p) for p in np.unique(plan.product)}

    def advance(self, person: Person, time_s: float) -> None:
        """Let a person who is inside go on with what they do."""
        crowd = self._floor.crowd
        if crowd.is_walking(person.index):
            person.still_since_s = None
            if crowd.is_blocked(person.index):
                self._give_way(person, time_s)
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
            if person.agenda[0].kind in _WALKS and time_s < person.last_act_end_s + SETTLE_S:
                return
            intent = person.agenda.popleft()
            self._perform[intent.kind](person, intent, time_s)

    # ------------------------------------------------------------ choosing

    def _choose(self, person: Person, time_s: float) -> None:
        """Fill the agenda: a companion who waits comes first, then the next errand, then the way out.

        Whoever is to buy a misplaced item strolls until it lies there. When their patience ends they do the
        rest of their errands, and look for it in between.
        """
        if person.meeting is not None:
            self._answer(person, time_s)
            return
        for errand in list(person.errands):
            if errand.outcome == "buy_misplaced" and not self._lies_there(errand, time_s):
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
        person.errand = None
        person.agenda.append(Intent("browse" if person.errands else "leave"))

    def _wait_for(self, person: Person, errand: Errand, time_s: float) -> None:
        """Look around near whoever is about to misplace what a person will buy."""
        if person.stop is not None and person.slot == -1:
            person.busy_until_s = time_s + WAITING_LOOK_S
        else:
            person.agenda.append(Intent("browse", errand))

    def _patient_until_s(self, person: Person, time_s: float) -> float:
        if person.patient_until_s is None:
            person.patient_until_s = time_s + PATIENCE_S
        return person.patient_until_s

    def _lies_there(self, errand: Errand, time_s: float) -> bool:
        """Say whether the misplaced item that an errand is after lies where it can be taken."""
        misplaced = self._floor.misplaced.get(errand.story)
        return misplaced is not None and misplaced.ready_s <= time_s

    def _defer(self, person: Person, errand: Errand | None, time_s: float) -> None:
        """Put an errand off behind the others; after several times it is given up.

        Who buys a misplaced item waits until whoever stands in front of it has gone.
        """
        person.agenda.clear()
        if errand is None:
            return
        person.deferred[errand] += 1
        if errand.outcome == "buy_misplaced" and person.deferred[errand] <= MOST_WAITS:
            person.errands.appendleft(errand)
            person.busy_until_s = time_s + WAITING_LOOK_S
        elif person.deferred[errand] <= MOST_DEFERRALS:
            others = bool(person.errands)
            person.errands.append(errand)
            if not others:
                person.agenda.append(Intent("browse"))
        else:
            self._give_up(errand)

    def _give_up(self, errand: Errand) -> None:
        if errand.outcome == "wrong_shelf" and errand.story >= 0:
            self._floor.misplaced.setdefault(errand.story, None)

    def _give_way(self, person: Person, time_s: float) -> None:
        """Plan anew for a person who cannot get on."""
        floor, errand = self._floor, person.errand
        floor.crowd.stop(person.index)
        floor.stops.release(person.index)
        person.stop = None
        if person.meeting is not None:
            self._call_off(person.meeting)
        elif person.leaving:
            person.agenda.clear()
            person.agenda.append(Intent("leave"))
            x, y = floor.position_m(person)
            back_rad = floor.crowd.heading_rad(person.index) + math.pi
            angle = back_rad + person.rng.uniform(-math.pi / 3, math.pi / 3)
            floor.crowd.walk_to(person.index, (x + 1.5 * math.cos(angle), y + 1.5 * math.sin(angle)))
        elif (
            errand is not None
            and errand.outcome == "wrong_shelf"
            and floor.shop.held(person.plan) is not None
        ):
            person.agenda.clear()
            person.agenda.append(Intent("browse"))
            person.agenda.extend(make_steps(errand)[-2:])
        else:
            self._defer(person, errand, time_s)
            if not person.agenda:
                person.agenda.append(Intent("browse"))

    # ------------------------------------------------------------ going and looking

    def _walk_to(self, person: Person, stop: Stop, slot: int) -> None:
        floor = self._floor
        floor.stops.reserve(person.index, stop.position_m)
        person.stop, person.slot = stop, slot
        person.still_since_s = None
        floor.crowd.walk_to(person.index, stop.position_m)

    def _wanted(self, slot: int, errand: Errand) -> Standing | None:
        """Return the foremost item of a slot if it is what the errand is after."""
        front = self._floor.shop.shelves.front(slot)
        if front is None:
            return None
        if errand.outcome == "buy_misplaced":
            misplaced = self._floor.misplaced.get(errand.story)
            return front if misplaced is not None and front.item_id == misplaced.item_id else None
        return front if self._floor.shop.product_of(front.item_id) == errand.product else None

    def _visit(self, person: Person, intent: Intent, time_s: float) -> None:
        """Go to a slot that has what is wanted."""
        assert intent.errand is not None  # make_steps gives visits their errand
        errand, floor = intent.errand, self._floor
        slots = self._slots_of.get(errand.product, np.zeros(0, np.int64))
        if errand.outcome == "buy_misplaced":
            misplaced = floor.misplaced.get(errand.story)
            slots = np.array([misplaced.slot] if misplaced is not None else [], np.int64)
        options = [
            (slot, front)
            for slot in self._by_distance(person, slots)
            if (front := self._wanted(slot, errand)) is not None and self._is_at_height(person, front)
        ]
        if not options:
            person.agenda.clear()
            self._give_up(errand)
            return
        for slot, front in options:
            if slot == person.slot and self._reaches(person, front):
                return
            centre_y_m = (front.front_m + front.back_m) / 2
            stop = floor.stops.for_slot(person.index, slot, centre_y_m, person.plan.handedness)
            if stop is not None:
                self._walk_to(person, stop, slot)
                return
        self._defer(person, errand, time_s)

    def _by_distance(self, person: Person, slots: np.ndarray) -> list[int]:
        """Sort slots by distance from a person, roughly."""
        away_m = np.linalg.norm(self._slot_xy[slots] - self._floor.position_m(person), axis=1)
        noise = person.rng.uniform(0.8, 1.25, len(slots))
        return [int(slot) for slot in slots[np.argsort(away_m * noise, kind="stable")]]

    def _is_at_height(self, person: Person, standing: Standing) -> bool:
        centre_m = self._floor.shop.centre_m(standing.item_id, standing.world_from_item)
        return is_within_height(person.plan.body.stature_m, float(centre_m[2]))

    def _reaches(self, person: Person, standing: Standing) -> bool:
        """Say whether a person can reach an item from where they stand."""
        if person.stop is None:
            return False
        centre_m = self._floor.shop.centre_m(standing.item_id, standing.world_from_item)
        ahead_m, left_m = handling.compute_reach_to(
            self._floor.position_m(person), person.stop.heading_rad, centre_m
        )
        shoulder_m = SHOULDER_M if person.plan.handedness == "left" else -SHOULDER_M
        return (
            REACH_M[0] <= math.hypot(ahead_m, left_m) <= REACH_M[1]
            and ahead_m > 0.2
            and abs(left_m - shoulder_m) < SIDEWAYS_M
        )

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

    def _browse(self, person: Person, intent: Intent, time_s: float) -> None:
        """Go and look at something nearby, until what is wanted can be had."""
        near_m = self._floor.position_m(person)
        if intent.errand is not None and self._misplacer[intent.errand.story].inside:
            near_m = self._floor.position_m(self._misplacer[intent.errand.story])
        away_m = np.linalg.norm(self._slot_xy - near_m, axis=1)
        near = np.flatnonzero((away_m > BROWSE_RANGE_M[0]) & (away_m < BROWSE_RANGE_M[1]))
        for slot in person.rng.permutation(near)[:8]:
            stop = self._floor.stops.for_slot(person.index, int(slot), 0.05, person.plan.handedness)
            if stop is not None:
                self._walk_to(person, stop, -1)
                break
        person.agenda.appendleft(Intent("look"))

    def _leave(self, person: Person, intent: Intent, time_s: float) -> None:
        """Walk to the nearest exit, and out of it."""
        floor = self._floor
        if person.meeting is not None and not person.leaving:
            return  # a companion called just now
        here_m = floor.position_m(person)
        door_m = min(floor.exits, key=lambda exit_m: math.dist(exit_m, here_m))
        if math.dist(door_m, here_m) <= DOOR_REACH_M + 0.05:
            floor.shop.leave(person.plan, time_s, here_m, floor.crowd.heading_rad(person.index))
            floor.crowd.remove(person.index)
            person.inside, person.gone = False, True
            return
        person.leaving, person.stop, person.slot = True, None, -1
        floor.stops.release(person.index)
        person.agenda.append(Intent("leave"))
        floor.crowd.walk_to(person.index, door_m, DOOR_REACH_M)

    # ------------------------------------------------------------ at the shelf

    def _bags_first(self, person: Person, intent: Intent) -> bool:
        """Make a person whose hand is full bag what they hold before the step."""
        if self._floor.shop.held(person.plan) is None:
            return False
        person.agenda.extendleft([intent, Intent("bag")])
        return True

    def _touch(self, person: Person, intent: Intent, time_s: float) -> None:
        if self._bags_first(person, intent):
            return
        front = self._floor.shop.shelves.front(person.slot)
        free = not self._floor.shop.is_locked(person.slot, person.index, time_s)
        if front is not None and free and self._reaches(person, front):
            handling.touch(self._floor, person, front, time_s)

    def _take(self, person: Person, intent: Intent, time_s: float) -> None:
        assert intent.errand is not None  # make_steps gives takes their errand
        if self._bags_first(person, intent):
            return
        front = self._wanted(person.slot, intent.errand)
        locked = self._floor.shop.is_locked(person.slot, person.index, time_s)
        if front is None or locked or not self._reaches(person, front):
            self._take_failed(person, intent.errand, time_s)
            return
        handling.take(self._floor, person, front, time_s)

    def _take_failed(self, person: Person, errand: Errand, time_s: float) -> None:
        """Plan anew after somebody was faster."""
        if person.swapped is None or person.errand is None:
            self._defer(person, errand, time_s)
            return
        person.agenda.clear()
        person.deferred[person.errand] += 1
        if person.deferred[person.errand] > MOST_DEFERRALS:
            self._give_up(person.errand)
        else:
            person.agenda.extend(Intent(kind, person.errand) for kind in ("unbag", "seek_wrong", "put_wrong"))

    def _bag(self, person: Person, intent: Intent, time_s: float) -> None:
        item_id = self._floor.shop.held(person.plan)
        if item_id is not None:
            handling.bag(self._floor, person, item_id, time_s)

    def _unbag(self, person: Person, intent: Intent, time_s: float) -> None:
        """Take the item that shall go out of the bag again."""
        if self._bags_first(person, intent):
            return
        if person.swapped is not None:
            handling.unbag(self._floor, person, person.swapped, time_s)
            person.swapped = None

    def _put_back(self, person: Person, intent: Intent, time_s: float) -> None:
        """Put the item back where it came from; keep it if something is in the way there."""
        shop, item_id = self._floor.shop, self._floor.shop.held(person.plan)
        if item_id is None:
            return
        pose = self._room(person, person.slot, item_id, time_s)
        if pose is None:
            person.agenda.appendleft(Intent("bag"))
        else:
            handling.put(self._floor, person, shop.held(person.plan) or item_id, pose, time_s)

    def _room(self, person: Person, slot: int, item_id: int, time_s: float) -> np.ndarray | None:
        """Find where an item may be put at the front of a slot that holds only its own product."""
        shop = self._floor.shop
        own = int(self._floor.store.planogram.product[slot])
        if shop.is_locked(slot, person.index, time_s):
            return None
        if any(shop.product_of(standing.item_id) != own for standing in shop.shelves.lane(slot)):
            return None
        return shop.shelves.put_pose(slot, shop.product_of(item_id))

    def _seek_wrong(self, person: Person, intent: Intent, time_s: float) -> None:
        """Carry the item to another product's slot that has room in front, preferably near."""
        floor, item_id = self._floor, self._floor.shop.held(person.plan)
        if item_id is None:
            person.agenda.clear()
            return
        plan = floor.store.planogram
        z_m = plan.world_from_slot[:, 2, 3]
        away_m = np.linalg.norm(self._slot_xy - floor.position_m(person), axis=1)
        other = (plan.product != floor.shop.product_of(item_id)) & (away_m < WRONG_RANGE_M)
        other &= (z_m > WRONG_HEIGHT_M[0]) & (z_m < WRONG_HEIGHT_M[1])
        depth_m = float(floor.store.catalogue.size_m[floor.shop.product_of(item_id), 1])
        near = self._by_distance(person, np.flatnonzero(other))
        for room in (self._room, self._room_after_swap):
            for slot in near:
                if room(person, slot, item_id, time_s) is None:
                    continue
                stop = floor.stops.for_slot(person.index, slot, depth_m / 2, person.plan.handedness)
                if stop is not None:
                    self._walk_to(person, stop, slot)
                    if room == self._room_after_swap:
                        self._plan_swap(person, item_id, slot)
                    return
        self._keep_after_all(person, intent)

    def _room_after_swap(self, person: Person, slot: int, item_id: int, time_s: float) -> np.ndarray | None:
        """Find where an item may be put once the foremost one of a slot has been taken."""
        shop, own = self._floor.shop, int(self._floor.store.planogram.product[slot])
        lane = shop.shelves.lane(slot)
        if not lane or shop.is_locked(slot, person.index, time_s):
            return None
        if any(shop.product_of(standing.item_id) != own for standing in lane):
            return None
        return shop.shelves.put_pose(slot, shop.product_of(item_id), without=1)

    def _plan_swap(self, person: Person, item_id: int, slot: int) -> None:
        """Prefer another product, and leave the first choice in its place."""
        instead = Errand(int(self._floor.store.planogram.product[slot]), "keep")
        person.swapped = item_id
        person.agenda.clear()
        person.agenda.extend(Intent(kind, instead) for kind in ("look", "take", "bag"))
        assert person.errand is not None  # carrying something to a wrong slot is part of an errand
        person.agenda.extend(Intent(kind, person.errand) for kind in ("unbag", "put_wrong"))

    def _put_wrong(self, person: Person, intent: Intent, time_s: float) -> None:
        assert intent.errand is not None  # make_steps gives wrong puts their errand
        item_id = self._floor.shop.held(person.plan)
        if item_id is None:
            return
        pose = self._room(person, person.slot, item_id, time_s)
        if pose is None:
            person.deferred[intent.errand] += 1
            if person.deferred[intent.errand] > MOST_DEFERRALS:
                self._keep_after_all(person, intent)
            else:
                person.agenda.extendleft([intent, Intent("seek_wrong", intent.errand)])
            return
        act = handling.put(self._floor, person, item_id, pose, time_s)
        if intent.errand.story >= 0:
            self._floor.misplaced[intent.errand.story] = Misplaced(item_id, person.slot, act.end_s)

    def _keep_after_all(self, person: Person, intent: Intent) -> None:
        person.agenda.clear()
        person.agenda.append(Intent("bag"))
        if intent.errand is not None:
            self._give_up(intent.errand)

    # ------------------------------------------------------------ handing over

    def _meet(self, person: Person, intent: Intent, time_s: float) -> None:
        """Ask a companion to come, wait for them, and hand the item over when both stand ready."""
        meeting = person.meeting
        if meeting is None:
            receiver = self._companion(person)
            if receiver is None:
                person.agenda.appendleft(Intent("bag"))
                return
            meeting = Meeting(person.index, receiver.index, time_s + MEETING_PATIENCE_S)
            person.meeting = receiver.meeting = meeting
        elif meeting.receiver == person.index:
            person.agenda.appendleft(Intent("bag"))  # they asked first, this one is kept
            return
        receiver = self._floor.people[meeting.receiver]
        if self._stands_ready(receiver, meeting):
            item_id = self._floor.shop.held(person.plan)
            assert item_id is not None  # nothing lets go of it between take and meeting
            handling.hand_over(self._floor, person, receiver, item_id, time_s)
            self._end(meeting)
            receiver.agenda.clear()
            receiver.agenda.append(Intent("bag"))
        elif time_s > meeting.deadline_s:
            self._call_off(meeting)
        else:
            person.agenda.appendleft(intent)
            person.busy_until_s = time_s + POLL_S

    def _companion(self, person: Person) -> Person | None:
        """Return the nearest companion inside who has time."""
        here_m = self._floor.position_m(person)
        free = [
            p
            for p in self._floor.people
            if p is not person and p.plan.group == person.plan.group
            if p.inside and not p.leaving and p.meeting is None
        ]
        return min(free, key=lambda p: math.dist(self._floor.position_m(p), here_m), default=None)

    def _stands_ready(self, receiver: Person, meeting: Meeting) -> bool:
        if not meeting.agreed:
            return False
        crowd = self._floor.crowd
        waits = bool(receiver.agenda) and receiver.agenda[0].kind == "join"
        still = not crowd.is_walking(receiver.index) and crowd.is_facing(receiver.index)
        return waits and still and receiver.still_since_s is not None

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
        pair = floor.stops.for_hand_over(giver.index, here_m, person.index, there_m) if ready else None
        if pair is None or time_s < person.last_act_end_s + SETTLE_S:
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
            person.busy_until_s = time_s + POLL_S

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
