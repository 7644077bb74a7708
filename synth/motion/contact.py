"""Where fingers are felt to touch, and when they first do as they flex.

In: gaps between flesh and items at several angles of a joint. Out: the angle at which it stops.
"""

import numpy as np

# Where flesh is felt for: phalanx, share of its length, share of its thickness.
FELT = (
    (0, 0.4, 1.0),
    (0, 0.8, 1.0),
    (1, 0.3, 1.0),
    (1, 0.75, 1.0),
    (2, 0.25, 1.0),
    (2, 0.6, 1.0),
    (2, 0.95, 0.6),
)
FIRST_OF = (0, 2, 4)  # row of FELT at which each phalanx begins
PAD = 5


def find_first_contact(distance_m: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """The first of some angles (n,) at which a distance (n, ...) vanishes, else that of its least."""
    inside = distance_m <= 0.0
    after = np.where(inside.any(axis=0), inside.argmax(axis=0), distance_m.argmin(axis=0))
    before = np.maximum(after - 1, 0)
    d0, d1 = (np.take_along_axis(distance_m, k[None], axis=0)[0].astype(float) for k in (before, after))
    share = np.where((d0 > 0.0) & (d1 < d0), d0 / np.maximum(d0 - d1, 1e-9), 0.0)
    return angle[before] + np.clip(share, 0.0, 1.0) * (angle[after] - angle[before])
