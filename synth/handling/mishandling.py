"""What hands do besides shopping properly: conceal, slip into another's bag, let fall, knock over, return.

In: a `Person` who stands somewhere, preconditions checked by the caller (synth/behaviours). Out: acts begun
in the `Shop`, and poses of what lies about: on its side on the floor or its board, upright on a counter.
"""

import math
from dataclasses import replace

import numpy as np
import shapely

from scenes.furniture.desks import find_devices_m
from scenes.world import Fixture
from synth.bodies.coat import POCKET_DROP, compute_fold_m
from synth.handling.hands import compute_reach_to, occupy, plan_palm_reach, plan_reach, size_of, start_s
from synth.handling.lanes import Standing
from synth.ledger import FLOOR, LEDGE, slot_place
from synth.motion import bag_mouth_m
from synth.records import Act, other_hand
from synth.shoppers.people import Floor, Person
from synth.shoppers.suitable import is_ledge
from synth.walking.stops import SHOULDER_M

POCKET_SHARE = (0.01, 0.078, 0.565)  # palm in a pocket: ahead of the body's centre, aside, up, of the stature
INTO_POCKET = (0.25, -0.50, -0.83)  # where its fingers point: ahead, to the hand's side, up
INTO_COAT = (0.35, 0.90, -0.25)  # the same in a coat on the other arm: ahead, to that side, up
RELEASE_AHEAD_M = 0.36  # where things slip from the hand
RELEASE_SHARE = 0.58
FALL_AHEAD_M = (0.34, 0.28, 0.40)  # where they come to lie
FALL_ASIDE_M = 0.12
LEAN_BEFORE_M = 0.055  # the palm of who leans, before the edge of the board
LEAN_ABOVE_M = 0.012
LEDGE_INSET_M = 0.14  # how far from its edge something is left on a counter
LEDGE_STAND_M = 0.46  # from the edge to who stands there
LEDGE_STEP_M = 0.2
LEDGE_BESIDE_M = 0.06  # from the devices on a counter to the middle of what is left there
CLEAR_M = 0.25  # between things that lie about


def conceal(floor: Floor, person: Person, item_id: int, time_s: float) -> None:
    """Put the held item into a pocket or under the coat, at the hand's side, or into a coat on the arm."""
    pose = (_reach_into_coat if person.plan.coat_on_arm else _reach_into_pocket)(floor, person)
    pose[:3, 3] -= pose[:3, 2] * size_of(floor, item_id)[2] / 2
    act = plan_reach(floor, person, "conceal", item_id, pose, time_s)
    floor.shop.begin_conceal(act, person.plan)
    occupy(person, act)


def _reach_into_pocket(floor: Floor, person: Person) -> np.ndarray:
    """Pose (4, 4) of the palm in the pocket: along the fingers, out of the palm, which faces the body."""
    ahead_m, aside_m, up_m = np.array(POCKET_SHARE) * person.plan.body.stature_m
    side = _side(person)
    pose = _before_body(floor, person, ahead_m, side * aside_m, up_m)
    axes = np.stack([pose[:3, 1], -side * pose[:3, 0], pose[:3, 2]], axis=1)  # ahead, to the side, up
    return _point_hand(pose, axes @ np.array(INTO_POCKET) / np.linalg.norm(INTO_POCKET), -axes[:, 1])


def _reach_into_coat(floor: Floor, person: Person) -> np.ndarray:
    """Pose (4, 4) of the palm in a pocket of the coat on the other arm, likewise."""
    pose, plan = _before_body(floor, person, 0.0, 0.0, 0.0), person.plan
    here_m, heading_rad = np.array(floor.position_m(person)), floor.crowd.heading_rad(person.index)
    axes = np.stack([pose[:3, 1], _side(person) * pose[:3, 0], pose[:3, 2]], axis=1)  # ahead, to the coat, up
    pose[:3, 3] = compute_fold_m(here_m, heading_rad, plan.body.stature_m, other_hand(plan.handedness))
    pose[2, 3] -= POCKET_DROP * plan.body.stature_m
    return _point_hand(pose, axes @ np.array(INTO_COAT) / np.linalg.norm(INTO_COAT), -axes[:, 0])


def _point_hand(pose: np.ndarray, fingers: np.ndarray, facing: np.ndarray) -> np.ndarray:
    """Turn a palm's pose (4, 4) so that its fingers point along (3,) and it faces (3,) as far as it can."""
    facing = facing - (facing @ fingers) * fingers
    pose[:3, 0], pose[:3, 1] = fingers, facing / np.linalg.norm(facing)
    pose[:3, 2] = np.cross(pose[:3, 0], pose[:3, 1])
    return pose


def lean(floor: Floor, person: Person, time_s: float, hold_s: float) -> None:
    """Lean with the acting hand on the edge of the board before the person: no item moves by that."""
    pose = floor.store.planogram.world_from_slot[person.slot].copy()
    ahead_m, left_m = compute_reach_to(
        floor.position_m(person), floor.crowd.heading_rad(person.index), pose[:3, 3]
    )
    # The hand comes down before the shoulder, not before the middle of the slot.
    pose[:3, 3] -= (_side(person) * SHOULDER_M - left_m) * pose[:3, 0] + LEAN_BEFORE_M * pose[:3, 1]
    pose[2, 3] += LEAN_ABOVE_M
    act = plan_palm_reach(floor, person, "lean", pose, start_s(person, time_s), hold_s)
    floor.shop.begin_lean(replace(act, slot=person.slot))
    occupy(person, act)


def slip_into_bag(floor: Floor, person: Person, owner: Person, item_id: int, time_s: float) -> Act:
    """Put the held item into the bag of somebody who stands before the person."""
    owner_m = np.array(floor.position_m(owner))
    heading_rad = floor.crowd.heading_rad(owner.index)
    mouth_m = bag_mouth_m(owner_m, heading_rad, owner.plan.body.stature_m, owner.plan.bag_side)
    pose = _before_body(floor, person, 0.0, 0.0, 0.0)
    pose[:3, 3] = mouth_m - np.array([0.0, 0.0, size_of(floor, item_id)[2] / 2])
    act = replace(plan_reach(floor, person, "put", item_id, pose, time_s), partner=owner.index)
    floor.shop.begin_slip(act, person.plan, owner.plan)
    occupy(person, act)
    occupy(owner, act)
    return act


def put_for_good(floor: Floor, person: Person, item_id: int, pose: np.ndarray, time_s: float) -> None:
    """Put an item from an earlier visit back into the slot: it is the shop's again."""
    act = plan_reach(floor, person, "put", item_id, pose, time_s)
    floor.shop.begin_lay(act, person.plan, "return", slot_place(person.slot), pose)
    occupy(person, act)


def leave_on_ledge(floor: Floor, person: Person, item_id: int, pose: np.ndarray, time_s: float) -> Act:
    """Set the held item down on a counter."""
    act = plan_reach(floor, person, "put", item_id, pose, time_s)
    floor.shop.begin_lay(act, person.plan, "put", LEDGE, pose)
    occupy(person, act)
    return act


def let_fall(
    floor: Floor, person: Person, item_id: int, lying: np.ndarray, time_s: float, *, hand: str = ""
) -> None:
    """Let the held item slip from the acting hand, or the one named, so that it comes to lie on the floor."""
    side = _side(person, hand) * FALL_ASIDE_M
    height_m = RELEASE_SHARE * person.plan.body.stature_m
    pose = _before_body(floor, person, RELEASE_AHEAD_M, side, height_m)
    pose[2, 3] -= size_of(floor, item_id)[2] / 2
    act = plan_reach(floor, person, "put", item_id, pose, time_s, hand=hand)
    floor.shop.begin_lay(act, person.plan, "drop", FLOOR, lying)
    occupy(person, act)


def knock_over(
    floor: Floor, person: Person, standing: Standing, place: str, lying: np.ndarray, time_s: float
) -> None:
    """Knock the foremost item of the slot over, so that it lies there or on the floor."""
    act = plan_reach(floor, person, "touch", standing.item_id, standing.world_from_item, time_s)
    floor.shop.begin_knock(act, person.plan, person.slot, place, lying)
    occupy(person, act)


def tip_back(floor: Floor, person: Person, standing: Standing) -> np.ndarray | None:
    """Find how the only item of a slot lies on its board after it fell over backwards.

    Returns:
        (4, 4) world_from_item, None where the board is not deep enough.
    """
    slot = person.slot
    width_m, depth_m, height_m = size_of(floor, standing.item_id)
    plan = floor.store.planogram
    lane = floor.shop.shelves.lane(slot)
    upright = standing.world_from_item[2, 2] > 0.99
    fits = standing.front_m + height_m <= plan.depth_m[slot] and depth_m <= plan.height_m[slot]
    if len(lane) != 1 or not upright or not fits or slot in plan.hanging:
        return None
    board = plan.world_from_slot[slot]
    pose = np.eye(4)
    # What was up points into the shelf, and the back is on the board.
    pose[:3, 0], pose[:3, 1], pose[:3, 2] = board[:3, 0], -board[:3, 2], board[:3, 1]
    pose[:3, 3] = (board @ np.array([0.0, standing.front_m, depth_m / 2, 1.0]))[:3]
    across_m = board[:3, 0] @ (standing.world_from_item[:3, 3] - board[:3, 3])
    pose[:3, 3] += board[:3, 0] * across_m
    return pose


def find_lying_pose(floor: Floor, person: Person, item_id: int, *, hand: str = "") -> np.ndarray | None:
    """Find how an item may come to lie on its side on the floor before the acting hand, or the one named.

    Returns:
        (4, 4) world_from_item, None where there is no room.
    """
    size_m = size_of(floor, item_id)
    side = _side(person, hand) * FALL_ASIDE_M
    for ahead_m in FALL_AHEAD_M:
        upright = _before_body(floor, person, ahead_m, side, 0.0)
        along, right = upright[:3, 0], upright[:3, 1]
        half_m = np.array([size_m[2], size_m[0]]) / 2 + 0.01
        centre = upright[:2, 3]
        corners = [
            centre + sx * half_m[0] * along[:2] + sy * half_m[1] * right[:2]
            for sx, sy in ((1, 1), (1, -1), (-1, -1), (-1, 1))
        ]
        if not _is_clear(floor, centre) or not floor.store.layout.walkable.contains(shapely.Polygon(corners)):
            continue
        pose = np.eye(4)
        pose[:3, 2], pose[:3, 1] = along, (0.0, 0.0, -1.0)
        pose[:3, 0] = np.cross(pose[:3, 1], pose[:3, 2])
        pose[:3, 3] = [*(centre - along[:2] * size_m[2] / 2), size_m[1] / 2]
        return pose
    return None


def list_ledge_poses(floor: Floor, person: Person) -> list[np.ndarray]:
    """List where on the counters something may be left, the nearest place to stand first.

    Returns:
        (4, 4) world_from_item, the y axis into the counter.
    """
    here_m = np.array(floor.position_m(person))
    found: list[tuple[float, np.ndarray]] = []
    for fixture in floor.store.layout.fixtures:
        if not is_ledge(fixture):
            continue
        top = _free_top(fixture)
        corners = fixture.footprint_m
        for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            length_m = float(np.linalg.norm(end - start))
            along = (end - start) / max(length_m, 1e-9)
            inward = np.array([-along[1], along[0]])
            for way_m in np.arange(LEDGE_STEP_M, length_m - LEDGE_STEP_M / 2, LEDGE_STEP_M):
                edge = start + way_m * along
                stand, spot = edge - LEDGE_STAND_M * inward, edge + LEDGE_INSET_M * inward
                if not shapely.intersects_xy(floor.stops.floor, *stand) or not _is_clear(floor, spot):
                    continue
                if top.contains(shapely.Point(spot)):
                    pose = np.eye(4)
                    pose[:2, 0], pose[:2, 1] = (inward[1], -inward[0]), inward
                    pose[:3, 3] = [*spot, fixture.height_m]
                    found.append((float(np.linalg.norm(stand - here_m)), pose))
    return [pose for _, pose in sorted(found, key=lambda pair: pair[0])]


def _free_top(fixture: Fixture) -> shapely.Polygon:
    """Return where on a counter an item's centre may be: off the edges and beside its devices."""
    top = shapely.Polygon(fixture.footprint_m).buffer(-0.05)
    taken_m = find_devices_m(fixture)
    return top if taken_m is None else top.difference(shapely.box(*taken_m).buffer(LEDGE_BESIDE_M))


def _is_clear(floor: Floor, spot_m: np.ndarray) -> bool:
    return all(math.dist(pose[:2, 3], spot_m) >= CLEAR_M for pose in floor.shop.list_lying())


def _side(person: Person, hand: str = "") -> float:
    return 1.0 if (hand or person.plan.handedness) == "left" else -1.0


def _before_body(floor: Floor, person: Person, ahead_m: float, left_m: float, up_m: float) -> np.ndarray:
    """Compute an upright pose (4, 4) before the person, its y axis ahead."""
    heading_rad = floor.crowd.heading_rad(person.index)
    ahead = np.array([math.cos(heading_rad), math.sin(heading_rad), 0.0])
    left = np.array([-ahead[1], ahead[0], 0.0])
    pose = np.eye(4)
    pose[:3, 0], pose[:3, 1] = -left, ahead
    pose[:3, 3] = np.array([*floor.position_m(person), up_m]) + ahead_m * ahead + left_m * left
    return pose
