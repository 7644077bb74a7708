"""Hands at rest keep out of other people: they draw back from whoever stands or passes close by.

In: where everybody is at the clip's frames, and the arms of some people as they hang or carry something. Out:
the same arms, their hands drawn in. Arms on the way to a goal go where they have to.

Bodies are upright discs here: those who meet keep about half a metre between their centres
(synth/walking/crowd.py), and a forearm raised before the belly would reach into who stands before it.
"""

import numpy as np

from synth.motion.posture import ArmTarget
from synth.motion.rotations import frame, minimum_jerk, mix, rotate, turn
from synth.records import Simulation

KEPT_M = 0.36  # from another's centre to the middle of a hand: half a body's width, and half the hand
NOTICED_M = 0.50  # from there on it is drawn in
HAND_M = 0.09  # from the wrist to the middle of the hand
DRAWN_M = (0.20, 0.16)  # ahead of the own centre and aside: before the belly, the fingers across it
NEAREST = 3  # more do not come so near
FAR_M = 2.0  # from the own centre: nobody farther off is close to a hand


class Others:
    """Where everybody is at the clip's frames, but children on somebody's arm."""

    def __init__(self, simulation: Simulation, time_s: np.ndarray):
        """Look it up, at times (F,)."""
        paths = simulation.trajectories
        self._place_m = np.full((len(time_s), len(simulation.plans), 2), np.inf)
        for n, plan in enumerate(simulation.plans):
            seen_s = paths.time_s[paths.present[:, n]]
            if not plan.carried_by and len(seen_s):
                here = (time_s >= seen_s[0]) & (time_s <= seen_s[-1])
                for axis in (0, 1):
                    track_m = paths.position_m[:, n, axis]
                    self._place_m[here, n, axis] = np.interp(time_s[here], paths.time_s, track_m)

    def near(self, shopper: int, frame: np.ndarray, here_m: np.ndarray) -> np.ndarray:
        """Return where (K, n, 2) the nearest n are at frames (K,), from who is at (K, 2); inf for nobody.

        Those who are farther off than FAR_M at all frames are nobody.
        """
        place_m = self._place_m[frame[0] : frame[-1] + 1]  # nobody is away in between
        away_m2 = (place_m[..., 0] - here_m[:, :1]) ** 2 + (place_m[..., 1] - here_m[:, 1:]) ** 2
        away_m2[:, shopper] = np.inf
        close = np.flatnonzero((away_m2 < FAR_M**2).any(axis=0))
        order = np.argsort(away_m2[:, close], axis=1, kind="stable")[:, :NEAREST]
        return np.take_along_axis(place_m[:, close], order[..., None], axis=1)


def keep_off(
    arm: ArmTarget, side: str, empty: np.ndarray, here: tuple[np.ndarray, np.ndarray], others_m: np.ndarray
) -> None:
    """Draw the hands of an arm in before the own body where others are close, in place.

    Args:
        arm: K rows of it.
        side: Which arm.
        empty: (K,) bool, whether the hand holds nothing, and may turn.
        here: (K, 2) and (K,) where the own body is and faces.
        others_m: (K, n, 2) of others, inf for nobody.
    """
    position_m, heading_rad = here
    hand_m = arm.wrist_m[:, :2] + HAND_M * arm.palm[:, :2, 0]
    away_m = np.linalg.norm(others_m - hand_m[:, None], axis=2).min(axis=1, initial=np.inf)
    close = np.flatnonzero(away_m < NOTICED_M)
    if not len(close):
        return
    share = minimum_jerk((NOTICED_M - away_m[close]) / (NOTICED_M - KEPT_M))
    sign = 1.0 if side == "left" else -1.0
    yaw = turn("z", heading_rad[close])
    drawn_m = position_m[close] + rotate(yaw, np.array([DRAWN_M[0], sign * DRAWN_M[1], 0.0]))[:, :2]
    arm.wrist_m[close, :2] += share[:, None] * (drawn_m - arm.wrist_m[close, :2])
    across = frame(rotate(yaw, np.array([0.1, -sign, -0.1])), rotate(yaw, np.array([-1.0, 0.0, 0.0])))
    arm.palm[close] = mix(arm.palm[close], across, share * empty[close])
