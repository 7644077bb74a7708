"""Fire exits: a second way out of a shop that is too large for one.

In: the room and its doors. Out: a `Door` of kind ``"fire_exit"`` in a back or side wall, or none. The rules
are those of Approved Document B (England), volume 2, of 2019: shops count a person on 2 square metres
(floor space factors) and need a second way out above 60 people (least number of exits), or where somebody
walks more than 18 m to the only one (limits on travel distance), which is 12 m as the crow flies while the
furniture is not known (two thirds of the way: "direct distance"). Ways out lie apart by half the room's
diagonal (International Building Code 2021, 1007.1.1), as walls allow.
"""

import numpy as np
from shapely.geometry import Polygon

from scenes.world import DOOR_TO_WALL_M, Door

MOST_PEOPLE = 60  # with one way out
PERSON_M2 = 2.0
FARTHEST_M = 12.0  # from any place to the only way out, as the crow flies
_WIDTH_M = 1.05  # at least 0.85 m (ADB, widths of exits: up to 110 people)
_CORNER_M = 0.75  # from the end of a wall to the middle of the door
_STEP_M = 0.2
_APART_SHARE = 0.5  # of the room's diagonal


def needs_fire_exit(room: Polygon, doors: tuple[Door, ...]) -> bool:
    """Say whether a room is too large for its doors, which are all in the front."""
    far_m = max(
        min(float(np.linalg.norm(door.point_m - corner)) for door in doors) for corner in room.exterior.coords
    )
    return room.area > MOST_PEOPLE * PERSON_M2 or far_m > FARTHEST_M


def sample_fire_exits(
    room: Polygon, doors: tuple[Door, ...], *, rng: np.random.Generator
) -> tuple[Door, ...]:
    """Draw the fire exit of a room that needs one: in any wall but the front, well apart from the doors."""
    if not needs_fire_exit(room, doors):
        return ()
    corner = np.array(room.exterior.coords)
    places: list[tuple[float, np.ndarray, np.ndarray]] = []
    for a, b in zip(corner[1:-1], corner[2:], strict=True):
        length = float(np.linalg.norm(b - a))
        if min(abs(b - a)) > 1e-6 or length < 2 * _CORNER_M:
            continue  # no door is in a wall that is short or aslant
        along = (b - a) / length
        for s in np.arange(_CORNER_M, length - _CORNER_M + 1e-9, _STEP_M):
            at = a + s * along
            apart_m = min(float(np.linalg.norm(door.point_m - at)) for door in doors)
            places.append((apart_m, at, np.array([along[1], -along[0]])))
    x0, y0, x1, y1 = room.bounds
    wanted_m = min(_APART_SHARE * float(np.hypot(x1 - x0, y1 - y0)), max(place[0] for place in places))
    far = [place for place in places if place[0] >= wanted_m]
    _, at, outward = far[int(rng.integers(len(far)))]
    point_m = np.round(at - DOOR_TO_WALL_M * outward, 3)
    point_m.setflags(write=False)
    return (Door("fire_exit", point_m, outward, _WIDTH_M),)
