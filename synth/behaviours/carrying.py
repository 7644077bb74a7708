"""A child on somebody's arm takes what it reaches, and hands it to the adult.

In: an adult with a child. Out: the adult on the way to where the child reaches something, and the child's own
acts, begun for it. The child decides nothing else: it comes, goes and turns with the adult.
"""

import numpy as np

from synth.behaviours.bags import Bagging
from synth.bodies.carried import shoulder_m
from synth.handling import hands
from synth.handling.lanes import Standing
from synth.shoppers.errands import Errand
from synth.shoppers.people import Intent, Person
from synth.walking.stops import Stop

CHILD_REACH = 0.47  # from the shoulder to an item's centre, of the stature: an arm and a lean
ARRIVED_REACH = 0.40  # the same from a stop: who has arrived may be centimetres and degrees off it
LARGEST_M = 0.24  # what fits a small hand
WIDEST_M = 0.10
STANDS_M = 0.5  # before a shelf, about, to tell which slots are near from where one stands


class Carrying(Bagging):
    """What children on the arm do."""

    def _visit_with_child(self, person: Person, intent: Intent, time_s: float) -> None:
        """Go to where the child reaches something, as near to what the adult wants as there is room."""
        floor, child = self._floor, self._floor.carried_child(person)
        assert child is not None  # who has such an errand carries a child
        assert intent.errand is not None
        taken = False
        for slot in self._list_near(person, child, intent.errand):
            front = floor.shop.shelves.front(slot)
            if front is None or not self._suits(person, front):
                continue
            stops = self._list_stops_for_both(person, child, slot, front)
            stop = next((s for s in stops if floor.stops.is_free(person.index, s.position_m)), None)
            if stop is not None:
                self._walk_to(person, stop, slot)
                return
            taken = taken or bool(stops)
        person.agenda.clear()
        if taken:
            self._defer(person, intent.errand, time_s)

    def _list_near(self, person: Person, child: Person, errand: Errand) -> list[int]:
        """List the slots at the height of the child's arm, those near what the adult wants first."""
        world_from_slot = self._floor.store.planogram.world_from_slot
        adult_m, child_m = person.plan.body.stature_m, child.plan.body.stature_m
        height_m = shoulder_m(np.zeros(2), 0.0, adult_m, child_m, child.plan.handedness)[2]
        away_m = np.abs(world_from_slot[:, 2, 3] - height_m)
        slots = np.flatnonzero(away_m < ARRIVED_REACH * child_m + LARGEST_M)
        before_m = world_from_slot[:, :2, 3] - STANDS_M * world_from_slot[:, :2, 1]
        here_m = self._floor.position_m(person)
        wanted_m = before_m[self._slots_of.get(errand.product, np.zeros(0, np.int64))]
        if len(wanted_m):
            here_m = wanted_m[np.argmin(np.linalg.norm(wanted_m - here_m, axis=1))]
        way_m = np.linalg.norm(before_m[slots] - here_m, axis=1)
        near: list[int] = slots[np.argsort(way_m, kind="stable")].tolist()
        return near

    def _list_stops_for_both(self, person: Person, child: Person, slot: int, front: Standing) -> list[Stop]:
        """List where to stand, free or not, where the child and the adult reach an item."""
        depth_m = (front.front_m + front.back_m) / 2
        limit_m = ARRIVED_REACH * child.plan.body.stature_m
        return [
            stop
            for stop in self._floor.stops.list_for_slot(person.index, slot, depth_m, person.plan.handedness)
            if self._child_away_m(person, child, stop, front) < limit_m
            and self._reaches_from(person, stop.position_m, stop.heading_rad, front)
        ]

    def _child_grabs(self, person: Person, intent: Intent, time_s: float) -> None:
        """Let the child take the nearest item that both it and the adult reach, if there is one."""
        floor, child = self._floor, self._floor.carried_child(person)
        if self._bags_first(person, intent):
            return
        assert child is not None  # see _visit_with_child
        slot = self._slot_within_reach(person, child, time_s)
        if slot is None:
            self._defer(person, intent.errand, time_s)
            return
        child.label = person.label
        front = floor.shop.shelves.lane(slot)[0]
        hands.take(floor, child, [front], hands.start_s(person, time_s), slot=slot)
        person.slot = slot
        person.last_act_end_s, person.busy_until_s = child.last_act_end_s, child.busy_until_s

    def _slot_within_reach(self, person: Person, child: Person, time_s: float) -> int | None:
        floor, shop = self._floor, self._floor.shop
        here_m = floor.position_m(person)
        stands = Stop(here_m, floor.heading_rad(person))
        stature_m = child.plan.body.stature_m
        away: dict[int, float] = {}
        near = np.flatnonzero(np.linalg.norm(self._slot_xy - here_m, axis=1) < 2 * stature_m)
        for slot in near.tolist():
            front = shop.shelves.front(slot)
            if front is None or shop.is_locked(slot, person.index, time_s):
                continue
            if not floor.case_doors.lets_in(slot, time_s) or not self._suits(person, front):
                continue
            if self._reaches(person, front):
                away[slot] = self._child_away_m(person, child, stands, front)
        within = [slot for slot in away if away[slot] < CHILD_REACH * stature_m]
        return min(within, key=away.__getitem__, default=None)

    def _child_away_m(self, person: Person, child: Person, stands: Stop, front: Standing) -> float:
        """Return how far an item is from the child's shoulder when the adult stands at a stop."""
        from_m = shoulder_m(
            np.array(stands.position_m),
            stands.heading_rad,
            person.plan.body.stature_m,
            child.plan.body.stature_m,
            child.plan.handedness,
        )
        centre_m = self._floor.shop.centre_m(front.item_id, front.world_from_item)
        return float(np.linalg.norm(centre_m - from_m))

    def _suits(self, person: Person, front: Standing) -> bool:
        """Say whether an item is small enough for the child, and at a height for the adult to put it back."""
        size_m = hands.size_of(self._floor, front.item_id)
        small = size_m.max() < LARGEST_M and size_m[0] < WIDEST_M
        return bool(small) and self._is_at_height(person, front)

    def _child_gives(self, person: Person, intent: Intent, time_s: float) -> None:
        """Let the child hand what it holds to the adult."""
        child = self._floor.carried_child(person)
        held = None if child is None else self._floor.shop.held(child.plan)
        if child is not None and held is not None:
            hands.hand_over(self._floor, child, person, held, time_s)
