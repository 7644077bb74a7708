"""Chest freezers: a cabinet open above, wire baskets, frost on the liner, rails with tags along the rim.

In: the shape of a run and a shop's style; plan and planogram for baskets. Out: a `Mesh` in the
run's frame, and the baskets of all chests in world coordinates.
"""

from dataclasses import replace

import numpy as np

from scenes.furniture.parts import PROUD_M, FixtureStyle, RunShape, fixture_finish, shade
from scenes.furniture.price_tags import RAIL_M, RAIL_OUT_M
from scenes.geometry import Finish, make_boxes, merge_meshes, transform_mesh
from scenes.plan.chests import CHEST_FLOOR_M, CHEST_INSET_M, CHEST_RIM_M, CHEST_TOP_M
from scenes.plan.layout import FloorPlan
from scenes.world import Mesh, Planogram

_LINER, _FROST, _WIRE, _SHEET = (226, 232, 236), (246, 250, 252), (232, 235, 237), (214, 219, 223)
_EDGE_M, _RAIL_BELOW_M = 0.03, 0.04  # how high the rim's edge is, and from its top to the rail's
_WELL_M = 0.09  # from the baskets' wires to the floor of the well
_WIRE_M, _MESH_M = 0.005, (0.045, 0.11)  # thickness of wires, and their distance across and along
_PARTITION_M = (0.012, 0.13)  # lower and upper wire between goods, over the baskets' floor
_ICE_EVERY_M, _ICE_OUT_M = 0.014, 0.004


def make_chest(shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]) -> Mesh:
    """Make one side of a chest freezer: its front and ends, half of its well, the baskets' floor."""
    rim = fixture_finish((206, 210, 213), "metal", instance_id)
    return merge_meshes(
        [
            *_make_cabinet(shape, fixture_finish(style.cabinet, "coated steel", instance_id)),
            _make_rim(shape, rim),
            _make_back(shape, rim),
            _make_well(shape, fixture_finish(_LINER, "lit inside", instance_id)),
            *_make_trim(shape, style, instance_id),
            _make_grille(shape, fixture_finish(shade(style.cabinet, 0.45), "plastic", instance_id)),
            _make_floor(shape, instance_id),
            _make_frost(shape, instance_id),
        ]
    )


def _find_walls(shape: RunShape, low_m: float, high_m: float, *, front_m: float) -> tuple[list, list]:
    """Return low and high corners of the front, which begins at `front_m`, and of both ends, without gaps."""
    length, end, back, inner = shape.length_m, shape.end_m, shape.back_m, shape.front_m + CHEST_RIM_M
    low = [(-end, front_m, low_m), (-end, inner, low_m), (length, inner, low_m)]
    high = [(length + end, inner, high_m), (0, back, high_m), (length + end, back, high_m)]
    return low, high


def _make_cabinet(shape: RunShape, outside: Finish) -> list[Mesh]:
    """The foot, set back, and what stands on it."""
    length, end, front, back = shape.length_m, shape.end_m, shape.front_m, shape.back_m
    dark = replace(outside, color=(40, 42, 46))
    low, high = _find_walls(shape, 0.09, shape.top_m - _EDGE_M, front_m=front)
    return [
        make_boxes((-end, front + 0.05, 0), (length + end, back, 0.09), dark, sides=("-y", "-x", "+x")),
        make_boxes(low[0], high[0], outside, sides=("-y", "-x", "+x", "-z")),
        make_boxes(low[1:], high[1:], outside, sides=("-x", "+x", "-z")),
    ]


def _make_rim(shape: RunShape, finish: Finish) -> Mesh:
    """The edge around the well, over which one reaches."""
    low, high = _find_walls(shape, shape.top_m - _EDGE_M, shape.top_m, front_m=shape.front_m - PROUD_M)
    return make_boxes(low, high, finish)


def _make_well(shape: RunShape, liner: Finish) -> Mesh:
    """The liner: before and behind the goods, at both ends, below."""
    length, back, top = shape.length_m, shape.back_m, shape.top_m - _EDGE_M
    inner, bottom = shape.front_m + CHEST_RIM_M, CHEST_FLOOR_M - _WELL_M
    return make_boxes(
        [
            (0, inner - PROUD_M, bottom),
            (0, shape.depth_m, bottom),
            (-PROUD_M, inner, bottom),
            (length - PROUD_M, inner, bottom),
            (0, inner, bottom - 0.01),
        ],
        [
            (length, inner, top),
            (length, back, top),
            (PROUD_M, back, top),
            (length + PROUD_M, back, top),
            (length, back, bottom),
        ],
        liner,
    )


def _make_trim(shape: RunShape, style: FixtureStyle, instance_id: int) -> list[Mesh]:
    """The bumper against trolleys, and the rail for tags under the rim."""
    length, end, front = shape.length_m, shape.end_m, shape.front_m
    rail_m = shape.top_m - _RAIL_BELOW_M
    bumper = fixture_finish(style.accent, "plastic", instance_id)
    rail = fixture_finish(style.rail, "plastic", instance_id)
    parts = [make_boxes((-end, front - 0.014, 0.3), (length + end, front, 0.345), bumper)]
    if style.price_rails:
        parts.append(make_boxes((0, front - RAIL_OUT_M, rail_m - RAIL_M), (length, front, rail_m), rail))
    return parts


def _make_back(shape: RunShape, rim: Finish) -> Mesh:
    """The rim at the back: of one along a wall, or down the middle of an island."""
    top = shape.top_m
    return make_boxes((0, shape.depth_m - PROUD_M, top - _EDGE_M), (shape.length_m, shape.back_m, top), rim)


def _make_grille(shape: RunShape, finish: Finish) -> Mesh:
    """Slots low in the front through which the machine breathes."""
    x0 = shape.length_m * 0.12
    z = 0.13 + 0.018 * np.arange(6)
    low = np.column_stack([np.full(6, x0), np.full(6, shape.front_m - 0.001), z])
    high = np.column_stack([np.full(6, min(x0 + 0.5, shape.length_m)), np.full(6, shape.front_m), z + 0.009])
    return make_boxes(low, high, finish, sides=("-y",))


def _make_floor(shape: RunShape, instance_id: int) -> Mesh:
    """The wires on which goods lie, and the basket's upper edge before them."""
    length, depth = shape.length_m, shape.depth_m
    y0 = shape.front_m + CHEST_RIM_M + 0.012
    z1, z0 = CHEST_FLOOR_M, CHEST_FLOOR_M - _WIRE_M
    x, y = (
        np.arange(0.02, length - _WIRE_M, _MESH_M[0]),
        np.append(np.arange(y0, depth, _MESH_M[1]), depth - 0.01),
    )
    across = make_boxes(
        np.column_stack([x, np.full_like(x, y0), np.full_like(x, z0)]),
        np.column_stack([x + _WIRE_M, np.full_like(x, depth), np.full_like(x, z1)]),
        fixture_finish(_WIRE, "coated steel", instance_id),
    )
    along = make_boxes(
        np.column_stack([0 * y, y, np.full_like(y, z0 - _WIRE_M)]),
        np.column_stack([0 * y + length, y + _WIRE_M, np.full_like(y, z0)]),
        fixture_finish(_WIRE, "coated steel", instance_id),
    )
    return merge_meshes([across, along])


def _make_frost(shape: RunShape, instance_id: int) -> Mesh:
    """Ice on the liner below the rim, thicker here and there; a pattern that no shop shares with itself."""
    inner, top = shape.front_m + CHEST_RIM_M, shape.top_m - _EDGE_M
    x = np.arange(0.0, shape.length_m - _ICE_EVERY_M, _ICE_EVERY_M)
    deep = 0.05 + 0.022 * np.sin(7.1 * x + instance_id) + 0.014 * np.sin(23.0 * x) + 0.009 * np.sin(61.0 * x)
    one, ice = np.ones_like(x), fixture_finish(_FROST, "lit inside", instance_id)
    front = make_boxes(
        np.column_stack([x, inner * one, top - 0.03 - deep]),
        np.column_stack([x + _ICE_EVERY_M, (inner + _ICE_OUT_M) * one, (top - 0.025) * one]),
        ice,
        sides=("+y", "-x", "+x", "+z", "-z"),
    )
    back = make_boxes(
        np.column_stack([x, (shape.depth_m - _ICE_OUT_M) * one, top - 0.03 - deep[::-1]]),
        np.column_stack([x + _ICE_EVERY_M, shape.depth_m * one, (top - 0.025) * one]),
        ice,
        sides=("-y", "-x", "+x", "+z", "-z"),
    )
    return merge_meshes([front, back])


def make_baskets(plan: FloorPlan, planogram: Planogram) -> list[Mesh]:
    """Make the raised floors under goods in chests, and wires between products, in world coordinates."""
    meshes = []
    for run in plan.runs:
        fixture = plan.layout.fixtures[run.fixture]
        if fixture.kind != "chest":
            continue
        pose, world_from_run = planogram.world_from_slot, run.world_from_run
        faces = pose[:, :3, 1] @ world_from_run[:3, 1] > 0.9  # islands have a run on either side
        row = np.flatnonzero((planogram.fixture == run.fixture) & faces)
        if not len(row):
            continue
        along_m = (pose[row, :3, 3] - world_from_run[:3, 3]) @ world_from_run[:3, 0]
        low_m, high_m = along_m - planogram.width_m[row] / 2, along_m + planogram.width_m[row] / 2
        starts = np.flatnonzero(np.diff(planogram.product[row], prepend=-1))
        before, after = high_m[starts[1:] - 1], low_m[starts[1:]]
        between_m = (before + after) / 2
        low_edge_m, high_edge_m = [0.0, *between_m], [*between_m, run.length_m]
        wire = fixture_finish(_WIRE, "coated steel", fixture.instance_id)
        raised_m = pose[row[starts], 2, 3] - CHEST_FLOOR_M
        deep_m = run.depth_m - _ICE_OUT_M
        baskets = [
            _make_raised(x0_m + PROUD_M, x1_m - PROUD_M, deep_m, up_m, wire)
            for x0_m, x1_m, up_m in zip(low_edge_m, high_edge_m, raised_m.tolist(), strict=True)
            if up_m > 2 * _WIRE_M
        ]
        apart = after - before > 2 * _WIRE_M
        baskets += [_make_partition(x_m - _WIRE_M / 2, deep_m, wire) for x_m in between_m[apart]]
        frame = world_from_run.copy()
        frame[2, 3] = CHEST_FLOOR_M
        meshes += [transform_mesh(basket, frame) for basket in baskets]
    return meshes


def _make_raised(x0_m: float, x1_m: float, deep_m: float, raised_m: float, wire: Finish) -> Mesh:
    """A false bottom from x0_m to x1_m: a sheet on which wires are, with an apron at its front and sides."""
    sheet = replace(wire, color=_SHEET)
    x = np.arange(x0_m + _MESH_M[0] / 2, x1_m - _WIRE_M, _MESH_M[0])
    one, top_m = np.ones_like(x), raised_m - _WIRE_M
    wires = make_boxes(
        np.column_stack([x, -PROUD_M * one, top_m * one]),
        np.column_stack([x + _WIRE_M, deep_m * one, raised_m * one]),
        wire,
    )
    box = make_boxes((x0_m, -PROUD_M, 0.0), (x1_m, deep_m, top_m), sheet, sides=("-y", "-x", "+x", "+z"))
    return merge_meshes([box, wires])


def _make_partition(x0_m: float, deep_m: float, wire: Finish) -> Mesh:
    """Three wires from front to back, from x0_m on, that four posts carry."""
    low, high = _PARTITION_M
    levels, posts = (low, high, (low + high) / 2), np.linspace(0.0, deep_m - _WIRE_M, 4)
    x1_m = x0_m + _WIRE_M
    return make_boxes(
        [*((x0_m, 0.0, z) for z in levels), *((x0_m, y, 0.0) for y in posts)],
        [*((x1_m, deep_m, z + _WIRE_M) for z in levels), *((x1_m, y + _WIRE_M, high) for y in posts)],
        wire,
    )


def find_tag_places(planogram: Planogram, kinds: list[str]) -> np.ndarray:
    """Return (S, 2) how much further out and up tags hang than under a board's edge: at the rim of chests."""
    chest = np.array([kinds[fixture] == "chest" for fixture in planogram.fixture], bool)
    up_m = CHEST_TOP_M - _RAIL_BELOW_M - planogram.world_from_slot[:, 2, 3]
    place = np.column_stack([np.full(len(up_m), -CHEST_INSET_M), up_m])
    return np.where(chest[:, None], place, 0.0)
