"""How trunk and arms serve the goals: lean, squat and twist, and the palm's path.

In: goals and holds of one shopper. Out: trunk controls and arm targets at the frame times. For each goal
the cheapest bend of the trunk that brings it within comfortable reach of the arm is found once, on a grid,
with the same kinematics that later poses the body.
"""

from functools import lru_cache

import numpy as np

from synth.bodies.skeleton import SIDES, Skeleton
from synth.motion.goals import Goal, Hold
from synth.motion.posture import ArmTarget, Pose, Trunk, pose_trunk, shoulder_place, standing_height
from synth.motion.rotations import UP, minimum_jerk, mix, rotate, turn

LONGEST = 0.975  # share of the arm's length beyond which the whole body shifts toward the goal
STRETCH_M = 0.30  # by this much at most
COMFORT = 0.90  # share of the arm's length at which people stop bending and stretch the arm instead
SLOW_END = 0.82  # warps time so that the speed peaks early and the last quarter is slow (Jeannerod 1984)


@lru_cache(maxsize=1)
def _bends() -> np.ndarray:
    """(G, 3) candidates of lean (rad), squat (share of the leg) and twist toward the hand (rad)."""
    lean = np.radians(np.arange(0.0, 81.0, 8.0))
    squat = np.linspace(0.0, 0.56, 11)
    twist = np.radians([-6.0, 0.0, 10.0, 22.0, 34.0, 46.0])
    return np.stack(np.meshgrid(lean, squat, twist, indexing="ij"), axis=-1).reshape(-1, 3)


def wrist_from_palm(skeleton: Skeleton, side: str, palm_m: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Wrist (..., 3) of a palm at `palm_m` (..., 3) with frame `rotation` (..., 3, 3)."""
    k = SIDES.index(side)
    offset = skeleton.palm_frame[k].T @ (skeleton.palm_m[k] - skeleton.at(f"{side}_wrist"))
    return palm_m - rotation @ offset


def arm_length(skeleton: Skeleton, side: str) -> float:
    """Shoulder to wrist, stretched."""
    upper = skeleton.length(f"{side}_shoulder", f"{side}_elbow")
    return upper + skeleton.length(f"{side}_elbow", f"{side}_wrist")


def choose_bend(
    skeleton: Skeleton,
    side: str,
    goal: Goal,
    position_m: np.ndarray,
    heading_rad: float,
    *,
    seat_m: float | None = None,
) -> tuple[float, float, float, np.ndarray]:
    """The trunk with which a goal is reached most easily; `seat_m` is the height of the hips of who sits.

    Returns:
        Lean (rad), squat (m), twist (rad, positive left), and the shift (3,) that is missing at the
        limit of the reach.
    """
    bends = _bends() if seat_m is None else _bends()[_bends()[:, 1] == 0.0]
    count = len(bends)
    sign = -1.0 if side == "left" else 1.0
    leg = skeleton.at("pelvis")[2]
    zero = np.zeros(count)
    trunk = Trunk(
        np.broadcast_to(position_m, (count, 2)),
        np.full(count, heading_rad),
        bends[:, 0],
        bends[:, 1] * leg,
        sign * bends[:, 2],
        sway_m=zero,
        pelvis_yaw=zero,
        bob_m=zero,
        gaze_yaw=zero,
        gaze_pitch=zero,
        stretch_m=np.zeros((count, 3)),
    )
    pose = Pose(skeleton, count)
    hips_m = standing_height(skeleton) if seat_m is None else seat_m
    pose_trunk(pose, trunk, hips_m - trunk.squat_m)
    wrist = wrist_from_palm(skeleton, side, goal.palm[:3, 3], goal.palm[:3, :3])
    way = wrist - shoulder_place(pose, side)
    share = np.linalg.norm(way, axis=1) / arm_length(skeleton, side)
    cost = (
        400.0 * np.maximum(share - COMFORT, 0.0) ** 2
        + 1e4 * np.maximum(share - LONGEST, 0.0)
        + 8.0 * np.maximum(0.5 - share, 0.0) ** 2
        + 1.0 * bends[:, 0] ** 2
        + (3.0 + 60.0 * goal.upright) * bends[:, 1] ** 2
        + 0.35 * bends[:, 2] ** 2
        # A deep bend from the hips alone is hard on the back: knees help.
        + 1.6 * np.maximum(bends[:, 0] - 0.6, 0.0) ** 2
    )
    best = int(np.argmin(cost))
    missing = _missing_way(way[best], LONGEST * arm_length(skeleton, side))
    return float(bends[best, 0]), float(bends[best, 1] * leg), float(sign * bends[best, 2]), missing


def _missing_way(way: np.ndarray, reach_m: float) -> np.ndarray:
    """Level shift (3,) that brings a goal at `way` (3,) from the shoulder within reach, at most STRETCH_M."""
    flat = float(np.hypot(way[0], way[1]))
    allowed = float(np.sqrt(max(reach_m**2 - float(way[2]) ** 2, 0.0)))
    shift = min(max(flat - allowed, 0.0), STRETCH_M) / max(flat, 1e-9)
    return np.array([way[0] * shift, way[1] * shift, 0.0])


def goal_share(goal: Goal, time_s: np.ndarray) -> np.ndarray:
    """How far (F,) a hand is at its goal: 0 at rest, 1 at contact."""
    there = np.clip((time_s - goal.start_s) / max(goal.contact_s - goal.start_s, 1e-3), 0.0, 1.0) ** SLOW_END
    leaves_s = goal.contact_s + goal.hold_s
    back = np.clip((time_s - leaves_s) / max(goal.end_s - leaves_s, 1e-3), 0.0, 1.0)
    return np.where(time_s <= goal.contact_s, minimum_jerk(there), 1.0 - minimum_jerk(back))


def carrying_arm(
    pose: Pose, skeleton: Skeleton, side: str, heading_rad: np.ndarray, carry: np.ndarray, sway: np.ndarray
) -> ArmTarget:
    """The arm that carries something before the body: forearm raised; `sway` (F,) moves it a little."""
    sign = 1.0 if side == "left" else -1.0
    length = arm_length(skeleton, side)
    yaw = turn("z", heading_rad)
    ahead = np.stack([0.56 + 0.05 * sway, np.full_like(sway, -0.02 * sign), np.full_like(sway, -0.47)], -1)
    wrist = shoulder_place(pose, side) + rotate(yaw, ahead) * length
    rotation = yaw @ carry
    hint = rotate(yaw, np.array([-0.6, 0.55 * sign, -0.7]))
    return ArmTarget(wrist, rotation, hint, np.full(len(sway), 0.45))


def follow_goals(
    skeleton: Skeleton,
    side: str,
    pose: Pose,
    time_s: np.ndarray,
    heading_rad: np.ndarray,
    resting: ArmTarget,
    goals: list[Goal],
    holds: list[Hold],
    sway: np.ndarray,
) -> ArmTarget:
    """Arm target at the frame times (F,): at rest (hanging or carrying), and on the way to and from goals."""
    wrist, palm = resting.wrist_m.copy(), resting.palm.copy()
    elbow, curl = resting.elbow.copy(), resting.curl.copy()
    starts = np.array([hold.start_s for hold in holds])
    current = np.searchsorted(starts, time_s, side="right") - 1
    for k, hold in enumerate(holds):
        here = current == k
        if hold.items and here.any():
            carried = carrying_arm(pose, skeleton, side, heading_rad, hold.carry, sway)
            wrist[here], palm[here] = carried.wrist_m[here], carried.palm[here]
            elbow[here], curl[here] = carried.elbow[here], carried.curl[here]
    sign = 1.0 if side == "left" else -1.0
    for goal in goals:
        here = (time_s > goal.start_s) & (time_s < goal.end_s)
        if not here.any():
            continue
        share = goal_share(goal, time_s[here])
        target = wrist_from_palm(skeleton, side, goal.palm[:3, 3], goal.palm[:3, :3])
        wrist[here] = _bezier(wrist[here], target, goal.approach, share)
        shape = (int(here.sum()), 3, 3)
        palm[here] = mix(palm[here], np.broadcast_to(goal.palm[:3, :3], shape), minimum_jerk(share * 1.15))
        outward = np.array([0.25, 0.9 * sign, -0.6] if goal.upright else [-0.35, 0.5 * sign, -0.8])
        reaching = rotate(turn("z", heading_rad[here]), outward)
        elbow[here] += (reaching - elbow[here]) * share[:, None]
        open_hand = np.where(time_s[here] < goal.contact_s, 0.12, curl[here])
        bump = np.sin(np.pi * np.clip(share, 0.0, 1.0)) ** 2
        curl[here] += (open_hand - curl[here]) * bump + (0.42 - curl[here]) * share**6
    return ArmTarget(wrist, palm, elbow, curl)


def _bezier(rest: np.ndarray, goal: np.ndarray, approach: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Points (F, 3) on the way from `rest` (F, 3) to `goal` (3,), coming in along `approach`."""
    before = goal - 0.16 * approach
    after = rest + 0.18 * (goal - rest) + 0.05 * UP
    u = share[:, None]
    v = 1.0 - u
    return v**3 * rest + 3 * v * v * u * after + 3 * v * u * u * before + u**3 * goal
