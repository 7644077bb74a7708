"""What people do between their errands: stop in the way, queue, go astray and come back, flee.

In: the `Floor` and everybody's `Journey`, a step of time at a time. Out: people sent somewhere; their errands
go on afterwards (synth/behaviours/).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from scenes.scenario import Scenario
from synth.behaviours import Behaviours
from synth.behaviours.base import BESIDE_M
from synth.records import PUSHED
from synth.shoppers.errands import Errand
from synth.shoppers.people import SETTLE_S, Floor, Intent, Person
from synth.walking.queues import find_queue
from synth.walking.stops import ALONG_M, Stop

HALT_AFTER_S = (1.5, 6.0)  # on the way, since the last halt; whole visits have few such stretches
HALT_S = (4.0, 9.0)
HALT_DOOR_M = 1.5  # nobody stops so near to a door
HALT_GOAL_M = 0.5  # nor where they are nearly there
ASTRAY_M = 4.0  # a child that wanders goes at least so far from its parent
SERVICE_S = (4.0, 9.0)
QUEUE_PATIENCE_S = 60.0
QUEUE_LOOK_S = 0.3
FLEEING_PACE = 1.3


@dataclass
class _Halts:
    """Who stops in the way: when they walked how long, and where to they go on."""

    walked_s: float = 0.0
    next_s: float = math.inf
    left: int = 0
    goal_m: tuple[float, float] | None = None
    until_s: float = -math.inf


class Conduct(Behaviours):
    """Behaviours, and what a journey adds to them."""

    def __init__(self, floor: Floor):
        """Start with everybody outside."""
        super().__init__(floor)
        self._queue = find_queue(floor)
        self._halts = {
            p.index: _Halts(next_s=float(p.rng.uniform(*HALT_AFTER_S)), left=p.journey.halts)
            for p in floor.people
            if p.journey.halts
        }
        self._watchful = self._buyers | self._halts.keys()  # who may stop on the way
        journeys = floor.scenario.journeys
        self._evacuated_s = journeys.evacuate_at_s if journeys.evacuate else math.inf
        self._by_code = {p.plan.trip_code: p for p in floor.people}
        self._fleeing: set[int] = set()
        self._strayed: set[int] = set()
        self._queued: set[int] = set()

    def list_awake(self, time_s: float) -> Iterator[Person]:
        """Go through those inside who may have something to decide: neither busy nor just getting on.

        Whoever comes late in the list may be woken by what those before them do.
        """
        crowd, flee = self._floor.crowd, time_s >= self._evacuated_s
        for person in self._floor.people:
            if not person.inside or person.plan.carried_by:
                continue
            if flee or person.leaving or person.index in self._watchful:
                yield person
            elif person.still_since_s is None:
                if not crowd.gets_on(person.index):
                    yield person
            elif time_s >= person.busy_until_s or crowd.is_walking(person.index):
                yield person

    def advance(self, person: Person, time_s: float) -> None:
        """Let a person who is inside go on with what they do."""
        if time_s >= self._evacuated_s:
            if not self._flees(person, time_s):
                return
        elif person.index in self._halts and self._halt(person, self._halts[person.index], time_s):
            return
        super().advance(person, time_s)

    def _walk_to(self, person: Person, stop: Stop, slot: int) -> None:
        """Walk to a stop; who pushes something comes along the shelf, so that it stands along it too."""
        super()._walk_to(person, stop, slot)
        crowd = self._floor.crowd
        here_m = self._floor.position_m(person)
        if person.plan.mobility not in PUSHED or math.dist(here_m, stop.position_m) < ALONG_M:
            return
        along_rad = (stop.heading_rad - math.pi / 2, stop.heading_rad + math.pi / 2)
        sides = [
            (
                stop.position_m[0] - ALONG_M * math.cos(rad),
                stop.position_m[1] - ALONG_M * math.sin(rad),
            )
            for rad in self._floor.stops.list_sides_rad(person.index, stop) or along_rad
        ]
        clear = [side_m for side_m in sides if shapely.intersects_xy(crowd.standing_floor, *side_m)]
        if clear:
            via_m = min(clear, key=lambda side_m: math.dist(side_m, here_m))
            crowd.walk_to(person.index, stop.position_m, via_m=via_m)

    # ------------------------------------------------------------ evacuation

    def _flees(self, person: Person, time_s: float) -> bool:
        """Send a person out as soon as their hands are back; say whether they are on their way."""
        floor = self._floor
        if person.index in self._fleeing:
            return True
        if time_s < person.last_act_end_s + SETTLE_S:
            return False
        self._fleeing.add(person.index)
        if person.meeting is not None:
            self._call_off(person.meeting)
        if person.errand is not None and person.errand.story in floor.duets:
            floor.duets[person.errand.story].over = True
        self._leave_queue(person)
        person.waits_for_duet, person.errand = False, None
        person.errands.clear()
        person.agenda.clear()
        person.busy_until_s = time_s
        if floor.crowd.is_walking(person.index):
            floor.crowd.stop(person.index)
            person.stop, person.slot = None, -1
        person.agenda.extend(
            Intent(kind, Errand(-1, "evacuate_let_go"))
            for kind in ("let_go", "let_go_beside")
            if person.rng.random() < floor.scenario.journeys.evacuate_let_go
        )
        floor.crowd.hurry(person.index, FLEEING_PACE)
        return True

    # ------------------------------------------------------------ standing in the way

    def _halt(self, person: Person, halts: _Halts, time_s: float) -> bool:
        """Stop a person on the way, or let them go on; say whether they stand in the way now.

        Nobody stops on the way to what another waits for.
        """
        crowd = self._floor.crowd
        if halts.goal_m is not None:
            if time_s < halts.until_s:
                return True
            crowd.walk_to(person.index, halts.goal_m)
            halts.goal_m = None
            return False
        awaited = person.errand is not None and person.errand.story >= 0
        if not crowd.is_walking(person.index) or person.leaving or awaited:
            return False
        halts.walked_s += crowd.step_s
        if halts.left == 0 or halts.walked_s < halts.next_s:
            return False
        here_m = self._floor.position_m(person)
        doors = [door.point_m for door in self._floor.store.layout.doors]
        alone = self._floor.stops.is_free(person.index, here_m, but=person.index)
        if not alone or min(math.dist(door_m, here_m) for door_m in doors) < HALT_DOOR_M:
            return False
        goal_m = crowd.goal_m(person.index)
        if goal_m is None or math.dist(goal_m, here_m) < HALT_GOAL_M:
            return False
        halts.goal_m = goal_m
        crowd.stop(person.index)
        halts.left, halts.walked_s = halts.left - 1, 0.0
        halts.until_s = time_s + float(person.rng.uniform(*HALT_S))
        return True

    # ------------------------------------------------------------ what comes before the errands

    def _choose(self, person: Person, time_s: float) -> None:
        """Let a child go astray first and leave with its parent, and a person queue when all else is done."""
        self._leave_queue(person)  # whoever plans anew has been served or was called away
        if person.index in self._fleeing:
            super()._choose(person, time_s)
            return
        if person.meeting is None and person.index not in self._strayed and person.journey.wanders:
            self._strayed.add(person.index)
            person.errand = None
            person.agenda.extend(Intent(kind) for kind in ("stray", "look", "look", "go_back", "look"))
            return
        super()._choose(person, time_s)
        leaves = bool(person.agenda) and person.agenda[-1].kind == "leave" and not person.leaving
        if leaves and person.journey.parent and self._stays(self._by_code[person.journey.parent]):
            person.agenda.clear()
            person.agenda.extend(Intent(kind) for kind in ("go_back", "look"))
        elif (
            leaves and person.journey.queues and self._queue is not None and person.index not in self._queued
        ):
            person.agenda.clear()
            person.agenda.append(Intent("join_queue"))

    def _stays(self, parent: Person) -> bool:
        """Say whether a parent is in the shop and not on the way out; in an evacuation nobody waits."""
        return parent.inside and not parent.leaving and parent.index not in self._fleeing

    def _settles(self, person: Person, intent: Intent, time_s: float) -> bool:
        """Put a walk off until the person has stood still after their last act; say whether that was so."""
        settled_s = person.last_act_end_s + SETTLE_S
        if time_s >= settled_s:
            return False
        person.agenda.appendleft(intent)
        person.busy_until_s = settled_s
        return True

    def _stray(self, person: Person, intent: Intent, time_s: float) -> None:
        """Walk to a shelf far from the parent."""
        if self._settles(person, intent, time_s):
            return
        parent = self._by_code[person.journey.parent]
        from_m = self._floor.position_m(parent if parent.inside else person)
        away_m = np.linalg.norm(self._slot_xy - from_m, axis=1)
        far = np.flatnonzero(away_m > min(ASTRAY_M, 0.6 * float(away_m.max())))
        stop = self._find_stop(person, person.rng.permutation(far)[:12].tolist())
        if stop is not None:
            self._walk_to(person, stop, -1)

    def _go_back(self, person: Person, intent: Intent, time_s: float) -> None:
        """Walk to the parent's side, wherever they are by now."""
        if self._settles(person, intent, time_s):
            return
        floor, parent = self._floor, self._by_code[person.journey.parent]
        if not parent.inside:
            return
        there_m = parent.stop.position_m if parent.stop is not None else floor.position_m(parent)
        if math.dist(floor.position_m(person), there_m) < BESIDE_M[1] + 0.3:
            return
        stop = self._stop_beside(person, there_m)
        if stop is not None:
            self._walk_to(person, stop, -1)
            person.agenda.appendleft(Intent("go_back"))

    # ------------------------------------------------------------ queueing

    def _join_queue(self, person: Person, intent: Intent, time_s: float) -> None:
        """Stand at the end of the line; whoever finds it full goes without."""
        queue = self._queue
        assert queue is not None  # nobody plans to queue without one
        if self._bags_first(person, intent) or self._settles(person, intent, time_s):
            return
        if person.index not in self._queued:
            self._queued.add(person.index)
            person.patient_until_s = time_s + QUEUE_PATIENCE_S
        spot = len(queue.waiting)
        until_s = person.patient_until_s
        if spot == len(queue.spots) or (until_s is not None and time_s > until_s):
            return
        if self._floor.stops.is_free(person.index, queue.spots[spot].position_m):
            queue.waiting.append(person.index)
            self._walk_to(person, queue.spots[spot], -1)
            person.agenda.append(Intent("wait_turn"))
        elif person.stop is None:  # in the door, or where they could not get on: in others' way
            person.agenda.extendleft((intent, Intent("browse")))
        else:
            person.agenda.appendleft(intent)
            person.busy_until_s = time_s + QUEUE_LOOK_S

    def _wait_turn(self, person: Person, intent: Intent, time_s: float) -> None:
        """Move up when there is room; be served at the counter, or give up after a minute."""
        queue, index = self._queue, person.index
        assert queue is not None  # one has joined it
        if index not in queue.waiting:
            return  # whoever could not get on has lost their place
        turn = queue.waiting.index(index)
        spot = queue.spots[turn]
        if person.stop != spot:
            if self._floor.stops.is_free(index, spot.position_m):
                self._walk_to(person, spot, -1)
            else:
                person.busy_until_s = time_s + QUEUE_LOOK_S
            person.agenda.appendleft(intent)
        elif turn == 0:
            person.busy_until_s = time_s + float(person.rng.uniform(*SERVICE_S))
            person.agenda.appendleft(Intent("served"))
        elif person.patient_until_s is not None and time_s > person.patient_until_s:
            queue.waiting.remove(index)
        else:
            person.busy_until_s = time_s + QUEUE_LOOK_S
            person.agenda.appendleft(intent)

    def _served(self, person: Person, intent: Intent, time_s: float) -> None:
        """Take something hot, where the counter has it; the next in line moves up when this one goes."""
        plan, shop = self._floor.store.planogram, self._floor.shop
        assert self._queue is not None  # one has joined it
        for slot in self._by_distance(person, np.flatnonzero(plan.fixture == self._queue.fixture)):
            front = shop.shelves.front(slot)
            if front is None or shop.is_locked(slot, person.index, time_s):
                continue
            if self._is_at_height(person, front) and self._reaches(person, front):
                errand = Errand(shop.product_of(front.item_id), "keep")
                person.slot = slot
                person.agenda.extend(Intent(kind, errand) for kind in ("take", "bag"))
                return

    def _leave_queue(self, person: Person) -> None:
        if self._queue is not None and person.index in self._queue.waiting:
            self._queue.waiting.remove(person.index)

    def _give_way(self, person: Person, time_s: float) -> None:
        """Plan anew for a person who cannot get on; a queue is left for good."""
        self._leave_queue(person)
        super()._give_way(person, time_s)


def is_evacuated(scenario: Scenario, time_s: float) -> bool:
    """Say whether everybody is told to leave."""
    return scenario.journeys.evacuate and time_s >= scenario.journeys.evacuate_at_s
