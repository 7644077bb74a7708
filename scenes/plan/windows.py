"""Windows: of the front between its doors, and of another wall over and beside what stands there.

In: a `StoreLayout`. Out: glazed openings wall by wall. A wall's frame has its x along it as one walks
round the room counter-clockwise, its y into the room, its z up; the front's is the world's.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from scenes.plan.layout import FloorPlan
from scenes.world import DOOR_TO_WALL_M, FRONT, WALL_NAMES, StoreLayout, Window, make_wall_frame

Opening = tuple[float, float, float, float]
_DOOR_HEIGHT_M = 2.2
WINDOW_Z_M = (0.55, 2.25)  # sill and head of windows in the front
_UNDER_CEILING_M = 0.4  # the coloured band along the walls is above
_OVER_GOODS_M, _LEAST_BAND_M, _MOST_BAND_M = 0.12, 0.34, 0.8
_BESIDE_M = 0.3  # from a window to what stands beside it, to corners and doors
_AGAINST_M = 0.5  # what is nearer to the wall than that stands before its windows
_SHORTEST_M, _FRAME_M = 0.8, 0.1
_LOW_M = (0.9, 1.05)  # over what is no higher than chests windows begin at the other height


def find_openings(layout: StoreLayout) -> tuple[list[Opening], list[Opening]]:
    """Return the glazed openings of the wall y = 0, (x0, z0, x1, z1): of doors, and windows."""
    height = float(layout.size_m[2])
    door_top = min(_DOOR_HEIGHT_M, height - _UNDER_CEILING_M)
    window_top = min(WINDOW_Z_M[1], height - _UNDER_CEILING_M)
    doors = [
        (x - door.width_m / 2, 0.0, x + door.width_m / 2, door_top)
        for door, x in ((door, float(door.point_m[0])) for door in layout.doors)
    ]
    edges = [0.0, *(x for x0, _, x1, _ in sorted(doors) for x in (x0, x1)), float(layout.size_m[0])]
    spans = [(low + 0.35, high - 0.35) for low, high in zip(edges[::2], edges[1::2], strict=True)]
    return doors, [(low, WINDOW_Z_M[0], high, window_top) for low, high in spans if high - low > 0.8]


def list_openings(layout: StoreLayout) -> list[Window]:
    """List all glazed openings: doors of the front, its windows, those of another wall."""
    doors, windows = find_openings(layout)
    return [*(Window(FRONT, *opening) for opening in doors + windows), *layout.windows]


def add_windows(plan: FloorPlan, wall: str) -> FloorPlan:
    """Give another wall windows: "right", "back", "left", or "none"."""
    if wall == "none":
        return plan
    windows = find_windows(plan.layout, WALL_NAMES.index(wall))
    return replace(plan, layout=replace(plan.layout, windows=windows))


def find_windows(layout: StoreLayout, wall: int) -> tuple[Window, ...]:
    """Find where a wall has windows: a band over what stands along it, and full ones where nothing does."""
    frame = make_wall_frame(layout.size_m, wall)
    length_m = float(layout.size_m[wall % 2])
    head_m = float(layout.size_m[2]) - _UNDER_CEILING_M
    taken = _list_taken(layout, frame)
    edges = {_BESIDE_M, length_m - _BESIDE_M}
    edges |= {
        edge for low, high, _ in taken for edge in (low, high) if _BESIDE_M < edge < length_m - _BESIDE_M
    }
    spans = list(pairwise(sorted(edges)))
    tops = [max((top for a, b, top in taken if a < high and b > low), default=0.0) for low, high in spans]
    under_m = [top for top in tops if top + _OVER_GOODS_M + _LEAST_BAND_M <= head_m]
    sill_m = max([*under_m, _LOW_M[1]]) + _OVER_GOODS_M
    windows: list[Window] = []
    for low, high, top in _join(spans, [_find_step(top, sill_m) for top in tops]):
        if top == sill_m:
            x0, z0, x1, z1 = low + _FRAME_M, sill_m, high - _FRAME_M, min(head_m, sill_m + _MOST_BAND_M)
        else:
            x0, z0, x1, z1 = low + _BESIDE_M, top, high - _BESIDE_M, min(WINDOW_Z_M[1], head_m)
        if top < np.inf and x1 - x0 >= _SHORTEST_M and z1 - z0 >= _LEAST_BAND_M:
            windows.append(Window(wall, x0, z0, x1, z1))
    return tuple(windows)


def _find_step(top_m: float, band_m: float) -> float:
    """Return on which of few levels a window over something so high begins, inf for none at all."""
    if top_m == 0.0:
        return WINDOW_Z_M[0]
    return _LOW_M[1] if top_m <= _LOW_M[0] else band_m if top_m <= band_m else np.inf


def _join(spans: list[tuple[float, float]], sills_m: list[float]) -> list[tuple[float, float, float]]:
    """Join neighbouring stretches of one sill; one too short for such a window goes with the next higher."""
    joined: list[tuple[float, float, float]] = []
    levels = sorted(set(sills_m))
    for level, higher in zip(levels, [*levels[1:], np.inf], strict=True):
        joined = []
        for (low, high), sill in zip(spans, sills_m, strict=True):
            if joined and joined[-1][2] == sill:
                joined[-1] = (joined[-1][0], high, sill)
            else:
                joined.append((low, high, sill))
        least_m = _SHORTEST_M + 2 * _BESIDE_M
        joined = [(a, b, higher if sill == level and b - a < least_m else sill) for a, b, sill in joined]
        spans, sills_m = [(low, high) for low, high, _ in joined], [sill for *_, sill in joined]
    return joined


def _list_taken(layout: StoreLayout, frame: np.ndarray) -> list[tuple[float, float, float]]:
    """List what stands against a wall, masonry and fire exits too: from and to along it, and how high."""
    to_wall = np.linalg.inv(frame)

    def measure(corners_m: np.ndarray) -> np.ndarray:
        level = np.column_stack([corners_m, np.zeros(len(corners_m)), np.ones(len(corners_m))])
        return (level @ to_wall.T)[:, :2]

    solid = [(fixture.footprint_m, fixture.height_m) for fixture in layout.fixtures]
    solid += [(part, np.inf) for part in layout.masonry]
    taken = []
    for corners_m, top_m in solid:
        along, away = measure(corners_m).T
        if away.min() < _AGAINST_M:
            taken.append((float(along.min()), float(along.max()), float(top_m)))
    for door in layout.fire_exits:
        (along_m, away_m) = measure(door.wall_m[None])[0]
        if abs(away_m) < DOOR_TO_WALL_M:
            half_m = door.width_m / 2 + _BESIDE_M
            taken.append((float(along_m - half_m), float(along_m + half_m), np.inf))
    return taken
