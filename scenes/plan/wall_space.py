"""Where walls are bare: neither glass nor doors, furniture, masonry, signs or cameras are there.

In: a layout, meshes of what stands in it, signs, cameras. Out: `WallSpace`, which finds places for what hangs
on the walls. Places are `Window`s without glass: rectangles in the frame of a wall.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from scenes.plan.windows import list_openings
from scenes.world import FRONT, INSTANCE_FIXTURE, Camera, Mesh, StoreLayout, Window, make_wall_frame

_MARGIN_M = 0.04  # between any two things
_AGAINST_M = 0.45  # what is nearer to the wall hides it
_BESIDE_CORNER_M = 0.12
_FRAME_M = 0.08
_OVER_DOOR_M = 0.3  # drives of sliding doors, and signs over fire exits, hang there
_FIRE_EXIT_TOP_M = 2.5
_CAMERA_M, _CAMERA_Z_M = 0.9, 1.7  # nothing is so near to a camera, along the wall and up or down


class WallSpace:
    """The four walls of a room's rectangle, and what is taken of them.

    Args:
        layout: Room, doors, windows, furniture.
        top_m: Of each fixture, see `measure_tops`.
        signs: Middles (3,) of signs, and their widths and heights.
        cameras: Nothing hangs before their lenses.
    """

    def __init__(
        self,
        layout: StoreLayout,
        top_m: Sequence[float],
        signs: Iterable[tuple[np.ndarray, float, float]],
        cameras: Sequence[Camera],
    ) -> None:
        self.length_m = layout.size_m[[0, 1, 0, 1]].astype(float)
        self.height_m = float(layout.size_m[2])
        self._taken: list[Window] = [_widen(window) for window in list_openings(layout)]
        self._from_world = [np.linalg.inv(make_wall_frame(layout.size_m, wall)) for wall in range(4)]
        for part in layout.masonry:
            self._take_solid(part, np.inf)
        for fixture, high_m in zip(layout.fixtures, top_m, strict=True):
            self._take_solid(fixture.footprint_m, high_m)
        for door in layout.fire_exits:
            self._take_round(np.append(door.wall_m, 0.0), door.width_m / 2 + 0.2, _FIRE_EXIT_TOP_M, 0.1)
        for center_m, width_m, height_m in signs:
            self._take_round(center_m, width_m / 2, height_m / 2, _AGAINST_M)
        for camera in cameras:
            self._take_round(camera.world_from_cam[:3, 3], _CAMERA_M, _CAMERA_Z_M, _CAMERA_M)

    def find(
        self,
        width_m: float,
        height_m: float,
        low_m: Sequence[float],
        *,
        tries: int,
        rng: np.random.Generator,
        wall: int | None = None,
    ) -> Window | None:
        """Find a free place of a size, its lower edge at the first of some heights that does, and take it."""
        for share, at in rng.random((tries, 2)):
            chosen = int(np.searchsorted(np.cumsum(self.length_m) / self.length_m.sum(), share))
            chosen = min(chosen, 3) if wall is None else wall
            room_m = self.length_m[chosen] - 2 * _BESIDE_CORNER_M - width_m
            x = _BESIDE_CORNER_M + at * room_m
            for z in low_m:
                place = Window(chosen, float(x), float(z), float(x + width_m), float(z + height_m))
                if room_m > 0 and place.z1_m <= self.height_m and self.is_free(place):
                    self.take(place)
                    return place
        return None

    def is_free(self, place: Window) -> bool:
        """Say whether nothing is at a place."""
        return not any(
            other.wall == place.wall
            and other.x0_m < place.x1_m + _MARGIN_M
            and place.x0_m < other.x1_m + _MARGIN_M
            and other.z0_m < place.z1_m + _MARGIN_M
            and place.z0_m < other.z1_m + _MARGIN_M
            for other in self._taken
        )

    def take(self, place: Window) -> None:
        """Take a place, free or not."""
        self._taken.append(place)

    def list_runs(self, wall: int, z0_m: float, z1_m: float) -> list[Window]:
        """List the free stretches of a wall between two heights, and take them."""
        cuts = [(0.0, 0.02), (self.length_m[wall] - 0.02, self.length_m[wall])]
        cuts += [
            (other.x0_m, other.x1_m)
            for other in self._taken
            if other.wall == wall and other.z0_m < z1_m and z0_m < other.z1_m
        ]
        runs, begin = [], 0.0
        for low, high in sorted(cuts):
            if low - begin > 0.5:
                runs.append(Window(wall, float(begin), z0_m, float(low), z1_m))
            begin = max(begin, high)
        self._taken += runs
        return runs

    def _take_solid(self, corners_m: np.ndarray, top_m: float) -> None:
        level = np.column_stack([corners_m, np.zeros(len(corners_m)), np.ones(len(corners_m))])
        for wall, from_world in enumerate(self._from_world):
            along, away = (level @ from_world.T)[:, :2].T
            if away.min() < _AGAINST_M:
                self._taken.append(
                    Window(wall, float(along.min()), 0.0, float(along.max()), top_m + _MARGIN_M)
                )

    def _take_round(self, center_m: np.ndarray, half_m: float, half_z_m: float, near_m: float) -> None:
        """Take what lies around a point that is near a wall."""
        for wall, from_world in enumerate(self._from_world):
            x, y, z = (float(value) for value in (from_world @ np.append(center_m, 1.0))[:3])
            if y < near_m:
                self._taken.append(Window(wall, x - half_m, z - half_z_m, x + half_m, z + half_z_m))


def measure_tops(layout: StoreLayout, standing: Mesh) -> list[float]:
    """Return how high each fixture reaches with its header, the sign on it or its screen.

    `standing` has the fixtures' meshes among others.
    """
    top_m = np.array([fixture.height_m for fixture in layout.fixtures])
    number = standing.instance_id - INSTANCE_FIXTURE
    of_one = (number >= 0) & (number < len(top_m))
    np.maximum.at(top_m, number[of_one], standing.position_m[of_one, 2])
    return [float(high_m) for high_m in top_m]


def _widen(opening: Window) -> Window:
    """Return an opening with its frame and what hangs over a door."""
    is_door = opening.wall == FRONT and opening.z0_m == 0.0
    over_m = _OVER_DOOR_M if is_door else _FRAME_M
    return Window(
        opening.wall,
        opening.x0_m - _FRAME_M,
        opening.z0_m - _FRAME_M,
        opening.x1_m + _FRAME_M,
        opening.z1_m + over_m,
    )
