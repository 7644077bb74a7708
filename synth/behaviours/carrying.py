"""A child on somebody's arm takes what it reaches, and hands it to the adult.

In: an adult who stands at a shelf, with the child. Out: the child's own acts, begun for it. The child decides
nothing else: it comes, goes and turns with the adult.
"""

import numpy as np

from synth.behaviours.bags import Bagging
from synth.bodies.carried import shoulder_m
from synth.handling import hands
from synth.handling.slots import Standing
from synth.shoppers.people import Intent, Person

CHILD_REACH = 0.47  # from the shoulder to an item's centre, of the stature: an arm and a lean
LARGEST_M = 0.24  # what fits a small hand
WIDEST_M = 0.10


class Carrying(Bagging):
    """What children on the arm do."""

    def _child_grabs(self, person: Person, intent: Intent, time_s: float) -> None:
        """Let the child take the nearest item that both it and the adult reach, if there is one."""
        floor, child = self._floor, self._floor.carried_child(person)
        if self._bags_first(person, intent):
            return
        slot = None if child is None else self._slot_within_reach(person, child, time_s)
        if child is None or slot is None:
            person.agenda.clear()
            return
        child.label = person.label
        front = floor.shop.shelves.lane(slot)[0]
        hands.take(floor, child, [front], hands.start_s(person, time_s), slot=slot)
        person.slot = slot
        person.last_act_end_s, person.busy_until_s = child.last_act_end_s, child.busy_until_s

    def _slot_within_reach(self, person: Person, child: Person, time_s: float) -> int | None:
        floor, shop = self._floor, self._floor.shop
        statures_m = person.plan.body.stature_m, child.plan.body.stature_m
        from_m = shoulder_m(
            np.array(floor.position_m(person)),
            floor.heading_rad(person),
            *statures_m,
            child.plan.handedness,
        )
        away: dict[int, float] = {}
        near = np.flatnonzero(np.linalg.norm(self._slot_xy - from_m[:2], axis=1) < statures_m[1])
        for slot in near.tolist():
            front = shop.shelves.front(slot)
            if front is None or shop.is_locked(slot, person.index, time_s):
                continue
            if floor.case_doors.lets_in(slot, time_s) and self._suits(person, front):
                centre_m = shop.centre_m(front.item_id, front.world_from_item)
                away[slot] = float(np.linalg.norm(centre_m - from_m))
        within = [slot for slot in away if away[slot] < CHILD_REACH * statures_m[1]]
        return min(within, key=away.__getitem__, default=None)

    def _suits(self, person: Person, front: Standing) -> bool:
        """Say whether an item is small enough for the child, and where the adult can put it back."""
        size_m = hands.size_of(self._floor, front.item_id)
        small = size_m.max() < LARGEST_M and size_m[0] < WIDEST_M
        return bool(small) and self._reaches(person, front) and self._is_at_height(person, front)

    def _child_gives(self, person: Person, intent: Intent, time_s: float) -> None:
        """Let the child hand what it holds to the adult."""
        child = self._floor.carried_child(person)
        held = None if child is None else self._floor.shop.held(child.plan)
        if child is not None and held is not None:
            hands.hand_over(self._floor, child, person, held, time_s)
