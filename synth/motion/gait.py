"""Feet at the frame times.

In: footsteps. Out: each foot's place, turn, lift and pitch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.motion.cast import Rows
from synth.motion.footsteps import Footsteps
from synth.motion.rotations import length, minimum_jerk


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
