"""Cooled furniture: open chillers and fridges behind glass doors.

In: the shape of a run and a shop's style. Out: a `Mesh` in the run's frame. A chiller draws air through the
grille below and blows it down from its canopy; the doors of a fridge are made by
scenes/furniture/glass_doors.py.
"""

from dataclasses import replace

import numpy as np

from scenes.furniture.glass_doors import CANOPY_M, STANDS_OUT_M, find_joints
from scenes.furniture.parts import PROUD_M, FixtureStyle, RunShape, make_boards, make_header, shade
from scenes.geometry import Finish, make_boxes, merge_meshes
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, Mesh

RGB = tuple[int, int, int]
_INSIDE: RGB = (240, 243, 245)
_DARK: RGB = (38, 40, 44)
_LIT: RGB = (244, 250, 255)
_SLOT_M = 0.014  # of the air grille


def _finish(color: RGB, material: str, instance_id: int) -> Finish:
    return Finish(color, MATERIAL[material], -1, CLASS_ID["fixture"], instance_id)


def _make_shell(shape: RunShape, style: FixtureStyle, instance_id: int, front_m: float) -> list[Mesh]:
    """Make end walls, back, foot and the lit canopy; `front_m` is where the end walls begin."""
    outside = _finish(style.cabinet, "coated steel", instance_id)
    inside = _finish(_INSIDE, "lit inside", instance_id)
    length, end, top = shape.length_m, shape.end_m, shape.top_m
    floor_z = float(shape.board_z_m[0])
    walls = make_boxes(
        [(-end, front_m, 0), (length, front_m, 0)],
        [(0, shape.back_m, top), (length + end, shape.back_m, top)],
        outside,
    )
    back = make_boxes((0, shape.depth_m, 0), (length, shape.back_m, top), inside, sides=("-y", "+y", "+z"))
    foot = make_boxes(
        (0, 0.04, 0), (length, shape.depth_m, 0.08), replace(outside, color=_DARK), sides=("-y",)
    )
    tub = make_boxes((0, 0.0, 0.08), (length, shape.depth_m, floor_z), outside, sides=("-y",))
    deck = make_boxes((0, 0.0, floor_z - 0.02), (length, shape.depth_m, floor_z), inside, sides=("+z",))
    lid = make_boxes(
        (0, front_m, top - CANOPY_M),
        (length, shape.depth_m, top - PROUD_M),
        outside,
        sides=("-y", "+z", "-z"),
    )
    light = make_boxes(
        (0.03, front_m + 0.05, top - CANOPY_M - 0.018),
        (length - 0.03, front_m + 0.085, top - CANOPY_M),
        _finish(_LIT, "lit", instance_id),
    )
    return [walls, back, foot, tub, deck, lid, light]


def _make_wall_holes(shape: RunShape, instance_id: int) -> Mesh:
    """Rows of air slots in the back wall."""
    z = np.arange(shape.board_z_m[0] + 0.05, shape.top_m - CANOPY_M - 0.05, 0.07)
    low = np.column_stack([np.full(len(z), 0.03), np.full(len(z), shape.depth_m - 0.002), z])
    high = np.column_stack(
        [np.full(len(z), shape.length_m - 0.03), np.full(len(z), shape.depth_m), z + 0.009]
    )
    return make_boxes(low, high, _finish((196, 202, 206), "lit inside", instance_id), sides=("-y",))


def make_chiller(shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]) -> Mesh:
    """Make an open multideck."""
    steel = _finish(_INSIDE, "lit inside", instance_id)
    floor_z, length = float(shape.board_z_m[0]), shape.length_m
    bars = np.arange(0.0, 0.07 - _SLOT_M / 2, 2 * _SLOT_M)
    low = np.column_stack([np.zeros(len(bars)), np.full(len(bars), -0.001), floor_z - 0.115 + bars])
    high = np.column_stack(
        [np.full(len(bars), length), np.zeros(len(bars)), floor_z - 0.115 + bars + _SLOT_M]
    )
    grille = make_boxes(low, high, _finish(_DARK, "plastic", instance_id), sides=("-y",))
    bumper = make_boxes(
        (0, -0.006, 0.085), (length, 0.0, 0.11), _finish(style.accent, "plastic", instance_id)
    )
    outlet = make_boxes(
        (0.02, 0.1, shape.top_m - CANOPY_M - 0.006),
        (length - 0.02, 0.2, shape.top_m - CANOPY_M),
        _finish((92, 96, 100), "plastic", instance_id),
        sides=("-z", "-y"),
    )
    sign = make_header(
        shape,
        style,
        instance_id,
        header,
        (0.0, 0.0, shape.top_m - CANOPY_M),
        CANOPY_M,
        material="lit sign",
    )
    boards = make_boards(shape, style, steel, thickness_m=0.018)
    return merge_meshes(
        [
            *_make_shell(shape, style, instance_id, 0.0),
            _make_wall_holes(shape, instance_id),
            boards,
            _make_board_lights(shape, instance_id),
            grille,
            bumper,
            outlet,
            sign,
        ]
    )


def _make_board_lights(shape: RunShape, instance_id: int) -> Mesh:
    """A strip of light under the front edge of every board but the lowest."""
    z = shape.board_z_m[1:]
    low = np.column_stack([np.full(len(z), 0.02), np.full(len(z), 0.012), z - 0.025])
    high = np.column_stack([np.full(len(z), shape.length_m - 0.02), np.full(len(z), 0.026), z - 0.018])
    return make_boxes(low, high, _finish(_LIT, "lit", instance_id), sides=("-y", "+y", "-z"))


def make_fridge(shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]) -> Mesh:
    """Make an upright fridge or freezer without its doors."""
    wire = _finish((206, 210, 214), "metal", instance_id)
    floor_z, front = float(shape.board_z_m[0]), shape.front_m
    sign = make_header(
        shape,
        style,
        instance_id,
        header,
        (0.0, front, shape.top_m - CANOPY_M),
        CANOPY_M,
        material="lit sign",
    )
    tub = make_boxes(
        (0, front, 0.08),
        (shape.length_m, 0.0, floor_z - 0.045),
        _finish(style.cabinet, "coated steel", instance_id),
        sides=("-y", "+z", "-z"),
    )
    bars = np.arange(0.0, 0.06, 2 * _SLOT_M)
    low = np.column_stack([np.full(len(bars), 0.04), np.full(len(bars), front - 0.001), 0.095 + bars])
    high = np.column_stack(
        [np.full(len(bars), shape.length_m - 0.04), np.full(len(bars), front), 0.109 + bars]
    )
    grille = make_boxes(low, high, _finish(shade(style.cabinet, 0.45), "plastic", instance_id), sides=("-y",))
    return merge_meshes(
        [
            *_make_shell(shape, style, instance_id, front),
            make_boards(shape, style, wire, thickness_m=0.012),
            tub,
            grille,
            sign,
            _make_mullions(shape, instance_id),
        ]
    )


def _make_mullions(shape: RunShape, instance_id: int) -> Mesh:
    """Posts against which the doors shut, lit on the inside, at both ends and behind the joints."""
    edge = find_joints(shape)
    y0 = shape.front_m + STANDS_OUT_M[1] + 0.006
    low_z, high_z = float(shape.board_z_m[0]) - 0.03, shape.top_m - CANOPY_M - 0.015
    low_x, high_x = np.maximum(edge - 0.015, 0.0), np.minimum(edge + 0.015, shape.length_m)
    height = np.ones(len(edge))
    post = make_boxes(
        np.column_stack([low_x, y0 * height, low_z * height]),
        np.column_stack([high_x, (y0 + 0.004) * height, high_z * height]),
        _finish(_DARK, "plastic", instance_id),
    )
    light = make_boxes(
        np.column_stack([low_x + 0.003, (y0 + 0.004) * height, (low_z + 0.02) * height]),
        np.column_stack([high_x - 0.003, (y0 + 0.01) * height, (high_z - 0.02) * height]),
        _finish(_LIT, "lit", instance_id),
        sides=("-x", "+x", "+y"),
    )
    return merge_meshes([post, light])
