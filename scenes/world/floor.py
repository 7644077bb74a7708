"""The floor plan: room, doors and what stands on the floor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from shapely import box, union_all
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

FRONT, RIGHT, BACK, LEFT = range(4)  # walls, as one walks round the room counter-clockwise
WALL_NAMES = ("front", "right", "back", "left")
DOOR_TO_WALL_M = 0.35  # from the point of a door to the wall that it is in


@dataclass(frozen=True)
class Fixture:
    """Something that stands on the floor.

    Attributes:
        kind: With shelves: ``"gondola"``, ``"end_cap"``, ``"wall_shelf"``, ``"peg_wall"`` (hooks),
            ``"chiller"`` (open, cooled),
            ``"fridge"`` and ``"freezer"`` (behind glass doors), ``"chest"`` (a freezer open above),
            ``"table"`` (low island), ``"hot_counter"``, and promotional displays: ``"display_stand"``,
            ``"pallet_display"``, ``"promo_table"``.
            Without: ``"gate"``, ``"counter"`` (a till's or the help desk's), ``"column"`` (up to the ceiling)
            and the kinds of scenes.plan.props.PROPS.
        footprint_m: (K, 2) float64, convex, counter-clockwise, in world x, y.
        instance_id: INSTANCE_FIXTURE + its index.
    """

    name: str
    kind: str
    footprint_m: np.ndarray
    height_m: float
    instance_id: int


@dataclass(frozen=True)
class Door:
    """An entrance or exit in a wall: people appear at and vanish through `point_m`.

    Attributes:
        kind: ``"entrance"``, ``"exit"``, ``"both"``, or ``"fire_exit"``, which opens in an evacuation only.
        point_m: (2,) a walkable point just inside the door.
        outward: (2,) unit vector out of the shop.
        opens: ``"hinged"``, which is drawn shut, or ``"sliding"``: two leaves that open by themselves.
    """

    kind: str
    point_m: np.ndarray
    outward: np.ndarray
    width_m: float
    opens: str = "hinged"

    @property
    def wall_m(self) -> np.ndarray:
        """(2,) its middle in the wall."""
        return self.point_m + DOOR_TO_WALL_M * self.outward


def make_room_polygon(size_m: Sequence[float] | np.ndarray, masonry: Sequence[np.ndarray]) -> Polygon:
    """Return the floor within the walls, counter-clockwise from the front left corner.

    >>> list(make_room_polygon((3, 2, 3), ()).exterior.coords)[:2]
    [(0.0, 0.0), (3.0, 0.0)]
    """
    floor = box(0.0, 0.0, float(size_m[0]), float(size_m[1]))
    room = floor.difference(union_all([Polygon(part) for part in masonry]))
    corners = np.array(orient(room).exterior.coords)[:-1]
    return Polygon(np.roll(corners, -int(np.argmin(corners.sum(axis=1))), axis=0))


def make_wall_frame(size_m: Sequence[float] | np.ndarray, wall: int) -> np.ndarray:
    """Return world_from_wall (4, 4): x along a wall, walked counter-clockwise, y into the room, z up.

    >>> make_wall_frame((3, 2, 3), RIGHT)[:2].tolist()
    [[0.0, -1.0, 0.0, 3.0], [1.0, 0.0, 0.0, 0.0]]
    """
    width_m, depth_m = float(size_m[0]), float(size_m[1])
    frame = np.eye(4)
    frame[:2, 0] = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[wall]
    frame[:2, 1] = -frame[1, 0], frame[0, 0]
    frame[:2, 3] = ((0.0, 0.0), (width_m, 0.0), (width_m, depth_m), (0.0, depth_m))[wall]
    return frame + 0.0


@dataclass(frozen=True)
class Window:
    """A glazed opening in a wall of the room's rectangle.

    Attributes:
        wall: FRONT, RIGHT, BACK or LEFT.
        x0_m, z0_m, x1_m, z1_m: In the wall's frame, see `make_wall_frame`.
    """

    wall: int
    x0_m: float
    z0_m: float
    x1_m: float
    z1_m: float

    @property
    def opening_m(self) -> tuple[float, float, float, float]:
        """x0, z0, x1, z1."""
        return self.x0_m, self.z0_m, self.x1_m, self.z1_m


@dataclass(frozen=True)
class StoreLayout:
    """The floor plan.

    Attributes:
        size_m: (3,) width, depth, height of the room; the room is [0, w] x [0, d] x [0, h], less masonry.
        walkable: shapely Polygon (with holes) of the floor not covered by fixtures.
        doors: In the front.
        masonry: Convex (K, 2) footprints, counter-clockwise, of what the building takes of that rectangle.
        fire_exits: In other walls.
        windows: In other walls than the front, whose windows lie between its doors.
    """

    format: str
    size_m: np.ndarray
    walkable: Any
    fixtures: tuple[Fixture, ...]
    doors: tuple[Door, ...]
    masonry: tuple[np.ndarray, ...] = ()
    fire_exits: tuple[Door, ...] = ()
    windows: tuple[Window, ...] = ()

    @property
    def ways(self) -> tuple[Door, ...]:
        """All doors, those that open in an evacuation only last."""
        return self.doors + self.fire_exits

    @property
    def room(self) -> Polygon:
        """The room within its walls."""
        return make_room_polygon(self.size_m, self.masonry)
