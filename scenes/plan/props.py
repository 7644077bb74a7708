"""What stands about in a shop beside its shelves: baskets, trolleys, plants, bins, boxes, a cage trolley.

In: a valid floor plan and a generator. Out: the plan with more fixtures, which carry no goods and take
floor from the walkways; every rule of scenes/plan/walkways.py still holds with them.
scenes/furniture/prop_meshes.py makes their meshes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from shapely import LineString, box, union_all
from shapely.geometry import Polygon

from scenes.plan.layout import FloorPlan, compute_walkable, find_fronts
from scenes.plan.shell import way_through
from scenes.plan.walkways import find_problem
from scenes.world import INSTANCE_FIXTURE, Fixture, StoreLayout

# People stand before shelves; what is left on the floor leaves them only just room.
BEFORE_SHELF_M = {"door": 1.0, "wall": 1.0, "floor": 0.62}
_BESIDE_DOOR_M = 3.0
_WALL_GAP_M = 0.03
_TRIES = 24
_JUDGED = 3  # judging a plan takes a while


@dataclass(frozen=True)
class Prop:
    """A kind of thing that stands about.

    Attributes:
        size_m: Width along the wall, depth.
        height_m: Low and high.
        place: ``"door"`` (at the front wall, near a way in), ``"wall"`` or ``"floor"`` (anywhere).
        chance: That a shop in which everything stands has it.
        least_m2: Of the room's floor.
    """

    kind: str
    size_m: tuple[float, float]
    height_m: tuple[float, float]
    place: str
    chance: float
    least_m2: float = 0.0


PROPS = (
    Prop("basket_stack", (0.5, 0.36), (0.45, 0.95), "door", 0.95),
    Prop("trolley_row", (0.62, 1.5), (1.02, 1.02), "wall", 0.9, 90.0),
    Prop("bin", (0.38, 0.38), (0.75, 0.95), "door", 0.8),
    Prop("plant", (0.58, 0.58), (0.9, 1.5), "wall", 0.7),
    Prop("boxes", (0.62, 0.46), (0.3, 1.0), "floor", 0.6),
    Prop("cage_trolley", (0.8, 0.68), (1.68, 1.68), "floor", 0.35, 45.0),
    Prop("boxes", (0.5, 0.42), (0.28, 0.7), "wall", 0.4),
)
PROP_KINDS = tuple(dict.fromkeys(prop.kind for prop in PROPS))


def add_props(plan: FloorPlan, amount: float, *, rng: np.random.Generator) -> FloorPlan:
    """Stand things about where they are in nobody's way.

    Args:
        plan: A valid plan.
        amount: Share of what might stand there, 0 to 1.
        rng: Lane of the props.
    """
    fronts = find_fronts(plan)
    ways = [way_through(door) for door in plan.layout.ways]
    edges = union_all([LineString(front.points_m[[0, -1]]) for front in fronts])
    kept_free = {place: union_all([*ways, edges.buffer(wide, 4)]) for place, wide in BEFORE_SHELF_M.items()}
    layout = plan.layout
    room = layout.room
    area_m2 = room.area
    for prop in PROPS:
        height_m = round(float(rng.uniform(*prop.height_m)), 3)
        rectangles = list(_sample_rectangles(prop, layout, rng=rng))
        if rng.random() >= amount * prop.chance or area_m2 < prop.least_m2:
            continue
        taken = union_all([Polygon(fixture.footprint_m) for fixture in layout.fixtures])
        floor = layout.walkable.buffer(0.05).intersection(room).difference(taken)
        shapes = [(rectangle, box(*rectangle)) for rectangle in rectangles]
        free = [
            at
            for at, shape in shapes
            if floor.contains(shape) and not shape.intersects(kept_free[prop.place])
        ]
        for rectangle in free[:_JUDGED]:
            wider = _stand(layout, prop, rectangle, height_m)
            if not find_problem(wider, fronts):
                layout = wider
                break
    return replace(plan, layout=layout)


def _sample_rectangles(
    prop: Prop, layout: StoreLayout, *, rng: np.random.Generator
) -> Iterator[tuple[float, float, float, float]]:
    """Draw places for a prop: x0, y0, x1, y1."""
    width, depth = (float(value) for value in layout.size_m[:2])
    across, deep = prop.size_m
    for _ in range(_TRIES):
        side = int(rng.integers(3)) if prop.place == "wall" else 0
        share, jitter = float(rng.random()), float(rng.random())
        if prop.place == "floor":
            x, y = share * (width - across), jitter * (depth - deep)
        elif side == 0:
            door = layout.doors[int(jitter * len(layout.doors)) % len(layout.doors)]
            reach = door.width_m / 2 + _BESIDE_DOOR_M if prop.place == "door" else width
            x = float(np.clip(door.point_m[0] + (2 * share - 1) * reach, across / 2, width - across / 2))
            x, y = x - across / 2, _WALL_GAP_M
        else:
            across, deep = prop.size_m[::-1]
            x = _WALL_GAP_M if side == 1 else width - _WALL_GAP_M - across
            y = share * (depth - deep)
        low = np.round([x, y], 3)
        yield float(low[0]), float(low[1]), float(low[0] + across), float(low[1] + deep)
        across, deep = prop.size_m


def _stand(
    layout: StoreLayout, prop: Prop, rectangle: tuple[float, float, float, float], height_m: float
) -> StoreLayout:
    """Return the layout with one more fixture."""
    x0, y0, x1, y1 = (round(value, 4) for value in rectangle)
    footprint = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    footprint.setflags(write=False)
    name = prop.kind.replace("_", " ")
    same = sum(fixture.kind == prop.kind for fixture in layout.fixtures)
    fixture = Fixture(
        name if not same else f"{name} {same + 1}",
        prop.kind,
        footprint,
        height_m,
        INSTANCE_FIXTURE + len(layout.fixtures),
    )
    fixtures = (*layout.fixtures, fixture)
    floor = compute_walkable(layout.room, [Polygon(part.footprint_m) for part in fixtures])
    return replace(layout, fixtures=fixtures, walkable=floor)
