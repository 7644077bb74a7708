"""From acts to goals: what each hand does when, and what it holds in between.

In: one shopper's acts and body, and those of who hands them something. Out: for each hand a list of `Goal`s
(palm poses with times) and of `Hold`s (what is in the hand from one contact to the next, and where in the
palm's frame).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenes.goods.girth import Girth
from synth.bodies.bag import bag_mouth_m
from synth.bodies.coat import ON_TOP_M, compute_fold_m
from synth.bodies.skeleton import SIDES, Skeleton
from synth.motion.fingers import Grips, relax
from synth.motion.footsteps import Path
from synth.motion.grip import grip_from_above, grip_palm, make_pose, palm_rotation
from synth.motion.holds import FILLING, LEAVING, Hold, grip_row, hold_after, pose_in_palm
from synth.motion.rotations import UP, about, cross, frame, left_of, length, turn, unit
from synth.motion.surface import Grasped
from synth.records import Act, other_hand

AT_HANDLE_M = 0.16  # so far people go ahead who reach over the handle of their trolley, until they touch it
STANDING_UP = ("sip", "read", "conceal", "lean", "swap")  # done standing upright
LEANING_CURL = 0.3
BAG_CURL = 1.0  # of a fist around the handles of a bag, or in a coat
BAG_PITCH_RAD = -0.5
READING_PITCH_RAD = 0.25
LOOKS_UP_S = 0.5  # so long before the hand leaves what is read it is looked at no more than what one takes

WATCHED_S = 1.0  # eyes are off a goal so long after the contact


@dataclass(frozen=True)
class Goal:
    """One reach of one hand.

    Attributes:
        start_s, contact_s, end_s: as in the Act.
        palm: (4, 4) world pose of the palm at contact.
        approach: (3,) unit vector along which the palm comes in.
        upright: whether it is reached standing upright (the bag), by turning instead of bending.
        look_m: (3,) what the eyes look at.
        fingers: (17,) angles at contact, see synth/motion/fingers.py.
        empty: Whether the hand is empty, and opens, before the contact and after it.
        hold_s: how long the hand stays there after the contact.
        gaze_s: how long the eyes stay there after it, beyond what they do anyway.
        over_m: (3,) on the outer edge of a rim that the arm goes over, coming from above; else None.
        steps_m: how far the hips go ahead meanwhile.
        pulls: the act that pulls a door along meanwhile, else None.
        beside: (4, 4) palm of the other hand where both reach, else None; the trunk serves them together.
        follows: whether this is that other hand.
    """

    start_s: float
    contact_s: float
    end_s: float
    palm: np.ndarray
    approach: np.ndarray
    upright: bool
    look_m: np.ndarray
    fingers: np.ndarray
    empty: tuple[bool, bool]
    hold_s: float = 0.0
    gaze_s: float = 0.0
    over_m: np.ndarray | None = None
    steps_m: float = 0.0
    pulls: Act | None = None
    beside: np.ndarray | None = None
    follows: bool = False

    def palms(self, time_s: np.ndarray) -> np.ndarray:
        """Return where (F, 4, 4) the palm is at times (F,) at which it is at its goal."""
        if self.pulls is None or self.pulls.door is None or self.pulls.move is None:
            return np.broadcast_to(self.palm, (len(time_s), 4, 4))
        door, move = self.pulls.door, self.pulls.move
        held_s = np.clip(time_s, self.contact_s, self.contact_s + self.hold_s)
        since = np.linalg.inv(door.pose(move.share_at(self.contact_s)))
        return door.pose(move.share(held_s)) @ since @ self.palm


@dataclass(frozen=True)
class Actor:
    """One shopper whose hands act: `acts` are all of theirs, in the order of their contacts."""

    skeleton: Skeleton
    path: Path
    bag_side: str
    acts: tuple[Act, ...]


def make_goals(
    shopper: int,
    actor_of: Callable[[int], Actor],
    girths: Mapping[int, Girth],
    grips: Grips,
    *,
    from_s: float,
) -> tuple[dict[str, list[Goal]], dict[str, list[Hold]]]:
    """Resolve one shopper's acts, in the order of their contacts; `girths` are those of the items.

    How fingers close is asked of `grips`: they are in place once these are solved. What was over, with
    nothing left in the hand, before `from_s` is left out.
    """
    goals: dict[str, list[Goal]] = {side: [] for side in SIDES}
    holds: dict[str, list[Hold]] = {side: [Hold(-np.inf, np.eye(3))] for side in SIDES}
    actor = actor_of(shopper)
    for act, stand in _list_stands(actor, _leave_out_past(actor.acts, from_s)):
        act, hold, skeleton = _find_received(act, actor_of, girths), holds[act.hand][-1], actor.skeleton
        palm, approach = _palm_at_contact(act, hold, stand, girths)
        changed = hold_after(act, hold, palm, stand.heading_rad, girths)
        if changed is not None and changed.items and set(changed.items) != set(hold.items):
            items = [Grasped(pose, size_m, girths.get(k)) for k, (size_m, _, pose) in changed.items.items()]
            changed = replace(changed, fingers=grips.ask(skeleton, act.hand, items))
        goal = Goal(
            act.start_s,
            act.contact_s,
            act.end_s,
            palm,
            approach,
            act.world_from_item is None or _into_basket(act) or act.kind in STANDING_UP,
            palm[:3, 3] if act.world_from_item is None else act.world_from_item[:3, 3],
            _fingers_at_contact(act, hold, changed, palm, skeleton, grips, girths),
            (not hold.items, not (hold if changed is None else changed).items),
            act.hold_s,
            max(0.0, act.hold_s - LOOKS_UP_S) if act.kind == "read" else 0.0,
            act.over_m,
            AT_HANDLE_M if act.over_m is not None and act.kind in ("bag", "unbag") else 0.0,
            act if act.kind == "open" else None,
        )
        goals[act.hand].append(goal)
        if changed is not None:
            changed = _reach_with_both(goals, act, (hold, changed), stand, grips, girths)
            holds[act.hand].append(changed)
    return goals, holds


def _find_received(act: Act, actor_of: Callable[[int], Actor], girths: Mapping[int, Girth]) -> Act:
    """Add to an act by which several items are received where each is then: as the giver holds them."""
    if act.kind != "receive" or len(act.item_ids) == 1:
        return act
    giver, hold = actor_of(act.partner), Hold(-np.inf, np.eye(3))
    giving = next(a for a in giver.acts if a.kind == "hand_over" and a.contact_s == act.contact_s)
    earlier = [a for a in giver.acts if a.hand == giving.hand and a.contact_s < act.contact_s]
    for done, stand in _list_stands(giver, [*_leave_out_past(earlier, act.contact_s), giving]):
        done = _find_received(done, actor_of, girths)
        palm, _ = _palm_at_contact(done, hold, stand, girths)
        if done is not giving:
            hold = hold_after(done, hold, palm, stand.heading_rad, girths) or hold
    at = np.array([act.contact_s])
    others = tuple(palm @ pose_in_palm(hold, k, at)[0] for k in act.item_ids[1:])
    return replace(act, others=others)


def _list_stands(actor: Actor, acts: Sequence[Act]) -> list[tuple[Act, "_Stand"]]:
    """List some acts, each with where the body is at its contact."""
    position_m, heading_rad = actor.path.at(np.array([act.contact_s for act in acts]))
    return [
        (act, _Stand(actor.skeleton, actor.bag_side, *place))
        for act, *place in zip(acts, position_m, heading_rad.tolist(), strict=True)
    ]


@dataclass(frozen=True)
class _Stand:
    """Who stands where during an act: at `position_m` (2,), facing `heading_rad`."""

    skeleton: Skeleton
    bag_side: str
    position_m: np.ndarray
    heading_rad: float

    def shoulder(self, side: str) -> np.ndarray:
        """Roughly where (3,) a shoulder is when the body stands upright."""
        rest = self.skeleton.at(f"{side}_shoulder") - np.array([*self.skeleton.at("pelvis")[:2], 0.0])
        return turn("z", self.heading_rad) @ rest + np.array([*self.position_m, 0.0])

    def ahead(self) -> np.ndarray:
        """The level direction (3,) that they face."""
        return np.array([np.cos(self.heading_rad), np.sin(self.heading_rad), 0.0])


def _reach_with_both(
    goals: dict[str, list[Goal]],
    act: Act,
    holds: tuple[Hold, Hold],
    stand: _Stand,
    grips: Grips,
    girths: Mapping[int, Girth],
) -> Hold:
    """Let the other hand come along with the last goal of the one that acts, where what it holds takes both.

    Returns:
        What that one holds from now on; `holds` are before and after.
    """
    (hold, changed), other = holds, other_hand(act.hand)
    goal = goals[act.hand][-1]
    if act.both and act.world_from_item is not None:
        beside = _grip(act, stand.shoulder(other), other, _girth_of(act, girths))
        fingers = _grasp(act, beside, other, stand.skeleton, grips, girths)
        support = np.linalg.inv(act.world_from_item) @ beside
        changed = replace(changed, support=support, support_fingers=fingers)
    elif hold.support is not None:  # both hands let go at once
        in_palm = pose_in_palm(hold, next(iter(hold.items)), np.array([act.contact_s]))[0]
        beside, fingers = goal.palm @ in_palm @ hold.support, hold.support_fingers
    else:
        return changed
    goals[act.hand][-1] = replace(goal, beside=beside)
    goals[other].append(replace(goal, palm=beside, fingers=fingers, follows=True))
    return changed


def _leave_out_past(acts: Sequence[Act], from_s: float) -> list[Act]:
    """Leave out the acts of each hand that end before a time, up to the last one that empties it."""
    held: dict[str, set[int]] = {side: set() for side in SIDES}
    past: dict[str, int] = dict.fromkeys(SIDES, 0)
    for number, act in enumerate(acts):
        if act.kind in FILLING:
            held[act.hand].update(act.item_ids)
        elif act.kind not in LEAVING:
            held[act.hand].difference_update(act.item_ids)
        if not held[act.hand] and max(act.end_s, act.contact_s + WATCHED_S) < from_s:
            past[act.hand] = number + 1
    return [act for number, act in enumerate(acts) if number >= past[act.hand]]


def _fingers_at_contact(
    act: Act,
    hold: Hold,
    changed: Hold | None,
    palm: np.ndarray,
    skeleton: Skeleton,
    grips: Grips,
    girths: Mapping[int, Girth],
) -> np.ndarray:
    """Angles (17,) of the hand when it is at its goal; they are filled in when the grips are solved."""
    if hold.items:
        return hold.fingers
    if changed is not None and changed.items:
        return changed.fingers
    if act.bag or act.coat:
        return relax(BAG_CURL)
    if act.kind == "lean" or act.world_from_item is None:
        return relax(LEANING_CURL)
    return _grasp(act, palm, act.hand, skeleton, grips, girths)


def _grasp(
    act: Act, palm: np.ndarray, side: str, skeleton: Skeleton, grips: Grips, girths: Mapping[int, Girth]
) -> np.ndarray:
    """Angles (17,) of a hand whose palm is at the item of an act."""
    assert act.world_from_item is not None  # asked by the caller
    pose = np.linalg.inv(palm) @ act.world_from_item
    return grips.ask(skeleton, side, [Grasped(pose, act.size_m, _girth_of(act, girths))])


def _grip(act: Act, shoulder_m: np.ndarray, side: str, girth: Girth | None) -> np.ndarray:
    """Palm pose (4, 4) that holds the item of an act where it rests."""
    assert act.world_from_item is not None  # asked by the caller
    grip = grip_palm if act.over_m is None else grip_from_above
    return grip(act.world_from_item, act.size_m, shoulder_m, side, girth)


def _girth_of(act: Act, girths: Mapping[int, Girth]) -> Girth | None:
    """The sections of the first item of an act, None for a plain box."""
    return girths.get(act.item_ids[0]) if act.item_ids else None


def _palm_at_contact(
    act: Act, hold: Hold, stand: _Stand, girths: Mapping[int, Girth]
) -> tuple[np.ndarray, np.ndarray]:
    """Palm pose (4, 4) and approach (3,) at an act's contact; `girths` are those of the items."""
    shoulder_m, stature_m = stand.shoulder(act.hand), stand.skeleton.stature_m
    if act.world_from_item is None and act.coat:
        sign, side = (1.0, "right") if act.hand == "left" else (-1.0, "left")
        fold_m = compute_fold_m(stand.position_m, stand.heading_rad, stature_m, side)
        # The palm down on the other forearm, the fingers across it.
        axes = frame(0.5 * stand.ahead() - 0.85 * sign * left_of(stand.ahead()) - 0.2 * UP, -UP)
        return make_pose(axes, fold_m + ON_TOP_M * UP), -UP
    if act.world_from_item is None:
        mouth = bag_mouth_m(stand.position_m, stand.heading_rad, stature_m, stand.bag_side)
        rotation = turn("z", stand.heading_rad) @ hold.carry
        if not hold.items:
            rotation = palm_rotation(stand.ahead(), act.hand, -0.6)
        rotation = _point_along_forearm(rotation, mouth, shoulder_m, stature_m)
        # From above and before, so that the forearm passes in front of the belly.
        way = -UP - 0.6 * stand.ahead()
        return make_pose(rotation, mouth), way / np.linalg.norm(way)
    held = [k for k in act.item_ids if k in hold.items]
    if act.kind == "lean":
        into, sign = act.world_from_item[:3, 1], -1.0 if act.hand == "left" else 1.0
        # The palm down on the edge, the fingers over it and a little inward.
        axes = frame(0.85 * into + 0.5 * sign * left_of(into), -UP)
        return make_pose(axes, act.world_from_item[:3, 3]), -UP
    if act.kind == "conceal":
        pocket = act.world_from_item @ make_pose(np.eye(3), np.array([0.0, 0.0, act.size_m[2] / 2]))
        return pocket, pocket[:3, 0]
    if act.bag or act.coat:
        rotation = palm_rotation(stand.ahead(), act.hand, BAG_PITCH_RAD)
        return make_pose(rotation, act.world_from_item[:3, 3]), stand.ahead()
    if act.kind == "read" and held:
        palm = _hold_before_eyes(act, hold, held[0], stand)
    elif act.kind in ("put", "bag", "hand_over", "drop", "sip") and held:
        in_palm = pose_in_palm(hold, held[0], np.array([act.contact_s]))[0]
        palm = act.world_from_item @ np.linalg.inv(in_palm)
    else:
        palm = _grip(act, shoulder_m, act.hand, _girth_of(act, girths))
        if act.others and act.over_m is None:
            palm = grip_row(act, palm, girths)
    if act.over_m is not None:
        return palm, -UP
    if _into_basket(act):
        return palm, unit(0.6 * stand.ahead() - UP)
    way = palm[:3, 3] - shoulder_m
    return palm, np.array([way[0], way[1], 0.0]) / max(float(np.hypot(way[0], way[1])), 1e-6)


def _into_basket(act: Act) -> bool:
    """Say whether a hand lays something into a basket on the other arm, or takes it out of that."""
    return act.kind in ("bag", "unbag") and act.world_from_item is not None and act.over_m is None


def _hold_before_eyes(act: Act, hold: Hold, item_id: int, stand: _Stand) -> np.ndarray:
    """Palm pose (4, 4) that has an item's middle where it is read, held as it is carried, tipped back."""
    assert act.world_from_item is not None  # what is read has a place
    in_palm = pose_in_palm(hold, item_id, np.array([act.contact_s]))[0]
    middle_m = in_palm[:3, 3] + in_palm[:3, 2] * hold.items[item_id][0][2] / 2
    rotation = turn("z", stand.heading_rad) @ turn("y", READING_PITCH_RAD) @ hold.carry
    return make_pose(rotation, act.world_from_item[:3, 3] - rotation @ middle_m)


def _point_along_forearm(
    rotation: np.ndarray, goal_m: np.ndarray, shoulder_m: np.ndarray, stature_m: float
) -> np.ndarray:
    """Turn a palm (3, 3) so that the wrist hardly bends when the elbow hangs beside the body."""
    elbow = shoulder_m - np.array([0.0, 0.0, 0.16 * stature_m])
    wanted = (goal_m - elbow) / np.linalg.norm(goal_m - elbow)
    axis = cross(rotation[:, 0], wanted)
    angle = np.arctan2(length(axis), rotation[:, 0] @ wanted)
    return about(unit(axis), np.maximum(0.0, angle - 0.3)) @ rotation
