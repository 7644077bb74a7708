"""What trunk and eyes do: gait, idle sway, reaches and gaze brought together.

In: paths, feet and goals of several people, by row. Out: a `Trunk` for synth/motion/posture.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.randomness import make_rng
from synth.bodies.body import Body
from synth.bodies.gear import SEAT_HEIGHT_M
from synth.bodies.skeleton import EYES_SHARE, SIDES
from synth.motion.bends import choose_bends
from synth.motion.cast import Rows, as_posed
from synth.motion.footsteps import Path
from synth.motion.gait import FootTrack
from synth.motion.goals import Goal
from synth.motion.posture import Trunk
from synth.motion.reach import goal_share, take_turns, unfold
from synth.motion.rotations import minimum_jerk
from synth.records import PUSHED

GAZE_LEAD_S = 0.35  # eyes reach a target before the hand sets out (Land et al. 1999)
GAZE_COMES_S = 0.4
GAZE_STAYS_S = 0.15  # after the contact
GAZE_GOES_S = 0.5


@dataclass(frozen=True)
class Gait:
    """What walking does to the body.

    Attributes:
        swing: (R,) -1 to 1, positive with the left foot ahead.
        sway_m, bob_m: (R,) sideways and up.
    """

    swing: np.ndarray
    sway_m: np.ndarray
    bob_m: np.ndarray


def read_gait(
    rows: Rows, position_m: np.ndarray, heading_rad: np.ndarray, feet: Sequence[FootTrack], seated: np.ndarray
) -> Gait:
    """Read off the feet how the body above them moves; whoever is seated (R,) only swings their arms."""
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    ways = [foot.ball_m - position_m for foot in feet]
    ahead = [way[:, 0] * cos + way[:, 1] * sin for way in ways]
    swing = np.tanh((ahead[0] - ahead[1]) / (0.36 * rows.cast.stature_m))
    # The pelvis moves over the foot that stands: away from the one in the air.
    air = [np.clip(foot.lift_m / 0.04, 0.0, 1.0) for foot in feet]
    walks = ~seated
    return Gait(swing, 0.016 * (air[1] - air[0]) * walks, -0.012 * np.abs(swing) * walks)


def control_trunk(
    rows: Rows,
    bodies: Sequence[Body],
    paths: Sequence[Path],
    place: tuple[np.ndarray, np.ndarray],
    goals: Sequence[dict[str, list[Goal]]],
    gait: Gait,
) -> Trunk:
    """Bring everything together; `place` has position (R, 2) and heading (R,)."""
    position, heading = place
    who, time_s = rows.cast.who, rows.time_s
    seated = np.array([body.mobility == "wheelchair" for body in bodies])
    pushing = np.array([body.mobility in PUSHED for body in bodies])
    phone = np.array([body.phone for body in bodies])
    habits = [make_rng(body.shape.look_seed, 0, "motion/idle") for body in bodies]
    rate, phase = np.array(
        [[rng.uniform(0.12, 0.3, 4), rng.uniform(0.0, 2 * np.pi, 4)] for rng in habits]
    ).swapaxes(0, 1)
    idle = np.sin(2 * np.pi * rate[who] * time_s[:, None] + phase[who])
    swing = np.where(seated[who], 0.0, gait.swing)
    still = np.clip(1.0 - 1.5 * np.abs(gait.swing), 0.0, 1.0)
    lean = 0.02 + 0.03 * np.abs(gait.swing) + 0.008 * idle[:, 0] + 0.07 * pushing[who]
    gaze_pitch = 0.10 + 0.05 * idle[:, 3] + 0.5 * phone[who]
    trunk = Trunk(
        position,
        heading,
        lean,
        squat_m=np.zeros_like(lean),
        twist=0.02 * idle[:, 1] * still,
        sway_m=gait.sway_m + 0.008 * idle[:, 1] * still,
        pelvis_yaw=-0.10 * swing,
        bob_m=gait.bob_m,
        gaze_yaw=0.12 * idle[:, 2],
        gaze_pitch=gaze_pitch,
        stretch_m=np.zeros((3, len(lean))).T,
    )
    pelvis_z = rows.cast.each().at("pelvis")[:, 2]
    eye_z = np.array([EYES_SHARE * body.skeleton.stature_m for body in bodies])
    eye_z -= np.where(seated, pelvis_z - SEAT_HEIGHT_M, 0.0)
    for side in SIDES:
        _serve_goals(trunk, rows, bodies, paths, side, [own[side] for own in goals], seated, eye_z)
    return as_posed(trunk)


def _list_due(rows: Rows, goals: Sequence[Sequence[Goal]]) -> list[tuple[int, Goal, slice]]:
    """List whose goals trunk and eyes serve, and in which rows; those that follow others are served then."""
    due = []
    for person, own in enumerate(goals):
        for goal in own:
            ends_s = max(goal.end_s, goal.contact_s + GAZE_STAYS_S + GAZE_GOES_S)
            span = rows.between(person, goal.start_s - GAZE_LEAD_S, ends_s)
            if span.stop > span.start and not goal.follows:
                due.append((person, goal, span))
    return due


def _serve_goals(
    trunk: Trunk,
    rows: Rows,
    bodies: Sequence[Body],
    paths: Sequence[Path],
    side: str,
    goals: Sequence[Sequence[Goal]],
    seated: np.ndarray,
    eye_z: np.ndarray,
) -> None:
    """Bend and turn the trunk toward the goals of one hand, and the eyes to them, in place."""
    due = _list_due(rows, goals)
    if not due:
        return
    goals_due = [goal for _, goal, _ in due]
    who = np.array([person for person, _, _ in due])
    start_s, contact_s = np.array([(goal.start_s, goal.contact_s) for goal in goals_due]).T
    seen_s = contact_s + np.array([goal.gaze_s for goal in goals_due])
    look_m = np.array([goal.look_m for goal in goals_due])
    stands = [paths[person].at(goal.contact_s) for person, goal, _ in due]
    bends = choose_bends(
        [body.skeleton for body in bodies],
        side,
        goals_due,
        who,
        np.array([position for position, _ in stands]),
        np.array([heading for _, heading in stands]),
        seated[who],
        np.array([body.mobility == "carrying" for body in bodies])[who],
    )
    for turn_now in take_turns([span for _, _, span in due]):
        here, which = unfold([due[k][2] for k in turn_now])
        of = np.array(turn_now)[which]
        share = goal_share(goals_due, of, rows.time_s[here])
        lean = trunk.lean[here]
        trunk.lean[here] = lean + share * (bends.lean[of] - lean * (bends.lean[of] > 0.05))
        trunk.squat_m[here] = np.maximum(trunk.squat_m[here], share * bends.squat_m[of])
        trunk.twist[here] += share * bends.twist[of]
        trunk.stretch_m[here] += share[:, None] * bends.shift_m[of]
        look = gaze_share(start_s[of], seen_s[of], rows.time_s[here])
        _look_at(trunk, here, look_m[of], look, eye_z[who[of]])


def _look_at(trunk: Trunk, here: np.ndarray, look_m: np.ndarray, look: np.ndarray, eye_z: np.ndarray) -> None:
    """Turn the heads in rows (K,) toward points (K, 3) by shares (K,)."""
    offset = look_m[:, :2] - trunk.position_m[here]
    wanted = np.arctan2(offset[:, 1], offset[:, 0]) - trunk.heading_rad[here]
    wanted = np.clip((wanted + np.pi) % (2 * np.pi) - np.pi, -1.2, 1.2)
    drop = eye_z - trunk.squat_m[here] - look_m[:, 2]
    away = np.maximum(np.hypot(offset[:, 0], offset[:, 1]), 0.3)
    down = np.clip(np.arctan2(drop, away), -0.6, 1.0)
    trunk.gaze_yaw[here] += look * (wanted - trunk.gaze_yaw[here])
    trunk.gaze_pitch[here] += look * (0.85 * down - trunk.gaze_pitch[here])


def gaze_share(start_s: np.ndarray | float, seen_s: np.ndarray | float, time_s: np.ndarray) -> np.ndarray:
    """How much (K,) the eyes are on a goal: before the hand sets out until just after it was seen enough."""
    begin = minimum_jerk((time_s - (start_s - GAZE_LEAD_S)) / GAZE_COMES_S)
    end = minimum_jerk((time_s - (seen_s + GAZE_STAYS_S)) / GAZE_GOES_S)
    return begin * (1.0 - end)
