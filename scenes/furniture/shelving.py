"""Shelving: sides of gondolas, shelving on walls, and end caps with their headers.

In: the shape of a run and a shop's style. Out: `Mesh`es in the run's frame. Used by
scenes/furniture/fixtures.py.
"""

from dataclasses import replace

import numpy as np

from scenes.furniture.parts import (
    HEADER_THICK_M,
    PROUD_M,
    FixtureStyle,
    RunShape,
    make_boards,
    make_header,
    shade,
    steel_finish,
)
from scenes.geometry import Finish, make_boxes, make_pose, merge_meshes, transform_mesh
from scenes.world import Mesh

_REPEAT_M = 0.8
_SLAT_M, _HOLE_EVERY_M = 0.12, 0.06
# Headers of end caps: their height, how far over the goods they begin, and what is too narrow for one.
_HEADER_M, _OVER_GOODS_M, _LEAST_HEADER_M = 0.2, 0.02, 0.6


def make_shelving(shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]) -> Mesh:
    """Make one side of a gondola or of shelving on a wall."""
    steel = steel_finish(style, instance_id)
    length, depth, top, end = shape.length_m, shape.depth_m, shape.top_m, shape.end_m
    z = shape.board_z_m
    base = make_boxes(
        (0, 0.0, 0.09), (length, depth, z[0]), steel, sides=("-y", "+z", "-z"), texture_m=_REPEAT_M
    )
    plinth = make_boxes(
        (0, 0.05, 0),
        (length, depth, 0.09),
        replace(steel, color=(62, 62, 64)),
        sides=("-y",),
        texture_m=_REPEAT_M,
    )
    panel = make_boxes(
        (-end, depth, 0),
        (length + end, shape.back_m, top),
        replace(steel, color=style.back),
        texture_m=_REPEAT_M,
    )
    ends = make_boxes(
        [(-end, 0, 0), (length, 0, 0)],
        [(0, depth, top), (length + end, depth, top)],
        steel,
        texture_m=_REPEAT_M,
    )
    return merge_meshes(
        [
            make_boards(shape, style, steel),
            base,
            plinth,
            panel,
            ends,
            *_make_ends(shape, style, steel),
            _make_posts(shape, steel),
        ]
    )


def make_end_cap(shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]) -> Mesh:
    """Make an end cap: shelving with a header that names the promotion, on a panel behind all goods.

    The panel stands over the row of shelving behind, and so its back is printed as its front is.
    """
    shelving = make_shelving(shape, style, instance_id, header)
    if shape.length_m < _LEAST_HEADER_M:
        return shelving
    low_m = max(shape.top_m, shape.goods_m + _OVER_GOODS_M)
    print_m = PROUD_M + 0.002  # so much of its footprint is left for what is fixed to the panel's back
    panel = make_boxes(
        (-shape.end_m, shape.depth_m, shape.top_m),
        (shape.length_m + shape.end_m, shape.back_m - print_m, low_m + _HEADER_M),
        replace(steel_finish(style, instance_id), color=style.back),
        texture_m=_REPEAT_M,
    )
    place_m = (0.0, shape.depth_m - HEADER_THICK_M, low_m)
    front = make_header(shape, style, instance_id, header, place_m, _HEADER_M)
    back_m = (shape.length_m, place_m[1] + shape.back_m - print_m, -PROUD_M)  # below the panel's upper edge
    back = transform_mesh(front, make_pose(back_m, np.pi))
    return merge_meshes([shelving, panel, front, back])


def _make_ends(shape: RunShape, style: FixtureStyle, steel: Finish) -> list[Mesh]:
    """Make what is on the outer faces of both end panels, see ENDS."""
    depth, top = shape.depth_m, shape.top_m
    if style.ends == "plain":
        return []
    finish = replace(steel, color=shade(steel.color, 0.72), layer=-1)
    out_m, y0, y1 = 0.0012, np.array([0.02]), np.array([depth])
    if style.ends == "grooves":
        z0 = np.arange(0.3, top - 0.05, _SLAT_M)
        z1 = z0 + 0.012
    elif style.ends == "holes":
        y, z = np.meshgrid(
            np.arange(0.05, depth - 0.03, _HOLE_EVERY_M), np.arange(0.2, top - 0.05, _HOLE_EVERY_M)
        )
        y0, z0 = y.ravel(), z.ravel()
        y1, z1 = y0 + 0.008, z0 + 0.008
        finish = replace(finish, color=shade(steel.color, 0.35))
    else:
        wooden = style.ends == "wood"
        finish = replace(finish, color=style.wood if wooden else style.accent)
        out_m, y0, y1 = PROUD_M, np.array([0.01]), np.array([depth - 0.01])
        z0, z1 = np.array([0.1 if wooden else top - 0.28]), np.array([top - 0.02])
    y0, y1 = np.broadcast_to(y0, z0.shape), np.broadcast_to(y1, z0.shape)
    faces = []
    for x0, x1 in (
        (-shape.end_m - out_m, -shape.end_m),
        (shape.length_m + shape.end_m, shape.length_m + shape.end_m + out_m),
    ):
        low = np.column_stack([np.full_like(z0, x0), y0, z0])
        high = np.column_stack([np.full_like(z0, x1), y1, z1])
        thick = ("-y", "+y", "-z", "+z") if out_m == PROUD_M else ()
        faces.append(make_boxes(low, high, finish, sides=("-x" if x0 < 0 else "+x", *thick)))
    return faces


def _make_posts(shape: RunShape, steel: Finish) -> Mesh:
    """Slotted uprights on the back panel, one about each metre, which bays of real shelving show."""
    bays = max(1, round(shape.length_m / 1.0))
    x = shape.length_m * np.arange(bays + 1) / bays
    low = np.column_stack(
        [x - 0.015, np.full(len(x), shape.depth_m - 0.012), np.full(len(x), shape.board_z_m[0])]
    )
    high = np.column_stack([x + 0.015, np.full(len(x), shape.depth_m), np.full(len(x), shape.top_m)])
    dark = replace(steel, color=shade(steel.color, 0.82), layer=-1)
    return make_boxes(low, high, dark, sides=("-y", "-x", "+x"))
