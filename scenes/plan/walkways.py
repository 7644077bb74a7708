"""Whether people get where they have to: the rules that a floor plan must keep.

In: a layout and its shelf runs. Out: what is wrong, in words, or nothing. Widths of wheelchairs are those of
ISO 21542: 0.9 m to pass, 1.5 m to turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import LineString, distance, dwithin, get_coordinates, points, prepare
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from scenes.plan.formats import TURNING_M, WHEELCHAIR_M
from scenes.world import StoreLayout

# Reach and clearance that make a slot usable: half a body's width, and an arm's length from its front.
BODY_RADIUS_M = 0.25
REACH_M = 0.75
_WHEELCHAIR_REACH_M = 0.95  # from the middle of the chair, sideways (ISO 21542: 0.5 m past its edge)
_BACK_OUT_M = 1.2  # as far as a wheelchair may have to back out
_DOOR_REACH_M = 0.6  # between a door and where the chair stands
_ARC = 4  # segments of a quarter circle in buffers


@dataclass(frozen=True)
class ShelfFront:
    """The front edge of a stretch of shelving: the name of its fixture, and (N, 2) points along it."""

    name: str
    points_m: np.ndarray


def find_problem(layout: StoreLayout, fronts: Sequence[ShelfFront]) -> str:
    """Return what is wrong with a plan's walkways, or an empty string.

    The floor where a body's centre may be (the walkable polygon shrunk by a body's radius) must be in one
    piece, hold every door, and come within reach of every stretch of shelf. The same holds for a wheelchair;
    it must be able to go wherever a person can, and to turn where an aisle ends.
    """
    standing = layout.walkable.buffer(-BODY_RADIUS_M, _ARC)
    if standing.geom_type != "Polygon" or standing.is_empty:
        return "the walkable floor falls into pieces"
    for door in layout.ways:
        if distance(standing, points(door.point_m)) > 1e-6:
            return f"the {door.kind} door is blocked"
    prepare(standing)
    for front in fronts:
        if not dwithin(standing, points(front.points_m), REACH_M).all():
            return f"a shelf of {front.name} cannot be reached"
    return _find_wheelchair_problem(layout, fronts, standing) or _find_sight_problem(layout)


def _find_wheelchair_problem(layout: StoreLayout, fronts: Sequence[ShelfFront], standing: Polygon) -> str:
    rolling = layout.walkable.buffer(-WHEELCHAIR_M / 2 + 1e-3, _ARC)
    if rolling.geom_type != "Polygon" or rolling.is_empty:
        return "a wheelchair cannot pass everywhere"
    swept = rolling.buffer(WHEELCHAIR_M / 2 + 0.02, _ARC)
    if standing.difference(swept).area > 0.02:
        return "a passage is narrower than a wheelchair"
    for door in layout.ways:
        if distance(rolling, points(door.point_m)) > _DOOR_REACH_M:
            return f"a wheelchair cannot get to the {door.kind} door"
    prepare(rolling)
    for front in fronts:
        if not dwithin(rolling, points(front.points_m), _WHEELCHAIR_REACH_M).all():
            return f"a shelf of {front.name} cannot be reached from a wheelchair"
    if find_dead_ends(layout.walkable):
        return "an aisle ends where a wheelchair cannot turn"
    return ""


def find_dead_ends(walkable: Polygon) -> list[BaseGeometry]:
    """Return the stretches of floor from which a wheelchair would have to back out far.

    Narrow floor is where the chair passes but cannot turn. A stretch of it that meets turning room at one
    place only is a dead end.
    """
    rolling = walkable.buffer(-WHEELCHAIR_M / 2, _ARC)
    room = walkable.buffer(-TURNING_M / 2, _ARC).buffer((TURNING_M - WHEELCHAIR_M) / 2 + 0.01, _ARC)
    if room.is_empty:
        return [rolling]
    narrow = rolling.difference(room)
    near_room = room.buffer(0.03, _ARC)
    prepare(room)
    ends = []
    for part in getattr(narrow, "geoms", [narrow]):
        if part.is_empty or part.area < 0.05:
            continue
        mouth = part.intersection(near_room)
        mouths = sum(piece.area > 1e-6 for piece in getattr(mouth, "geoms", [mouth]))
        corners = points(get_coordinates(part.exterior))
        if mouths < 2 and not dwithin(room, corners, _BACK_OUT_M).all():
            ends.append(part)
    return ends


def _find_sight_problem(layout: StoreLayout) -> str:
    """From behind the till or help desk, the staff see who comes in and goes out."""
    desks = [fixture for fixture in layout.fixtures if fixture.kind == "counter"]
    blocks = [
        Polygon(fixture.footprint_m)
        for fixture in layout.fixtures
        if fixture.height_m > 1.6 and fixture.kind != "counter"
    ]
    for door in layout.doors:
        lines = [LineString([desk.footprint_m.mean(0), door.point_m]) for desk in desks]
        if desks and all(any(block.intersects(line) for block in blocks) for line in lines):
            return f"the {door.kind} door cannot be seen from the desk"
    return ""
