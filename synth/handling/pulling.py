"""How a hand pulls the glass door of a fridge open.

In: a `Person` who stands clear of the door's swing, with a hand free. Out: an act begun in the `Shop`, and a
move of the door that it goes along with.
"""

from dataclasses import replace

import numpy as np

from scenes.world import CaseDoor
from synth.handling.acts import make_act
from synth.handling.hands import occupy, pace_of, rest_palm_m, start_s
from synth.shoppers.people import Floor, Person

HANDLE_SIZE_M = (0.022, 0.018, 0.1)  # of the piece of a door's handle that a hand closes on
# Of the swing, up to which the hand goes along: less far where it reaches across the body.
LETS_GO_SHARE = {True: 0.5, False: 0.25}
HANDLE_SHARE = 0.64  # its height, of the stature


def pull_door(floor: Floor, person: Person, number: int, time_s: float, *, hand: str) -> None:
    """Take hold of the handle of a door that rests, pull it open, and let go on the way."""
    doors = floor.case_doors
    door = doors.doors[number]
    share = doors.share(number, time_s)
    pose = compute_handle_pose(door, share, person.plan.body.stature_m)
    act = make_act(
        person.index,
        "open",
        hand,
        start_s=start_s(person, time_s),
        palm_m=rest_palm_m(floor, person, hand),
        goal_m=pose[:3, 3] + [0.0, 0.0, HANDLE_SIZE_M[2] / 2],
        pace=pace_of(person),
        item_ids=(),
        world_from_item=pose,
        size_m=np.array(HANDLE_SIZE_M),
        behaviour=person.label,
    )
    on_side = (door.swing_rad > 0) == (hand == "right")
    move = doors.pull(number, person.index, act.contact_s)
    times_s = np.linspace(move.from_s, move.to_s, 41)
    hold_s = float(np.interp(max(LETS_GO_SHARE[on_side], share), move.share(times_s), times_s)) - move.from_s
    act = replace(act, hold_s=hold_s, end_s=act.end_s + hold_s, door=door, move=move)
    floor.shop.begin_open(act)
    occupy(person, act)


def compute_handle_pose(door: CaseDoor, share: float, stature_m: float) -> np.ndarray:
    """Compute where somebody takes hold of the handle of a door that is open by a share.

    Returns:
        (4, 4) world_from_item of a piece of the handle of HANDLE_SIZE_M.
    """
    low_m, high_m = door.handle_m
    pose = np.eye(4)
    pose[:3, 0] = np.cross(-door.outward, [0.0, 0.0, 1.0])
    pose[:3, 1] = -door.outward
    half_m = HANDLE_SIZE_M[2] / 2
    z_m = float(np.clip(HANDLE_SHARE * stature_m, low_m[2] + half_m, high_m[2] - half_m))
    pose[:3, 3] = [*low_m[:2], z_m - half_m]
    return door.pose(share) @ pose
