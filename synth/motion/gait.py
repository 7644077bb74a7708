"""Where the feet are: planted footsteps under a given path.

In: one shopper's path over the floor. Out: a list of steps, and from it each foot's place, turn, lift and
pitch at the frame times. The path is known to its end, so a step lands where the body will be in the
middle of the stance that it begins, and people stop, start and turn on the spot without sliding.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.motion.cast import Rows
from synth.motion.rotations import length, minimum_jerk

# Walk ratio: step length / cadence is constant, cadence = sqrt(60 v / 0.0064) steps a minute
# (Sekiya and Nagasaki 1998: 0.0064 m per step/min for adults).
WALK_RATIO = 0.0064
ADULT_STATURE_M = 1.7  # of the adults that it was measured on; it grows with the legs
STEP_TIME_S = (0.34, 0.95)  # limits of the time from one foot's lift to the other's
SWING_SHARE = 0.78  # of the step time a foot is in the air (Perry 1992: 40 % of the stride)
STANDING_SPEED_MPS = 0.16
SHUFFLE_M = 0.07  # standing feet follow when they are this far from under the hips
SHUFFLE_RAD = 0.42  # or turned this far away
SHUFFLE_S = 0.5  # time of such a step
TOE_OUT_RAD = 0.11
AHEAD_S = 0.35  # people's feet answer to where they will be in this time
SAMPLE_S = 0.02


@dataclass(frozen=True)
class Path:
    """One shopper's way: (T,) times, (T, 2) positions, (T,) unwrapped headings, of what they push too."""

    time_s: np.ndarray
    position_m: np.ndarray
    heading_rad: np.ndarray
    gear_rad: np.ndarray

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
    """One foot of each person at their rows.

    Attributes:
        ball_m: (R, 2) the ball of the foot, projected on the floor.
        yaw_rad: (R,).
        lift_m: (R,) height of the sole above the floor.
        pitch_rad: (R,) positive with the heel up (about the ball), negative toes up (about the heel).
        planted: (R,) bool, the ball stands on the floor and does not move.
    """

    ball_m: np.ndarray
    yaw_rad: np.ndarray
    lift_m: np.ndarray
    pitch_rad: np.ndarray
    planted: np.ndarray

    def take(self, rows: slice) -> "FootTrack":
        """Some of the rows, as views."""
        return FootTrack(*(value[rows] for value in vars(self).values()))

    def put(self, rows: slice, other: "FootTrack") -> None:
        """Replace some of the rows."""
        for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True):
            mine[rows] = theirs


def compute_cadence(speed_mps: float, stature_m: float = ADULT_STATURE_M) -> float:
    """Steps a minute at a walking speed; the short take shorter, quicker steps.

    >>> round(compute_cadence(1.3)), round(compute_cadence(1.3, 1.1))
    (110, 137)
    """
    return math.sqrt(60.0 * speed_mps / (WALK_RATIO * stature_m / ADULT_STATURE_M))


class _Homes:
    """Where each foot would stand under the body, and the body itself, sampled along a path."""

    def __init__(self, path: Path, stance_m: tuple[float, float]):
        """Sample a path every SAMPLE_S."""
        self.start = float(path.time_s[0])
        time = np.arange(self.start, float(path.time_s[-1]) + SAMPLE_S, SAMPLE_S)
        self.position_m, heading = path.at(time)
        forward = np.stack([np.cos(heading), np.sin(heading)], axis=-1)
        left = np.stack([-forward[:, 1], forward[:, 0]], axis=-1)
        self.home_m = [
            self.position_m + stance_m[0] * forward + sign * stance_m[1] * left for sign in (1.0, -1.0)
        ]
        self.yaw_rad = [heading + sign * TOE_OUT_RAD for sign in (1.0, -1.0)]
        # A step reads single values, which views give as plain floats; numpy's scalars are slow.
        self._body = self.position_m.data
        self._home = [home.data for home in self.home_m]
        self.yaw = [yaw.data for yaw in self.yaw_rad]
        self.count = len(time)
        self._walks: dict[int, np.ndarray] = {}

    def index(self, time_s: float) -> int:
        """Number of the sample nearest to a time; the last one is held. Rounding errors decide no tie."""
        return min(int((time_s - self.start) / SAMPLE_S + 0.500001), self.count - 1)

    def body(self, sample: int) -> tuple[float, float]:
        """Where the body is."""
        return self._body[sample, 0], self._body[sample, 1]

    def place(self, side: int, sample: int) -> tuple[float, float]:
        """Where a foot would stand."""
        return self._home[side][sample, 0], self._home[side][sample, 1]

    def walks(self, ahead: int) -> np.ndarray:
        """At which samples the body walks, judged by where it is so many samples ahead."""
        if ahead not in self._walks:
            later_m = self.position_m[np.minimum(np.arange(self.count) + ahead, self.count - 1)]
            way_m = later_m - self.position_m
            self._walks[ahead] = np.hypot(way_m[:, 0], way_m[:, 1]) / AHEAD_S > STANDING_SPEED_MPS
        return self._walks[ahead]


def plan_footsteps(
    path: Path, *, stance_m: tuple[float, float], stature_m: float
) -> tuple[Footsteps, Footsteps]:
    """Plan the steps of the left and the right foot along a path.

    Args:
        path: The way.
        stance_m: (forward, sideways) place of the left ball of the foot from under the body when standing.
        stature_m: Sets the length of steps; a foot that lags more than 0.3 of it hurries.
    """
    homes = _Homes(path, stance_m)
    start = homes.start
    steps = [[(start - 1.0, start - 0.5, homes.place(side, 0), homes.yaw[side][0])] for side in (0, 1)]
    now, end = start, float(path.time_s[-1])
    while now <= end:
        step = _walking_step(homes, steps, now, stature_m)
        if step is None:
            now += SAMPLE_S * _count_idle(homes, steps, now)
            if now > end:
                break
            step = _walking_step(homes, steps, now, stature_m) or _standing_step(homes, steps, now)
        side, step_s, at = step
        landing = now + SWING_SHARE * step_s
        steps[side].append((now, landing, homes.place(side, at), homes.yaw[side][at]))
        now += step_s
    left, right = (
        Footsteps(
            np.array([s[0] for s in foot]),
            np.array([s[1] for s in foot]),
            np.array([s[2] for s in foot]),
            np.array([s[3] for s in foot]),
        )
        for foot in steps
    )
    return left, right


def _walking_step(homes: _Homes, steps: list, now: float, stature_m: float) -> tuple[int, float, int] | None:
    """The next step (side, seconds, sample of its place) of somebody who walks, or None."""
    here, ahead = homes.body(homes.index(now)), homes.body(homes.index(now + AHEAD_S))
    way = (ahead[0] - here[0], ahead[1] - here[1])
    speed = math.hypot(*way) / AHEAD_S
    if speed <= STANDING_SPEED_MPS:
        return None
    lag = []
    for side in (0, 1):
        home, foot = homes.place(side, homes.index(now)), steps[side][-1][2]
        lag.append(((home[0] - foot[0]) * way[0] + (home[1] - foot[1]) * way[1]) / (speed * AHEAD_S))
    side = int(lag[1] > lag[0])
    # Who speeds up steps at the pace to come, else the first steps would be lunges.
    soon = homes.body(homes.index(now + 2.0 * AHEAD_S))
    pace = max(speed, math.hypot(soon[0] - ahead[0], soon[1] - ahead[1]) / AHEAD_S)
    step_s = min(max(60.0 / compute_cadence(pace, stature_m), STEP_TIME_S[0]), STEP_TIME_S[1])
    step_s /= min(max(1.0, lag[side] / (0.3 * stature_m)), 1.6)
    # It lands where the foot belongs in the middle of the stance to come, but never in a lunge.
    landing, middle = (
        homes.index(now + SWING_SHARE * step_s),
        homes.index(now + (SWING_SHARE + 2.0) / 2.0 * step_s),
    )
    before = math.dist(homes.place(side, middle), homes.place(side, landing))
    share = min(1.0, 0.25 * stature_m / max(before, 1e-9))
    return side, step_s, landing + int(share * (middle - landing) + 0.5)


def _count_idle(homes: _Homes, steps: list, now: float) -> int:
    """How many samples somebody who stands goes on standing without a step."""
    begin, ahead, soon = (homes.index(now + later) for later in (0.0, AHEAD_S, SHUFFLE_S))
    steps_out = homes.walks(ahead - begin)
    count, idle = 64, 0  # look at 1.3 s first, and ever farther
    while begin + idle < homes.count:
        away = steps_out[begin + idle : begin + idle + count].copy()
        at = np.minimum(soon + idle + np.arange(len(away)), homes.count - 1)
        for side in (0, 1):
            away |= _compute_need(homes, steps, side, at) >= 1.0
        if away.any():
            return idle + int(np.argmax(away))
        idle += count
        count *= 4
    return idle


def _compute_need(homes: _Homes, steps: list, side: int, at: np.ndarray) -> np.ndarray:
    """How far (K,) a standing foot is from where it belongs at samples (K,); at 1 it follows."""
    _, _, foot, yaw = steps[side][-1]
    away = homes.home_m[side][at] - foot
    return np.hypot(away[:, 0], away[:, 1]) / SHUFFLE_M + np.abs(homes.yaw_rad[side][at] - yaw) / SHUFFLE_RAD


def _standing_step(homes: _Homes, steps: list, now: float) -> tuple[int, float, int]:
    """The step by which somebody who stands follows their own turn or drift."""
    at = homes.index(now + SHUFFLE_S)
    need = [_compute_need(homes, steps, side, np.array([at]))[0] for side in (0, 1)]
    return int(need[1] > need[0]), SHUFFLE_S, at


def track_feet(steps: Sequence[Footsteps], rows: Rows) -> FootTrack:
    """Evaluate one foot of each person at their rows."""
    last, first, end = [], [], 0
    for person, own in enumerate(steps):
        found = np.searchsorted(own.lift_s, rows.time_s[rows.of(person)], side="right") - 1
        last.append(end + np.maximum(found, 0))
        first.append(end)
        end += len(own.lift_s)
    lift_s, land_s, ball_m, yaw_rad = (
        np.concatenate([getattr(own, name) for own in steps])
        for name in ("lift_s", "land_s", "ball_m", "yaw_rad")
    )
    who, stature_m = rows.cast.who, rows.cast.stature_m
    return _track(
        Footsteps(lift_s, land_s, ball_m, yaw_rad),
        np.concatenate(last),
        np.array(first)[who],
        np.array([*first[1:], end])[who] - 1,
        rows.time_s,
        stature_m,
    )


def _track(
    steps: Footsteps,
    last: np.ndarray,
    first: np.ndarray,
    final: np.ndarray,
    time_s: np.ndarray,
    stature_m: np.ndarray,
) -> FootTrack:
    """Evaluate feet whose first, latest and final steps (R,) at times (R,) are these."""
    before = np.maximum(last - 1, first)
    duration = steps.land_s[last] - steps.lift_s[last]
    share = np.clip((time_s - steps.lift_s[last]) / duration, 0.0, 1.0)
    share = np.where(last == first, 1.0, share)
    eased = minimum_jerk(share)
    ball = steps.ball_m[before] + (steps.ball_m[last] - steps.ball_m[before]) * eased[:, None]
    yaw = steps.yaw_rad[before] + (steps.yaw_rad[last] - steps.yaw_rad[before]) * eased

    following = np.minimum(last + 1, final)
    vigour = _compute_vigour(steps, last, before, stature_m)
    next_vigour = _compute_vigour(steps, following, last, stature_m)
    # The heel rises during the last quarter second before the lift, and the toes point up at landing.
    until = np.where(following > last, steps.lift_s[following] - time_s, np.inf)
    rise = minimum_jerk(1.0 - np.clip(until / 0.24, 0.0, 1.0)) * next_vigour * 0.55
    since = time_s - steps.land_s[last]
    flatten = -0.28 * vigour * (1.0 - minimum_jerk(since / 0.11)) * (last > first)
    swing = vigour * (0.55 * (1.0 - minimum_jerk(share / 0.75)) - 0.28 * minimum_jerk((share - 0.35) / 0.65))
    swinging = share < 1.0
    pitch = np.where(swinging, swing, np.where(since < 0.11, flatten + rise, rise))
    lift = np.where(swinging, np.sin(np.pi * share) ** 2 * (0.018 + 0.04 * vigour), 0.0)
    return FootTrack(ball, yaw, lift, pitch, ~swinging & (pitch >= -1e-3))


def _compute_vigour(
    steps: Footsteps, step: np.ndarray, before: np.ndarray, stature_m: np.ndarray
) -> np.ndarray:
    """How long (R,) steps are, 1 for long ones."""
    return np.clip(length(steps.ball_m[step] - steps.ball_m[before]) / (0.42 * stature_m), 0.0, 1.0)
