"""Lines of people before counters.

In: the floor and the counters that stand on it. Out: a `Queue` with the places where people wait.
"""

import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np
import shapely

from synth.shoppers.people import Floor
from synth.shoppers.suitable import COUNTERS
from synth.walking.stops import STOP_GAP_M, Stop

COUNTER_EDGE_M = 0.5  # from the counter to the first of the queue
LONGEST_QUEUE = 8


@dataclass
class Queue:
    """A line of people before a counter.

    Attributes:
        spots: Where they stand, the first at the counter.
        fixture: Index of the counter into the layout's fixtures.
        waiting: Indices of the people, the first is served.
    """

    spots: tuple[Stop, ...]
    fixture: int
    waiting: deque[int] = field(default_factory=deque)


def find_queue(floor: Floor) -> Queue | None:
    """Find where a line forms: before a hot counter, else a counter, away from it or along it.

    Returns:
        The longest line that there is room for, None without a counter that two can wait at.
    """
    for kind in COUNTERS:
        lines = [
            Queue(_line_up(floor.stops.floor, front_m, out), index)
            for index, fixture in enumerate(floor.store.layout.fixtures)
            if fixture.kind == kind
            for front_m, out in _sides(fixture.footprint_m)
        ]
        best = max(lines, key=lambda queue: len(queue.spots), default=None)
        if best is not None and len(best.spots) > 1:
            return best
    return None


def _sides(footprint_m: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """List the middle and the outward direction of each side of a counter, the longest sides first."""
    ends = np.roll(footprint_m, -1, axis=0)
    along = ends - footprint_m
    length_m = np.linalg.norm(along, axis=1)
    out = np.stack([along[:, 1], -along[:, 0]], axis=1) / length_m[:, None]
    order = np.argsort(-length_m, kind="stable")
    return [((footprint_m[k] + ends[k]) / 2, out[k]) for k in order]


def _line_up(standing: shapely.Polygon, front_m: np.ndarray, out: np.ndarray) -> tuple[Stop, ...]:
    """Lay a line from a counter's front as far as there is room, straight in the best direction."""
    head_m = front_m + COUNTER_EDGE_M * out
    best: tuple[Stop, ...] = ()
    for turn in (0, 1, -1, 2, -2):
        cos, sin = math.cos(turn * math.pi / 4), math.sin(turn * math.pi / 4)
        way = np.array([cos * out[0] - sin * out[1], sin * out[0] + cos * out[1]])
        spots: list[Stop] = []
        for k in range(LONGEST_QUEUE):
            spot_m = head_m + k * (STOP_GAP_M + 0.02) * way
            if not shapely.intersects_xy(standing, *spot_m):
                break
            ahead = -out if k == 0 else -way
            spots.append(Stop((float(spot_m[0]), float(spot_m[1])), math.atan2(ahead[1], ahead[0])))
        if len(spots) > len(best):
            best = tuple(spots)
    return best
