"""Chest freezers, into which one reaches over a rim: what is in one, and where the arm goes over.

In: the floor plan and where things are. Out: pure answers.
"""

import numpy as np
from shapely import LineString, Point, box

from scenes.world import StoreLayout

LEAST_STATURE_M = 1.45  # whoever is smaller does not get down to the baskets


def find_chest(layout: StoreLayout, point_m: np.ndarray) -> int:
    """Return the fixture in whose well a point (3,) is, -1 for none."""
    for number, fixture in enumerate(layout.fixtures):
        if fixture.kind == "chest" and point_m[2] < fixture.height_m:
            low, high = fixture.footprint_m.min(axis=0), fixture.footprint_m.max(axis=0)
            if (low < point_m[:2]).all() and (point_m[:2] < high).all():
                return number
    return -1


def find_rim(layout: StoreLayout, from_m: tuple[float, float], point_m: np.ndarray) -> np.ndarray | None:
    """Return where somebody who stands at `from_m` reaches over a rim for what is at `point_m` (3,).

    Returns:
        (3,) on the outer edge of the rim, None where there is none between.
    """
    number = find_chest(layout, point_m)
    if number < 0:
        return None
    fixture = layout.fixtures[number]
    inside = box(*fixture.footprint_m.min(axis=0), *fixture.footprint_m.max(axis=0))
    way = LineString([from_m, point_m[:2]]).intersection(inside)
    if way.is_empty or inside.contains(Point(from_m)):
        return None
    return np.array([*way.coords[0], fixture.height_m])


def can_reach_in(stature_m: float, mobility: str) -> bool:
    """Say whether somebody gets a hand down to the baskets at all.

    >>> can_reach_in(1.7, "walking"), can_reach_in(1.7, "wheelchair"), can_reach_in(1.1, "walking")
    (True, False, False)
    """
    return stature_m >= LEAST_STATURE_M and mobility not in ("wheelchair", "carrying")
