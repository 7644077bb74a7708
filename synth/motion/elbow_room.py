"""Hands at rest keep out of other people: they draw back from whoever stands or passes close by.

In: where everybody is at the clip's frames, and the arms of some people as they hang or carry something. Out:
the same arms, their hands drawn in. Arms on the way to a goal go where they have to.

Bodies are upright discs here, and what they push is a row of them: those who meet keep about half a metre
between their centres (synth/walking/crowd.py), and a forearm raised before the belly would reach into who
stands before it.
"""

from collections.abc import Sequence

import numpy as np

from synth.motion.cast import POSED, Rows
from synth.motion.posed import Part
from synth.motion.posture import ArmTarget
from synth.motion.rotations import frame, length, minimum_jerk, mix, rotate, turn
from synth.records import Simulation

KEPT_M = 0.36  # from another's centre to the middle of a hand: half a body's width, and half the hand
NOTICED_M = 0.50  # from there on it is drawn in
HAND_M = 0.09  # from the wrist to the middle of the hand
DRAWN_M = (0.20, 0.16)  # ahead of the own centre and aside: before the belly, the fingers across it
PUSHED_M = {"trolley": (0.55, 0.80, 1.00), "pram": (0.55, 0.80, 1.05)}  # ahead of who pushes it
FAR_M = 2.0  # from the own centre: nobody farther off is close to a hand


class Others:
    """Where everybody is at the clip's frames, and what they push; but no children on somebody's arm."""

    def __init__(self, simulation: Simulation, time_s: np.ndarray):
        """Look it up, at times (F,)."""
        paths = simulation.trajectories
        walking = [(n, plan.mobility) for n, plan in enumerate(simulation.plans) if not plan.carried_by]
        ahead_m = [(n, away_m) for n, mobility in walking for away_m in (0.0, *PUSHED_M.get(mobility, ()))]
        self._whose = np.array([n for n, _ in ahead_m], int)
        self._place_m = np.full((2, len(time_s), len(ahead_m)), np.inf, POSED)
        for k, (n, away_m) in enumerate(ahead_m):
            seen_s = paths.time_s[paths.present[:, n]]
            if len(seen_s):
                here = (time_s >= seen_s[0]) & (time_s <= seen_s[-1])
                for axis, toward in enumerate((np.cos, np.sin)):
                    track_m = paths.position_m[:, n, axis]
                    if away_m:
                        track_m = track_m + away_m * toward(paths.gear_rad[:, n])
                    self._place_m[axis, here, k] = np.interp(time_s[here], paths.time_s, track_m)

    def find_close(
        self, parts: Sequence[Part], rows: Rows, here_m: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find who is no farther than FAR_M from some people, who are at (R, 2).

        Returns:
            The rows (M,), ascending, at which somebody is, and where (2, M) that one is then.
        """
        found, places_m = [], []
        for k, part in enumerate(parts):
            during = slice(part.frame[0], part.frame[-1] + 1)  # nobody is away in between
            x_m, y_m = self._place_m[:, during]
            own_x_m, own_y_m = here_m[rows.of(k)].T[:, :, None]
            away_m2 = (x_m - own_x_m) ** 2 + (y_m - own_y_m) ** 2
            away_m2[:, self._whose == part.shopper] = np.inf
            row, other = np.divmod(np.flatnonzero(away_m2 < FAR_M**2), len(self._whose))
            found.append(rows.of(k).start + row)
            places_m.append(np.stack([x_m[row, other], y_m[row, other]]))
        return np.concatenate(found), np.concatenate(places_m, axis=1)


def keep_off(
    arm: ArmTarget,
    side: str,
    here: tuple[np.ndarray, np.ndarray],
    close: tuple[np.ndarray, np.ndarray],
    may: tuple[np.ndarray, np.ndarray],
) -> None:
    """Draw the hands of arms in before the own bodies where others are close, in place.

    Args:
        arm: R rows of it.
        side: Which arm.
        here: (R, 2) and (R,) where the own bodies are and face.
        close: Rows (M,), ascending, at which others are close, and where (2, M) these are.
        may: (R,) and (R,) bool, whether hands may move, and turn too.
    """
    row, other_m = close
    may_move, may_turn = may
    hand_m = (arm.wrist_m[:, :2] + HAND_M * arm.palm[:, :2, 0]).T
    away_m = length((other_m - hand_m.take(row, axis=1)).T)
    near = (away_m < NOTICED_M) & may_move[row]
    row, first = np.unique(row[near], return_index=True)
    if not len(row):
        return
    share = minimum_jerk((NOTICED_M - np.minimum.reduceat(away_m[near], first)) / (NOTICED_M - KEPT_M))
    sign = 1.0 if side == "left" else -1.0
    position_m, heading_rad = here
    yaw = turn("z", heading_rad[row])
    drawn_m = position_m[row] + rotate(yaw, np.array([DRAWN_M[0], sign * DRAWN_M[1], 0.0]))[:, :2]
    arm.wrist_m[row, :2] += share[:, None] * (drawn_m - arm.wrist_m[row, :2])
    across = frame(rotate(yaw, np.array([0.1, -sign, -0.1])), rotate(yaw, np.array([-1.0, 0.0, 0.0])))
    arm.palm[row] = mix(arm.palm[row], across, share * may_turn[row])
