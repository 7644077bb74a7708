"""Levels of detail: the same person with fewer triangles, for cameras that see them small.

In: how large a pixel is on a person and on their hands. Out: the level. Level 0 is all that cameras on a
ceiling can tell; 1 and 2 have the coarser skins of the baked asset, clothes cut from these, and simpler
accessories. CLOSE is level 0 with hands, bare arms and cuffs for cameras that hands come near to: those on
shelves, say.
"""

from typing import TypeVar

import numpy as np

_T = TypeVar("_T")

LEVELS, CLOSE = 3, -1
ALL_LEVELS = (CLOSE, *range(LEVELS))
# Pixels of this size on a person, metres, and larger ones are served by level 1, 2: their surfaces are half
# a pixel from that of level 0 at most.
PIXEL_M = (0.008, 0.021)
_CLOSE_M = 0.0018  # smaller ones show the nails of fingers


def choose_level(pixel_m: np.ndarray, hand_pixel_m: np.ndarray) -> np.ndarray:
    """Level for pixels of a size on a person and on their hands, metres; infinite where none sees the hands.

    >>> choose_level(np.array([0.003, 0.01, 0.01, 0.05]), np.array([0.001, 0.001, 0.003, np.inf])).tolist()
    [-1, -1, 1, 2]
    """
    level = np.searchsorted(np.array(PIXEL_M), pixel_m, side="right")
    return np.where(hand_pixel_m < _CLOSE_M, CLOSE, level)


def pick(level: int, *values: _T) -> _T:
    """The value of a level of detail, a count say; CLOSE has that of level 0.

    >>> pick(1, 20, 12, 8)
    12
    """
    return values[max(level, 0)]
