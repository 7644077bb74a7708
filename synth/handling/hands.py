"""What hands do: take, put, touch, bag, hand over..., each a timed act that the shop will book.

In: a `Person` who stands at a slot or face to face with another. Out: acts begun in the `Shop`. The
caller (synth/behaviours/) has checked the preconditions on the ledger.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from synth.bodies.carried import child_palm_m
from synth.handling.acts import compute_rest_palm_m, make_act, make_hand_over
from synth.handling.chests import find_rim
from synth.handling.lanes import Standing
from synth.handling.poses import (
    compute_chest_pose,
    compute_hand_over_pose,
    compute_mouth_pose,
    compute_reading_pose,
)
from synth.motion import bag_mouth_m
from synth.records import Act, other_hand
from synth.shoppers.people import SETTLE_S, Floor, Person

AFTER_ACT_S = 0.08
QUICK_PACE = 1.0  # of who takes things one after the other in haste
FLOOR_AHEAD_M = (0.40, 0.37, 0.34)  # where things are left, ahead of the body's centre
FLOOR_ASIDE_M = 0.10  # to the side of the hand


def take(
    floor: Floor,
    person: Person,
    standings: Sequence[Standing],
    time_s: float,
    *,
    hand: str = "",
    slot: int = -1,
) -> None:
    """Reach for some items of the slot the person stands at, or the one named, and take them in one grab."""
    act = plan_take(floor, person, standings, time_s, hand=hand)
    begin_take(floor, person, act, standings, slot=slot)


def plan_take(
    floor: Floor, person: Person, standings: Sequence[Standing], time_s: float, *, hand: str = ""
) -> Act:
    """Time the reach for some items of a slot without beginning it."""
    front = standings[0]
    act = plan_reach(floor, person, "take", front.item_id, front.world_from_item, time_s, hand=hand)
    plan = person.plan
    hands_free = plan.mobility == "walking" and not (plan.phone or plan.umbrella or plan.is_one_handed)
    both = person.label == "both_hands" and hands_free and floor.shop.held_beside(plan) is None
    others = tuple(np.array(standing.world_from_item) for standing in standings[1:])
    items = tuple(standing.item_id for standing in standings)
    return replace(act, item_ids=items, others=others, both=both)


def begin_take(
    floor: Floor, person: Person, act: Act, standings: Sequence[Standing], *, slot: int = -1
) -> None:
    """Begin a reach that was timed before."""
    centres_m = tuple(floor.shop.centre_m(s.item_id, s.world_from_item) for s in standings)
    floor.shop.begin_take(act, person.plan, slot if slot >= 0 else person.slot, centres_m)
    person.last_product = floor.shop.product_of(standings[0].item_id)
    occupy(person, act)


def touch(floor: Floor, person: Person, standing: Standing, time_s: float, hold_s: float = 0.0) -> None:
    """Lay the hand on the foremost item of the slot, and leave it there for a while."""
    act = plan_reach(floor, person, "touch", standing.item_id, standing.world_from_item, time_s, hold_s)
    floor.shop.begin_touch(act, person.plan, person.slot)
    occupy(person, act)


def put(
    floor: Floor,
    person: Person,
    item_id: int,
    world_from_item: np.ndarray,
    time_s: float,
    *,
    hand: str = "",
    slot: int = -1,
) -> Act:
    """Put the held item into the slot the person stands at, or the one named, where the shelves have room."""
    act = plan_reach(floor, person, "put", item_id, world_from_item, time_s, hand=hand)
    floor.shop.begin_put(act, person.plan, slot if slot >= 0 else person.slot)
    occupy(person, act)
    return act


def bag(floor: Floor, person: Person, time_s: float) -> None:
    """Put what the hand holds into the bag, or if that is empty what the other hand holds."""
    held = floor.shop.all_held(person.plan)
    hand = person.plan.handedness if held else other_hand(person.plan.handedness)
    beside = floor.shop.held_beside(person.plan)
    items = held or ((beside,) if beside is not None else ())
    act, mouth_m = _reach_bag(floor, person, "bag", items, time_s, hand=hand)
    floor.shop.begin_bag(act, person.plan, mouth_m)
    occupy(person, act)


def unbag(floor: Floor, person: Person, item_id: int, time_s: float) -> None:
    """Take an item out of the bag."""
    act, mouth_m = _reach_bag(floor, person, "unbag", (item_id,), time_s)
    floor.shop.begin_unbag(act, person.plan, mouth_m)
    occupy(person, act)


def fetch(floor: Floor, person: Person, product: int, time_s: float) -> None:
    """Take an item of a product that comes from outside out of the case that one of the staff carries."""
    item_id = floor.shop.number_new(product)
    act, mouth_m = _reach_bag(floor, person, "unbag", (item_id,), time_s)
    floor.shop.begin_restock(act, person.plan, mouth_m)
    occupy(person, act)


def sip(floor: Floor, person: Person, item_id: int, time_s: float, hold_s: float) -> None:
    """Bring the held item to the mouth, and eat or drink for a while."""
    pose = compute_mouth_pose(
        floor.position_m(person),
        floor.heading_rad(person),
        person.plan.body.stature_m,
        size_of(floor, item_id),
    )
    act = plan_reach(floor, person, "sip", item_id, pose, time_s, hold_s)
    floor.shop.begin_in_hand(act)
    occupy(person, act)


def read(floor: Floor, person: Person, item_id: int, time_s: float, hold_s: float) -> None:
    """Lift the held item before the eyes, and read its label for a while."""
    pose = reading_pose(floor, person, floor.heading_rad(person))
    act = plan_palm_reach(floor, person, "read", pose, start_s(person, time_s), hold_s)
    act = replace(act, item_ids=(item_id,), size_m=size_of(floor, item_id))
    floor.shop.begin_in_hand(act)
    occupy(person, act)


def reading_pose(floor: Floor, person: Person, heading_rad: float) -> np.ndarray:
    """Return where (4, 4) the middle of what a person reads is, if they face a way."""
    return compute_reading_pose(floor.position_m(person), heading_rad, person.plan.body.stature_m)


def consume(floor: Floor, person: Person, time_s: float) -> None:
    """Put the empty package away: from here on the item counts as consumed."""
    act, mouth_m = _reach_bag(floor, person, "consume", floor.shop.all_held(person.plan), time_s)
    floor.shop.begin_consume(act, person.plan, mouth_m)
    occupy(person, act)


def drop(floor: Floor, person: Person, item_id: int, pose: np.ndarray, time_s: float) -> Act:
    """Squat and leave the held item on the floor."""
    act = plan_reach(floor, person, "drop", item_id, pose, time_s)
    floor.shop.begin_drop(act, person.plan)
    occupy(person, act)
    return act


def pick_up(floor: Floor, person: Person, standing: Standing, time_s: float) -> None:
    """Squat and pick an item up from the floor."""
    act = plan_reach(floor, person, "pick_up", standing.item_id, standing.world_from_item, time_s)
    floor.shop.begin_pick_up(act, person.plan)
    occupy(person, act)


def find_floor_pose(floor: Floor, person: Person, item_id: int) -> np.ndarray | None:
    """Find where the held item may lie on the floor before the person: upright, off all fixtures and items.

    Returns:
        (4, 4) world_from_item, None where there is no room.
    """
    return find_floor_spot(floor, person, size_of(floor, item_id)[:2])


def find_floor_spot(floor: Floor, person: Person, size_m: Sequence[float] | np.ndarray) -> np.ndarray | None:
    """The same for anything that takes so much of the floor across and ahead."""
    heading_rad = floor.heading_rad(person)
    ahead = np.array([math.cos(heading_rad), math.sin(heading_rad)])
    left = np.array([-ahead[1], ahead[0]])
    side = FLOOR_ASIDE_M if person.plan.handedness == "left" else -FLOOR_ASIDE_M
    half_m = np.array(size_m) / 2 + 0.01
    for ahead_m in FLOOR_AHEAD_M:
        spot = np.array(floor.position_m(person)) + ahead_m * ahead + side * left
        corners = [
            spot + sx * half_m[0] * left + sy * half_m[1] * ahead
            for sx, sy in ((1, 1), (1, -1), (-1, -1), (-1, 1))
        ]
        near = any(math.dist(pose[:2, 3], spot) < 0.25 for pose in floor.shop.list_lying())
        if near or not floor.store.layout.walkable.contains(shapely.Polygon(corners)):
            continue
        pose = np.eye(4)
        pose[:2, 0], pose[:2, 1], pose[:2, 3] = -left, ahead, spot
        return pose
    return None


def hand_over(
    floor: Floor, giver: Person, receiver: Person, item_id: int, time_s: float, *, kind: str = "hand_over"
) -> None:
    """Pass the giver's held item to the receiver, as an event of a kind; both stand face to face.

    A carried child gives it to the adult before the adult's chest.
    """
    a, b = np.array(floor.position_m(giver)), np.array(floor.position_m(receiver))
    height_m = float(size_of(floor, item_id)[2])
    if giver.plan.carried_by:
        pose = compute_chest_pose(b, floor.heading_rad(receiver), receiver.plan.body.stature_m, height_m)
    else:
        statures_m = giver.plan.body.stature_m, receiver.plan.body.stature_m
        pose = compute_hand_over_pose(a, b, *statures_m, height_m)
    both_s = max(start_s(giver, time_s), start_s(receiver, time_s))
    acts = [
        make_act(
            person.index,
            act,
            person.plan.handedness,
            start_s=both_s,
            palm_m=rest_palm_m(floor, person, person.plan.handedness),
            goal_m=floor.shop.centre_m(item_id, pose),
            pace=pace_of(person),
            item_ids=floor.shop.all_held(giver.plan),
            world_from_item=pose,
            size_m=size_of(floor, item_id),
            partner=partner.index,
            behaviour=giver.label,
        )
        for person, act, partner in ((giver, "hand_over", receiver), (receiver, "receive", giver))
    ]
    giving, receiving = make_hand_over(*acts)
    floor.shop.begin_hand_over(giving, giver.plan, receiving, receiver.plan, kind)
    occupy(giver, giving)
    occupy(receiver, receiving)


def compute_reach_to(
    position_m: tuple[float, float], heading_rad: float, goal_m: np.ndarray
) -> tuple[float, float]:
    """Compute where a goal is as the body sees it: metres ahead and metres to the left.

    >>> compute_reach_to((0.0, 0.0), 0.0, np.array([0.5, -0.1, 1.0]))
    (0.5, -0.1)
    """
    dx, dy = float(goal_m[0] - position_m[0]), float(goal_m[1] - position_m[1])
    cos, sin = math.cos(heading_rad), math.sin(heading_rad)
    return cos * dx + sin * dy, cos * dy - sin * dx


def plan_reach(
    floor: Floor,
    person: Person,
    kind: str,
    item_id: int,
    pose: np.ndarray,
    time_s: float,
    hold_s: float = 0.0,
    *,
    hand: str = "",
    over_m: np.ndarray | None = None,
) -> Act:
    """Time a reach of the acting hand, or of the one named, to an item in a pose, perhaps over a rim."""
    hand = hand or person.plan.handedness
    goal_m = floor.shop.centre_m(item_id, pose)
    return make_act(
        person.index,
        kind,
        hand,
        start_s=start_s(person, time_s),
        palm_m=rest_palm_m(floor, person, hand),
        goal_m=goal_m,
        pace=pace_of(person),
        item_ids=(item_id,),
        world_from_item=np.array(pose),
        size_m=size_of(floor, item_id),
        hold_s=hold_s,
        behaviour=person.label,
        over_m=find_rim(floor.store.layout, floor.position_m(person), goal_m) if over_m is None else over_m,
    )


def plan_palm_reach(
    floor: Floor, person: Person, kind: str, pose: np.ndarray, start_s: float, hold_s: float = 0.0
) -> Act:
    """Time a reach of the acting hand, by which no item moves, to a pose (4, 4) of palm or item."""
    return make_act(
        person.index,
        kind,
        person.plan.handedness,
        start_s=start_s,
        palm_m=rest_palm_m(floor, person, person.plan.handedness),
        goal_m=pose[:3, 3],
        pace=pace_of(person),
        item_ids=(),
        world_from_item=pose,
        size_m=np.zeros(3),
        hold_s=hold_s,
        behaviour=person.label,
    )


def _reach_bag(
    floor: Floor, person: Person, kind: str, item_ids: tuple[int, ...], time_s: float, *, hand: str = ""
) -> tuple[Act, np.ndarray]:
    """Time a reach to the bag's mouth and say where that is, (3,)."""
    position_m, heading_rad = floor.position_m(person), floor.heading_rad(person)
    plan = person.plan
    mouth_m = bag_mouth_m(np.array(position_m), heading_rad, plan.body.stature_m, plan.bag_side)
    hand = hand or plan.handedness
    act = make_act(
        person.index,
        kind,
        hand,
        start_s=start_s(person, time_s),
        palm_m=rest_palm_m(floor, person, hand),
        goal_m=mouth_m,
        pace=pace_of(person),
        item_ids=item_ids,
        world_from_item=None,
        size_m=size_of(floor, item_ids[0]),
        behaviour=person.label,
    )
    return act, mouth_m


def pace_of(person: Person) -> float:
    """Return how slow a person's hands are now."""
    return min(person.pace, QUICK_PACE) if person.label == "adjacent_quickly" else person.pace


def start_s(person: Person, time_s: float) -> float:
    """Return when a person who stands may begin an act at the earliest."""
    return time_s if person.still_since_s is None else max(time_s, person.still_since_s + SETTLE_S)


def rest_palm_m(floor: Floor, person: Person, hand: str) -> np.ndarray:
    """Return about where a palm is at rest, (3,): beside the body, a carried child's on the adult's chest."""
    position_m, heading_rad = floor.position_m(person), floor.heading_rad(person)
    stature_m = person.plan.body.stature_m
    if person.index in floor.carriers:
        adult = floor.people[floor.carriers[person.index]].plan.body
        return child_palm_m(position_m, heading_rad, adult.stature_m, stature_m)
    return compute_rest_palm_m(position_m, heading_rad, stature_m, hand)


def size_of(floor: Floor, item_id: int) -> np.ndarray:
    """Return the size (3,) of an item."""
    return floor.store.catalogue.size_m[floor.shop.product_of(item_id)]


def occupy(person: Person, act: Act) -> None:
    """Keep a person busy until an act is over."""
    person.last_act_end_s = act.end_s
    person.busy_until_s = act.end_s + AFTER_ACT_S
