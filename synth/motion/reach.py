"""How arms serve the goals: the palm's path to them and back, and how they carry in between.

In: goals and holds of several people, and their posed trunks. Out: arm targets at their rows.
"""

from collections.abc import Sequence

import numpy as np

from synth.motion.cast import Cast, Rows
from synth.motion.fingers import relax
from synth.motion.goals import Goal
from synth.motion.holds import Holding
from synth.motion.posture import ArmTarget, Pose
from synth.motion.rotations import UP, compose, minimum_jerk, mix, rotate, turn, vectors

OPEN_CURL = 0.12  # of a hand on its way to grasp
CLOSES_LATE = 14  # power of the share of the way by which fingers close: at the item, not before it
HUMP_M = 0.3  # by which a hand rises on such a way
SLOW_END = 0.82  # warps time so that the speed peaks early and the last quarter is slow (Jeannerod 1984)

Goals = Sequence[Sequence[Goal]]  # of one hand of each person


def arm_length(cast: Cast, side: str) -> np.ndarray:
    """Shoulder to wrist (R,), stretched."""
    return cast.length(f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist")


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
    holdings: Sequence[Holding],
    sway: np.ndarray,
) -> None:
    """Raise the forearms of who holds something, in place; `sway` (R,) moves them a little."""
    if not holdings:
        return
    for holding in holdings:
        target.palm[holding.rows] = holding.hold.carry
        target.fingers[holding.rows] = holding.hold.fingers
    here, _ = unfold([holding.rows for holding in holdings])
    sign = 1.0 if side == "left" else -1.0
    reach_m = arm_length(rows.cast, side)[here]
    yaw, sway = turn("z", heading_rad[here]), sway[here]
    ahead = vectors(0.56 + 0.05 * sway, -0.02 * sign, -0.47)
    target.wrist_m[here] = pose.joint(f"{side}_shoulder")[here] + rotate(yaw, ahead) * reach_m[:, None]
    target.palm[here] = compose(yaw, target.palm[here])
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
