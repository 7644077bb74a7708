"""From recorded steps to smooth paths.

In: where everybody was at each step. Out: `Trajectories`, smoothed with a Gaussian of 0.2 s, cut off after
0.4 s so that whoever stands for longer really stands, and never off the floor where centres may be, nor
through the open door of a fridge: where a smooth path would cut a corner, it comes back towards the recorded
one.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from scipy.ndimage import gaussian_filter1d

from synth.bodies.carried import seat_m
from synth.records import Trajectories
from synth.walking.ground import ROUNDING_M, Ground
from synth.walking.leaves import BODY_M, LeafHistory

SMOOTHING_S = 0.2
HEADING_SMOOTHING_S = 0.1
CUT_OFF = 2.0  # standard deviations
_HALVINGS = 12
_TAUT_ROUNDS = 8
_HASTY_ROUNDS, _HASTY_ABOUT = 4, 4  # so many points before and behind a step that is too long give way


def make_trajectories(
    time_s: np.ndarray,
    position_m: np.ndarray,
    heading_rad: np.ndarray,
    gear_rad: np.ndarray,
    present: np.ndarray,
    *,
    fps: float,
    ground: Ground,
    leaves: LeafHistory,
    carried: Mapping[int, tuple[int, float, str]] = MappingProxyType({}),
) -> Trajectories:
    """Smooth the recorded paths.

    Args:
        time_s: (T,) evenly spaced 1 / fps.
        position_m: (T, N, 2) as recorded; anything where not present.
        heading_rad: (T, N), continuous (not wrapped) while present.
        gear_rad: (T, N), likewise.
        present: (T, N) bool; each person is present over one span.
        fps: Samples a second.
        ground: Where centres may be; it holds what was recorded.
        leaves: How the doors of fridges stood.
        carried: Child -> (adult, the adult's stature, the adult's arm): they sit where the adult is.
    """
    position_m, turns_rad = position_m.copy(), np.stack([heading_rad, gear_rad])
    for n in range(present.shape[1]):
        there = np.flatnonzero(present[:, n])
        if not len(there) or n in carried:
            continue
        span = slice(there[0], there[-1] + 1)
        smooth_m = _smooth(position_m[span, n], SMOOTHING_S * fps)
        smooth_m = come_back(ground, smooth_m, position_m[span, n])
        position_m[span, n] = keep_off(leaves, there, smooth_m, position_m[span, n])
        turns_rad[:, span, n] = _smooth(turns_rad[:, span, n].T, HEADING_SMOOTHING_S * fps).T
        for values in (position_m, *turns_rad):
            values[: span.start, n] = values[span.start, n]
            values[span.stop :, n] = values[span.stop - 1, n]
    for child, (adult, stature_m, side) in carried.items():
        position_m[:, child], turns_rad[0, :, child] = seat_m(
            position_m[:, adult], turns_rad[0, :, adult], stature_m, side
        )
    turns_rad = (turns_rad + np.pi) % (2 * np.pi) - np.pi
    for array in (time_s, position_m, turns_rad, present):
        array.setflags(write=False)
    return Trajectories(fps, time_s, position_m, turns_rad[0], present, turns_rad[1])


def put_between(
    position_m: np.ndarray,
    heading_rad: np.ndarray,
    gear_rad: np.ndarray,
    present: np.ndarray,
    *,
    ground: Ground,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Lay an instant halfway between each two recorded ones: (T, ...) as recorded become (2 T - 1, ...).

    Whoever is there at the first of two is there between them, and where they are at the first if they have
    gone by the second. Where the straight way leaves the ground, they are beside it.
    """
    both = present[:-1] & present[1:]

    def fill(values: np.ndarray) -> np.ndarray:
        filled = np.repeat(values, 2, axis=0)[:-1]
        filled[1::2][both] = (values[:-1][both] + values[1:][both]) / 2
        return filled

    filled_m = fill(position_m)
    step, person = np.nonzero(both)
    between_m = filled_m[2 * step + 1, person]
    off = ~ground.holds(between_m)
    if off.any():
        filled_m[2 * step[off] + 1, person[off]] = ground.nearest_each(between_m[off])
    return filled_m, fill(heading_rad), fill(gear_rad), np.repeat(present, 2, axis=0)[:-1]


def _smooth(values: np.ndarray, sigma: float) -> np.ndarray:
    return gaussian_filter1d(values, sigma, axis=0, mode="nearest", truncate=CUT_OFF)


def come_back(ground: Ground, smooth_m: np.ndarray, recorded_m: np.ndarray) -> np.ndarray:
    """Move the points (K, 2) off the ground onto it: straight towards the recorded ones, then pulled taut.

    The nearest points of the ground alone would not do: round a corner they jump from one side to the other.
    Where a step is longer than the longest recorded one nevertheless, what is about it is pulled taut too.
    """
    moved = np.flatnonzero(~ground.holds(smooth_m))
    back_m = smooth_m.copy()
    if not len(moved):
        return back_m
    way_m = recorded_m[moved] - smooth_m[moved]
    off, on = np.zeros(len(moved)), np.ones(len(moved))
    for _ in range(_HALVINGS):
        middle = (off + on) / 2
        there = ground.holds(smooth_m[moved] + middle[:, None] * way_m)
        off, on = np.where(there, off, middle), np.where(there, middle, on)
    back_m[moved] += on[:, None] * way_m
    _pull_taut(ground, back_m, moved)
    most_m = _steps_m(recorded_m).max(initial=0.0) + ROUNDING_M
    for _ in range(_HASTY_ROUNDS):
        hasty = np.flatnonzero(_steps_m(back_m) > most_m)
        if not len(hasty):
            break
        _pull_taut(ground, back_m, np.unique(hasty[:, None] + np.arange(-_HASTY_ABOUT, _HASTY_ABOUT + 2)))
    return back_m


def _steps_m(point_m: np.ndarray) -> np.ndarray:
    """Return the lengths (K - 1,) of steps between points (K, 2)."""
    return np.hypot(*np.diff(point_m, axis=0).T)


def _pull_taut(ground: Ground, point_m: np.ndarray, rows: np.ndarray) -> None:
    """Move some of the points (K, 2) of a path, in place, towards the middle of their neighbours."""
    rows = rows[(rows > 0) & (rows < len(point_m) - 1)]
    for _ in range(_TAUT_ROUNDS if len(rows) else 0):
        between_m = point_m[rows] / 2 + (point_m[rows - 1] + point_m[rows + 1]) / 4
        point_m[rows] = ground.nearest_each(between_m)


def keep_off(
    leaves: LeafHistory, step: np.ndarray, smooth_m: np.ndarray, recorded_m: np.ndarray
) -> np.ndarray:
    """Move points (K, 2), at steps (K,), that come too near to a leaf towards the recorded ones."""
    gap_m = leaves.gap_m(step, smooth_m)
    close = np.flatnonzero(gap_m < BODY_M)
    if not len(close):
        return smooth_m
    wanted_m = np.minimum(BODY_M, leaves.gap_m(step[close], recorded_m[close]))
    near = gap_m[close] < wanted_m
    moved, wanted_m = close[near], wanted_m[near]
    if not len(moved):
        return smooth_m
    way_m = recorded_m[moved] - smooth_m[moved]
    off, on = np.zeros(len(moved)), np.ones(len(moved))
    for _ in range(_HALVINGS):
        middle = (off + on) / 2
        clear = leaves.gap_m(step[moved], smooth_m[moved] + middle[:, None] * way_m) >= wanted_m
        off, on = np.where(clear, off, middle), np.where(clear, middle, on)
    kept_m = smooth_m.copy()
    kept_m[moved] += on[:, None] * way_m
    return kept_m
