"""Peg walls: a perforated panel with hooks, from which bagged goods hang.

In: the shape of a run and a shop's style; a planogram for the hooks. Out: a `Mesh` in the run's frame, and
the hooks of all peg walls in world coordinates.
"""

from dataclasses import replace

import numpy as np

from scenes.furniture.parts import FixtureStyle, RunShape, fixture_finish, shade, steel_finish
from scenes.geometry import make_boxes, merge_meshes, transform_mesh
from scenes.world import Mesh, Planogram

HOOK_BELOW_TOP_M = 0.018  # of the room that a hanging slot offers: the wire goes through the seam of a bag
_WIRE_M = 0.005
_TIP_M = 0.014  # by which the end of a wire stands out and is bent up
_HOLE_EVERY_M, _HOLE_M = 0.08, 0.007
_BASE_M = 0.16
_LOW_M = 0.22  # below it there are no holes


def make_peg_wall(shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]) -> Mesh:
    """Make a panel between two uprights over a base, and a band of the shop's colour on top."""
    steel = steel_finish(style, instance_id)
    length, depth, end, top = shape.length_m, shape.depth_m, shape.end_m, shape.top_m
    panel = make_boxes(
        (0, depth, 0), (length, shape.back_m, top), replace(steel, color=style.back), texture_m=0.8
    )
    uprights = make_boxes(
        [(-end, depth - 0.05, 0), (length, depth - 0.05, 0)],
        [(0, shape.back_m, top), (length + end, shape.back_m, top)],
        steel,
    )
    base = make_boxes((-end, 0.0, 0.05), (length + end, depth - 0.05, _BASE_M), steel)
    plinth = make_boxes(
        (0, 0.04, 0), (length, depth - 0.05, 0.05), replace(steel, color=(62, 62, 64)), sides=("-y",)
    )
    band = make_boxes(
        (0, depth - 0.012, top - 0.1),
        (length, depth, top),
        fixture_finish(style.accent, "plastic", instance_id),
    )
    x, z = np.meshgrid(
        np.arange(_HOLE_EVERY_M / 2, length, _HOLE_EVERY_M), np.arange(_LOW_M, top - 0.14, _HOLE_EVERY_M)
    )
    low = np.column_stack([x.ravel(), np.full(x.size, depth - 0.001), z.ravel()])
    holes = make_boxes(
        low,
        low + [_HOLE_M, 0.001, _HOLE_M],
        replace(steel, color=shade(style.back, 0.4), layer=-1),
        sides=("-y",),
    )
    return merge_meshes([panel, uprights, base, plinth, band, holes])


def make_hooks(planogram: Planogram, instance_id: np.ndarray) -> list[Mesh]:
    """Make a hook for each hanging slot, an instance with its wall; `instance_id` is that of each fixture."""
    hooks = []
    for slot in planogram.hanging:
        z = float(planogram.height_m[slot]) - HOOK_BELOW_TOP_M
        half, deep = _WIRE_M / 2, float(planogram.depth_m[slot])
        wire = fixture_finish((200, 203, 206), "metal", int(instance_id[planogram.fixture[slot]]))
        hook = make_boxes(
            [(-half, -_TIP_M, z), (-half, -_TIP_M - _WIRE_M, z), (-0.012, deep - 0.004, z - 0.02)],
            [(half, deep, z + _WIRE_M), (half, -_TIP_M, z + _TIP_M), (0.012, deep, z + 0.02)],
            wire,
        )
        hooks.append(transform_mesh(hook, planogram.world_from_slot[slot]))
    return hooks
