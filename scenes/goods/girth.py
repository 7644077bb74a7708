"""How wide packs are at several heights, measured on their meshes: what a hand that grasps one needs to know.

In: a product's mesh and size. Out: a `Girth`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scenes.world import Catalogue, Mesh

HEIGHTS = (0.04, 0.155, 0.27, 0.385, 0.5, 0.615, 0.73, 0.845, 0.96)  # of the pack's height
ROUND_BELOW = 1.2  # a box's corners are at 1.41 half widths, an ellipse's edge at 1


@dataclass(frozen=True)
class Girth:
    """The level sections of a pack.

    Attributes:
        is_round: Whether they are ellipses; else rectangles.
        half_m: (9, 2) half widths along x and y at HEIGHTS.
    """

    is_round: bool
    half_m: np.ndarray


def measure_girth(mesh: Mesh, size_m: np.ndarray) -> Girth:
    """Cut a pack's mesh at HEIGHTS."""
    corner = mesh.position_m[mesh.faces].astype(np.float64)
    begin, end = (corner[:, order].reshape(-1, 3) for order in ([0, 1, 2], [1, 2, 0]))  # of all edges
    half_m, reach = np.zeros((len(HEIGHTS), 2)), []
    for k, share in enumerate(HEIGHTS):
        level_m = share * size_m[2]
        cut = (begin[:, 2] - level_m) * (end[:, 2] - level_m) < 0.0
        from_m, to_m = begin[cut], end[cut]
        above_m = from_m[:, 2] - level_m
        way = above_m / (above_m - (to_m[:, 2] - level_m))
        points = np.abs((from_m + way[:, None] * (to_m - from_m))[:, :2])
        half_m[k] = points.max(axis=0) if len(points) else size_m[:2] / 2
        if len(points):
            reach.append(np.hypot(*(points / half_m[k]).T).max())
    return Girth(bool(np.median(reach) < ROUND_BELOW) if reach else False, half_m)


def measure_girths(catalogue: Catalogue, products: Mapping[int, int]) -> dict[int, Girth]:
    """Measure the packs of some items, given item -> product."""
    known = {p: measure_girth(catalogue.mesh[p], catalogue.size_m[p]) for p in sorted(set(products.values()))}
    return {item: known[product] for item, product in products.items()}
