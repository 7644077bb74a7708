"""Cooled furniture: open chillers and fridges behind glass doors.

In: the shape of a run and a shop's style. Out: a `Mesh` in the run's frame. A chiller draws air through the
grille below and blows it down from its canopy; a fridge has doors with frames, seals and handles, whose clear
panes are no part of the mesh but `Pane`s.
"""

from dataclasses import replace

import numpy as np

from scenes.furniture.parts import PROUD_M, FixtureStyle, RunShape, make_boards, make_header, shade
from scenes.geometry import Finish, make_boxes, merge_meshes
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, Mesh, Pane

RGB = tuple[int, int, int]
_INSIDE: RGB = (240, 243, 245)
_DARK: RGB = (38, 40, 44)
_LIT: RGB = (244, 250, 255)
_CANOPY_M = 0.14
_SLOT_M = 0.014  # of the air grille
_DOOR_M = 0.72  # usual width of a door
_FRAME_M = 0.042


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
        (0, front_m, top - _CANOPY_M),
        (length, shape.depth_m, top - PROUD_M),
        outside,
        sides=("-y", "+z", "-z"),
    )
    light = make_boxes(
        (0.03, front_m + 0.05, top - _CANOPY_M - 0.018),
        (length - 0.03, front_m + 0.085, top - _CANOPY_M),
        _finish(_LIT, "lit", instance_id),
    )
    return [walls, back, foot, tub, deck, lid, light]


def _make_wall_holes(shape: RunShape, instance_id: int) -> Mesh:
    """Rows of air slots in the back wall."""
    z = np.arange(shape.board_z_m[0] + 0.05, shape.top_m - _CANOPY_M - 0.05, 0.07)
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
        (0.02, 0.1, shape.top_m - _CANOPY_M - 0.006),
        (length - 0.02, 0.2, shape.top_m - _CANOPY_M),
        _finish((92, 96, 100), "plastic", instance_id),
        sides=("-z", "-y"),
    )
    sign = make_header(
        shape,
        style,
        instance_id,
        header,
        (0.0, 0.0, shape.top_m - _CANOPY_M),
        _CANOPY_M,
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
    """Make an upright fridge with glass doors, shut."""
    wire = _finish((206, 210, 214), "metal", instance_id)
    floor_z, front = float(shape.board_z_m[0]), shape.front_m
    sign = make_header(
        shape,
        style,
        instance_id,
        header,
        (0.0, front, shape.top_m - _CANOPY_M),
        _CANOPY_M,
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
            _make_doors(shape, instance_id),
        ]
    )


def _find_doors(shape: RunShape) -> tuple[np.ndarray, float, float, float, float]:
    """Return the joints between doors along the run, and the doors' extent in z and in y."""
    count = max(1, round(shape.length_m / _DOOR_M))
    edge = shape.length_m * np.arange(count + 1) / count
    low_z, high_z = float(shape.board_z_m[0]) - 0.045, shape.top_m - _CANOPY_M
    return edge, low_z, high_z, shape.front_m + 0.022, shape.front_m + 0.047


def make_panes(shape: RunShape, instance_id: int, world_from_run: np.ndarray) -> list[Pane]:
    """Make the panes of a fridge's doors, in world coordinates."""
    edge, low_z, high_z, y0, y1 = _find_doors(shape)
    turn = world_from_run[:3, :3]
    panes = []
    for left, right in zip(edge[:-1], edge[1:], strict=True):
        low = np.array([left + _FRAME_M, (y0 + y1) / 2, low_z + _FRAME_M, 1.0])
        width, height = right - left - 2 * _FRAME_M, high_z - low_z - 2 * _FRAME_M
        corner_m = (world_from_run @ low)[:3]
        panes.append(Pane("cooled", corner_m, turn[:, 0] * width, turn[:, 2] * height, instance_id))
    return panes


def _make_doors(shape: RunShape, instance_id: int) -> Mesh:
    """Frames, handles and the strips of light behind the joints."""
    edge, low_z, high_z, y0, y1 = _find_doors(shape)
    count = len(edge) - 1
    frame, bar = _finish(_DARK, "metal", instance_id), _finish((200, 204, 208), "metal", instance_id)
    gap = 0.003
    low: list[tuple[float, float, float]] = []
    high: list[tuple[float, float, float]] = []
    grips: list[tuple[float, ...]] = []
    for k in range(count):
        a, b = edge[k] + gap, edge[k + 1] - gap
        for x0, x1, z0, z1 in (
            (a, a + _FRAME_M, low_z, high_z),
            (b - _FRAME_M, b, low_z, high_z),
            (a + _FRAME_M, b - _FRAME_M, low_z, low_z + _FRAME_M),
            (a + _FRAME_M, b - _FRAME_M, high_z - _FRAME_M, high_z),
        ):
            low.append((x0, y0, z0))
            high.append((x1, y1, z1))
        # Doors of a pair open away from each other: their handles meet.
        grip = b - _FRAME_M / 2 if k % 2 == 0 else a + _FRAME_M / 2
        grips.append((grip - 0.009, shape.front_m, 0.85, grip + 0.009, shape.front_m + 0.018, 1.35))
    grip_m = np.array(grips)
    strips = edge[1:-1] if count > 1 else edge[:0]
    lights = [
        make_boxes((x - 0.012, y1 + 0.004, low_z + 0.05), (x + 0.012, y1 + 0.012, high_z - 0.05),
                   _finish(_LIT, "lit", instance_id))
        for x in strips
    ]  # fmt: skip
    return merge_meshes(
        [make_boxes(low, high, frame), make_boxes(grip_m[:, :3], grip_m[:, 3:], bar), *lights]
    )
