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
    level_m = np.array(HEIGHTS)[:, None] * size_m[2]
    from_m, to_m = begin[:, 2] - level_m, end[:, 2] - level_m
    height, edge = np.nonzero(from_m * to_m < 0.0)
    half_m = np.tile(size_m[:2] / 2, (len(HEIGHTS), 1))
    if not len(edge):
        return Girth(False, half_m)
    way = from_m[height, edge] / (from_m[height, edge] - to_m[height, edge])
    points = np.abs((begin[edge] + way[:, None] * (end[edge] - begin[edge]))[:, :2])
    cut, first = np.unique(height, return_index=True)
    half_m[cut] = np.maximum.reduceat(points, first)
    reach = np.maximum.reduceat(np.hypot(*(points / half_m[height]).T), first)
    return Girth(bool(np.median(reach) < ROUND_BELOW), half_m)


def measure_girths(catalogue: Catalogue, products: Mapping[int, int]) -> dict[int, Girth]:
    """Measure the packs of some items, given item -> product."""
    known = {p: measure_girth(catalogue.mesh[p], catalogue.size_m[p]) for p in sorted(set(products.values()))}
    return {item: known[product] for item, product in products.items()}
