"""Which garment lies over which at the waist: tucked tops, tops over skirts, and coats.

In: garments in the rest pose, seams and all. Out: the top, moved so that nothing comes through what it is
under or over.
"""

from dataclasses import replace

import numpy as np
from scipy.interpolate import RegularGridInterpolator
from scipy.spatial import cKDTree

from synth.bodies.detail import pick
from synth.bodies.garments import EDGE_M, find_hull
from synth.bodies.regions import share_of_arms
from synth.bodies.skeleton import Skeleton
from synth.bodies.surface import Surface

_BENEATH_M = 0.002  # how far beneath trousers tucked tops are
_OVER_M = (0.013, 0.016, 0.022)  # and others over skirts, the farther the fewer points these have
_ARMS = 0.2  # the share of the arms in the weights from which on a point is none of the trunk
# The heights and directions at which a skirt is measured, and from its edge down how far a top comes to move
# as it does.
_STEP_M, _AROUND, _JOINED_M = 0.015, 72, 0.04
# How far below the edge of a coat's skirt it is wide, just below where that is out; from how far above the
# coat widens, how far within.
_WIDE_M, _WIDENED_M, _INSIDE_M = EDGE_M + 0.002, 0.16, 0.003
_NEAREST = 4  # of its vertices are what a point goes along with
_ALONG = np.linspace(0.0, 1.0, 6, endpoint=False)  # of a skirt's edges, where points are taken


def tuck(top: Surface, trousers: Surface, skeleton: Skeleton, below_m: float) -> Surface:
    """The same top, whose points below a height are a little beneath the trousers."""
    corner = trousers.position_m[trousers.faces]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    faces, position_m = cKDTree(corner.mean(axis=1)), top.position_m
    within = (position_m[:, 2] < below_m) & (share_of_arms(top.weights, skeleton) < _ARMS)
    for _ in range(2):  # the nearest face may be another then
        _, near = faces.query(position_m)
        over_m = np.einsum("vj,vj->v", position_m - corner[near, 0], normal[near])
        sunk_m = np.maximum(over_m + _BENEATH_M, 0.0) * within
        position_m = position_m - sunk_m[:, None] * normal[near]
    return replace(top, position_m=position_m)


def hang_over(top: Surface, skirt: Surface, skeleton: Skeleton, level: int) -> Surface:
    """The same top outside a skirt, with which it goes wherever legs take that.

    That holds of people who stand or walk: where both thighs are raised far, as on a seat, the skirt may come
    about a centimetre through it. A point's place and weights follow from where it is alone, so that seams
    stay shut.
    """
    edge_m = float(skirt.position_m[:, 2].max())
    low, place_m = _find_low(top, skeleton, edge_m)
    over_m = _measure_reach(skirt, place_m, skeleton) + pick(level, *_OVER_M)
    farther_m = np.maximum(over_m - np.linalg.norm(place_m[:, :2], axis=1), 0.0)
    return _move_out(top, skirt, low, place_m, farther_m, edge_m)


def widen(top: Surface, skirt: Surface, skeleton: Skeleton) -> Surface:
    """The same top of a coat, which goes out evenly to the edge of the coat's skirt and stays inside."""
    edge_m = float(skirt.position_m[:, 2].max()) - _WIDE_M
    low, place_m = _find_low(top, skeleton, edge_m + _WIDENED_M)
    beside = np.column_stack([place_m[:, :2], np.minimum(place_m[:, 2], edge_m)])
    wanted_m = _measure_reach(skirt, beside, skeleton) - _INSIDE_M
    share = np.clip((edge_m + _WIDENED_M - place_m[:, 2]) / _WIDENED_M, 0.0, 1.0)
    missing_m = np.maximum(wanted_m - np.linalg.norm(place_m[:, :2], axis=1), 0.0)
    return _move_out(top, skirt, low, place_m, share**2 * (3.0 - 2.0 * share) * missing_m, edge_m)


def _find_low(top: Surface, skeleton: Skeleton, below_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Which points (V,) of a top's trunk are below a height, and these (P, 3) from under the pelvis."""
    place_m = top.position_m - [*skeleton.at("pelvis")[:2], 0.0]
    low = (place_m[:, 2] < below_m) & (share_of_arms(top.weights, skeleton) < _ARMS)
    return low, place_m[low]


def _move_out(
    top: Surface, skirt: Surface, low: np.ndarray, place_m: np.ndarray, farther_m: np.ndarray, edge_m: float
) -> Surface:
    """The same top, its `low` points farther (P,) out, and going along with a skirt from below a height."""
    away = place_m[:, :2]
    reach_m = np.linalg.norm(away, axis=1)
    begun = np.clip((edge_m - place_m[:, 2]) / _JOINED_M, 0.0, 1.0)[:, None]
    position_m, weights = top.position_m.copy(), top.weights.copy()
    position_m[low, :2] += (farther_m / np.maximum(reach_m, 1e-6))[:, None] * away
    weights[low] += begun * (_find_weights(position_m[low], skirt) - weights[low])
    return replace(top, position_m=position_m, weights=weights)


def _find_weights(position_m: np.ndarray, skirt: Surface) -> np.ndarray:
    """Skinning (P, B) of points that go along with a skirt beside them."""
    away_m, near = cKDTree(skirt.position_m).query(position_m, k=_NEAREST)
    share = 1.0 / (away_m + 1e-4)
    share /= share.sum(axis=1, keepdims=True)
    return np.einsum("pk,pkb->pb", share, skirt.weights[near])


def _measure_reach(skirt: Surface, place_m: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """How far (P,) out a skirt is where points (P, 3), relative to the floor under the pelvis, are."""
    turn = np.linspace(-np.pi, np.pi, _AROUND + 1)
    corner_m = (skirt.position_m - [*skeleton.at("pelvis")[:2], 0.0])[skirt.faces]
    way_m = np.roll(corner_m, -1, axis=1) - corner_m
    worn_m = np.concatenate([corner_m + share * way_m for share in _ALONG]).reshape(-1, 3)
    heights = np.arange(worn_m[:, 2].max(), place_m[:, 2].min() - _STEP_M, -_STEP_M)
    hull_m = find_hull(worn_m, np.stack([np.cos(turn), np.sin(turn)], axis=1), heights)
    table = RegularGridInterpolator((heights[::-1], turn), hull_m[::-1], bounds_error=False, fill_value=None)
    return table(np.stack([place_m[:, 2], np.arctan2(place_m[:, 1], place_m[:, 0])], axis=1))
