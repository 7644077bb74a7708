"""Crates: low and open, in which loose fruit and vegetables lie on boards and tables.

In: a floor plan, its planogram and catalogue, a shop's style. Out: `Mesh`es in world coordinates, each of the
instance of its fixture. A crate is as wide as what lies side by side of one product; its walls stand as far
out as there is room between blocks, and no further in than loose goods keep off.
"""

import numpy as np

from scenes.furniture.parts import PROUD_M, RGB, FixtureStyle, fixture_finish
from scenes.geometry import make_boxes, merge_meshes, transform_mesh
from scenes.goods.heaps import find_loose
from scenes.goods.loose import WALL
from scenes.plan.layout import FloorPlan
from scenes.world import Catalogue, Mesh, Planogram

_COLORS: tuple[RGB, ...] = ((178, 138, 92), (44, 92, 60), (60, 62, 66), (116, 120, 124))  # wood, plastic
_WITHOUT = ("chest", "peg_wall", "hot_counter", "pallet_display")
_WALL_M, _FLOOR_M, _BACK_M = 0.005, 0.001, 0.004  # thickness, and from its back to the end of a board
_BETWEEN_M = 0.0005  # between a crate and what is beside it
_THIN_M = 0.0006  # from the end of a run to the inside of a wall at least: one sees which is before the other
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
        finish = fixture_finish(color, "plastic", fixture.instance_id)
        z, product = at_m[first, 2], planogram.product[row[first]]
        high_m = np.minimum(_HIGH * catalogue.size_m[product, 2], _HIGHEST_M)
        in_m = WALL * (2 * half_m[first] - catalogue.size_m[product, 0])
        left_m, right_m = at_m[first, 0] - half_m[first], at_m[last, 0] + half_m[last]
        beside = np.flatnonzero((planogram.fixture == run.fixture) & faces)
        x0, x1 = _find_outside(
            left_m,
            right_m,
            planogram.shelf[row[first]],
            run_from_slot[beside, 0, 3] - planogram.width_m[beside] / 2,
            run_from_slot[beside, 0, 3] + planogram.width_m[beside] / 2,
            planogram.shelf[beside],
            run.length_m,
        )
        y0, y1 = np.full_like(z, PROUD_M), np.full_like(z, run.depth_m - _BACK_M)
        walls = [
            ((x0, y0, z), (x1, y0 + _WALL_M, z + high_m)),
            ((x0, y1 - _WALL_M, z), (x1, y1, z + high_m)),
            ((x0, y0 + _WALL_M, z), (np.maximum(left_m + in_m, _THIN_M), y1 - _WALL_M, z + high_m)),
            (
                (np.minimum(right_m - in_m, run.length_m - _THIN_M), y0 + _WALL_M, z),
                (x1, y1 - _WALL_M, z + high_m),
            ),
        ]
        low, high = (np.concatenate([np.column_stack(wall[end]) for wall in walls]) for end in (0, 1))
        inside = (np.column_stack((x0, y0, z)), np.column_stack((x1, y1, z + _FLOOR_M)))
        parts = [
            make_boxes(low, high, finish, sides=("-x", "+x", "-y", "+y", "+z")),
            make_boxes(*inside, finish, sides=("+z",)),
        ]
        crates.append(transform_mesh(merge_meshes(parts), run.world_from_run))
    return crates


def _find_outside(
    left_m: np.ndarray,
    right_m: np.ndarray,
    shelf: np.ndarray,
    begin_m: np.ndarray,
    end_m: np.ndarray,
    board: np.ndarray,
    length_m: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Find how far out the walls of crates stand: a wall's thickness, or half of what is free beside.

    Args:
        left_m, right_m: (C,) where the goods of each crate begin and end along a run.
        shelf: (C,) their boards.
        begin_m, end_m: (B,) the same of all slots along it.
        board: (B,) theirs.
        length_m: Of the run.

    Returns:
        (C,) where each crate begins, and where it ends.
    """
    same = shelf[:, None] == board
    middle = (left_m + right_m)[:, None] / 2
    before_m = np.where(same & (begin_m < middle) & (end_m <= left_m[:, None] + 1e-6), end_m, 0.0).max(axis=1)
    behind_m = np.where(
        same & (end_m > middle) & (begin_m >= right_m[:, None] - 1e-6), begin_m, length_m
    ).min(axis=1)
    out_m = [
        np.clip(free_m / 2 - _BETWEEN_M, 0.0, _WALL_M) for free_m in (left_m - before_m, behind_m - right_m)
    ]
    return left_m - out_m[0], right_m + out_m[1]
