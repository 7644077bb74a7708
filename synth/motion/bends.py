"""How a trunk bends so that hands reach their goals: lean, squat, twist, and a step of the whole body.

In: goals of several people and where they stand. Out: for each goal the cheapest bend of the trunk that
brings it within comfortable reach of the arm, or of both arms where both hands reach. It is found once, on a
grid, with the same kinematics that later poses the body.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.plan.chests import CHEST_RIM_M
from synth.bodies.gear import SEAT_HEIGHT_M
from synth.bodies.skeleton import Skeleton
from synth.motion.cast import Cast, standing_height
from synth.motion.goals import Goal
from synth.motion.posture import SQUAT_BACK, Pose, Trunk, pose_trunk
from synth.motion.reach import arm_length
from synth.motion.rotations import length, rotate, turn
from synth.records import other_hand

LONGEST = 0.975  # share of the arm's length beyond which the whole body shifts toward the goal
STRETCH_M = 0.30  # by this much at most
COMFORT = 0.90  # share of the arm's length at which people stop bending and stretch the arm instead
# Candidates of lean (rad), squat (share of the leg) and twist toward the hand (rad).
LEANS = np.radians(np.arange(0.0, 81.0, 8.0))
SQUATS = np.linspace(0.0, 0.56, 11)
TWISTS = np.radians([-6.0, 0.0, 10.0, 22.0, 34.0, 46.0])
TWISTS_OF_BOTH = np.concatenate([-TWISTS[:1:-1], TWISTS[1:]])  # to the left, where both hands reach
DEEPEST_CARRYING_RAD = 0.6
OVER_RIM_M = 0.07  # from the middle of an arm to the rim that it goes over


@dataclass(frozen=True)
class Bends:
    """Trunks with which G goals are reached most easily.

    Attributes:
        lean, twist: (G,) radians, twist positive to the left.
        squat_m: (G,).
        shift_m: (G, 3) how far the hips go ahead, and what is missing at the limit of the reach.
    """

    lean: np.ndarray
    twist: np.ndarray
    squat_m: np.ndarray
    shift_m: np.ndarray


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
    count = len(goals)
    bends = Bends(np.zeros(count), np.zeros(count), np.zeros(count), np.zeros((count, 3)))
    both = np.array([goal.beside is not None for goal in goals])
    for which, twists in ((np.flatnonzero(~both), sign * TWISTS), (np.flatnonzero(both), TWISTS_OF_BOTH)):
        if len(which):
            at = cast.take(which), position_m[which], heading_rad[which]
            part = _choose([goals[int(k)] for k in which], side, twists, at, seated[which], carrying[which])
            for value, chosen in zip(vars(bends).values(), vars(part).values(), strict=True):
                value[which] = chosen
    return bends


def _choose(
    goals: Sequence[Goal],
    side: str,
    twists: np.ndarray,
    at: tuple[Cast, np.ndarray, np.ndarray],
    seated: np.ndarray,
    carrying: np.ndarray,
) -> Bends:
    """Choose among some twists, for goals all or none of which take both hands; `at` as in _measure_ways."""
    palms = {side: [goal.palm for goal in goals]}
    if goals[0].beside is not None:
        palms[other_hand(side)] = [g.beside for g in goals if g.beside is not None]
    reaches = {
        hand: _measure_ways(hand, twists, goals, np.stack(own), at, seated) for hand, own in palms.items()
    }
    lean, squat, twist = np.ix_(LEANS, SQUATS, twists)
    # Nobody squats before a rim that the arm goes over.
    upright = [goal.upright or goal.over_m is not None for goal in goals]
    stays_up = np.array(upright, float)[:, None, None, None]
    cost = (
        sum(strain for _, strain in reaches.values())
        + (3.0 + 60.0 * stays_up) * squat**2
        # A deep bend from the hips alone is hard on the back: knees help.
        + (1.0 * lean**2 + 0.35 * twist**2 + 1.6 * np.maximum(lean - 0.6, 0.0) ** 2)
    )
    cost[seated | carrying, :, 1:] = np.inf
    cost[np.ix_(carrying, LEANS > DEEPEST_CARRYING_RAD)] = np.inf
    best = np.unravel_index(np.argmin(cost.reshape(len(goals), -1), axis=1), cost.shape[1:])
    shift = np.zeros((len(goals), 3))
    for hand, (way, _) in reaches.items():
        left = way[(np.arange(len(goals)), *best)] - shift
        shift += _missing_way(left, LONGEST * arm_length(at[0], hand))
    shift *= np.minimum(1.0, STRETCH_M / np.maximum(length(shift), STRETCH_M))[:, None]
    shift[:, 0] += [goal.steps_m for goal in goals]
    leg_m = at[0].at("pelvis")[:, 2]
    return Bends(LEANS[best[0]], twists[best[2]], SQUATS[best[1]] * leg_m, rotate(turn("z", at[2]), shift))


def _measure_ways(
    side: str,
    twists: np.ndarray,
    goals: Sequence[Goal],
    palm: np.ndarray,
    at: tuple[Cast, np.ndarray, np.ndarray],
    seated: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Measure how one hand comes to its palms (G, 4, 4) from every candidate of a trunk.

    `at` says who stands where, (G, 2), and faces where, (G,).

    Returns:
        The ways (G, leans, squats, twists, 3) from the shoulder to the wrist, seen from the body, and what
        they cost the arm, (G, leans, squats, twists).
    """
    cast, position_m, heading_rad = at
    wrist = cast.wrist_from_palm(side, palm[:, :3, 3], palm[:, :3, :3])
    wrist[:, :2] -= position_m
    wrist = rotate(turn("z", -heading_rad), wrist)
    wrist[:, 0] -= [goal.steps_m for goal in goals]
    hips_m = np.where(seated, SEAT_HEIGHT_M, standing_height(cast.at("pelvis")))
    # Squatting lowers the shoulder and moves it back; lean and twist turn it about the hips.
    depth_m = SQUATS * cast.at("pelvis")[:, 2, None]
    sinks = np.array([-SQUAT_BACK, 0.0, -1.0]) * depth_m[..., None]
    shoulder = _place_shoulders(cast, side, twists)[cast.who][:, :, None] + sinks[:, None, :, None]
    shoulder[..., 2] += hips_m[:, None, None, None]
    way = wrist[:, None, None, None] - shoulder
    share = length(way) / arm_length(cast, side)[:, None, None, None]
    caught_m = _measure_caught(goals, wrist, way, position_m, heading_rad)
    strain = (
        400.0 * np.maximum(share - COMFORT, 0.0) ** 2
        + 1e4 * np.maximum(share - LONGEST, 0.0)
        + 8.0 * np.maximum(0.5 - share, 0.0) ** 2
        + 3e4 * caught_m**2
    )
    return way, strain


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
        away_m = float((goal.over_m[:2] - position_m[k]) @ ahead) - goal.steps_m
        inside_m = wrist[k, 0] - away_m - CHEST_RIM_M
        share = np.clip(inside_m / np.maximum(way[k, ..., 0], 1e-3), 0.0, 1.0)
        height_m = wrist[k, 2] - share * way[k, ..., 2]
        caught_m[k] = np.maximum(goal.over_m[2] + OVER_RIM_M - height_m, 0.0)
    return caught_m


def _place_shoulders(cast: Cast, side: str, twists: np.ndarray) -> np.ndarray:
    """Shoulders (P, leans, twists, 3) of each person, who stands at the origin with the hips at 0."""
    people = cast.people
    lean, twist = np.meshgrid(LEANS, twists, indexing="ij")
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
    """Level shifts (G, 3) that bring goals at `way` (G, 3) from the shoulder near."""
    flat = np.hypot(way[:, 0], way[:, 1])
    allowed = np.sqrt(np.maximum(reach_m**2 - way[:, 2] ** 2, 0.0))
    shift = np.maximum(flat - allowed, 0.0) / np.maximum(flat, 1e-9)
    return way * shift[:, None] * [1.0, 1.0, 0.0]
