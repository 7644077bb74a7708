"""Crates: low and open, in which loose fruit and vegetables lie on boards and tables.

In: a floor plan, its planogram and catalogue, a generator. Out: `Mesh`es in world coordinates, each of the
instance of its fixture. A crate is as wide as what lies side by side of one product; its walls stand as far
out as there is room between blocks, and no further in than loose goods keep off. How crates look comes from
crate_looks.py; a long one looks as several that stand side by side.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scenes.furniture.crate_looks import (
    CRATE_M,
    FLOOR,
    INSIDE,
    OUTSIDE,
    RIM,
    CrateLook,
    sample_crate_looks,
)
from scenes.furniture.parts import PROUD_M, fixture_finish
from scenes.geometry import make_boxes, merge_meshes, transform_mesh
from scenes.goods.heaps import find_loose
from scenes.goods.loose import WALL
from scenes.plan.layout import FloorPlan, ShelfRun
from scenes.surfaces import MATERIAL
from scenes.world import Catalogue, Mesh, Planogram

_WITHOUT = ("chest", "peg_wall")
_WALL_M, _FLOOR_M, _BACK_M = 0.005, 0.001, 0.004  # thickness, and from its back to the end of a board
_BETWEEN_M = 0.0005  # between a crate and what is beside it
_THIN_M = 0.0006  # from the end of a run to the inside of a wall at least: one sees which is before the other
_SEEN_M = 0.003  # gaps narrower than that between crates show nothing of their outsides
_HIGH, _HIGHEST_M = 0.5, 0.045  # of what lies in it, and at most: a hand reaches over it
_SIDES = ("-x", "+x", "-y", "+y", "+z")
# What of a texture each side of the walls shows, in the order of _SIDES: front, back, left, right.
_SHOWN = (
    (RIM, RIM, OUTSIDE, INSIDE, RIM),
    (RIM, RIM, INSIDE, OUTSIDE, RIM),
    (OUTSIDE, INSIDE, RIM, RIM, RIM),
    (INSIDE, OUTSIDE, RIM, RIM, RIM),
)
_QUAD_UV = np.array([[0.0, 1], [1, 1], [1, 0], [0, 0]])
_ACROSS_UV = np.array([[0.0, 0], [0, 1], [1, 1], [1, 0]])  # along y: on top of the walls left and right


def make_crates(
    plan: FloorPlan,
    planogram: Planogram,
    catalogue: Catalogue,
    *,
    first_layer: int,
    rng: np.random.Generator,
) -> list[Mesh]:
    """Make a crate round each stretch of a board on which one loose product lies.

    Args:
        plan: Whose boards they stand on.
        planogram: What lies where.
        catalogue: What is loose.
        first_layer: Of the textures of crates in the store's.
        rng: Draws how they look.
    """
    placed = [(run, *boxes) for run in plan.runs if (boxes := _place_crates(run, plan, planogram, catalogue))]
    looks = sample_crate_looks([len(high) // 5 for _, _, high in placed], rng=rng)
    crates = []
    for (run, low, high), look in zip(placed, looks, strict=True):
        instance = plan.layout.fixtures[run.fixture].instance_id
        crates.append(
            transform_mesh(_dress_crates(low, high, look, first_layer, instance), run.world_from_run)
        )
    return crates


def _place_crates(
    run: ShelfRun, plan: FloorPlan, planogram: Planogram, catalogue: Catalogue
) -> tuple[np.ndarray, np.ndarray] | tuple[()]:
    """Find the corners of the C crates on a run: (5 C, 3) lowest and highest, in its frame; () for none.

    The walls in front come first, then those behind, left and right, then the floors.
    """
    if plan.layout.fixtures[run.fixture].kind in _WITHOUT:
        return ()
    loose = find_loose(catalogue)[planogram.product]
    run_from_slot = np.linalg.inv(run.world_from_run) @ planogram.world_from_slot
    faces = (run_from_slot[:, 1, 1] > 0.9) & (abs(run_from_slot[:, 1, 3]) < 1e-6)
    row = np.flatnonzero((planogram.fixture == run.fixture) & faces & loose)
    if not len(row):
        return ()
    of = np.column_stack([planogram.product[row], planogram.shelf[row]])
    first = np.flatnonzero((np.diff(of, axis=0, prepend=-1) != 0).any(axis=1))
    last = np.append(first[1:], len(row)) - 1
    half_m, at_m = planogram.width_m[row] / 2, run_from_slot[row, :3, 3]
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
    parts = [
        ((x0, y0, z), (x1, y0 + _WALL_M, z + high_m)),
        ((x0, y1 - _WALL_M, z), (x1, y1, z + high_m)),
        ((x0, y0 + _WALL_M, z), (np.maximum(left_m + in_m, _THIN_M), y1 - _WALL_M, z + high_m)),
        (
            (np.minimum(right_m - in_m, run.length_m - _THIN_M), y0 + _WALL_M, z),
            (x1, y1 - _WALL_M, z + high_m),
        ),
        ((x0, y0, z), (x1, y1, z + _FLOOR_M)),
    ]
    low, high = (np.concatenate([np.column_stack(part[end]) for part in parts]) for end in (0, 1))
    return low, high


def _dress_crates(
    low: np.ndarray, high: np.ndarray, looks: Sequence[CrateLook], first_layer: int, instance_id: int
) -> Mesh:
    """Make C crates of the corners that `_place_crates` finds, each with its look."""
    count = len(looks)
    plain = fixture_finish((0, 0, 0), "plastic", instance_id)
    walls = make_boxes(low[: 4 * count], high[: 4 * count], plain, sides=_SIDES)
    floors = make_boxes(low[4 * count :], high[4 * count :], plain, sides=("+z",))
    mesh = merge_meshes([walls, floors])
    crate = np.concatenate(
        [np.tile(np.repeat(np.arange(count), 4 * len(_SIDES)), 4), np.arange(4 * count) // 4]
    )
    layer = np.array([first_layer + one.texture if one.texture >= 0 else -1 for one in looks], np.int32)
    color = np.array([one.color for one in looks], np.uint8)
    material = np.array([MATERIAL[one.material] for one in looks], np.int32)
    repeats = np.maximum(np.rint((high - low)[:count, 0] / CRATE_M), 1.0)
    return replace(
        mesh,
        uv=_wrap_crates(repeats),
        layer=layer[crate],
        color=color[crate],
        material=material[crate],
        faces=np.delete(mesh.faces, _find_hidden(low[:count], high[:count]), axis=0),
    )


def _find_hidden(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Find the faces that crates beside each other turn to one another.

    Nobody sees these, but they could show through walls as thin as paper.

    Args:
        low, high: (C, 3) corners of the crates' front walls, as wide as they are.

    Returns:
        (F,) of the faces of the 4 C walls.
    """
    gap_m = low[None, :, 0] - high[:, None, 0]  # from each to each on its right
    meet = (np.abs(low[None, :, 2] - low[:, None, 2]) < _FLOOR_M) & (gap_m > -_FLOOR_M) & (gap_m < _SEEN_M)
    count, sides = len(low), len(_SIDES)
    left = (2 * count + np.flatnonzero(meet.any(axis=0))) * sides + _SIDES.index("-x")
    right = (3 * count + np.flatnonzero(meet.any(axis=1))) * sides + _SIDES.index("+x")
    quad = np.concatenate([left, right])
    return np.concatenate([2 * quad, 2 * quad + 1])


def _wrap_crates(repeats: np.ndarray) -> np.ndarray:
    """Return the texture coordinates (84 C, 2) of crates that look as so many (C,) side by side."""
    count = len(repeats)
    walls = np.empty((4, count, len(_SIDES), 4, 2))
    for wall, shown in enumerate(_SHOWN):
        for side, (top, bottom) in enumerate(shown):
            runs_along_y = wall >= 2 and _SIDES[side] == "+z"
            u, v = (_ACROSS_UV if runs_along_y else _QUAD_UV).T
            along = repeats[:, None] if wall < 2 and side >= 2 else np.ones((count, 1))
            walls[wall, :, side, :, 0] = along * u
            walls[wall, :, side, :, 1] = top + (bottom - top) * v
    u, v = _QUAD_UV.T
    floor = np.stack(np.broadcast_arrays(repeats[:, None] * u, FLOOR[0] + (FLOOR[1] - FLOOR[0]) * v), axis=-1)
    return np.concatenate([walls.reshape(-1, 2), floor.reshape(-1, 2)]).astype(np.float32)


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
