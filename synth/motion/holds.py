"""What hands hold from one contact to the next, and where in the palm: items slide in it until they sit well.

In: an act, the palm at its contact, what the hand held before. Out: the `Hold` that begins there, and in
which rows of several people it lasts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from scenes.goods.girth import Girth
from synth.motion.cast import Rows
from synth.motion.fingers import relax
from synth.motion.grip import (
    SPACING_M,
    carried_palm,
    grip_palm,
    half_extent,
    make_pose,
    palm_rotation,
    stack_in_hand,
)
from synth.motion.rotations import UP, minimum_jerk, mix, turn, unit
from synth.records import Act

SETTLE_S = 0.4  # in which an item slides from where it was grasped to how it is carried, at least
SLIDE_MPS = 0.18  # and how fast it does at most
TOP_SPEED = 1.875  # of the curve of least jerk, to its mean
OUT_SHARE = 0.5  # of the way back, on which what is taken at one grab is still in a row, as on the shelf

FILLING = ("take", "receive", "unbag", "pick_up")  # acts after which a hand holds more
WITH_BAGS = ("unsling", "sling", "swap", "set_down", "take_up")
LEAVING = ("touch", "sip", "read", "lean", "open", *WITH_BAGS)  # and those that leave in it what there is


@dataclass(frozen=True)
class Hold:
    """What a hand holds from `start_s` until the next Hold of that hand.

    Attributes:
        carry: (3, 3) palm rotation relative to the body's heading while carrying; meaningless when empty.
        items: item_id -> (size_m, pose in the palm's frame until it slides, and from then on).
        fingers: (17,) angles while holding.
        slides_s: From when on and for how long items slide in the hand.
        support: (4, 4) palm of the other hand in the item's frame where that one helps to carry, else None.
        support_fingers: (17,) its angles.
    """

    start_s: float
    carry: np.ndarray
    items: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=dict)
    fingers: np.ndarray = field(default_factory=lambda: relax(0.45))
    slides_s: tuple[float, float] = (-np.inf, SETTLE_S)
    support: np.ndarray | None = None
    support_fingers: np.ndarray = field(default_factory=lambda: relax(0.3))


@dataclass(frozen=True)
class Holding:
    """That person number `person` of some holds something, and in which of their rows."""

    person: int
    hold: Hold
    rows: slice


def find_holdings(rows: Rows, holds: Sequence[Sequence[Hold]]) -> list[Holding]:
    """Find who holds something when, given the holds of one hand of each person."""
    found = []
    for person, own in enumerate(holds):
        ends = [hold.start_s for hold in own[1:]] + [np.inf]
        for hold, end_s in zip(own, ends, strict=True):
            if hold.items:
                span = rows.between(person, np.nextafter(hold.start_s, -np.inf), end_s)
                if span.stop > span.start:
                    found.append(Holding(person, hold, span))
    return found


def pose_in_palm(hold: Hold, item_id: int, time_s: np.ndarray) -> np.ndarray:
    """Poses (F, 4, 4) of a held item in the palm's frame at times (F,)."""
    _, first, last = hold.items[item_id]
    if last is first:
        return np.broadcast_to(first, (len(time_s), 4, 4))
    from_s, for_s = hold.slides_s
    share = minimum_jerk((time_s - from_s) / for_s)
    poses = np.repeat(np.eye(4)[None], len(time_s), axis=0)
    poses[:, :3, 3] = first[:3, 3] + share[:, None] * (last[:3, 3] - first[:3, 3])
    shape = (len(time_s), 3, 3)
    poses[:, :3, :3] = mix(np.broadcast_to(first[:3, :3], shape), np.broadcast_to(last[:3, :3], shape), share)
    return poses


def hold_after(
    act: Act, hold: Hold, palm: np.ndarray, heading_rad: float, girths: Mapping[int, Girth]
) -> Hold | None:
    """What the hand holds after an act, or None when nothing changes."""
    if act.kind in LEAVING:
        return None
    at = np.array([act.contact_s])
    now = {k: pose_in_palm(hold, k, at)[0] for k in hold.items}
    sizes = {k: value[0] for k, value in hold.items.items()}
    carry = hold.carry
    if act.kind in FILLING:
        resting = act.world_from_item
        if resting is None:
            resting = palm @ _default_grip(act, palm, heading_rad)
        others = act.others or [resting] * (len(act.item_ids) - 1)
        for k, own in zip(act.item_ids, (resting, *others), strict=True):
            now[k] = np.linalg.inv(palm) @ own
            sizes[k] = np.asarray(act.size_m, dtype=np.float64)
        carry = carried_palm(palm, -heading_rad)
        if act.over_m is not None and act.world_from_item is not None and not _stands(act.world_from_item):
            # What lay comes up as it is held upright.
            carry = palm_rotation(np.array([1.0, 0.0, 0.0]), act.hand, 0.0)
    else:
        for k in act.item_ids:
            now.pop(k, None)
    after = dict(now)
    if len(now) > 1:
        after = stack(palm, now, sizes, girths, act.hand)
        if not act.others:  # only the item whose pose is given moves from there
            now |= {k: after[k] for k in act.item_ids[1:] if k in now}
    farthest_m = max((float(np.linalg.norm(after[k][:3, 3] - now[k][:3, 3])) for k in now), default=0.0)
    back_s = (act.end_s - act.contact_s - act.hold_s) if act.others else 0.0
    slides_s = act.contact_s + OUT_SHARE * back_s, max(SETTLE_S, TOP_SPEED * farthest_m / SLIDE_MPS)
    items = {k: (sizes[k], now[k], after[k]) for k in sorted(now)}
    return Hold(act.contact_s, carry, items, hold.fingers, slides_s)


def stack(
    palm: np.ndarray,
    now: Mapping[int, np.ndarray],
    sizes_m: Mapping[int, np.ndarray],
    girths: Mapping[int, Girth],
    side: str,
) -> dict[int, np.ndarray]:
    """Find how items sit together in a hand, each as near as can be to where it is.

    Args:
        palm: (4, 4) in the world.
        now: item_id -> (4, 4) in the palm's frame.
        sizes_m: item_id -> (3,).
        girths: item_id -> its level sections.
        side: The hand.

    Returns:
        item_id -> (4, 4) in the palm's frame.
    """

    def place(order: Sequence[int]) -> list[np.ndarray]:
        items = [
            (_upright(palm[:3, :3] @ now[k][:3, :3]), sizes_m[k], k in girths and girths[k].is_round)
            for k in order
        ]
        return stack_in_hand(palm, items, side)

    order = sorted(now)
    ways_m = np.stack([now[k][:3, 3] for k in order])[:, None] - [pose[:3, 3] for pose in place(order)]
    _, places = linear_sum_assignment(np.sum(ways_m**2, axis=2))
    order = [order[k] for k in np.argsort(places)]
    return dict(zip(order, place(order), strict=True))


def grip_row(act: Act, palm: np.ndarray, girths: Mapping[int, Girth]) -> np.ndarray:
    """Shift a palm (4, 4) that is at the first item of a grab along the row, toward the middle of all.

    It stays beside the first.
    """
    assert act.world_from_item is not None  # what is taken at one grab stands somewhere
    inverse = np.linalg.inv(palm)
    poses = act.world_from_item, *act.others
    now = {k: inverse @ pose for k, pose in zip(act.item_ids, poses, strict=True)}
    after = stack(palm, now, dict.fromkeys(now, act.size_m), girths, act.hand)
    ways_m = np.stack([palm[:3, :3] @ (now[k] - after[k])[:3, 3] for k in act.item_ids])
    row = (act.others[-1] - act.world_from_item)[:3, 3] * [1.0, 1.0, 0.0]
    if np.linalg.norm(row) < 1e-6:
        return palm
    row = unit(row)
    centre = act.world_from_item[:3, 3] + act.world_from_item[:3, 2] * act.size_m[2] / 2
    most_m = half_extent(act.world_from_item[:3, :3], act.size_m, row) - (palm[:3, 3] - centre) @ row
    shifted = palm.copy()
    shifted[:3, 3] += np.clip((ways_m @ row).mean(), 0.0, most_m + SPACING_M) * row
    across = np.cross(UP, row)
    shifted[:3, 3] += (ways_m[0] @ across) * across
    return shifted


def _default_grip(act: Act, palm: np.ndarray, heading_rad: float) -> np.ndarray:
    """Pose in the palm's frame of an item that comes out of a bag: upright, its label to the person."""
    facing = make_pose(turn("z", np.array(heading_rad - np.pi / 2)), np.zeros(3))
    forward = np.array([np.cos(heading_rad), np.sin(heading_rad), 0.0])
    gripped = grip_palm(facing, act.size_m, facing[:3, 3] - forward, act.hand)
    upright = make_pose(facing[:3, :3], palm[:3, 3] - gripped[:3, 3])
    return np.linalg.inv(palm) @ upright


def _stands(world_from_item: np.ndarray) -> bool:
    return bool(world_from_item[2, 2] > 0.5)


def _upright(rotation: np.ndarray) -> np.ndarray:
    """The rotation about the vertical that is nearest to a rotation (3, 3) of an item that stands."""
    if rotation[2, 2] < 0.8:
        return rotation
    return turn("z", np.array(np.arctan2(rotation[1, 0], rotation[0, 0])))
