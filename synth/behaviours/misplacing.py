"""Putting things where they do not belong: into another product's slot, if need be in place of another thing.

In: people with something in the hand. Out: puts into wrong slots, and the word to who shall buy it there.
"""

from collections import deque
from dataclasses import replace

import numpy as np

from synth.behaviours.base import MOST_DEFERRALS, Search
from synth.behaviours.mishaps import Mishaps
from synth.handling import hands
from synth.shoppers.errands import Errand
from synth.shoppers.people import Intent, Person
from synth.shoppers.suitable import TWIN_HEIGHT_M, WRONG_HEIGHT_M, WRONG_RANGE_M, is_elsewhere


class Misplacing(Mishaps):
    """How things get into wrong slots."""

    def _seek_wrong(self, person: Person, intent: Intent, time_s: float) -> None:
        """Carry the item to another product's slot that has room in front, preferably near.

        Where others stand before all of them people go on and come again; without room they keep it.
        """
        floor, item_id = self._floor, self._floor.shop.held(person.plan)
        if item_id is None:
            person.agenda.clear()
            return
        plan = floor.store.planogram
        z_m = plan.world_from_slot[:, 2, 3]
        away_m = np.linalg.norm(self._slot_xy - floor.position_m(person), axis=1)
        other = (plan.product != floor.shop.product_of(item_id)) & (away_m < WRONG_RANGE_M)
        other &= (z_m > WRONG_HEIGHT_M[0]) & (z_m < WRONG_HEIGHT_M[1])
        if intent.errand is not None and intent.errand.outcome == "put_back_elsewhere":
            other = is_elsewhere(floor.store, intent.errand.product, far=intent.errand.far)
        search = Search.NONE
        if intent.errand is not None and intent.errand.twin:
            twin = int(floor.store.catalogue.weight_twin[intent.errand.product])
            search = self._go_to_room(person, self._slots_within_height(twin), item_id, time_s, swaps=True)
            if search is Search.NONE:  # it is put wrongly like anything else then, and its events say so
                intent = self._forget_twin(person, intent.errand)
        if search is Search.NONE:
            near = self._by_distance(person, np.flatnonzero(other))
            search = self._go_to_room(person, near, item_id, time_s, swaps=True)
        self._settle(person, intent, search)

    def _forget_twin(self, person: Person, errand: Errand) -> Intent:
        """Go on with an errand as with one that is after no twin, and return the step to go on with."""
        plain = replace(errand, twin=False)
        steps = (replace(step, errand=plain) if step.errand == errand else step for step in person.agenda)
        person.agenda = deque(steps)
        person.errand, person.label = plain, plain.label
        return Intent("seek_wrong", plain)

    def _seek_glass(self, person: Person, intent: Intent, time_s: float) -> None:
        """Carry the item back to its own slots behind glass, as `_seek_wrong` does."""
        item_id = self._floor.shop.held(person.plan)
        if item_id is None:
            person.agenda.clear()
            return
        product = self._floor.shop.product_of(item_id)
        own = self._slots_of.get(product, np.zeros(0, np.int64))
        glazed = own[[self._floor.case_doors.behind(int(slot)) >= 0 for slot in own]]
        near = self._by_distance(person, glazed)
        self._settle(person, intent, self._go_to_room(person, near, item_id, time_s, swaps=False))

    def _settle(self, person: Person, intent: Intent, search: Search) -> None:
        """Have who found all places taken look at something else and seek again; else they keep the item."""
        assert intent.errand is not None  # make_steps gives it
        person.deferred[intent.errand] += search is Search.TAKEN
        if search is Search.TAKEN and person.deferred[intent.errand] <= MOST_DEFERRALS:
            person.agenda.extendleft([intent, Intent("stroll", intent.errand)])
        elif search is not Search.FOUND:
            self._keep_after_all(person, intent)

    def _go_to_room(
        self, person: Person, slots: list[int], item_id: int, time_s: float, *, swaps: bool
    ) -> Search:
        """Walk to the first of some slots that has room, or may have it after a swap."""
        shop = self._floor.shop
        product = shop.product_of(item_id)
        taken = False
        for room in (self._room, self._room_after_swap) if swaps else (self._room,):
            for slot in slots:
                locked = shop.is_locked(slot, person.index, time_s)
                if not locked and room(person, slot, item_id, time_s) is None:
                    continue
                stop = None if locked else self._stop_to_put(person, slot, product)
                if stop is not None:
                    self._walk_to(person, stop, slot)
                    if room == self._room_after_swap:
                        self._plan_swap(person, item_id, slot)
                    return Search.FOUND
                into_m, hand = self._put_y_m(slot, product), person.plan.handedness
                taken = taken or self._floor.stops.is_approachable(person.index, slot, into_m, hand)
        return Search.TAKEN if taken else Search.NONE

    def _room_after_swap(self, person: Person, slot: int, item_id: int, time_s: float) -> np.ndarray | None:
        """Find where an item may be put once the foremost one of a slot has been taken."""
        if not self._floor.shop.shelves.lane(slot):
            return None
        return self._room_for(person, slot, item_id, time_s, without=1)

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
        pose = self._room_in_reach(person, person.slot, item_id, time_s)
        if pose is None:
            person.deferred[intent.errand] += 1
            if person.deferred[intent.errand] > MOST_DEFERRALS:
                self._keep_after_all(person, intent)
            else:
                person.agenda.extendleft([intent, Intent("seek_wrong", intent.errand)])
            return
        act = hands.put(self._floor, person, item_id, pose, time_s)
        self._tell_buyer(person, intent.errand, item_id, person.slot, act.end_s)

    def _slots_within_height(self, product: int) -> list[int]:
        """List the slots of a product at which things are left."""
        slots = self._slots_of.get(product, np.zeros(0, np.int64))
        z_m = self._floor.store.planogram.world_from_slot[slots, 2, 3]
        return [int(s) for s in slots[(z_m > TWIN_HEIGHT_M[0]) & (z_m < TWIN_HEIGHT_M[1])]]
