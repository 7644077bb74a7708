"""What staff do: fill gaps from cases that came from outside, take returns, mop the floor.

In: people of role staff with their errands (synth/shoppers/journeys.py). Out: restocks, puts and stays in the
aisles; each with its precondition checked, so that nothing is fetched for which there is no room.
"""

import math
from functools import cached_property

import numpy as np
import shapely

from synth.behaviours.base import MOST_WAITS, WAITING_LOOK_S, Search
from synth.behaviours.mishaps import HANDY_HEIGHT_M
from synth.behaviours.together import Together
from synth.handling import hands
from synth.handling.lanes import compute_extent_m
from synth.shoppers.errands import Errand
from synth.shoppers.people import Intent, Person
from synth.shoppers.suitable import find_mopped
from synth.walking.stops import Stop

MOP_S = (1.5, 4.0)  # in one place
MOP_WAYS_M = ((0.8, 3.0), (3.0, 12.0))  # to the next, and where none is near
SPOTS_TRIED = 12


class Staffing(Together):
    """How staff work among the shoppers."""

    @cached_property
    def _mopped(self) -> shapely.Geometry:
        """The floor that is mopped, where one can stand."""
        mopped = shapely.intersection(self._floor.stops.floor, find_mopped(self._floor.store))
        shapely.prepare(mopped)
        return mopped

    def _visit_gap(self, person: Person, errand: Errand, time_s: float) -> None:
        """Go to a slot of a product that has room; later, where others stand before all of them."""
        floor, plan = self._floor, self._floor.store.planogram
        slots = self._slots_of[errand.product]
        z_m = plan.world_from_slot[slots, 2, 3]
        handy = slots[(z_m > HANDY_HEIGHT_M[0]) & (z_m < HANDY_HEIGHT_M[1])]
        taken = False
        for slot in self._by_distance(person, handy):
            taken = taken or floor.shop.is_locked(slot, person.index, time_s)
            pose = self._gap(person, slot, time_s)
            if pose is None:
                continue
            board = plan.world_from_slot[slot]
            front_m, back_m = compute_extent_m(board, pose, floor.store.catalogue.size_m[errand.product])
            into_m = float(front_m + back_m) / 2
            stop = floor.stops.for_slot(person.index, slot, into_m, person.plan.handedness)
            if stop is not None:
                self._walk_to(person, stop, slot)
                return
            taken = True
        if taken:
            self._defer(person, errand, time_s)
        else:
            person.agenda.clear()

    def _gap(self, person: Person, slot: int, time_s: float) -> np.ndarray | None:
        """Find where one more item of a slot's own product would go, as far back as one reaches."""
        shop, own = self._floor.shop, int(self._floor.store.planogram.product[slot])
        if shop.is_locked(slot, person.index, time_s):
            return None
        if any(shop.product_of(standing.item_id) != own for standing in shop.shelves.lane(slot)):
            return None
        pose = shop.shelves.stock_pose(slot, own)
        return pose if pose is not None and self._gets_over_rim(person, pose) else None

    def _fetch(self, person: Person, intent: Intent, time_s: float) -> None:
        """Take the next item out of the case, while there is room for it before them."""
        assert intent.errand is not None  # make_steps gives it
        if self._bags_first(person, intent):
            return
        if person.stop is None or self._gap(person, person.slot, time_s) is None:
            person.agenda.clear()
        else:
            hands.fetch(self._floor, person, intent.errand.product, time_s)

    def _stock(self, person: Person, intent: Intent, time_s: float) -> None:
        """Put what was fetched into the gap, or back into the case where somebody was faster."""
        item_id = self._floor.shop.held(person.plan)
        pose = self._gap(person, person.slot, time_s)
        if item_id is None or pose is None:
            person.agenda.clear()
            person.agenda.append(Intent("bag", intent.errand))
        else:
            hands.put(self._floor, person, item_id, pose, time_s)

    def _shelve(self, person: Person, intent: Intent, time_s: float) -> None:
        """Carry a returned item to its shelf, once one can get there; without room it is kept in the case."""
        item_id, errand = self._floor.shop.held(person.plan), intent.errand
        search = Search.NONE
        if item_id is not None and errand is not None:
            search = self._visit_room(person, errand, item_id, time_s)
            person.deferred[errand] += search is Search.TAKEN
            if search is Search.TAKEN and person.deferred[errand] <= MOST_WAITS:
                person.agenda.appendleft(intent)
                person.busy_until_s = time_s + WAITING_LOOK_S
                return
        if search is not Search.FOUND:
            person.agenda.clear()
            person.agenda.append(Intent("bag", intent.errand))

    def _visit_aisle(self, person: Person, intent: Intent, time_s: float) -> None:
        """Go to the next piece of the floor, once there is one where nobody stands."""
        floor, here_m = self._floor, self._floor.position_m(person)
        for nearest_m, farthest_m in MOP_WAYS_M:
            for _ in range(SPOTS_TRIED):
                way_m, turn = person.rng.uniform(nearest_m, farthest_m), person.rng.uniform(-math.pi, math.pi)
                spot_m = (here_m[0] + way_m * math.cos(turn), here_m[1] + way_m * math.sin(turn))
                if shapely.intersects_xy(self._mopped, *spot_m) and floor.stops.is_free(person.index, spot_m):
                    self._walk_to(person, Stop(spot_m, turn), -1)
                    return
        person.agenda.appendleft(intent)
        person.busy_until_s = time_s + WAITING_LOOK_S

    def _mop(self, person: Person, intent: Intent, time_s: float) -> None:
        person.busy_until_s = time_s + float(person.rng.uniform(*MOP_S))
