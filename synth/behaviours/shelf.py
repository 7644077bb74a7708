"""At the shelf: touch, take one or several, hold, put back, swap, eat, leave on the floor and pick up.

In: people who stand at a slot. Out: acts begun (synth/handling/hands.py), each with its precondition checked.
"""

import numpy as np

from synth.behaviours.base import MOST_DEFERRALS, WAITING_LOOK_S
from synth.behaviours.carts import Loading
from synth.handling import hands
from synth.handling.lanes import Standing
from synth.ledger import bag_place
from synth.shoppers.errands import Errand
from synth.shoppers.people import Intent, Person

GRAB_DEPTH_M = 0.22  # how far behind the edge the last item of one grab may stand
GRAB_GAP_M = 0.03  # at most between one and the next, which the hand spans
PRESS_S = (3.0, 7.0)
SIP_S = (1.5, 3.0)
BESIDE_M = 1.1


class AtShelf(Loading):
    """What people do where they stand."""

    def _touch(self, person: Person, intent: Intent, time_s: float) -> None:
        if self._bags_first(person, intent):
            return
        front = self._floor.shop.shelves.front(person.slot)
        free = not self._floor.shop.is_locked(person.slot, person.index, time_s)
        if front is not None and free and self._reaches(person, front):
            person.label = "touch"
            hands.touch(self._floor, person, front, time_s)

    def _take(self, person: Person, intent: Intent, time_s: float) -> None:
        assert intent.errand is not None  # make_steps gives takes their errand
        if self._bags_first(person, intent):
            return
        front = self._wanted(person.slot, intent.errand)
        locked = self._floor.shop.is_locked(person.slot, person.index, time_s)
        if (
            front is None
            or locked
            or not self._reaches(person, front)
            or not self._is_at_height(person, front)
        ):
            self._take_failed(person, intent.errand, time_s)
            return
        standings = self._grab(person.slot, intent.errand)
        hands.take(self._floor, person, standings, time_s)

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
        """Put what the hand holds into the trolley or basket; without one, or room in it, into the bag."""
        if self._floor.shop.held(person.plan) is not None and not self._loads(person, intent, time_s):
            hands.bag(self._floor, person, time_s)

    def _unbag(self, person: Person, intent: Intent, time_s: float) -> None:
        """Take the item that shall go out of the bag, trolley or basket again."""
        if self._bags_first(person, intent):
            return
        if person.swapped is not None:
            if person.swapped in self._floor.shop.ledger.items_in(bag_place(person.plan.trip_code)):
                hands.unbag(self._floor, person, person.swapped, time_s)
            elif self._unloads(person, intent, person.swapped, time_s) and person.agenda[0] is intent:
                return  # they turn to the trolley first
            person.swapped = None

    def _put_back(self, person: Person, intent: Intent, time_s: float) -> None:
        """Put the item back where it came from; keep it if something is in the way there."""
        shop, item_id = self._floor.shop, self._floor.shop.held(person.plan)
        if item_id is None:
            return
        pose = self._room_in_reach(person, person.slot, item_id, time_s)
        if pose is not None:
            hands.put(self._floor, person, item_id, pose, time_s)
        elif shop.is_locked(person.slot, person.index, time_s):  # until the other hand is out again
            person.agenda.appendleft(intent)
            person.busy_until_s = time_s + WAITING_LOOK_S
        else:
            person.agenda.appendleft(Intent("bag"))

    def _room(self, person: Person, slot: int, item_id: int, time_s: float) -> np.ndarray | None:
        """Find where a person may put an item at the front of a slot that holds only its own product."""
        return self._room_for(person, slot, item_id, time_s, without=0)

    def _room_in_reach(
        self, person: Person, slot: int, item_id: int, time_s: float, hand: str = ""
    ) -> np.ndarray | None:
        """The same from where a person stands, for the acting or a given hand; None where it is too far."""
        pose = self._room(person, slot, item_id, time_s)
        reached = pose is not None and self._reaches(person, Standing(item_id, 0.0, 0.0, pose), hand)
        return pose if reached else None

    def _room_for(
        self, person: Person, slot: int, item_id: int, time_s: float, *, without: int
    ) -> np.ndarray | None:
        """The same, with so many of the foremost items thought away; None where the arms do not reach."""
        shop = self._floor.shop
        own = int(self._floor.store.planogram.product[slot])
        if shop.is_locked(slot, person.index, time_s):
            return None
        if any(shop.product_of(standing.item_id) != own for standing in shop.shelves.lane(slot)):
            return None
        pose = shop.shelves.put_pose(slot, shop.product_of(item_id), without=without)
        if pose is None or not self._is_at_height(person, Standing(item_id, 0.0, 0.0, pose)):
            return None
        return pose

    def _grab(self, slot: int, errand: Errand) -> list[Standing]:
        """Return the foremost items of a slot that one grab takes: as many as wanted, all of the product.

        None is left out between two of them: it might lie on the next. In a heap the next may be out of the
        hand's reach, behind one that was taken.
        """
        shop = self._floor.shop
        first, *others = shop.shelves.lane(slot)[: errand.quantity]
        product = shop.product_of(first.item_id)
        apart_m = float(self._floor.store.catalogue.size_m[product].max()) + GRAB_GAP_M
        grabbed = [first]
        for one in others:
            way_m = (one.world_from_item - grabbed[-1].world_from_item)[:3, 3]
            near = one.front_m < GRAB_DEPTH_M and np.linalg.norm(way_m) <= apart_m
            if shop.product_of(one.item_id) != product or not near:
                break
            grabbed.append(one)
        return grabbed

    def _press(self, person: Person, intent: Intent, time_s: float) -> None:
        """Rest the hand on the foremost item for long."""
        if self._bags_first(person, intent):
            return
        front = self._floor.shop.shelves.front(person.slot)
        free = not self._floor.shop.is_locked(person.slot, person.index, time_s)
        if front is not None and free and self._reaches(person, front):
            hands.touch(self._floor, person, front, time_s, hold_s=person.rng.uniform(*PRESS_S))

    def _take_beside(self, person: Person, intent: Intent, time_s: float) -> None:
        """Take another product within reach, the look-alike of the last one first."""
        assert intent.errand is not None  # make_steps gives it
        if self._bags_first(person, intent):
            return
        floor, shelves = self._floor, self._floor.shop.shelves
        plan = floor.store.planogram
        like = int(floor.store.catalogue.look_alike[intent.errand.product])
        near = np.flatnonzero(np.linalg.norm(self._slot_xy - floor.position_m(person), axis=1) < BESIDE_M)
        wrong = {intent.errand.product, person.last_product}
        order = sorted(near, key=lambda s: (plan.product[s] != like, *self._away_from(person.slot, int(s))))
        for slot in (int(s) for s in order):
            front = shelves.front(slot)
            if front is None or floor.shop.is_locked(slot, person.index, time_s):
                continue
            if not floor.case_doors.lets_in(slot, time_s):
                continue
            if floor.shop.product_of(front.item_id) in wrong or not self._is_at_height(person, front):
                continue
            if self._reaches(person, front):
                person.slot = slot
                hands.take(floor, person, [front], time_s)
                return

    def _away_from(self, slot: int, other: int) -> tuple[float, float]:
        """Return how far a slot is from another one, in height first."""
        way_m = self._floor.store.planogram.world_from_slot[[slot, other], :3, 3]
        return abs(float(way_m[1, 2] - way_m[0, 2])), float(np.linalg.norm(way_m[1] - way_m[0]))

    def _sip(self, person: Person, intent: Intent, time_s: float) -> None:
        """Eat or drink what the hand holds."""
        item_id = self._floor.shop.held(person.plan)
        if item_id is not None:
            hands.sip(self._floor, person, item_id, time_s, float(person.rng.uniform(*SIP_S)))

    def _consume(self, person: Person, intent: Intent, time_s: float) -> None:
        if self._floor.shop.held(person.plan) is not None:
            hands.consume(self._floor, person, time_s)

    def _drop(self, person: Person, intent: Intent, time_s: float) -> None:
        """Leave the held item on the floor, or keep it where there is no room."""
        item_id = self._floor.shop.held(person.plan)
        if item_id is None:
            return
        pose = hands.find_floor_pose(self._floor, person, item_id)
        if pose is None:
            person.agenda.appendleft(Intent("bag"))
            if intent.errand is not None:
                self._give_up(intent.errand)
            return
        act = hands.drop(self._floor, person, item_id, pose, time_s)
        self._tell_buyer(person, intent.errand, item_id, -1, act.end_s)

    def _lying(self, errand: Errand) -> Standing | None:
        """Return the item on the floor that an errand is after, if it still lies there."""
        left = self._floor.misplaced.get(errand.story)
        if left is None or left.item_id not in self._floor.shop.lying:
            return None
        return Standing(left.item_id, 0.0, 0.0, self._floor.shop.lying[left.item_id])

    def _visit_floor(self, person: Person, intent: Intent, time_s: float) -> None:
        """Go to an item that somebody left on the floor."""
        assert intent.errand is not None  # make_steps gives it
        lying = self._lying(intent.errand)
        if lying is None:
            person.agenda.clear()
            return
        stop = self._floor.stops.for_floor(person.index, lying.world_from_item, person.plan.handedness)
        if stop is None:
            self._defer(person, intent.errand, time_s)
        else:
            self._walk_to(person, stop, -1)

    def _pick_up(self, person: Person, intent: Intent, time_s: float) -> None:
        assert intent.errand is not None  # make_steps gives it
        if self._bags_first(person, intent):
            return
        lying = self._lying(intent.errand)
        if lying is None or not self._reaches(person, lying):
            person.agenda.clear()
            return
        hands.pick_up(self._floor, person, lying, time_s)
