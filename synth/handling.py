"""What hands do: take, put, touch, bag and hand over, each a timed act that the shop will book.

In: a `Person` who stands at a slot or face to face with another. Out: acts begun in the `Shop`. The
caller (synth/behaviours.py) has checked the preconditions on the ledger.
"""

import math

import numpy as np

from synth.acts import compute_rest_palm_m, make_act, make_hand_over
from synth.motion import bag_mouth_m
from synth.people import SETTLE_S, Floor, Person
from synth.records import Act
from synth.slots import Standing

HAND_OVER_HEIGHT_M = 1.10  # between adults; scaled by the mean stature of the two
MEAN_STATURE_M = 1.70
AFTER_ACT_S = 0.08


def take(floor: Floor, person: Person, standing: Standing, time_s: float) -> None:
    """Reach for the foremost item of the slot the person stands at."""
    act = _reach(floor, person, "take", standing.item_id, standing.world_from_item, time_s)
    floor.shop.begin_take(act, person.plan, person.slot)
    person.last_product = floor.shop.product_of(standing.item_id)
    _occupy(person, act)


def touch(floor: Floor, person: Person, standing: Standing, time_s: float) -> None:
    """Lay the hand on the foremost item of the slot."""
    act = _reach(floor, person, "touch", standing.item_id, standing.world_from_item, time_s)
    floor.shop.begin_touch(act, person.plan, person.slot)
    _occupy(person, act)


def put(floor: Floor, person: Person, item_id: int, world_from_item: np.ndarray, time_s: float) -> Act:
    """Put the held item into the slot, in a pose that the shelves found."""
    act = _reach(floor, person, "put", item_id, world_from_item, time_s)
    floor.shop.begin_put(act, person.plan, person.slot)
    _occupy(person, act)
    return act


def bag(floor: Floor, person: Person, item_id: int, time_s: float) -> None:
    """Put the held item into the bag on the other side."""
    act, mouth_m = _reach_bag(floor, person, "bag", item_id, time_s)
    floor.shop.begin_bag(act, person.plan, mouth_m)
    _occupy(person, act)


def unbag(floor: Floor, person: Person, item_id: int, time_s: float) -> None:
    """Take an item out of the bag."""
    act, mouth_m = _reach_bag(floor, person, "unbag", item_id, time_s)
    floor.shop.begin_unbag(act, person.plan, mouth_m)
    _occupy(person, act)


def hand_over(floor: Floor, giver: Person, receiver: Person, item_id: int, time_s: float) -> None:
    """Pass the giver's held item to the receiver; both stand face to face."""
    a, b = np.array(floor.position_m(giver)), np.array(floor.position_m(receiver))
    pose = compute_hand_over_pose(
        a, b, giver.plan.body.stature_m, receiver.plan.body.stature_m, float(_size_m(floor, item_id)[2])
    )
    start_s = max(_start_s(giver, time_s), _start_s(receiver, time_s))
    acts = [
        make_act(
            person.index,
            kind,
            person.plan.handedness,
            start_s=start_s,
            palm_m=_rest_palm_m(floor, person),
            goal_m=floor.shop.centre_m(item_id, pose),
            pace=person.pace,
            item_ids=(item_id,),
            world_from_item=pose,
            size_m=_size_m(floor, item_id),
            partner=partner.index,
        )
        for person, kind, partner in ((giver, "hand_over", receiver), (receiver, "receive", giver))
    ]
    giving, receiving = make_hand_over(*acts)
    floor.shop.begin_hand_over(giving, giver.plan, receiving, receiver.plan)
    _occupy(giver, giving)
    _occupy(receiver, receiving)


def compute_hand_over_pose(
    giver_m: np.ndarray,
    receiver_m: np.ndarray,
    giver_stature_m: float,
    receiver_stature_m: float,
    height_m: float,
) -> np.ndarray:
    """Compute where an item passes from hand to hand: upright, half way, its label to the giver.

    Args:
        giver_m, receiver_m: (2,) where the two stand.
        giver_stature_m, receiver_stature_m: Their statures.
        height_m: Height of the item.

    Returns:
        (4, 4) world_from_item.
    """
    along = (receiver_m - giver_m) / np.linalg.norm(receiver_m - giver_m)
    centre_z_m = HAND_OVER_HEIGHT_M * (giver_stature_m + receiver_stature_m) / 2 / MEAN_STATURE_M
    pose = np.eye(4)
    pose[:2, 0] = along[1], -along[0]
    pose[:2, 1] = along
    pose[:2, 3] = (giver_m + receiver_m) / 2
    pose[2, 3] = centre_z_m - height_m / 2
    return pose


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


def _reach(floor: Floor, person: Person, kind: str, item_id: int, pose: np.ndarray, time_s: float) -> Act:
    return make_act(
        person.index,
        kind,
        person.plan.handedness,
        start_s=_start_s(person, time_s),
        palm_m=_rest_palm_m(floor, person),
        goal_m=floor.shop.centre_m(item_id, pose),
        pace=person.pace,
        item_ids=(item_id,),
        world_from_item=np.array(pose),
        size_m=_size_m(floor, item_id),
    )


def _reach_bag(
    floor: Floor, person: Person, kind: str, item_id: int, time_s: float
) -> tuple[Act, np.ndarray]:
    """Time a reach to the bag's mouth and say where that is, (3,)."""
    position_m, heading_rad = floor.position_m(person), floor.crowd.heading_rad(person.index)
    plan = person.plan
    mouth_m = bag_mouth_m(np.array(position_m), heading_rad, plan.body.stature_m, plan.handedness)
    act = make_act(
        person.index,
        kind,
        plan.handedness,
        start_s=_start_s(person, time_s),
        palm_m=_rest_palm_m(floor, person),
        goal_m=mouth_m,
        pace=person.pace,
        item_ids=(item_id,),
        world_from_item=None,
        size_m=_size_m(floor, item_id),
    )
    return act, mouth_m


def _start_s(person: Person, time_s: float) -> float:
    return max(time_s, (person.still_since_s or -np.inf) + SETTLE_S)


def _rest_palm_m(floor: Floor, person: Person) -> np.ndarray:
    position_m, heading_rad = floor.position_m(person), floor.crowd.heading_rad(person.index)
    return compute_rest_palm_m(position_m, heading_rad, person.plan.body.stature_m, person.plan.handedness)


def _size_m(floor: Floor, item_id: int) -> np.ndarray:
    return floor.store.catalogue.size_m[floor.shop.product_of(item_id)]


def _occupy(person: Person, act: Act) -> None:
    person.last_act_end_s = act.end_s
    person.busy_until_s = act.end_s + AFTER_ACT_S
