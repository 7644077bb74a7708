"""Reading labels: turn to where there is room before the eyes, hold the item there, turn back.

In: people who have just taken something. Out: acts begun (synth/handling/hands.py), or nothing where
they are not on foot, its label does not face them, or fixtures and people leave no room.
"""

import math
from collections import deque

import numpy as np
import shapely

from synth.behaviours.glass_doors import AtGlassDoors
from synth.handling import hands
from synth.shoppers.people import Intent, Person
from synth.walking.stops import Stop

READ_S = (1.5, 4.0)
LOOSE = "fruit"  # a package that has no label
FACES, STANDS = math.cos(math.radians(40)), 0.9  # least cosines of a label's way to a person, of upright
TURNS_DEG = (0, 45, -45, 90, -90, 135, -135, 180)
ON_FOOT = ("walking", "stick")  # others have something or somebody before them or at their side, or sit
HAND_M = 0.07  # about what is read
APART_M = 0.45  # from the middle of anybody else


class Reading(AtGlassDoors):
    """What people do who read a label."""

    def _turn_to_read(self, person: Person, intent: Intent, time_s: float) -> None:
        """Turn to where there is room for what the hand holds, or leave it unread."""
        stop, item_id = person.stop, self._floor.shop.held(person.plan)
        heading_rad = None
        on_foot = person.plan.mobility in ON_FOOT
        if on_foot and item_id is not None and self._shows_label(person, item_id):
            heading_rad = self._free_heading_rad(person, item_id)
        if stop is None or heading_rad is None:
            person.agenda = deque(step for step in person.agenda if step.kind not in ("read", "turn_back"))
            return
        person.turned_from, person.stop = stop, Stop(stop.position_m, heading_rad)

    def _read(self, person: Person, intent: Intent, time_s: float) -> None:
        item_id = self._floor.shop.held(person.plan)
        if item_id is not None:
            hands.read(self._floor, person, item_id, time_s, float(person.rng.uniform(*READ_S)))

    def _turn_back(self, person: Person, intent: Intent, time_s: float) -> None:
        """Face the shelf again."""
        if person.stop is not None and person.turned_from is not None:
            person.stop, person.turned_from = person.turned_from, None

    def _shows_label(self, person: Person, item_id: int) -> bool:
        """Say whether an item was taken standing with its label to the person, and not from behind glass."""
        floor = self._floor
        if floor.store.catalogue.package[floor.shop.product_of(item_id)] == LOOSE:
            return False
        if person.slot < 0 or floor.case_doors.behind(person.slot) >= 0:
            return False
        own = (act for act in reversed(floor.shop.acts) if act.shopper == person.index)
        took = next(act for act in own if item_id in act.item_ids)
        if took.kind != "take" or took.world_from_item is None or took.over_m is not None:
            return False
        heading_rad = floor.heading_rad(person)
        toward = -np.array([math.cos(heading_rad), math.sin(heading_rad), 0.0])
        return bool(-took.world_from_item[:3, 1] @ toward > FACES and took.world_from_item[2, 2] > STANDS)

    def _free_heading_rad(self, person: Person, item_id: int) -> float | None:
        """Return the way to face that is nearest to theirs and has room before the eyes, None without any."""
        floor, here_m = self._floor, self._floor.position_m(person)
        half_m = HAND_M + float(np.hypot(*hands.size_of(floor, item_id)[:2])) / 2
        others = [p for p in floor.people if p.inside and p.index != person.index]
        others_m = [floor.position_m(other) for other in others if other.index not in floor.carriers]
        for turn_deg in TURNS_DEG:
            heading_rad = floor.heading_rad(person) + math.radians(turn_deg)
            spot_m = hands.reading_pose(floor, person, heading_rad)[:2, 3]
            taken = shapely.LineString([here_m, spot_m]).buffer(half_m)
            apart_m = min((math.dist(spot_m, other_m) for other_m in others_m), default=math.inf)
            if floor.store.layout.walkable.contains(taken) and apart_m > APART_M:
                return heading_rad
        return None
