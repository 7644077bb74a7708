"""The ground that centres may be on: the walkable floor without a border.

In: the walkable floor. Out: `Ground`s, which know whether points are on them and where they come nearest.
"""

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.ops import nearest_points

WHOLE_SHARE = 0.93  # a floor is in one piece when its largest part has this share of the area
HAIR_M = 1e-4
ROUNDING_M = 1e-6  # corners nearer to each other are one


class Ground:
    """A floor in one piece.

    Attributes:
        polygon: Its outline.
        inner: The same without a hair of its border, so that points on its border are on the ground. The
            router refuses points on the border of its own floor.
    """

    def __init__(self, polygon: shapely.Polygon):
        """Prepare a floor for many questions."""
        self.polygon = polygon
        self.inner = polygon.buffer(-HAIR_M, join_style="mitre")
        shapely.prepare(self.polygon)
        shapely.prepare(self.inner)

    def holds(self, point_m: ArrayLike) -> np.ndarray:
        """Say which points (K, 2), or whether a single one, are on the ground."""
        return shapely.intersects_xy(self.polygon, *np.asarray(point_m).T)

    def nearest(self, point_m: tuple[float, float]) -> tuple[float, float]:
        """Return the point on the ground nearest to a point, off its border."""
        if shapely.intersects_xy(self.inner, *point_m):
            return (float(point_m[0]), float(point_m[1]))
        on, _ = nearest_points(self.inner, shapely.Point(point_m))
        return (on.x, on.y)

    def nearest_each(self, point_m: np.ndarray) -> np.ndarray:
        """Return the points (K, 2) nearest to points (K, 2) that are off the ground."""
        line = shapely.shortest_line(self.inner, shapely.points(point_m))
        return shapely.get_coordinates(shapely.get_point(line, 0))


def shrink(walkable: shapely.Polygon, clearance_m: float) -> shapely.Polygon:
    """Take a border off the floor; where that cuts it apart, take off less. Small nooks are lost.

    Mitred corners keep the polygon small, which the navigation mesh profits from.
    """
    for share in (1.0, 0.85, 0.7, 0.5):
        floor = walkable.buffer(-share * clearance_m, join_style="mitre")
        # Corners that differ by rounding alone keep the model's triangulation busy for ever.
        floor = shapely.remove_repeated_points(floor, ROUNDING_M)
        parts = [part for part in getattr(floor, "geoms", [floor]) if not part.is_empty]
        whole = sum(part.area for part in parts)
        largest = max(parts, key=lambda part: part.area, default=None)
        if largest is not None and largest.area >= WHOLE_SHARE * whole:
            return largest
    return walkable
