"""Tables of produce and hot counters.

In: the shape of a run and a shop's style. Out: a `Mesh` in the run's frame.
"""

from dataclasses import replace

import numpy as np

from scenes.furniture.parts import (
    PROUD_M,
    FixtureStyle,
    RunShape,
    make_boards,
    make_header,
    shade,
)
from scenes.geometry import Finish, make_boxes, merge_meshes
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, Mesh

RGB = tuple[int, int, int]
_CANOPY_M = 0.11
_WARM: RGB = (255, 214, 150)


def _finish(color: RGB, material: str, instance_id: int) -> Finish:
    return Finish(color, MATERIAL[material], -1, CLASS_ID["fixture"], instance_id)


def make_table(shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]) -> Mesh:
    """Make one side of a wooden table: legs, boards, a front of slats as crates have, a rim at the back."""
    wood = _finish(style.wood, "card", instance_id)
    dark = replace(wood, color=shade(style.wood, 0.72))
    length, depth, end = shape.length_m, shape.depth_m, shape.end_m
    z = shape.board_z_m
    top = float(z[-1])
    legs = make_boxes(
        [(x, y, 0) for y in (0.02, depth - 0.06) for x in (-end + PROUD_M, length + PROUD_M)],
        [(x, y, top - PROUD_M) for y in (0.08, depth - PROUD_M) for x in (-PROUD_M, length + end - PROUD_M)],
        dark,
    )
    low_z = np.array([top - 0.155, top - 0.1, top - 0.045]) + PROUD_M
    none = np.zeros(3)
    slats = make_boxes(
        np.column_stack([none - end, none - PROUD_M, low_z]),
        np.column_stack([none + length + end, none + 0.018, low_z + 0.045]),
        wood,
    )
    cheeks = make_boxes(
        [(-end, 0.018, top - 0.155), (length, 0.018, top - 0.155)],
        [(0, shape.back_m, top + 0.05), (length + end, shape.back_m, top + 0.05)],
        wood,
    )
    rim = make_boxes((0, depth, top - 0.155), (length, shape.back_m, top + 0.05), dark)
    boards = make_boards(shape, style, replace(dark, color=shade(style.wood, 0.86)), first=0)
    return merge_meshes([legs, slats, cheeks, rim, boards])


def make_hot_counter(shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]) -> Mesh:
    """Make a heated display: a panelled cabinet, plates, posts that carry a canopy with warm light."""
    steel = _finish((206, 208, 210), "metal", instance_id)
    wood = _finish(style.wood, "card", instance_id)
    length, depth, end, top = shape.length_m, shape.depth_m, shape.end_m, shape.top_m
    plate = float(shape.board_z_m[0])
    panels = max(1, round(length / 0.5))
    x = length * np.arange(panels + 1) / panels
    zero = np.zeros(len(x))
    grooves = make_boxes(
        np.column_stack([x - 0.004, zero - 0.001, zero + 0.1]),
        np.column_stack([x + 0.004, zero, zero + plate - 0.06]),
        replace(wood, color=shade(style.wood, 0.5)),
        sides=("-y",),
    )
    posts = make_boxes(
        [
            (-end, 0.0, plate),
            (length, 0.0, plate),
            (-end, depth - 0.04, plate),
            (length, depth - 0.04, plate),
        ],
        [(x, y, top - _CANOPY_M) for y in (0.03, depth) for x in (0, length + end)],
        steel,
    )
    lamp = make_boxes(
        (0.04, 0.1, top - _CANOPY_M - 0.015),
        (length - 0.04, 0.2, top - _CANOPY_M),
        _finish(_WARM, "lit", instance_id),
    )
    return merge_meshes(
        [
            make_boxes(
                (-end, 0.04, 0),
                (length + end, shape.back_m, 0.1),
                _finish((44, 44, 46), "plastic", instance_id),
            ),
            make_boxes((-end, 0.0, 0.1), (length + end, shape.back_m, plate - 0.025), wood),
            make_boxes((-end, 0.0, plate - 0.025), (length + end, shape.back_m, plate), steel),
            grooves,
            posts,
            make_boxes((-end, depth, plate), (length + end, shape.back_m, top), steel),
            make_boxes(
                (-end, 0.0, top - _CANOPY_M),
                (length + end, depth, top - PROUD_M),
                _finish(style.cabinet, "coated steel", instance_id),
            ),
            lamp,
            make_boards(shape, style, steel, thickness_m=0.01),
            make_header(
                shape, style, instance_id, header, (0.0, 0.0, top - _CANOPY_M), _CANOPY_M, material="lit sign"
            ),
        ]
    )
