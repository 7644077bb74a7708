"""Ovals: which way each piece of fruit that is longer than deep lies among its like, none as its neighbour.

In: where the pieces of a block lie, as balls do that are stretched along x. Out: how far each is turned about
the vertical. Two of them touch where ellipsoids of revolution do by the range of Berne and Pechukas (1972),
which is exact where both lie the same way, side by side or one before the other.
"""

import math

import numpy as np

_TURN_RAD, _TRIES = math.pi / 2, 6  # how far each piece is turned at most, and how often that is tried
_FURTHER_RAD = 0.4  # by which each is then turned further at most, as often
_CUTS = 0.91  # of what two are apart that touch, at least: fruit is no ellipsoid, and gives
_WALL = 1.6  # the power by which an outline is rounder than its box: 1 would be a rhomb, 2 an ellipse
_NEAR = 1e-9


def turn_ovals(place: np.ndarray, free: np.ndarray, long: float, *, rng: np.random.Generator) -> np.ndarray:
    """Draw how far each piece is turned.

    Args:
        place: (N, 3) the middles, in units of the pieces' depth and height.
        free: (N, 2) how far each middle is from what its box stays within along x, and its body along y.
        long: Their length over their depth.
        rng: Lane of what lies loose.

    Returns:
        (N,) rad, from -pi / 2 to pi / 2.
    """
    away = place[:, None] - place
    apart = np.sqrt((away**2).sum(axis=2))
    beside = (apart < _CUTS * long) & (apart > _NEAR)
    near = [
        [(other, *(away[one, other] / apart[one, other])[:2].tolist(), float(apart[one, other]) / _CUTS)
         for other in np.flatnonzero(beside[one]).tolist()]
        for one in range(len(place))
    ]  # fmt: skip
    lies = [(1.0, 0.0)] * len(place)
    turned = [0.0] * len(place)
    for attempt in range(2 * _TRIES):
        further = attempt >= _TRIES
        most_rad = _FURTHER_RAD if further else _TURN_RAD
        for one, turn in enumerate(rng.uniform(-most_rad, most_rad, len(place)).tolist()):
            angle = (turned[one] * further + turn + _TURN_RAD) % math.pi - _TURN_RAD
            way = math.cos(angle), math.sin(angle)
            if _has_room(way, free[one, 0], free[one, 1], long) and all(
                find_reach(x, y, way, lies[other], long) <= far for other, x, y, far in near[one]
            ):
                lies[one], turned[one] = way, angle
    return np.array(turned)


def find_reach(
    x: float, y: float, one: tuple[float, float], other: tuple[float, float], long: float
) -> float:
    """Find how far apart the middles of two are that touch, in units of their depth.

    Args:
        x, y: Of the unit vector from one to the other.
        one, other: Unit vectors (x, y) along the two.
        long: Their length over their depth.

    >>> [round(find_reach(x, y, (1.0, 0.0), (1.0, 0.0), 1.5), 6) for x, y in ((1, 0), (0, 1), (0, 0))]
    [1.5, 1.0, 1.0]
    """
    flat = (long * long - 1.0) / (long * long + 1.0)
    along, across = x * one[0] + y * one[1], x * other[0] + y * other[1]
    alike = flat * (one[0] * other[0] + one[1] * other[1])
    lost = (along + across) ** 2 / (1.0 + alike) + (along - across) ** 2 / (1.0 - alike)
    return 1.0 / math.sqrt(1.0 - flat / 2 * lost)


def _has_room(way: tuple[float, float], free_x: float, free_y: float, long: float) -> bool:
    """Say whether a piece that lies along a unit vector stays in its crate."""
    cos, sin = way[0], abs(way[1])
    body = ((long * sin) ** _WALL + cos**_WALL) ** (1.0 / _WALL)
    return long * cos + sin <= 2 * free_x and body <= 2 * free_y
