"""Where the feet are: planted footsteps under a given path.

In: one shopper's path over the floor. Out: a list of steps, and from it each foot's place, turn, lift and
pitch at the frame times. The path is known to its end, so a step lands where the body will be in the
middle of the stance that it begins, and people stop, start and turn on the spot without sliding.
"""

from dataclasses import dataclass

import numpy as np

from synth.motion.rotations import minimum_jerk

# Walk ratio: step length / cadence is constant, cadence = sqrt(60 v / 0.0064) steps a minute
# (Sekiya and Nagasaki 1998: 0.0064 m per step/min for adults).
WALK_RATIO = 0.0064
STEP_TIME_S = (0.42, 0.95)  # limits of the time from one foot's lift to the other's
SWING_SHARE = 0.78  # of the step time a foot is in the air (Perry 1992: 40 % of the stride)
STANDING_SPEED_MPS = 0.16
SHUFFLE_M = 0.07  # standing feet follow when they are this far from under the hips
SHUFFLE_RAD = 0.42  # or turned this far away
TOE_OUT_RAD = 0.11


@dataclass(frozen=True)
class Path:
    """One shopper's way: (T,) times, (T, 2) positions and (T,) unwrapped headings."""

    time_s: np.ndarray
    position_m: np.ndarray
    heading_rad: np.ndarray

    def at(self, time_s: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
        """Position (..., 2) and heading (...) by linear interpolation; the ends are held."""
        x = np.interp(time_s, self.time_s, self.position_m[:, 0])
        y = np.interp(time_s, self.time_s, self.position_m[:, 1])
        return np.stack([x, y], axis=-1), np.interp(time_s, self.time_s, self.heading_rad)


@dataclass(frozen=True)
class Footsteps:
    """Steps of one foot, in order; the first one is where the foot stands at the beginning.

    Attributes:
        lift_s, land_s: (S,) when the foot leaves the floor for this place and when it is there.
        ball_m: (S, 2) place of the ball of the foot on the floor.
        yaw_rad: (S,) its direction, unwrapped.
    """

    lift_s: np.ndarray
    land_s: np.ndarray
    ball_m: np.ndarray
    yaw_rad: np.ndarray


@dataclass(frozen=True)
class FootTrack:
    """One foot at the frame times.

    Attributes:
        ball_m: (F, 2) the ball of the foot, projected on the floor.
        yaw_rad: (F,).
        lift_m: (F,) height of the sole above the floor.
        pitch_rad: (F,) positive with the heel up (pivot: the ball), negative with the toes up (pivot: the heel).
        planted: (F,) bool, the ball stands on the floor and does not move.
    """

    ball_m: np.ndarray
    yaw_rad: np.ndarray
    lift_m: np.ndarray
    pitch_rad: np.ndarray
    planted: np.ndarray


def compute_cadence(speed_mps: float) -> float:
    """Steps a minute at a walking speed.

    >>> round(compute_cadence(1.3))
    110
    """
    return float(np.sqrt(60.0 * speed_mps / WALK_RATIO))


def plan_footsteps(
    path: Path, *, stance_m: tuple[float, float], reach_m: float
) -> tuple[Footsteps, Footsteps]:
    """Plan the steps of the left and the right foot along a path.

    Args:
        path: The way.
        stance_m: (forward, sideways) place of the left ball of the foot from under the body when standing.
        reach_m: Longest distance that a foot may stay behind before it must follow.
    """
    time, step = path.time_s, float(path.time_s[1] - path.time_s[0]) if len(path.time_s) > 1 else 0.05

    def home(side: int, at_s: float) -> tuple[np.ndarray, float]:
        position, heading = path.at(at_s)
        sign = 1.0 - 2.0 * side
        forward = np.array([np.cos(heading), np.sin(heading)])
        left = np.array([-forward[1], forward[0]])
        return position + stance_m[0] * forward + sign * stance_m[1] * left, float(
            heading
        ) + sign * TOE_OUT_RAD

    start = float(time[0])
    steps = [[(start - 1.0, start - 0.5, *home(side, start))] for side in (0, 1)]
    free_s = start
    for now in np.arange(start, float(time[-1]) + step, step):
        if now < free_s:
            continue
        ahead, _ = path.at(now + 0.35)
        here, _ = path.at(now)
        speed = float(np.linalg.norm(ahead - here)) / 0.35
        error = [home(side, now)[0] - steps[side][-1][2] for side in (0, 1)]
        if speed > STANDING_SPEED_MPS:
            direction = (ahead - here) / np.linalg.norm(ahead - here)
            lag = [float(e @ direction) for e in error]
            side = int(lag[1] > lag[0])
            step_s = float(np.clip(60.0 / compute_cadence(speed), *STEP_TIME_S))
            hurry = max(1.0, lag[side] / reach_m)
            step_s /= min(hurry, 1.6)
            place, yaw = home(side, now + (SWING_SHARE + 2.0) / 2.0 * step_s)
        else:
            place_yaw = [home(side, now + 0.5) for side in (0, 1)]
            need = [
                float(np.linalg.norm(place_yaw[s][0] - steps[s][-1][2])) / SHUFFLE_M
                + abs(place_yaw[s][1] - steps[s][-1][3]) / SHUFFLE_RAD
                for s in (0, 1)
            ]
            side = int(need[1] > need[0])
            if need[side] < 1.0:
                continue
            step_s = 0.5
            place, yaw = place_yaw[side]
        steps[side].append((now, now + SWING_SHARE * step_s, place, yaw))
        free_s = now + step_s
    left, right = (
        Footsteps(
            np.array([s[0] for s in foot]),
            np.array([s[1] for s in foot]),
            np.array([s[2] for s in foot]),
            np.unwrap(np.array([s[3] for s in foot])),
        )
        for foot in steps
    )
    return left, right


def track_foot(steps: Footsteps, time_s: np.ndarray, *, stature_m: float) -> FootTrack:
    """Evaluate one foot at the given times (F,)."""
    last = np.clip(np.searchsorted(steps.lift_s, time_s, side="right") - 1, 0, None)
    before = np.maximum(last - 1, 0)
    duration = steps.land_s[last] - steps.lift_s[last]
    share = np.clip((time_s - steps.lift_s[last]) / duration, 0.0, 1.0)
    share = np.where(last == 0, 1.0, share)
    eased = minimum_jerk(share)
    ball = steps.ball_m[before] + (steps.ball_m[last] - steps.ball_m[before]) * eased[:, None]
    yaw = steps.yaw_rad[before] + (steps.yaw_rad[last] - steps.yaw_rad[before]) * eased

    length = np.linalg.norm(np.diff(steps.ball_m, axis=0, prepend=steps.ball_m[:1]), axis=1)
    vigour = np.clip(length / (0.42 * stature_m), 0.0, 1.0)
    following = np.minimum(last + 1, len(length) - 1)
    # The heel rises during the last quarter second before the lift, and the toes point up at landing.
    until = np.where(following > last, steps.lift_s[following] - time_s, np.inf)
    rise = minimum_jerk(1.0 - np.clip(until / 0.24, 0.0, 1.0)) * vigour[following] * 0.55
    since = time_s - steps.land_s[last]
    flatten = -0.28 * vigour[last] * (1.0 - minimum_jerk(since / 0.11)) * (last > 0)
    swing = vigour[last] * (
        0.55 * (1.0 - minimum_jerk(share / 0.75)) - 0.28 * minimum_jerk((share - 0.35) / 0.65)
    )
    swinging = share < 1.0
    pitch = np.where(swinging, swing, np.where(since < 0.11, flatten + rise, rise))
    lift = np.where(swinging, np.sin(np.pi * share) ** 2 * (0.018 + 0.04 * vigour[last]), 0.0)
    return FootTrack(ball, yaw, lift, pitch, ~swinging & (pitch >= -1e-3))
