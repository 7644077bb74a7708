"""What goes beside plain shopping: own items and returns, comparing, concealing, letting fall, leaving about.

In: people who stand somewhere, perhaps with something in the hand. Out: acts begun
(synth/handling/mishandling.py), each with its precondition checked; where one fails, the item is kept and
bagged.
"""

import numpy as np

from synth.behaviours.base import MOST_WAITS, WAITING_LOOK_S, Search
from synth.behaviours.shelf import BESIDE_M, AtShelf
from synth.handling import hands, mishandling
from synth.handling.chests import find_chest
from synth.handling.lanes import Standing
from synth.ledger import FLOOR, bag_place, hand_place, slot_place
from synth.records import other_hand
from synth.shoppers.errands import Errand
from synth.shoppers.people import Intent, Person

HANDY_HEIGHT_M = (0.2, 1.3)  # of the boards on which people put things
LEAN_S = (2.5, 6.0)
COMPARE_S = (1.5, 4.0)
SET_DOWN_SHARE = 0.4  # of what the acting hand lets go of away from shelves: set down, not dropped


class Mishaps(AtShelf):
    """The acts that a careful shop assistant would notice."""

    def _visit_room(self, person: Person, errand: Errand, item_id: int, time_s: float) -> Search:
        """Go where an item can be put down, best among its like."""
        floor, plan = self._floor, self._floor.store.planogram
        z_m = plan.world_from_slot[:, 2, 3]
        handy = (z_m > HANDY_HEIGHT_M[0]) & (z_m < HANDY_HEIGHT_M[1])
        taken = False
        for slots in (plan.product == errand.product, plan.product != errand.product):
            for slot in self._by_distance(person, np.flatnonzero(slots & handy)):
                locked = floor.shop.is_locked(slot, person.index, time_s)
                if not locked and self._room(person, slot, item_id, time_s) is None:
                    continue
                stop = self._stop_to_put(person, slot, errand.product)
                if stop is not None and not locked:
                    self._walk_to(person, stop, slot)
                    return Search.FOUND
                taken = True
        return Search.TAKEN if taken else Search.NONE

    def _unbag_own(self, person: Person, intent: Intent, time_s: float) -> None:
        """Take what was brought along out of the bag."""
        assert intent.errand is not None  # make_steps gives it
        if self._bags_first(person, intent):
            return
        if person.own[intent.errand] in self._floor.shop.ledger.items_in(bag_place(person.plan.trip_code)):
            hands.unbag(self._floor, person, person.own[intent.errand], time_s)
        else:  # somebody else has the bag now
            person.agenda.clear()

    def _take_own(self, person: Person, intent: Intent, time_s: float) -> None:
        """Take what was brought along from the shelf again, if nobody was faster."""
        assert intent.errand is not None  # make_steps gives it
        if self._bags_first(person, intent):
            return
        front = self._floor.shop.shelves.front(person.slot)
        locked = self._floor.shop.is_locked(person.slot, person.index, time_s)
        if front is not None and front.item_id == person.own[intent.errand] and not locked:
            hands.take(self._floor, person, [front], time_s)

    def _return(self, person: Person, intent: Intent, time_s: float) -> None:
        """Put an item from an earlier visit back for good, or keep it where there is no room."""
        item_id = self._floor.shop.held(person.plan)
        if item_id is not None:
            pose = self._room_in_reach(person, person.slot, item_id, time_s)
            if pose is not None:
                mishandling.put_for_good(self._floor, person, item_id, pose, time_s)

    def _conceal(self, person: Person, intent: Intent, time_s: float) -> None:
        item_id = self._floor.shop.held(person.plan)
        if item_id is not None:
            mishandling.conceal(self._floor, person, item_id, time_s)

    def _take_other(self, person: Person, intent: Intent, time_s: float) -> None:
        """Take another variety into the other hand: the look-alike first, else what stands nearest."""
        floor, shop, plan = self._floor, self._floor.shop, self._floor.store.planogram
        hand = other_hand(person.plan.handedness)
        held = shop.held(person.plan)
        if held is None or shop.held_beside(person.plan) is not None:
            return
        mine = shop.product_of(held)
        like = int(floor.store.catalogue.look_alike[mine])
        near = np.flatnonzero(np.linalg.norm(self._slot_xy - floor.position_m(person), axis=1) < BESIDE_M)
        order = sorted(near, key=lambda s: (plan.product[s] != like, *self._away_from(person.slot, int(s))))
        for slot in (int(s) for s in order):
            front = shop.shelves.front(slot)
            if front is None or shop.is_locked(slot, person.index, time_s):
                continue
            if not floor.case_doors.lets_in(slot, time_s):
                continue
            if shop.product_of(front.item_id) == mine or not self._is_at_height(person, front):
                continue
            if self._reaches(person, front, hand):
                person.other_slot = slot
                hands.take(floor, person, [front], time_s, hand=hand, slot=slot)
                return

    def _compare(self, person: Person, intent: Intent, time_s: float) -> None:
        """Look from one to the other."""
        person.busy_until_s = time_s + float(person.rng.uniform(*COMPARE_S))

    def _put_other(self, person: Person, intent: Intent, time_s: float) -> None:
        """Put back what the other hand holds, or bag it as well."""
        item_id = self._floor.shop.held_beside(person.plan)
        if item_id is None:
            return
        hand = other_hand(person.plan.handedness)
        pose = self._room_in_reach(person, person.other_slot, item_id, time_s, hand)
        if pose is None:
            person.agenda.append(Intent("bag", intent.errand))
            return
        hands.put(self._floor, person, item_id, pose, time_s, hand=hand, slot=person.other_slot)

    def _lean(self, person: Person, intent: Intent, time_s: float) -> None:
        """Lean on the board's edge for a while, with an empty hand."""
        if not self._bags_first(person, intent) and person.slot >= 0:
            span_s = float(person.rng.uniform(*LEAN_S))
            mishandling.lean(self._floor, person, time_s, span_s)

    def _let_fall(self, person: Person, intent: Intent, time_s: float) -> None:
        """Let the item slip from the hand, or keep it where there is no room to fall."""
        item_id = self._floor.shop.held(person.plan)
        if item_id is None:
            return
        lying = mishandling.find_lying_pose(self._floor, person, item_id)
        if lying is None:
            person.agenda.appendleft(Intent("bag"))
        else:
            mishandling.let_fall(self._floor, person, item_id, lying, time_s)

    def _knock_over(self, person: Person, intent: Intent, time_s: float) -> None:
        """Knock the foremost item over: it falls back on its board where there is room, else to the floor."""
        if self._bags_first(person, intent):
            return
        front = self._floor.shop.shelves.front(person.slot)
        locked = self._floor.shop.is_locked(person.slot, person.index, time_s)
        if front is None or locked or not self._reaches(person, front):
            return
        place, lying = slot_place(person.slot), mishandling.tip_back(self._floor, person, front)
        if lying is None and find_chest(self._floor.store.layout, front.world_from_item[:3, 3]) < 0:
            place, lying = FLOOR, mishandling.find_lying_pose(self._floor, person, front.item_id)
        if lying is not None:
            mishandling.knock_over(self._floor, person, front, place, lying, time_s)

    def _let_go_beside(self, person: Person, intent: Intent, time_s: float) -> None:
        """Let go of what the other hand holds."""
        self._let_go(person, intent, time_s)

    def _let_go(self, person: Person, intent: Intent, time_s: float) -> None:
        """Get rid of what a hand holds: onto the shelf before the person, onto the floor, or let it fall."""
        floor, plan = self._floor, person.plan
        hand = plan.handedness if intent.kind == "let_go" else other_hand(plan.handedness)
        held = floor.shop.ledger.items_in(hand_place(plan.trip_code, hand))
        if not held:
            return
        if len(held) > 1:  # one after the other
            person.agenda.appendleft(intent)
        # Nobody who flees opens a door to put something back.
        open_shelf = person.slot >= 0 and floor.case_doors.behind(person.slot) < 0
        pose = self._room_in_reach(person, person.slot, held[0], time_s, hand) if open_shelf else None
        if pose is not None:
            hands.put(floor, person, held[0], pose, time_s, hand=hand)
            return
        squats = intent.kind == "let_go" and plan.mobility == "walking"
        if squats and person.rng.random() < SET_DOWN_SHARE:
            pose = hands.find_floor_pose(floor, person, held[0])
            if pose is not None:
                hands.drop(floor, person, held[0], pose, time_s)
                return
        lying = mishandling.find_lying_pose(floor, person, held[0], hand=hand)
        if lying is None:
            person.agenda.clear()
        else:
            mishandling.let_fall(floor, person, held[0], lying, time_s, hand=hand)

    def _visit_ledge(self, person: Person, intent: Intent, time_s: float) -> None:
        """Carry the item to the nearest free place at a counter; wait for one, or keep it."""
        assert intent.errand is not None  # make_steps gives it
        held = self._floor.shop.held(person.plan) is not None
        poses = mishandling.list_ledge_poses(self._floor, person) if held else []
        for pose in poses:
            stop = self._floor.stops.for_floor(person.index, pose, person.plan.handedness)
            if stop is not None:
                self._walk_to(person, stop, -1)
                return
        person.deferred[intent.errand] += 1
        if poses and person.deferred[intent.errand] <= MOST_WAITS:
            person.agenda.appendleft(intent)
            person.busy_until_s = time_s + WAITING_LOOK_S
        else:
            self._keep_after_all(person, intent)

    def _put_on_ledge(self, person: Person, intent: Intent, time_s: float) -> None:
        assert intent.errand is not None  # make_steps gives it
        item_id = self._floor.shop.held(person.plan)
        if item_id is None:
            return
        for pose in mishandling.list_ledge_poses(self._floor, person):
            if self._reaches(person, Standing(item_id, 0.0, 0.0, pose)):
                act = mishandling.leave_on_ledge(self._floor, person, item_id, pose, time_s)
                self._tell_buyer(person, intent.errand, item_id, -1, act.end_s)
                return
        self._keep_after_all(person, intent)

    def _keep_after_all(self, person: Person, intent: Intent) -> None:
        person.agenda.clear()
        person.agenda.append(Intent("bag"))
        if intent.errand is not None:
            self._give_up(intent.errand)
