"""Putting things where they do not belong: into another product's slot, if need be in place of another thing.

In: people with something in the hand. Out: puts into wrong slots, and the word to who shall buy it there.
"""

import numpy as np

from synth.behaviours.base import MOST_DEFERRALS
from synth.behaviours.mishaps import Mishaps
from synth.handling import hands
from synth.shoppers.errands import Errand
from synth.shoppers.people import Intent, Person

WRONG_RANGE_M = 6.0
OTHER_AISLE_M = 2.5
WRONG_HEIGHT_M = (0.5, 1.45)  # misplaced where a child or a tall adult would both find it
TWIN_HEIGHT_M = (0.2, 1.45)  # people look harder for the slot of a weight twin


class Misplacing(Mishaps):
    """How things get into wrong slots."""

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
        if intent.errand is not None and intent.errand.outcome == "put_back_elsewhere":
            other = self._elsewhere(intent.errand) & (plan.product != floor.shop.product_of(item_id))
        depth_m = float(floor.store.catalogue.size_m[floor.shop.product_of(item_id), 1])
        near = self._by_distance(person, np.flatnonzero(other))
        if intent.errand is not None and intent.errand.twin:
            twin = int(floor.store.catalogue.weight_twin[intent.errand.product])
            if self._go_to_room(person, self._slots_within_height(twin), item_id, depth_m / 2, time_s):
                return
        if self._go_to_room(person, near, item_id, depth_m / 2, time_s):
            return
        self._keep_after_all(person, intent)

    def _seek_glass(self, person: Person, intent: Intent, time_s: float) -> None:
        """Carry the item back to its own slots behind glass; keep it where they have no room."""
        item_id = self._floor.shop.held(person.plan)
        if item_id is None:
            person.agenda.clear()
            return
        product = self._floor.shop.product_of(item_id)
        own = self._slots_of.get(product, np.zeros(0, np.int64))
        glazed = own[[self._floor.case_doors.behind(int(slot)) >= 0 for slot in own]]
        depth_m = float(self._floor.store.catalogue.size_m[product, 1])
        for slot in self._by_distance(person, glazed):
            if self._room(person, slot, item_id, time_s) is not None:
                stop = self._floor.stops.for_slot(person.index, slot, depth_m / 2, person.plan.handedness)
                if stop is not None:
                    self._walk_to(person, stop, slot)
                    return
        self._keep_after_all(person, intent)

    def _elsewhere(self, errand: Errand) -> np.ndarray:
        """Say for each slot (S,) whether it is on another shelf of the product's row, or in another aisle."""
        plan = self._floor.store.planogram
        place_m = plan.world_from_slot[:, :3, 3]
        home = np.flatnonzero(plan.product == errand.product)
        away_m = np.linalg.norm(place_m[:, None, :2] - place_m[home, :2], axis=2).min(axis=1)
        same_row = np.isin(plan.fixture, plan.fixture[home])
        reachable = (place_m[:, 2] > TWIN_HEIGHT_M[0]) & (place_m[:, 2] < TWIN_HEIGHT_M[1])
        if errand.far:
            return reachable & ~same_row & (away_m > OTHER_AISLE_M)
        boards = {(int(f), int(s)) for f, s in zip(plan.fixture[home], plan.shelf[home], strict=True)}
        own = [(int(f), int(s)) in boards for f, s in zip(plan.fixture, plan.shelf, strict=True)]
        return reachable & same_row & ~np.array(own)

    def _go_to_room(
        self, person: Person, slots: list[int], item_id: int, depth_m: float, time_s: float
    ) -> bool:
        """Walk to the first of some slots that has room, or has it after a swap; say whether one has."""
        for room in (self._room, self._room_after_swap):
            for slot in slots:
                if room(person, slot, item_id, time_s) is None:
                    continue
                stop = self._floor.stops.for_slot(person.index, slot, depth_m, person.plan.handedness)
                if stop is not None:
                    self._walk_to(person, stop, slot)
                    if room == self._room_after_swap:
                        self._plan_swap(person, item_id, slot)
                    return True
        return False

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
        pose = self._room(person, person.slot, item_id, time_s)
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
