"""How trunk and arms serve the goals: lean, squat and twist, and the palm's path.

In: goals and holds of several people. Out: trunk controls and arm targets at their rows. For each goal
the cheapest bend of the trunk that brings it within comfortable reach of the arm is found once, on a grid,
with the same kinematics that later poses the body.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.plan.chests import CHEST_RIM_M
from synth.bodies.gear import SEAT_HEIGHT_M
from synth.bodies.skeleton import Skeleton
from synth.motion.cast import Cast, Rows, standing_height
from synth.motion.fingers import relax
from synth.motion.goals import Goal, Hold
from synth.motion.posture import SQUAT_BACK, ArmTarget, Pose, Trunk, pose_trunk
from synth.motion.rotations import UP, compose, length, minimum_jerk, mix, rotate, turn, vectors

LONGEST = 0.975  # share of the arm's length beyond which the whole body shifts toward the goal
STRETCH_M = 0.30  # by this much at most
COMFORT = 0.90  # share of the arm's length at which people stop bending and stretch the arm instead
# Candidates of lean (rad), squat (share of the leg) and twist toward the hand (rad).
LEANS = np.radians(np.arange(0.0, 81.0, 8.0))
SQUATS = np.linspace(0.0, 0.56, 11)
TWISTS = np.radians([-6.0, 0.0, 10.0, 22.0, 34.0, 46.0])
DEEPEST_CARRYING_RAD = 0.6
OPEN_CURL = 0.12  # of a hand on its way to grasp
CLOSES_LATE = 14  # power of the share of the way by which fingers close: at the item, not before it
OVER_RIM_M = 0.07  # from the middle of an arm to the rim that it goes over
HUMP_M = 0.3  # by which a hand rises on such a way
SLOW_END = 0.82  # warps time so that the speed peaks early and the last quarter is slow (Jeannerod 1984)

Goals = Sequence[Sequence[Goal]]  # of one hand of each person
Holds = Sequence[Sequence[Hold]]


@dataclass(frozen=True)
class Bends:
    """Trunks with which G goals are reached most easily.

    Attributes:
        lean, twist: (G,) radians, twist positive to the left.
        squat_m: (G,).
        shift_m: (G, 3) what is missing at the limit of the reach.
    """

    lean: np.ndarray
    twist: np.ndarray
    squat_m: np.ndarray
    shift_m: np.ndarray


def arm_length(cast: Cast, side: str) -> np.ndarray:
    """Shoulder to wrist (R,), stretched."""
    return cast.length(f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist")


def choose_bends(
    skeletons: Sequence[Skeleton],
    side: str,
    goals: Sequence[Goal],
    who: np.ndarray,
    position_m: np.ndarray,
    heading_rad: np.ndarray,
    seated: np.ndarray,
    carrying: np.ndarray,
) -> Bends:
    """Choose the trunk for each goal of one side.

    Args:
        skeletons: Of P people.
        side: The hand.
        goals: G of them.
        who: (G,) whose they are.
        position_m, heading_rad: (G, 2) and (G,) where they stand.
        seated: (G,) bool, who sits does not squat.
        carrying: (G,) bool, who carries a child does not either, nor bends deep.
    """
    who_has, own = np.unique(who, return_inverse=True)
    cast = Cast([skeletons[k] for k in who_has], own)
    sign = -1.0 if side == "left" else 1.0
    palm = np.stack([goal.palm for goal in goals])
    wrist = cast.wrist_from_palm(side, palm[:, :3, 3], palm[:, :3, :3])
    wrist[:, :2] -= position_m
    wrist = rotate(turn("z", -heading_rad), wrist)
    leg_m = cast.at("pelvis")[:, 2]
    hips_m = np.where(seated, SEAT_HEIGHT_M, standing_height(cast.at("pelvis")))
    # Squatting lowers the shoulder and moves it back; lean and twist turn it about the hips.
    sinks = np.array([-SQUAT_BACK, 0.0, -1.0]) * (SQUATS * leg_m[:, None])[..., None]
    shoulder = _place_shoulders(cast, side, sign)[own][:, :, None] + sinks[:, None, :, None]
    shoulder[..., 2] += hips_m[:, None, None, None]
    way = wrist[:, None, None, None] - shoulder
    arm_m = arm_length(cast, side)
    share = length(way) / arm_m[:, None, None, None]
    lean, squat, twist = np.ix_(LEANS, SQUATS, TWISTS)
    # Nobody squats before a rim that the arm goes over.
    upright = [goal.upright or goal.over_m is not None for goal in goals]
    stays_up = np.array(upright, float)[:, None, None, None]
    caught_m = _measure_caught(goals, wrist, way, position_m, heading_rad)
    cost = (
        400.0 * np.maximum(share - COMFORT, 0.0) ** 2
        + 1e4 * np.maximum(share - LONGEST, 0.0)
        + 8.0 * np.maximum(0.5 - share, 0.0) ** 2
        + 3e4 * caught_m**2
        + (3.0 + 60.0 * stays_up) * squat**2
        # A deep bend from the hips alone is hard on the back: knees help.
        + (1.0 * lean**2 + 0.35 * twist**2 + 1.6 * np.maximum(lean - 0.6, 0.0) ** 2)
    )
    cost[seated | carrying, :, 1:] = np.inf
    cost[np.ix_(carrying, LEANS > DEEPEST_CARRYING_RAD)] = np.inf
    best = np.unravel_index(np.argmin(cost.reshape(len(goals), -1), axis=1), cost.shape[1:])
    missing = _missing_way(way[(np.arange(len(goals)), *best)], LONGEST * arm_m)
    back_m = rotate(turn("z", heading_rad), missing)
    return Bends(LEANS[best[0]], sign * TWISTS[best[2]], SQUATS[best[1]] * leg_m, back_m)


def _measure_caught(
    goals: Sequence[Goal],
    wrist: np.ndarray,
    way: np.ndarray,
    position_m: np.ndarray,
    heading_rad: np.ndarray,
) -> np.ndarray:
    """Return by how much straight arms along `way` (G, ..., 3) would pass too low over rims, (G, ...).

    `wrist` (G, 3) is where they end, seen from the bodies, which stand and face as in `choose_bends`.
    """
    caught_m = np.zeros(way.shape[:-1])
    for k, goal in enumerate(goals):
        if goal.over_m is None:
            continue
        ahead = np.array([np.cos(heading_rad[k]), np.sin(heading_rad[k])])
        inside_m = wrist[k, 0] - float((goal.over_m[:2] - position_m[k]) @ ahead) - CHEST_RIM_M
        share = np.clip(inside_m / np.maximum(way[k, ..., 0], 1e-3), 0.0, 1.0)
        height_m = wrist[k, 2] - share * way[k, ..., 2]
        caught_m[k] = np.maximum(goal.over_m[2] + OVER_RIM_M - height_m, 0.0)
    return caught_m


def _place_shoulders(cast: Cast, side: str, sign: float) -> np.ndarray:
    """Shoulders (P, leans, twists, 3) of each person, who stands at the origin with the hips at 0."""
    people = cast.people
    lean, twist = np.meshgrid(LEANS, sign * TWISTS, indexing="ij")
    count = people * lean.size
    zero = np.zeros(count)
    trunk = Trunk(
        np.zeros((count, 2)),
        heading_rad=zero,
        lean=np.tile(lean.ravel(), people),
        squat_m=zero,
        twist=np.tile(twist.ravel(), people),
        sway_m=zero,
        pelvis_yaw=zero,
        bob_m=zero,
        gaze_yaw=zero,
        gaze_pitch=zero,
        stretch_m=np.zeros((3, count)).T,
    )
    pose = Pose(cast.spread(lean.size))
    pose_trunk(pose, trunk, zero)
    return pose.joint(f"{side}_shoulder").reshape(people, *lean.shape, 3)


def _missing_way(way: np.ndarray, reach_m: np.ndarray) -> np.ndarray:
    """Level shifts (G, 3), at most STRETCH_M, that bring goals at `way` (G, 3) from the shoulder near."""
    flat = np.hypot(way[:, 0], way[:, 1])
    allowed = np.sqrt(np.maximum(reach_m**2 - way[:, 2] ** 2, 0.0))
    shift = np.clip(flat - allowed, 0.0, STRETCH_M) / np.maximum(flat, 1e-9)
    return way * shift[:, None] * [1.0, 1.0, 0.0]


def goal_share(goals: Sequence[Goal], which: np.ndarray, time_s: np.ndarray) -> np.ndarray:
    """How far (K,) hands are at goals number `which` (K,) of some: 0 at rest, 1 at contact."""
    times_s = np.array([(g.start_s, g.contact_s, g.contact_s + g.hold_s, g.end_s) for g in goals])
    start_s, contact_s, leaves_s, end_s = times_s.T[:, which]
    there = np.clip((time_s - start_s) / np.maximum(contact_s - start_s, 1e-3), 0.0, 1.0) ** SLOW_END
    back = np.clip((time_s - leaves_s) / np.maximum(end_s - leaves_s, 1e-3), 0.0, 1.0)
    return np.where(time_s <= contact_s, minimum_jerk(there), 1.0 - minimum_jerk(back))


def carry_items(
    rows: Rows,
    side: str,
    pose: Pose,
    heading_rad: np.ndarray,
    target: ArmTarget,
    holds: Holds,
    sway: np.ndarray,
) -> None:
    """Raise the forearms of who holds something, in place; `sway` (R,) moves them a little."""
    spans = []
    carry = np.zeros((len(rows.time_s), 3, 3))
    for person, own in enumerate(holds):
        ends = [hold.start_s for hold in own[1:]] + [np.inf]
        for hold, end_s in zip(own, ends, strict=True):
            if hold.items:
                span = rows.between(person, np.nextafter(hold.start_s, -np.inf), end_s)
                carry[span] = hold.carry
                target.fingers[span] = hold.fingers
                spans.append(np.arange(span.start, span.stop))
    if not spans:
        return
    here = np.concatenate(spans)
    sign = 1.0 if side == "left" else -1.0
    reach_m = arm_length(rows.cast, side)[here]
    yaw, sway = turn("z", heading_rad[here]), sway[here]
    ahead = vectors(0.56 + 0.05 * sway, -0.02 * sign, -0.47)
    target.wrist_m[here] = pose.joint(f"{side}_shoulder")[here] + rotate(yaw, ahead) * reach_m[:, None]
    target.palm[here] = compose(yaw, carry[here])
    target.elbow[here] = rotate(yaw, np.array([-0.6, 0.55 * sign, -0.7]))


def follow_goals(rows: Rows, side: str, heading_rad: np.ndarray, target: ArmTarget, goals: Goals) -> None:
    """Lead arms on the way to and from their goals, in place."""
    due = [
        (goal, rows.between(person, goal.start_s, goal.end_s))
        for person, own in enumerate(goals)
        for goal in own
    ]
    for turn_now in take_turns([span for _, span in due]):
        _follow(rows, side, heading_rad, target, [due[k] for k in turn_now])


def take_turns(spans: Sequence[slice]) -> list[list[int]]:
    """Group spans of rows, ordered by person, by their numbers, so that no two in a group share any.

    Of two that share rows the later one is in a later group: it sets out from what the earlier made of it.
    """
    turns: list[list[int]] = []
    turn_now, busy_until = 0, 0
    for number, span in enumerate(spans):
        if span.stop > span.start:
            turn_now = turn_now + 1 if span.start < busy_until else 0
            busy_until = max(busy_until, span.stop)
            turns += [[] for _ in range(turn_now + 1 - len(turns))]
            turns[turn_now].append(number)
    return turns


def unfold(spans: Sequence[slice]) -> tuple[np.ndarray, np.ndarray]:
    """The rows (K,) of some spans, and of which span each is."""
    here = np.concatenate([np.arange(span.start, span.stop) for span in spans])
    return here, np.repeat(np.arange(len(spans)), [span.stop - span.start for span in spans])


def _follow(
    rows: Rows, side: str, heading_rad: np.ndarray, target: ArmTarget, due: list[tuple[Goal, slice]]
) -> None:
    goals, spans = zip(*due, strict=True)
    here, which = unfold(spans)
    share = goal_share(goals, which, rows.time_s[here])
    grasp = np.concatenate([goal.palms(rows.time_s[span]) for goal, span in due])
    approach = np.stack([goal.approach for goal in goals])[which]
    contact_s = np.array([goal.contact_s for goal in goals])[which]
    upright = np.array([goal.upright for goal in goals])[which]
    cast = rows.cast.take(here)
    wrist = cast.wrist_from_palm(side, grasp[:, :3, 3], grasp[:, :3, :3])
    over = np.array([goal.over_m is not None for goal in goals])[which]
    target.wrist_m[here] = _bezier(target.wrist_m[here], wrist, approach, share)
    target.wrist_m[here, 2] += over * HUMP_M * 4.0 * share * (1.0 - share)
    target.palm[here] = mix(target.palm[here], grasp[:, :3, :3], minimum_jerk(share * 1.15))
    sign = 1.0 if side == "left" else -1.0
    outward = np.where(upright[:, None], [0.25, 0.9 * sign, -0.6], [-0.35, 0.5 * sign, -0.8])
    outward = np.where(over[:, None], [-0.1, 0.8 * sign, 0.9], outward)
    reaching = rotate(turn("z", heading_rad[here]), outward)
    target.elbow[here] += (reaching - target.elbow[here]) * share[:, None]
    grip = np.stack([goal.fingers for goal in goals])[which]
    empty = np.array([goal.empty for goal in goals])[which]
    opens = np.where(rows.time_s[here] < contact_s, empty[:, 0], empty[:, 1])
    bump = opens * np.sin(np.pi * np.clip(share, 0.0, 1.0)) ** 2
    fingers = target.fingers[here]
    fingers = fingers + bump[:, None] * (relax(OPEN_CURL) - fingers)
    target.fingers[here] = fingers + (share**CLOSES_LATE)[:, None] * (grip - fingers)


def _bezier(rest: np.ndarray, goal: np.ndarray, approach: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Points (K, 3) on the way from `rest` (K, 3) to `goal` (K, 3), coming in along `approach` (K, 3)."""
    before = goal - 0.16 * approach
    after = rest + 0.18 * (goal - rest) + 0.05 * UP
    u = share[:, None]
    v = 1.0 - u
    return v**3 * rest + 3 * v * v * u * after + 3 * v * u * u * before + u**3 * goal
