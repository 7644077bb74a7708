"""Crates: low and open, in which loose fruit and vegetables lie on boards and tables.

In: a floor plan, its planogram and catalogue, a shop's style. Out: `Mesh`es in world coordinates, each of the
instance of its fixture. A crate is as wide as what lies side by side of one product.
"""

import numpy as np

from scenes.furniture.parts import PROUD_M, RGB, FixtureStyle, fixture_finish
from scenes.geometry import make_boxes, merge_meshes, transform_mesh
from scenes.goods.heaps import find_loose
from scenes.plan.layout import FloorPlan
from scenes.world import Catalogue, Mesh, Planogram

_COLORS: tuple[RGB, ...] = ((178, 138, 92), (44, 92, 60), (60, 62, 66), (116, 120, 124))  # wood, plastic
_WITHOUT = ("chest", "peg_wall", "hot_counter", "pallet_display")
_WALL_M, _FLOOR_M, _BACK_M = 0.005, 0.003, 0.008  # thickness, and from its back to the end of a board
_HIGH, _HIGHEST_M = 0.5, 0.045  # of what lies in it, and at most: a hand reaches over it


def make_crates(
    plan: FloorPlan, planogram: Planogram, catalogue: Catalogue, style: FixtureStyle
) -> list[Mesh]:
    """Make a crate round each stretch of a board on which one loose product lies."""
    loose = find_loose(catalogue)[planogram.product]
    color = _COLORS[sum(style.accent) % len(_COLORS)]
    crates = []
    for run in plan.runs:
        fixture = plan.layout.fixtures[run.fixture]
        if fixture.kind in _WITHOUT:
            continue
        run_from_slot = np.linalg.inv(run.world_from_run) @ planogram.world_from_slot
        faces = (run_from_slot[:, 1, 1] > 0.9) & (abs(run_from_slot[:, 1, 3]) < 1e-6)
        row = np.flatnonzero((planogram.fixture == run.fixture) & faces & loose)
        if not len(row):
            continue
        of = np.column_stack([planogram.product[row], planogram.shelf[row]])
        first = np.flatnonzero((np.diff(of, axis=0, prepend=-1) != 0).any(axis=1))
        last = np.append(first[1:], len(row)) - 1
        half_m, at_m = planogram.width_m[row] / 2, run_from_slot[row, :3, 3]
        high_m = np.minimum(_HIGH * catalogue.size_m[planogram.product[row[first]], 2], _HIGHEST_M)
        finish = fixture_finish(color, "plastic", fixture.instance_id)
        x0, x1, z = at_m[first, 0] - half_m[first], at_m[last, 0] + half_m[last], at_m[first, 2]
        y0, y1 = np.full_like(z, PROUD_M), np.full_like(z, run.depth_m - _BACK_M)
        walls = [
            ((x0, y0, z), (x1, y0 + _WALL_M, z + high_m)),
            ((x0, y1 - _WALL_M, z), (x1, y1, z + high_m)),
            ((x0, y0 + _WALL_M, z), (x0 + _WALL_M, y1 - _WALL_M, z + high_m)),
            ((x1 - _WALL_M, y0 + _WALL_M, z), (x1, y1 - _WALL_M, z + high_m)),
        ]
        low, high = (np.concatenate([np.column_stack(wall[end]) for wall in walls]) for end in (0, 1))
        inside = (np.column_stack((x0, y0, z)), np.column_stack((x1, y1, z + _FLOOR_M)))
        parts = [
            make_boxes(low, high, finish, sides=("-x", "+x", "-y", "+y", "+z")),
            make_boxes(*inside, finish, sides=("+z",)),
        ]
        crates.append(transform_mesh(merge_meshes(parts), run.world_from_run))
    return crates
