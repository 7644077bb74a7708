"""Stacks: how much each further pack adds to one, and for how high ones boards are set out.

In: a `Catalogue`. Out: heights by product. Used where boards are fitted, goods are stood and hands put them.
"""

import numpy as np

from scenes.goods.packages import measure_pitch
from scenes.world import Catalogue

NESTS = 0.5  # of its height, at most, is what one more adds that stands in the other and not on it
_USUAL_NEST, _USUAL_M = 5, 0.3  # so many stand in each other on most boards, if that is no higher


def measure_pitches_m(catalogue: Catalogue) -> np.ndarray:
    """Return (P,) how much higher a stack is by one more of each product."""
    packs = zip(catalogue.package, catalogue.size_m, strict=True)
    return np.array([measure_pitch(package, size_m) for package, size_m in packs])


def find_nesting(catalogue: Catalogue) -> np.ndarray:
    """Return (P,) bool: what stands in each other rather than on each other."""
    return measure_pitches_m(catalogue) <= NESTS * catalogue.size_m[:, 2]


def measure_usual_heights_m(catalogue: Catalogue, stacked: float) -> np.ndarray:
    """Return (P,) the height that boards offer each product, if a share of the blocks is `stacked`."""
    height_m, pitch_m = catalogue.size_m[:, 2], measure_pitches_m(catalogue)
    further = np.clip((_USUAL_M - height_m) // pitch_m, 0, _USUAL_NEST - 1)
    return np.where(find_nesting(catalogue) & (stacked > 0), height_m + further * pitch_m, height_m)
