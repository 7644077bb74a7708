"""Places about a body that stands upright, where bags, coats and baskets are and events are booked."""

from collections.abc import Sequence

import numpy as np


def find_place_m(
    share: Sequence[float], position_m: np.ndarray, heading_rad: float, stature_m: float, side: str
) -> np.ndarray:
    """World position (3,) of a place about somebody who stands upright.

    Args:
        share: Where it is in the body's frame, of the stature: ahead, aside on the side that is meant, up.
        position_m: (2,) where the person stands.
        heading_rad: Where they face, counter-clockwise from +X.
        stature_m: Their height.
        side: ``"left"`` or ``"right"``.

    >>> find_place_m((0.1, 0.2, 0.5), np.zeros(2), 0.0, 2.0, "right").tolist()
    [0.2, -0.4, 1.0]
    """
    ahead_m, aside_m, up_m = np.array(share) * stature_m
    aside_m *= 1.0 if side == "left" else -1.0
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    return np.array(
        [
            position_m[0] + cos * ahead_m - sin * aside_m,
            position_m[1] + sin * ahead_m + cos * aside_m,
            up_m,
        ]
    )
