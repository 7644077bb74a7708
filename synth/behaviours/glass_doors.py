"""Opening what is behind glass: step back to the handle, pull the door, step in.

In: people whose next step reaches behind a door that is not open. Out: steps put before that one. Who finds
the door open uses it; who is in the way of its swing is waited for.
"""

import math

from synth.behaviours.base import WAITING_LOOK_S, Base
from synth.handling.case_doors import AJAR_SHARE
from synth.handling.pulling import pull_door
from synth.ledger import hand_place
from synth.records import other_hand
from synth.shoppers.people import Intent, Person
from synth.walking.stops import HANDLE_CLEAR_M, REACH_M
from synth.walking.walker import ARRIVAL_M

# Steps that reach into the slot before the person, and the one that reaches into the other.
REACHING = (
    "touch", "take", "press", "put_back", "put_wrong", "take_own", "return", "lean", "knock_over", "stock",
    "reach_together", "put_other",
)  # fmt: skip
MOST_TRIES = 20
AFTERWARDS_S = 0.4  # for which a door stays open after the last reach
BETWEEN_S = 6.0  # and after one that others follow
BESIDE_M = 1.5  # two who wait for handles so near to each other shut each other out
COMING_M = 0.8  # whoever comes so near to where a door will swing passes first


class AtGlassDoors(Base):
    """What people do before a glass door."""

    def _slot_of(self, person: Person, intent: Intent) -> int:
        if intent.kind not in REACHING:
            return -1
        return person.other_slot if intent.kind == "put_other" else person.slot

    def _opens_first(self, person: Person, intent: Intent, time_s: float) -> bool:
        """Make a person open the door that a step reaches behind; say whether there is one to open."""
        slot, doors = self._slot_of(person, intent), self._floor.case_doors
        if slot < 0 or doors.behind(slot) < 0:
            return False
        if doors.lets_in(slot, time_s):
            person.door_tries = 0
            doors.keep(doors.behind(slot), person.index, time_s + AFTERWARDS_S)
            return False
        if person.stop is None or person.door_tries >= MOST_TRIES:
            self._leave_shut(person, time_s)
            return True
        person.steps_in = person.stop
        before = [Intent(kind, intent.errand) for kind in ("to_handle", "open_case", "step_in")]
        person.agenda.extendleft([intent, *reversed(before)])
        return True

    def _keeps_open(self, person: Person, intent: Intent) -> None:
        """Let the door stay open while the reach that has begun behind it lasts."""
        slot = self._slot_of(person, intent)
        door = self._floor.case_doors.behind(slot) if slot >= 0 else -1
        if door >= 0:
            goes_on = any(step.kind in REACHING for step in person.agenda)
            after_s = BETWEEN_S if goes_on else AFTERWARDS_S
            self._floor.case_doors.keep(door, person.index, person.busy_until_s + after_s)

    def _leave_shut(self, person: Person, time_s: float) -> None:
        """Give up before a door that others do not clear; what is in the hand is kept."""
        person.door_tries = 0
        holds = self._floor.shop.held(person.plan) is not None
        errand = person.errand
        if not holds:
            self._defer(person, errand, time_s)
            return
        person.agenda.clear()
        person.agenda.append(Intent("bag", errand))
        if errand is not None:
            self._give_up(errand)

    def _to_handle(self, person: Person, intent: Intent, time_s: float) -> None:
        """Walk to where the handle is in reach and the door passes, unless the person stands there."""
        floor, door = self._floor, self._floor.case_doors.behind(person.slot)
        if floor.case_doors.lets_in(person.slot, time_s) or self._stands_at_handle(person, door):
            return
        stop = floor.stops.for_handle(person.index, floor.case_doors.doors[door])
        if stop is not None:
            self._walk_to(person, stop, person.slot)
        elif self._gives_way_at_door(person):
            self._leave_shut(person, time_s)
        else:
            self._wait_at_door(person, intent, time_s)

    def _gives_way_at_door(self, person: Person) -> bool:
        """Say whether somebody beside a person, before whose handle they stand, has waited longer."""
        return any(
            (other.door_tries, -other.index) > (person.door_tries, -person.index)
            for other in self._floor.people
            if other is not person and other.inside and other.agenda and other.agenda[0].kind == "to_handle"
            if math.dist(self._floor.position_m(other), self._floor.position_m(person)) < BESIDE_M
        )

    def _stands_at_handle(self, person: Person, door: int) -> bool:
        """Say whether a person reaches a door's handle and is clear of its swing."""
        hung = self._floor.case_doors.doors[door]
        away_m = self._floor.position_m(person) - hung.hinge_m[:2]
        along_m, out_m = float(away_m @ hung.along[:2]), float(away_m @ hung.outward[:2])
        reach_m = ((along_m - hung.width_m) ** 2 + out_m**2) ** 0.5
        clear = (along_m**2 + out_m**2) ** 0.5 >= hung.width_m + HANDLE_CLEAR_M - 1.5 * ARRIVAL_M
        return clear and along_m > 0.0 and reach_m <= REACH_M[1] + ARRIVAL_M

    def _wait_at_door(self, person: Person, intent: Intent, time_s: float) -> None:
        person.door_tries += 1
        if person.door_tries >= MOST_TRIES:
            self._leave_shut(person, time_s)
            return
        person.agenda.appendleft(intent)
        person.busy_until_s = time_s + WAITING_LOOK_S

    def _open_case(self, person: Person, intent: Intent, time_s: float) -> None:
        """Pull the door open as soon as it rests, shut or ajar, and nobody is in its way."""
        floor, doors = self._floor, self._floor.case_doors
        door = doors.behind(person.slot)
        if doors.lets_in(person.slot, time_s):
            return
        if not self._stands_at_handle(person, door):
            person.agenda.appendleft(intent)
            self._wait_at_door(person, Intent("to_handle", intent.errand), time_s)
            return
        held_up = doors.share(door, time_s) > AJAR_SHARE[1]  # by somebody in its way, the handle out of reach
        if held_up or self._is_in_way(person, door, time_s) or not doors.rests(door, time_s):
            self._wait_at_door(person, intent, time_s)
            return
        # The hand on the side of the hinge pulls, unless it is full.
        hand = "right" if doors.doors[door].swing_rad > 0 else "left"
        if floor.shop.ledger.items_in(hand_place(person.plan.trip_code, hand)):
            hand = other_hand(hand)
        if person.plan.is_one_handed:
            hand = person.plan.handedness
        if floor.shop.ledger.items_in(hand_place(person.plan.trip_code, hand)):
            person.agenda.extendleft([intent, Intent("bag", intent.errand)])
            return
        pull_door(floor, person, door, time_s, hand=hand)

    def _is_in_way(self, person: Person, door: int, time_s: float) -> bool:
        """Say whether somebody else stands where a door will swing, has their stop there, or comes there."""
        floor, doors = self._floor, self._floor.case_doors
        swing = doors.swing(door, time_s)
        others = [other for other in floor.people if other.inside and not other.plan.carried_by]
        others.remove(person)
        stops_m = [other.stop.position_m for other in others if other.stop is not None]
        return doors.in_sweep(door, stops_m) or not all(
            floor.crowd.is_clear_of(other.index, swing, ahead_m)
            for other in others
            for ahead_m in (0.0, COMING_M / 2, COMING_M)
        )

    def _step_in(self, person: Person, intent: Intent, time_s: float) -> None:
        """Go back to before the slot, once the door is open."""
        stop = person.steps_in
        if not self._floor.case_doors.lets_in(person.slot, time_s):
            if self._floor.case_doors.rests(self._floor.case_doors.behind(person.slot), time_s):
                return  # it fell shut again: the next step opens it anew
            person.agenda.appendleft(intent)
            person.busy_until_s = time_s + 0.1
            return
        if stop is None or person.stop == stop:
            return
        if self._floor.stops.is_free(person.index, stop.position_m):
            self._walk_to(person, stop, person.slot)
        else:
            self._floor.case_doors.keep(
                self._floor.case_doors.behind(person.slot), person.index, time_s + 2 * WAITING_LOOK_S
            )
            self._wait_at_door(person, intent, time_s)
