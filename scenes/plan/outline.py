"""The room's outline: a rectangle, less what the building takes of it.

In: a store section and a generator. Out: convex footprints of masonry within the rectangle [0, width] x
[0, depth], up to the ceiling. The front wall y = 0 stays whole. scenes/plan/walls.py puts shelving along all
walls that come of it, scenes/room.py builds them.
"""

import numpy as np

from scenes.scenario import StoreSpec

_LEAST_LEG_M = 2.6  # of the room beside masonry: shelves along a wall, and a wheelchair turns before them
_L_SHARE = (0.25, 0.5)  # of width and depth that a room's missing corner takes
_CORNER_M = (0.9, 2.2)  # a corner that is cut off, along either wall
_NICHE_SHARE = (0.35, 0.6)  # of the back wall that an alcove takes
_NICHE_M = (0.9, 1.9)  # how deep it is
_LEAST_SHOULDER_M = 0.7  # of back wall on either side of an alcove
_SHAFT_M = (0.4, 0.9)  # how far a shaft stands in from a side wall
_SHAFT_LENGTH_M = (0.8, 1.8)
_SHAFT_FROM_M = 3.0  # the front, with its doors and its desk, stays free
_BEHIND_SHAFT_M = 1.2  # beside the depth of a shelf: a wheelchair passes between the two
_BACKS_M = 0.25  # what shelving takes along a wall beside its depth


def sample_masonry(spec: StoreSpec, *, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Draw what an outline leaves out of the room's rectangle: (K, 2) footprints, counter-clockwise."""
    if spec.outline == "rectangle":
        return ()
    width, depth = spec.width_m, spec.depth_m
    mirrored = rng.random() < 0.5
    if spec.outline == "l_shape":
        least = _L_SHARE[0] * width
        most = min(_L_SHARE[1] * width, max(least, width - _compute_arm(spec)), width - _LEAST_LEG_M)
        across = _draw(least, most, rng=rng)
        along = _draw(_L_SHARE[0] * depth, min(_L_SHARE[1] * depth, depth - _LEAST_LEG_M), rng=rng)
        parts = [_rectangle(0.0, depth - along, across, depth)]
    elif spec.outline == "cut_corner":
        most = min(_CORNER_M[1], 0.3 * width, 0.3 * depth)
        first, second = (_draw(_CORNER_M[0], most, rng=rng) for _ in range(2))
        parts = [np.array([[0.0, depth], [0.0, depth - first], [first, depth]])]
        if rng.random() < 0.4:
            parts.append(np.array([[width, depth], [width - second, depth], [width, depth - second]]))
    elif spec.outline == "alcove":
        niche = max(_draw(_NICHE_SHARE[0] * width, _NICHE_SHARE[1] * width, rng=rng), _LEAST_LEG_M)
        start = _draw(_LEAST_SHOULDER_M, width - niche - _LEAST_SHOULDER_M, rng=rng)
        deep = _draw(_NICHE_M[0], min(_NICHE_M[1], 0.3 * depth), rng=rng)
        parts = [
            _rectangle(0.0, depth - deep, start, depth),
            _rectangle(start + niche, depth - deep, width, depth),
        ]
    else:
        free = depth - spec.shelf_depth_m - _BEHIND_SHAFT_M  # before the shelves of the back wall
        least = min(_SHAFT_FROM_M, 0.4 * depth)
        length = _draw(_SHAFT_LENGTH_M[0], min(_SHAFT_LENGTH_M[1], free - least), rng=rng)
        deep = _draw(_SHAFT_M[0], min(_SHAFT_M[1], width - _LEAST_LEG_M), rng=rng)
        start = _draw(least, free - length, rng=rng)
        parts = [_rectangle(0.0, start, deep, start + length)]
    return tuple(_finish(part, width if mirrored else None) for part in parts)


def _compute_arm(spec: StoreSpec) -> float:
    """Return how wide a room is that has an aisle on either side of a row, and shelving along both walls."""
    return 4 * spec.shelf_depth_m + 2 * spec.aisle_width_m + 2 * _BACKS_M


def _draw(low: float, high: float, *, rng: np.random.Generator) -> float:
    return round(float(rng.uniform(min(low, high), high)), 3)


def _rectangle(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def _finish(corner_m: np.ndarray, mirror_m: float | None) -> np.ndarray:
    """Mirror a footprint in the middle of the shop where asked."""
    if mirror_m is not None:
        corner_m = np.column_stack([mirror_m - corner_m[:, 0], corner_m[:, 1]])[::-1]
    corner_m.setflags(write=False)
    return corner_m
