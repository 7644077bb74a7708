"""What people push or ride, and where there is room for it: off furniture and walls, out through doors.

In: the walkable floor and the ways out. Out: how far trolleys and prams would reach into something, and the
way to turn them aside before they do.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import shapely
from scipy.ndimage import distance_transform_edt

from scenes.world import Door

_CELL_M = 0.04
_OUTSIDE_M = 2.5  # how far past a door there is room
_TOUCH_M = 0.02  # reaching in by less is touching
_SWEPT_M = 0.05  # nothing deeper is turned through
_TURN_RADPS = 4.0  # fastest turn aside
_LOOK_M = (0.25, 0.5)  # how far ahead on the way it is turned aside
_POINT_EVERY_M = 0.09  # along the outline
_PARTS = 4  # by which it is soon seen to be clear of everything
# By how much it may be turned from where it points: small turns finely.
_TURNS_RAD = np.radians([0, 1, 2, 4, 7, *range(12, 181, 8)]) * np.array([[1], [-1]])
# So much farther it is rather turned for each person in its way, who keeps so much room about the centre.
_OTHERS_RAD, _BODY_M = 1.5, 0.2


@dataclass(frozen=True)
class Gear:
    """What somebody pushes or rides, as discs on the floor.

    Attributes:
        discs_m: How far each disc's centre is ahead of the person's, and its radius.
        pushed: Whether it turns into the way, and not with the body.
        box_m: Where it ends: behind and before, ahead of the person's centre, and to either side; none for a
            child on the arm.
    """

    discs_m: tuple[tuple[float, float], ...]
    pushed: bool
    box_m: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def ahead_m(self) -> float:
        """How far its front is ahead of the person's centre."""
        return max(ahead_m + radius_m for ahead_m, radius_m in self.discs_m)

    @cached_property
    def parts_m(self) -> tuple[tuple[float, ...], float]:
        """How far the middles of equal parts of its floor are ahead of the person, and their radius."""
        back_m, front_m, half_m = self.box_m
        part_m = (front_m - back_m) / _PARTS
        middles_m = tuple(back_m + (n + 0.5) * part_m for n in range(_PARTS))
        return middles_m, math.hypot(part_m / 2, half_m)

    @cached_property
    def farthest_m(self) -> float:
        """How far its front corners are from the person's centre."""
        return math.hypot(self.box_m[1], self.box_m[2])


class GearFloor:
    """The floor as a raster that knows how far each point of it is within something."""

    def __init__(self, walkable: shapely.Polygon, doors: tuple[Door, ...]):
        """Draw the raster."""
        ways = [_find_way_out(door) for door in doors]
        free = shapely.union_all([walkable, *ways])
        shapely.prepare(free)
        x0, y0, x1, y1 = free.buffer(1.0).bounds
        x, y = (np.arange(low, high, _CELL_M) + _CELL_M / 2 for low, high in ((x0, x1), (y0, y1)))
        holds = shapely.contains_xy(free, *(part.ravel() for part in np.meshgrid(x, y)))
        self._low_m = np.array([x0, y0])
        holds = holds.reshape(len(y), len(x))
        self._depth_m = distance_transform_edt(~holds) * _CELL_M
        self._clear_m = distance_transform_edt(holds) * _CELL_M - 2 * _CELL_M  # of any point of two cells

    def reach_m(self, gear: Gear, point_m: np.ndarray, turned_rad: np.ndarray) -> np.ndarray:
        """Return how far gear reaches into something.

        Args:
            gear: What is pushed.
            point_m: (P, 2) places where who pushes it is.
            turned_rad: (K,) where it points.

        Returns:
            (P, K), at each place.
        """
        ahead, aside = _outline(gear).T
        cos, sin = np.cos(turned_rad)[:, None], np.sin(turned_rad)[:, None]
        offset_m = np.stack([ahead * cos - aside * sin, ahead * sin + aside * cos], axis=-1)
        cells = self._find_cells(point_m[:, None, None] + offset_m)
        return self._depth_m[cells].max(axis=2)

    def is_clear(self, gear: Gear, place_m: list[tuple[float, float]], rad: float) -> bool:
        """Say whether gear that points so is seen at once to reach into nothing, at any of some places."""
        cos, sin = math.cos(rad), math.sin(rad)
        middles_m, radius_m = gear.parts_m
        (low_x, low_y), (rows, columns) = self._low_m.tolist(), self._clear_m.shape
        for x, y in place_m:
            for ahead_m in middles_m:
                column = min(max(int((x + ahead_m * cos - low_x) / _CELL_M), 0), columns - 1)
                row = min(max(int((y + ahead_m * sin - low_y) / _CELL_M), 0), rows - 1)
                if self._clear_m.item(row, column) <= radius_m:
                    return False
        return True

    def _find_cells(self, point_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return rows and columns (...) of points (..., 2)."""
        high = np.array(self._depth_m.shape)[::-1] - 1
        cell = np.minimum(np.maximum(((point_m - self._low_m) / _CELL_M).astype(int), 0), high)
        return cell[..., 1], cell[..., 0]

    def turn_aside(
        self,
        gear: Gear,
        way_m: list[tuple[float, float]],
        now_rad: float,
        wanted_rad: float,
        step_s: float,
        *,
        list_others_m: Callable[[], np.ndarray],
        sweeps: bool = False,
    ) -> float:
        """Return where gear points after a step.

        Args:
            gear: What is pushed.
            way_m: Where who pushes it is then, and is going to.
            now_rad: Where it points.
            wanted_rad: Where it would, if nothing was in its way.
            step_s: Time of a step.
            list_others_m: Says (N, 2) where other people are, if that matters.
            sweeps: Whether it may be turned through something, as nothing else is left.

        Returns:
            What was wanted if there is room for it; else it is turned to the nearest direction with room,
            rather where nobody is.
        """
        ahead_m = _look_ahead(way_m)
        if self.is_clear(gear, ahead_m, wanted_rad):
            return wanted_rad
        place_m = np.array(ahead_m)
        if self.reach_m(gear, place_m, np.array([wanted_rad])).max() <= _TOUCH_M:
            return wanted_rad
        turned_rad = now_rad + _TURNS_RAD
        each_m = self.reach_m(gear, place_m, turned_rad.ravel()).reshape(-1, *turned_rad.shape)
        here_m, reach_m = each_m[0], each_m.max(axis=0)
        left_rad = np.remainder(turned_rad - wanted_rad + np.pi, 2 * np.pi) - np.pi
        away = np.abs(_TURNS_RAD) + 0.5 * np.abs(left_rad)
        away += _OTHERS_RAD * _count_within(gear, place_m[-1], turned_rad, list_others_m())
        open_to = np.maximum.accumulate(here_m, axis=1) <= max(_SWEPT_M, float(here_m[0, 0]))
        open_to |= sweeps
        away[~open_to | (reach_m > max(_TOUCH_M, float(reach_m[open_to].min())))] = np.inf
        most_rad = _TURN_RADPS * step_s
        return now_rad + min(max(float(_TURNS_RAD.flat[np.argmin(away)]), -most_rad), most_rad)


def _count_within(
    gear: Gear, place_m: np.ndarray, turned_rad: np.ndarray, others_m: np.ndarray
) -> np.ndarray:
    """Return how many people gear would be in, of (N, 2), where it points, in the shape of `turned_rad`."""
    back_m, front_m, half_m = gear.box_m
    x_m, y_m = (others_m - place_m).T
    cos, sin = np.cos(turned_rad)[..., None], np.sin(turned_rad)[..., None]
    ahead_m, aside_m = x_m * cos + y_m * sin, y_m * cos - x_m * sin
    within = (ahead_m > back_m - _BODY_M) & (ahead_m < front_m + _BODY_M) & (abs(aside_m) < half_m + _BODY_M)
    return within.sum(axis=-1)


def _find_way_out(door: Door) -> shapely.Polygon:
    """Return the ground from just inside a door to well outside."""
    along_m = np.array([-door.outward[1], door.outward[0]]) * door.width_m / 2
    corners = np.array([door.point_m - along_m, door.point_m + along_m + _OUTSIDE_M * door.outward])
    return shapely.box(*corners.min(axis=0), *corners.max(axis=0))


def _look_ahead(way_m: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the first point of a way, and those so far ahead, at most its next corner."""
    x, y = way_m[0]
    to_x, to_y = way_m[1] if len(way_m) > 1 else (x, y)
    leg_m = max(1e-9, math.hypot(to_x - x, to_y - y))
    shares = (0.0, *(min(1.0, look_m / leg_m) for look_m in _LOOK_M))
    return [(x + share * (to_x - x), y + share * (to_y - y)) for share in shares]


@cache
def _outline(gear: Gear) -> np.ndarray:
    """Return points (N, 2) along the outline of what is pushed: ahead of who pushes it, and aside."""
    back_m, front_m, half_m = gear.box_m
    along = np.linspace(back_m, front_m, round((front_m - back_m) / _POINT_EVERY_M) + 1)
    across = np.linspace(-half_m, half_m, round(2 * half_m / _POINT_EVERY_M) + 1)[1:-1]
    sides = [np.column_stack([along, np.full_like(along, side)]) for side in (-half_m, half_m)]
    ends = [np.column_stack([np.full_like(across, end), across]) for end in (back_m, front_m)]
    points_m = np.concatenate([*sides, *ends])
    points_m.setflags(write=False)
    return points_m
