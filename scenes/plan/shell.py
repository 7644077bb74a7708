"""The shell of the shop: its room, doors and free floor.

In: a store section, its format and a generator. Out: a `Shell`, which scenes/plan/walls.py and
scenes/plan/islands.py furnish. The front, with the doors, is the wall y = 0.
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from shapely import box
from shapely.geometry import Polygon

from scenes.plan.fire_exits import sample_fire_exits
from scenes.plan.formats import FORMATS, StoreFormat
from scenes.plan.outline import sample_masonry
from scenes.scenario import StoreSpec
from scenes.world import DOOR_TO_WALL_M, Door, make_room_polygon

LARGE_STORE_M2 = 100.0
CROWD = 40  # trips from which entrance and exit are kept apart
WAY_DEPTH_M = 1.6
_BESIDE_FIRE_EXIT_M, _FIRE_EXIT_CLEAR_M = 0.12, 1.5  # kept clear beside its leaf, and before it
_BETWEEN_DOORS_M, _BESIDE_DOORS_M = 0.3, 0.5  # wall between doors of one kind, and at the ends of such a bank
_BESIDE_LEAF_M = 0.02


@dataclass(frozen=True)
class Shell:
    """What stands before any furniture does.

    Attributes:
        doors, masonry, fire_exits: See scenes.world.StoreLayout.
        front_m: Depth of the free floor behind the doors.
        room: The floor within the walls.
    """

    doors: tuple[Door, ...]
    front_m: float
    masonry: tuple[np.ndarray, ...]
    room: Polygon
    fire_exits: tuple[Door, ...] = ()

    @property
    def kept_clear(self) -> list[Polygon]:
        """The floor before each door."""
        return [way_through(door) for door in self.doors + self.fire_exits]


@dataclass(frozen=True)
class _Bank:
    """Doors of one kind side by side, anywhere between two places of the front."""

    kind: str
    count: int
    low_m: float
    high_m: float

    def measure(self, pitch_m: float, width_m: float, beside_m: float) -> float:
        """Return how much of the front it takes: its doors and what is kept free beside them."""
        return (self.count - 1) * pitch_m + width_m + 2 * beside_m

    def sample_places(
        self, pitch_m: float, width_m: float, beside_m: float, *, rng: np.random.Generator
    ) -> list[float]:
        """Draw the middles of its doors."""
        half = self.measure(pitch_m, width_m, beside_m) / 2
        low, high = self.low_m + half, self.high_m - half
        middle = float(rng.uniform(low, high)) if low < high else (low + high) / 2
        return [middle + (k - (self.count - 1) / 2) * pitch_m for k in range(self.count)]


def sample_shell(spec: StoreSpec, trips: int, *, rng: np.random.Generator) -> Shell:
    """Draw the free floor behind the doors, and the doors."""
    trade = FORMATS[spec.format]
    front = min(trade.front_m + float(rng.uniform(0, 0.5)), max(1.2, spec.depth_m * 0.35))
    doors = _sample_doors(spec, trade, trips, rng=rng)
    masonry = sample_masonry(spec, rng=rng)
    room = make_room_polygon((spec.width_m, spec.depth_m), masonry)
    return Shell(doors, front, masonry, room, sample_fire_exits(room, doors, rng=rng))


def _sample_doors(
    spec: StoreSpec, trade: StoreFormat, trips: int, *, rng: np.random.Generator
) -> tuple[Door, ...]:
    """Draw one door in the front wall, or entrances and exits, each side by side."""
    area = spec.width_m * spec.depth_m
    ways_in = int(rng.integers(trade.entrances[0], trade.entrances[1] + 1))
    ways_out = int(rng.integers(trade.exits[0], trade.exits[1] + 1))
    least = 2.4 if area > LARGE_STORE_M2 and ways_in == 1 else 1.2
    if trips >= CROWD or area > LARGE_STORE_M2:
        ways_out = max(1, ways_out)
    if spec.width_m < 6.0:
        ways_in, ways_out = 1, 0
    width = least + float(rng.uniform(0.1, 0.5))
    while ways_in + ways_out > 2 and (ways_in + ways_out) * (width + 0.3) + 2.0 > spec.width_m:
        ways_in, ways_out = (ways_in - 1, ways_out) if ways_in > ways_out else (ways_in, ways_out - 1)
    doors = ways_in + ways_out
    width = min(width, (spec.width_m - 1.6) / max(1, doors))
    width = max(width, min(least, spec.width_m - 1.0))
    part = spec.width_m * ways_in / max(1, doors)
    if ways_out == 0:
        banks = [_Bank("both", ways_in, 0.0, spec.width_m)]
    else:
        banks = [_Bank("entrance", ways_in, 0.0, part), _Bank("exit", ways_out, part, spec.width_m)]
        if rng.random() < 0.5:
            banks = [replace(b, low_m=spec.width_m - b.high_m, high_m=spec.width_m - b.low_m) for b in banks]
    pitch, beside = width + _BETWEEN_DOORS_M, _BESIDE_DOORS_M
    if spec.sliding_doors:
        # Leaves slide aside by half the door: doors stand farther apart, or are narrower, where that does it.
        for narrower in (width, least):
            apart, aside = 2 * narrower + _BESIDE_LEAF_M, max(beside, (narrower + _BESIDE_LEAF_M) / 2)
            if all(bank.measure(apart, narrower, aside) <= bank.high_m - bank.low_m for bank in banks):
                width, pitch, beside = narrower, apart, aside
                break
    places = [(bank.kind, x) for bank in banks for x in bank.sample_places(pitch, width, beside, rng=rng)]
    # Leaves must not come to be in the next door.
    apart_m = min((abs(a - b) for (_, a), (_, b) in combinations(places, 2)), default=np.inf)
    opens = "sliding" if spec.sliding_doors and apart_m > 2 * width else "hinged"
    return tuple(
        Door(kind, np.array([round(x, 3), DOOR_TO_WALL_M]), np.array([0.0, -1.0]), round(width, 3), opens)
        for kind, x in places
    )


def way_through(door: Door) -> Polygon:
    """Return the floor before a door that stays free."""
    if door.kind == "fire_exit":
        along = np.array([-door.outward[1], door.outward[0]]) * (door.width_m / 2 + _BESIDE_FIRE_EXIT_M)
        corners = np.array([door.wall_m - along, door.wall_m + along - _FIRE_EXIT_CLEAR_M * door.outward])
        return box(*corners.min(0), *corners.max(0))
    x, half = float(door.point_m[0]), door.width_m / 2 + 0.3
    return box(x - half, 0, x + half, WAY_DEPTH_M)
