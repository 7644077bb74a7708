"""How cloth hangs: straight down from what it rests on above, over hollows, until something pushes it out.

In: points of a garment in the rest pose and the axis of what it is around. Out: the points, farther out.
"""

import numpy as np

_ABREAST = 0.5  # cosine of how far around a point holds the cloth up

_BLOCK = 64  # points at a time, whose tables stay in the processor's cache


def hang(
    position_m: np.ndarray, axis_m: np.ndarray, amount: np.ndarray, *, taper: float, holds: np.ndarray
) -> np.ndarray:
    """Push points (V, 3) out to where cloth hangs that rests on points above them.

    A point holds cloth out to the plane across its direction from the axis, all the way down, less `taper`.

    Args:
        position_m: Points of the garment, metres, z up.
        axis_m: (V, 2) or (2,) where the axis is at each point's height.
        amount: (V,) how far each goes to where the cloth hangs, 0 to 1.
        taper: How much nearer to its axis the garment is cut, metres for each metre down.
        holds: (V,) bool, which points the cloth may rest on.

    >>> from_m = np.array([[0.2, 0.0, 1.0], [0.1, 0.0, 0.5]])
    >>> hang(from_m, np.zeros(2), np.ones(2), taper=0.1, holds=np.ones(2, bool)).round(3).tolist()
    [[0.2, 0.0, 1.0], [0.15, 0.0, 0.5]]
    """
    away = position_m[:, :2] - axis_m
    reach = np.maximum(np.linalg.norm(away, axis=1), 1e-6)
    moved = np.flatnonzero(amount > 0.0)
    held_m = np.zeros(len(moved))
    for start in range(0, len(moved), _BLOCK):
        block = moved[start : start + _BLOCK]
        ahead_m = (away[block] / reach[block, None]) @ away[holds].T
        below_m = position_m[holds, 2] - position_m[block, None, 2]
        holding = (ahead_m > _ABREAST * reach[holds]) & (below_m >= 0.0)
        held = np.where(holding, ahead_m - taper * below_m, 0.0)
        held_m[start : start + _BLOCK] = held.max(axis=1, initial=0.0)
    farther = np.maximum(held_m - reach[moved], 0.0) * amount[moved]
    result = position_m.copy()
    result[moved, :2] += (farther / reach[moved])[:, None] * away[moved]
    return result
