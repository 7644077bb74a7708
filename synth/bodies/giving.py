"""How skirts give way to forearms: who squats or bends reaches past the cloth over the knees, not through it.

In: a person's vertices and joints in the world. Out: the cloth's vertices, those about an arm pressed to the
thigh that it is over.
"""

from collections.abc import Sequence

import numpy as np

_ROUND_M = 0.065  # a forearm in a sleeve, and half a face of the cloth, on a body 1.7 m tall
_DEEP = 2.5  # how far out of an arm cloth is that still gives way to it, in such radii
_WIDE = 1.8  # and how far aside of it, less and less


def give_way(
    cloth_m: np.ndarray,
    arms_m: Sequence[tuple[np.ndarray, np.ndarray]],
    thighs_m: Sequence[tuple[np.ndarray, np.ndarray]],
    scale: float,
) -> np.ndarray:
    """Press cloth (P, 3) from arms toward the nearest thigh, each the two ends (3,) of its axis, metres.

    Args:
        cloth_m: Points of the cloth.
        arms_m: Elbow and knuckles of each arm.
        thighs_m: Hip and knee of each leg.
        scale: Of the body, 1 for one 1.7 m tall.

    >>> thigh = [(np.array([0.0, 0.0, 0.5]), np.array([0.5, 0.0, 0.5]))]
    >>> arm = [(np.array([0.2, -0.3, 0.6]), np.array([0.2, 0.3, 0.6]))]
    >>> give_way(np.array([[0.2, 0.0, 0.62], [0.4, 0.0, 0.62]]), arm, thigh, 1.0).round(3).tolist()
    [[0.2, 0.0, 0.535], [0.4, 0.0, 0.62]]
    """
    round_m, result = _ROUND_M * scale, cloth_m
    for elbow_m, knuckles_m in arms_m:
        on_arm = _find_nearest(result, elbow_m, knuckles_m)
        close = np.linalg.norm(result - on_arm, axis=1) < (_DEEP + _WIDE) * round_m
        if not close.any():
            continue
        points, on_arm = result[close], on_arm[close]
        on_thigh = np.stack([_find_nearest(on_arm, *thigh) for thigh in thighs_m])
        inward = on_thigh - on_arm
        nearest = np.linalg.norm(inward, axis=2).argmin(axis=0)
        inward = inward[nearest, np.arange(len(points))]
        way = (knuckles_m - elbow_m) / np.linalg.norm(knuckles_m - elbow_m)
        inward = inward - (inward @ way)[:, None] * way
        inward /= np.maximum(np.linalg.norm(inward, axis=1, keepdims=True), 1e-6)
        away = points - on_arm
        deep = np.einsum("ij,ij->i", away, inward)
        aside = np.linalg.norm(away - deep[:, None] * inward, axis=1) / (_WIDE * round_m)
        wanted = round_m * np.clip(1.0 - aside**2, 0.0, 1.0) ** 1.5
        share = np.clip((deep / round_m + _DEEP) / 0.5, 0.0, 1.0) * (wanted > 0.0)
        result = result.copy()
        result[close] = points + (share * np.maximum(wanted - deep, 0.0))[:, None] * inward
    return result


def _find_nearest(points: np.ndarray, start_m: np.ndarray, end_m: np.ndarray) -> np.ndarray:
    """The points (P, 3) of a line between two ends (3,) that are nearest to points (P, 3)."""
    way = end_m - start_m
    return start_m + np.clip((points - start_m) @ way / (way @ way), 0.0, 1.0)[:, None] * way
