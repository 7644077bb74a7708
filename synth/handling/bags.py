"""What hands do with bags and coats: take them off, swap them, set bags down, take them up, put them on.

In: people who stand somewhere, preconditions checked by the caller (synth/behaviours/bags.py). Out: acts
begun in the `Shop`. A bag keeps the name of the trip that it came in with, and so does a coat; what they hold
is the ledger's `bag:<trip>` and `arm:<trip>` of whoever carries them now.
"""

from dataclasses import replace

import numpy as np

from synth.bodies.bag import hand_height_m
from synth.bodies.coat import LAID_S, ON_TOP_M, compute_fold_m
from synth.handling.acts import make_hand_over
from synth.handling.bookings import Passing
from synth.handling.hands import occupy, plan_palm_reach, start_s
from synth.handling.poses import compute_hand_over_pose
from synth.ledger import arm_place, bag_place, lone_bag_place
from synth.motion import bag_mouth_m
from synth.records import Act, other_hand
from synth.shoppers.people import Floor, Person


def take_off(floor: Floor, pair: tuple[Person, Person], time_s: float, *, coats: bool) -> None:
    """Let two people who stand face to face take off what they will swap, bags or the coats on their arms."""
    for person in pair:
        _handle_worn(floor, person, "unsling", start_s(person, time_s), coats=coats)


def exchange(floor: Floor, pair: tuple[Person, Person], *, coats: bool) -> None:
    """Let both give each other what they have taken off, with all that is in it, as soon as both have."""
    first, second = pair
    here_m, there_m = (np.array(floor.position_m(person)) for person in pair)
    statures_m = first.plan.body.stature_m, second.plan.body.stature_m
    pose = compute_hand_over_pose(here_m, there_m, *statures_m, 0.0)
    ready_s = max(person.last_act_end_s for person in pair)
    given = [
        replace(
            plan_palm_reach(floor, person, "swap", pose, ready_s),
            partner=other.index,
            bag="" if coats else person.bag,
            coat=person.coat if coats else "",
        )
        for person, other in (pair, pair[::-1])
    ]
    acts = make_hand_over(*given)
    place_of = arm_place if coats else bag_place
    moves = [
        Passing(
            "swap",
            giver.plan.trip_code,
            giver.plan.handedness,
            place_of(giver.plan.trip_code),
            place_of(receiver.plan.trip_code),
            pose[:3, 3],
            first.label,
        )
        for giver, receiver in (pair, pair[::-1])
    ]
    floor.shop.begin_passing(acts, moves, acts[0].contact_s)
    for person, act in zip(pair, acts, strict=True):
        occupy(person, act)
    if coats:
        first.coat, second.coat = second.coat, first.coat
    else:
        first.bag, second.bag = second.bag, first.bag


def put_on(floor: Floor, person: Person, *, coats: bool) -> None:
    """Let somebody put on what was just given to them."""
    _handle_worn(floor, person, "sling", person.last_act_end_s, coats=coats)


def _handle_worn(floor: Floor, person: Person, kind: str, start_s: float, *, coats: bool) -> None:
    """Begin to take off or put on the bag, or the coat, that a person has now."""
    reach_worn = _reach_arm if coats else _reach_shoulder
    act = reach_worn(floor, person, kind, start_s)
    floor.shop.begin_worn(act)
    occupy(person, act)


def set_bag_down(floor: Floor, person: Person, pose: np.ndarray, time_s: float) -> float:
    """Set the bag down on the floor in a pose (4, 4) and return when it stands there."""
    trip = person.plan.trip_code
    off = _reach_shoulder(floor, person, "unsling", start_s(person, time_s))
    down = _reach(floor, person, "set_down", off.end_s, _grip_of(pose, person))
    place = lone_bag_place(trip)
    move = Passing("set_down", trip, down.hand, bag_place(trip), place, pose[:3, 3], person.label)
    floor.shop.begin_passing((off, down), [move], down.contact_s)
    floor.shop.lone_bags[place] = person.bag, pose
    person.bag = ""
    occupy(person, down)
    return down.end_s


def take_bag_up(floor: Floor, person: Person, place: str, time_s: float) -> None:
    """Take a lone bag up; who has none of their own hangs it on the shoulder, others carry it in the hand."""
    bag, pose = floor.shop.lone_bags.pop(place)
    trip = person.plan.trip_code
    worn = not person.bag
    up = replace(_reach(floor, person, "take_up", start_s(person, time_s), _grip_of(pose, person)), bag=bag)
    acts = [up]
    if worn:
        person.bag = bag
        acts.append(_reach_shoulder(floor, person, "sling", up.end_s))
    move = Passing("take_up", trip, up.hand, place, bag_place(trip), pose[:3, 3], person.label)
    floor.shop.begin_passing(tuple(acts), [move], up.contact_s)
    occupy(person, acts[-1])


def _grip_of(pose: np.ndarray, person: Person) -> np.ndarray:
    """Pose (4, 4) of the hand on the handles of a bag that stands in a pose."""
    grip = pose.copy()
    grip[2, 3] += hand_height_m(person.plan.body.stature_m)
    return grip


def _reach(floor: Floor, person: Person, kind: str, start_s: float, pose: np.ndarray) -> Act:
    """Time a reach with the acting hand, which holds a bag before it or after it, to a pose (4, 4)."""
    return replace(plan_palm_reach(floor, person, kind, pose, start_s), bag=person.bag)


def _reach_shoulder(floor: Floor, person: Person, kind: str, start_s: float) -> Act:
    """Time a reach to where the bag hangs."""
    plan, pose = person.plan, np.eye(4)
    pose[:3, 3] = bag_mouth_m(
        np.array(floor.position_m(person)),
        floor.crowd.heading_rad(person.index),
        plan.body.stature_m,
        plan.bag_side,
    )
    return replace(_reach(floor, person, kind, start_s, pose), world_from_item=None)


def _reach_arm(floor: Floor, person: Person, kind: str, start_s: float) -> Act:
    """Time a reach to the coat on the arm; it stays there while that is laid in order."""
    plan, pose = person.plan, np.eye(4)
    heading_rad = floor.crowd.heading_rad(person.index)
    here_m, side = np.array(floor.position_m(person)), other_hand(plan.handedness)
    pose[:3, 3] = compute_fold_m(here_m, heading_rad, plan.body.stature_m, side) + [0.0, 0.0, ON_TOP_M]
    hold_s = LAID_S if kind == "sling" else 0.0
    act = plan_palm_reach(floor, person, kind, pose, start_s, hold_s)
    return replace(act, world_from_item=None, coat=person.coat)
