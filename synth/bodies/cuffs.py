"""Cuffs of long sleeves for cameras at an arm's length: rounder, and stitched.

In: a top with its sleeves, in the rest pose. Out: the same top, finer toward the wrists.
"""

import numpy as np

from synth.bodies.garments import stripe
from synth.bodies.regions import FAR, share_of_arms
from synth.bodies.skeleton import SIDES, Skeleton
from synth.bodies.surface import Surface, refine

_LONG = 0.7  # of the forearm; sleeves that end beyond are long
_ROUND_M = 0.14  # how far up from the wrist a sleeve is refined
_STITCHED_M, _SHADE = (0.020, 0.0225), 0.84  # from the sleeve's end, and how much darker than the cloth


def finish_cuffs(top: Surface, skeleton: Skeleton) -> Surface:
    """Refine the lower ends of a top's sleeves and stitch their hems; short sleeves stay as they are."""
    for side in SIDES:
        along = _measure_along(top, skeleton, side)
        end = float(along.max())
        if end < _LONG:
            continue
        length_m = skeleton.length(f"{side}_elbow", f"{side}_wrist")
        above_m = (end - along) * length_m

        def measure(
            part: Surface, side: str = side, end: float = end, length_m: float = length_m
        ) -> np.ndarray:
            return np.minimum((end - _measure_along(part, skeleton, side)) * length_m, FAR)

        top = refine(top, among=(above_m[top.faces] < _ROUND_M).all(axis=1))
        top = stripe(top, measure, [_STITCHED_M], _SHADE * top.color[measure(top) < _ROUND_M].mean(axis=0))
    return top


def _measure_along(top: Surface, skeleton: Skeleton, side: str) -> np.ndarray:
    """How far (V,) points are down a forearm, 0 at the elbow and 1 at the wrist; -FAR for the rest."""
    elbow, wrist = skeleton.at(f"{side}_elbow"), skeleton.at(f"{side}_wrist")
    way = wrist - elbow
    along = (top.position_m - elbow) @ way / (way @ way)
    aside = np.sign(elbow[1]) * top.position_m[:, 1] > 0.0
    on = aside & (share_of_arms(top.weights, skeleton) > 0.9) & (along > 0.0)
    return np.where(on, along, -FAR)
