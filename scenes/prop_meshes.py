"""Meshes of what stands about: baskets, trolleys, plants, bins, boxes, cage trolleys; mats behind doors.

In: fixtures that carry no goods, doors, a shop's style. Out: `Mesh`es in world coordinates.
"""

from collections.abc import Callable

import numpy as np

from scenes.furniture import FixtureStyle, shade
from scenes.geometry import (
    Finish,
    make_boxes,
    make_lathe,
    make_pose,
    make_quads,
    merge_meshes,
    transform_mesh,
)
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, INSTANCE_STRUCTURE, Fixture, Mesh, StoreLayout

RGB = tuple[int, int, int]
_CARTONS: tuple[RGB, ...] = ((186, 146, 100), (172, 132, 90), (198, 160, 116), (206, 204, 198))
_STEEL: RGB = (178, 182, 186)
_DARK: RGB = (40, 42, 45)
MATS = 70  # instances of the structure, see scenes/room.py
_MAT_M = 1.3


def make_props(layout: StoreLayout, style: FixtureStyle, *, rng: np.random.Generator) -> list[Mesh]:
    """Make the meshes of all that stands about, and of the mats behind doors."""
    props = [fixture for fixture in layout.fixtures if fixture.kind in _BUILDERS]
    return [make_prop(prop, style, rng=rng) for prop in props] + make_mats(layout)


def make_prop(fixture: Fixture, style: FixtureStyle, *, rng: np.random.Generator) -> Mesh:
    """Make the mesh of a prop."""
    low, high = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
    size = np.array([*(high - low), fixture.height_m])
    mesh = _BUILDERS[fixture.kind](size, style, fixture.instance_id, rng)
    return transform_mesh(mesh, make_pose((float(low[0]), float(low[1]), 0.0)))


def _finish(color: RGB, material: str, instance_id: int) -> Finish:
    return Finish(color, MATERIAL[material], -1, CLASS_ID["fixture"], instance_id)


def _make_frame(low: np.ndarray, high: np.ndarray, bar_m: float, finish: Finish) -> Mesh:
    """Make a flat horizontal frame of four bars about a rectangle."""
    (x0, y0, z0), (x1, y1, _) = low, high
    z1 = z0 + bar_m
    return make_boxes(
        [(x0, y0, z0), (x0, y1 - bar_m, z0), (x0, y0, z0), (x1 - bar_m, y0, z0)],
        [(x1, y0 + bar_m, z1), (x1, y1, z1), (x0 + bar_m, y1, z1), (x1, y1, z1)],
        finish,
    )


def _make_basket_stack(
    size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator
) -> Mesh:
    """Nested shopping baskets on a foot with castors; only the rims of those above the lowest show."""
    color = style.accent
    plastic = _finish(color, "plastic", instance_id)
    slot = _finish(shade(color, 0.45), "plastic", instance_id)
    wide, deep, top = size
    first, rise = 0.27, 0.065
    count = max(1, int((top - 0.03 - first) / rise))
    foot = make_boxes(
        (0.05, 0.05, 0.0), (wide - 0.05, deep - 0.05, 0.05), _finish(_DARK, "plastic", instance_id)
    )
    inset = 0.05
    bottom = np.array(
        [[inset, inset], [wide - inset, inset], [wide - inset, deep - inset], [inset, deep - inset]]
    )
    rim = np.array([[0.01, 0.01], [wide - 0.01, 0.01], [wide - 0.01, deep - 0.01], [0.01, deep - 0.01]])
    walls = np.array(
        [
            [[*bottom[k], 0.05], [*bottom[(k + 1) % 4], 0.05], [*rim[(k + 1) % 4], first], [*rim[k], first]]
            for k in range(4)
        ]
    )
    x = np.arange(0.09, wide - 0.09, 0.035)
    slots = [
        make_boxes(
            np.column_stack([x, np.full(len(x), y0), np.full(len(x), z)]),
            np.column_stack([x + 0.018, np.full(len(x), y0 + 0.002), np.full(len(x), z + 0.05)]),
            slot,
            sides=("-y", "+y"),
        )
        for z, y0 in ((0.11, 0.031), (0.18, 0.019))
    ]
    z = first + rise * np.arange(count)
    rims = [_make_frame(np.array([0, 0, h]), np.array([wide, deep, h]), 0.022, plastic) for h in z]
    skirts = make_boxes(
        np.column_stack([np.full(count, 0.012), np.full(count, 0.012), z - rise + 0.022]),
        np.column_stack([np.full(count, wide - 0.012), np.full(count, deep - 0.012), z]),
        slot,
        sides=("-x", "+x", "-y", "+y"),
    )
    inner = make_boxes(
        (0.03, 0.03, z[-1] - 0.06), (wide - 0.03, deep - 0.03, z[-1] - 0.055), slot, sides=("+z",)
    )
    grip = float(rng.uniform(0.35, 0.65)) * deep
    handle = make_boxes(
        [(0.0, grip - 0.01, z[-1]), (wide - 0.02, grip - 0.01, z[-1]), (0.0, grip - 0.012, z[-1] + 0.03)],
        [
            (0.02, grip + 0.01, z[-1] + 0.03),
            (wide, grip + 0.01, z[-1] + 0.03),
            (wide, grip + 0.012, z[-1] + 0.05),
        ],
        _finish(_DARK, "plastic", instance_id),
    )
    return merge_meshes([foot, make_quads(walls, plastic), *slots, *rims, skirts, inner, handle])


def _make_wires(corners: np.ndarray, along: int, up: int, finish: Finish, *, wire_m: float = 0.005) -> Mesh:
    """Fill a quadrilateral (4, 3) with wires; of a mesh so fine a camera sees the grey of it and the bars."""
    a, b, c, d = corners
    bars = []
    for k in range(along + 1):
        share = k / along
        bars.append((a + (b - a) * share, d + (c - d) * share))
    for k in range(up + 1):
        share = k / up
        bars.append((a + (d - a) * share, b + (c - b) * share))
    return merge_meshes([_make_bar(start, end, wire_m, finish) for start, end in bars])


def _make_bar(start: np.ndarray, end: np.ndarray, thick_m: float, finish: Finish) -> Mesh:
    """Make a square bar between two points."""
    axis = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
    side = np.cross(axis, [0, 0, 1.0] if abs(axis[2]) < 0.9 else [1.0, 0, 0])
    side *= thick_m / 2 / np.linalg.norm(side)
    over = np.cross(axis, side)
    ring = np.array([side + over, over - side, -side - over, side - over])
    quads = [
        [start + ring[k], start + ring[(k + 1) % 4], end + ring[(k + 1) % 4], end + ring[k]] for k in range(4)
    ]
    return make_quads(np.array(quads)[:, ::-1], finish)


def _make_trolley_row(
    size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator
) -> Mesh:
    """Nested wire trolleys, one behind the other along the longer side, handles to the front."""
    turned = size[0] > size[1]
    wide, long, top = (size[1], size[0], size[2]) if turned else size
    pitch = 0.24
    count = max(1, int((long - 0.95) / pitch) + 1)
    wire = _finish(_STEEL, "metal", instance_id)
    grip = _finish(style.accent, "plastic", instance_id)
    dark = _finish(_DARK, "plastic", instance_id)
    parts = []
    for k in range(count):
        y0 = k * pitch
        y1 = y0 + 0.92
        low = np.array(
            [
                [0.06, y0 + 0.12, 0.5],
                [wide - 0.06, y0 + 0.12, 0.5],
                [wide - 0.12, y1 - 0.06, 0.56],
                [0.12, y1 - 0.06, 0.56],
            ]
        )
        high = np.array(
            [[0.02, y0 + 0.04, 0.96], [wide - 0.02, y0 + 0.04, 0.96], [wide - 0.08, y1, 0.9], [0.08, y1, 0.9]]
        )
        for a, b, along in ((1, 2, 9), (3, 0, 9), (2, 3, 6)):
            parts.append(_make_wires(np.array([low[a], low[b], high[b], high[a]]), along, 5, wire))
        parts.append(_make_wires(low, 5, 7, wire))
        for x, corner in ((0.05, low[0]), (wide - 0.05, low[1])):
            parts.append(
                _make_bar(
                    np.array([x, y0 + 0.06, 0.13]), high[0] * [0, 1, 1] + [corner[0], 0, 0], 0.022, wire
                )
            )
            parts.append(
                _make_bar(np.array([x, y0 + 0.06, 0.13]), np.array([x, y1 - 0.12, 0.11]), 0.022, wire)
            )
            wheels = np.array([[x - 0.015, y0 + 0.04, 0.0], [x - 0.015, y1 - 0.16, 0.0]])
            parts.append(make_boxes(wheels, wheels + [0.03, 0.11, 0.11], dark))
        parts.append(make_boxes((0.0, y0, 0.985), (wide, y0 + 0.034, top), grip))
        parts.append(
            make_boxes((wide * 0.36, y0 - 0.001, 0.99), (wide * 0.64, y0, top - 0.005), dark, sides=("-y",))
        )
    mesh = merge_meshes(parts)
    return mesh if not turned else transform_mesh(mesh, make_pose((float(size[0]), 0.0, 0.0), np.pi / 2))


def _make_bin(size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator) -> Mesh:
    """A round bin with a domed lid and an opening, or a square one of steel."""
    wide, deep, top = size
    middle = make_pose((wide / 2, deep / 2, 0.0))
    radius = min(wide, deep) / 2
    body = _finish(
        ((92, 96, 100), (46, 50, 54), (198, 200, 202))[int(rng.integers(3))], "coated steel", instance_id
    )
    dark = _finish((24, 25, 27), "plastic", instance_id)
    if rng.random() < 0.5:
        parts = [
            make_lathe([(radius * 0.82, 0.0), (radius, top * 0.74)], body, segments=24),
            make_lathe(
                [(radius, top * 0.74), (radius, top * 0.78), (radius * 0.97, top * 0.78)], dark, segments=24
            ),
            make_lathe(
                [
                    (radius * 0.97, top * 0.78),
                    (radius * 0.9, top * 0.9),
                    (radius * 0.6, top * 0.985),
                    (0.0, top),
                ],
                body,
                segments=24,
            ),
        ]
        hole = make_boxes((-0.09, -radius * 0.99, top * 0.8), (0.09, -radius * 0.8, top * 0.9), dark)
        return transform_mesh(merge_meshes([*parts, hole]), middle)
    return merge_meshes(
        [
            make_boxes((0, 0, 0.03), (wide, deep, top * 0.9), body),
            make_boxes((0.02, 0.02, 0.0), (wide - 0.02, deep - 0.02, 0.03), dark),
            make_boxes(
                (0.0, 0.0, top * 0.9), (wide, deep, top), _finish(style.accent, "plastic", instance_id)
            ),
            make_boxes((0.07, deep - 0.001, top * 0.91), (wide - 0.07, deep + 0.002, top * 0.98), dark),
            make_boxes((0.07, -0.002, top * 0.91), (wide - 0.07, 0.001, top * 0.98), dark),
        ]
    )


def _make_plant(size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator) -> Mesh:
    """A pot with long leaves that bend outward."""
    wide, deep, top = size
    radius = min(wide, deep) / 2
    pot_m = min(0.36, top * 0.35)
    color: RGB = ((206, 202, 194), (70, 72, 76), (158, 92, 62))[int(rng.integers(3))]
    pot = make_lathe(
        [(radius * 0.55, 0.0), (radius * 0.75, pot_m), (radius * 0.68, pot_m), (radius * 0.66, pot_m - 0.03)],
        _finish(color, "plastic", instance_id),
        segments=24,
    )
    soil = make_lathe(
        [(radius * 0.67, pot_m - 0.03), (0.0, pot_m - 0.025)],
        _finish((52, 40, 30), "matte", instance_id),
        segments=24,
    )
    greens: tuple[RGB, ...] = ((56, 92, 42), (72, 112, 50), (44, 78, 40))
    leaves = []
    for k in range(34):
        turn = 2.39996 * k + float(rng.uniform(-0.3, 0.3))
        out = np.array([np.cos(turn), np.sin(turn), 0.0])
        aside = np.array([-out[1], out[0], 0.0])
        length = (top - pot_m) * float(rng.uniform(0.55, 1.0))
        bend = float(rng.uniform(0.3, 1.0)) * radius * 1.5
        share = np.linspace(0, 1, 6)[:, None]
        spine = out * bend * share**1.7 + [0, 0, 1.0] * (
            pot_m - 0.03 + length * (share - 0.22 * bend / radius * share**3)
        )
        half = aside * 0.034 * np.sin(np.pi * np.clip(share * 0.86 + 0.12, 0, 1))
        left, right = spine - half, spine + half
        quads = np.stack([left[:-1], right[:-1], right[1:], left[1:]], axis=1)
        leaves.append(make_quads(quads, _finish(greens[k % 3], "plastic", instance_id)))
    return transform_mesh(merge_meshes([pot, soil, *leaves]), make_pose((wide / 2, deep / 2, 0.0)))


def _make_carton(
    low: np.ndarray, size: np.ndarray, instance_id: int, *, is_open: bool, rng: np.random.Generator
) -> Mesh:
    """A carton with tape along its top and a label, or open with its flaps out; turned a little."""
    color = _CARTONS[int(rng.integers(len(_CARTONS)))]
    board, inside = _finish(color, "card", instance_id), _finish(shade(color, 0.62), "card", instance_id)
    x, y, z = size
    parts = [make_boxes((0, 0, 0), (x, y, z), board, sides=("-x", "+x", "-y", "+y", "-z"))]
    if is_open:
        parts.append(
            make_boxes(
                (0.004, 0.004, z * 0.55), (x - 0.004, y - 0.004, z * 0.55 + 0.01), inside, sides=("+z",)
            )
        )
        flap = 0.4 * min(x, y) * np.array([np.cos(0.5), np.sin(0.5)])
        quads = [
            [[0, 0, z], [x, 0, z], [x, -flap[0], z + flap[1]], [0, -flap[0], z + flap[1]]],
            [[x, y, z], [0, y, z], [0, y + flap[0], z + flap[1]], [x, y + flap[0], z + flap[1]]],
        ]
        flap_mesh = make_quads(np.array(quads) * [1, 1, 1], inside)
        parts.append(transform_mesh(flap_mesh, np.eye(4)))
    else:
        tape = _finish((208, 190, 150), "plastic", instance_id)
        parts.append(make_boxes((0, 0, 0), (x, y, z), board, sides=("+z",)))
        parts.append(make_boxes((0, y / 2 - 0.024, z), (x, y / 2 + 0.024, z + 0.001), tape, sides=("+z",)))
    label = _finish((236, 236, 232), "paper", instance_id)
    for y0, y1 in ((-0.001, 0.0), (y, y + 0.001)):
        parts.append(
            make_boxes(
                (x * 0.58, y0, z * 0.35), (x * 0.58 + 0.11, y1, z * 0.35 + 0.07), label, sides=("-y", "+y")
            )
        )
    turn = make_pose((low[0] + x / 2, low[1] + y / 2, low[2]), float(rng.normal(0, 0.03)))
    turn[:3, 3] -= turn[:3, :3] @ [x / 2, y / 2, 0]
    return transform_mesh(merge_meshes(parts), turn)


def _stack_cartons(
    low: np.ndarray, high: np.ndarray, instance_id: int, *, rng: np.random.Generator
) -> list[Mesh]:
    """Stack cartons in columns between two corners, the top one of a column perhaps open."""
    parts = []
    columns = 1 if high[0] - low[0] < 0.5 else 2
    wide = (high[0] - low[0]) / columns
    for column in range(columns):
        top = low[2] + (high[2] - low[2]) * float(rng.uniform(0.55, 1.0) if column else 1.0)
        z = float(low[2])
        while top - z > 0.16:
            tall = min(float(rng.uniform(0.2, 0.38)), top - z)
            size = np.array(
                [wide * rng.uniform(0.82, 0.93), (high[1] - low[1]) * rng.uniform(0.78, 0.92), tall]
            )
            gap = np.array([wide, high[1] - low[1]]) - size[:2]
            corner = low[:2] + [column * wide, 0] + gap * rng.uniform(0.2, 0.8, 2)
            last = top - z - tall <= 0.16
            is_open = bool(last and rng.random() < 0.35)
            size[2] -= 0.12 * is_open
            parts.append(_make_carton(np.append(corner, z), size, instance_id, is_open=is_open, rng=rng))
            z += tall + 0.001
    return parts


def _make_boxes_stack(
    size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator
) -> Mesh:
    """Cartons that somebody has left."""
    return merge_meshes(_stack_cartons(np.zeros(3), size, instance_id, rng=rng))


def _make_cage_trolley(
    size: np.ndarray, style: FixtureStyle, instance_id: int, rng: np.random.Generator
) -> Mesh:
    """A roll container: a base on castors, wire on three sides, cartons inside."""
    wide, deep, top = size
    wire = _finish(_STEEL, "metal", instance_id)
    dark = _finish(_DARK, "plastic", instance_id)
    castors = np.array([[x, y, 0.0] for x in (0.05, wide - 0.13) for y in (0.05, deep - 0.13)])
    corner = np.array(
        [[0.015, 0.015], [wide - 0.015, 0.015], [wide - 0.015, deep - 0.015], [0.015, deep - 0.015]]
    )
    parts = [
        make_boxes(castors, castors + [0.08, 0.08, 0.13], dark),
        make_boxes((0, 0, 0.14), (wide, deep, 0.18), _finish((116, 122, 128), "coated steel", instance_id)),
    ]
    for x, y in corner:
        parts.append(_make_bar(np.array([x, y, 0.16]), np.array([x, y, top]), 0.028, wire))
    for a, b in ((1, 2), (2, 3), (3, 0)):
        panel = np.array(
            [[*corner[a], 0.24], [*corner[b], 0.24], [*corner[b], top - 0.02], [*corner[a], top - 0.02]]
        )
        parts.append(_make_wires(panel, 7, 9, wire, wire_m=0.006))
    fill = np.array([wide - 0.06, deep - 0.06, top * float(rng.uniform(0.55, 0.95))])
    parts += _stack_cartons(np.array([0.06, 0.06, 0.18]), fill, instance_id, rng=rng)
    return merge_meshes(parts)


_BUILDERS: dict[str, Callable[[np.ndarray, FixtureStyle, int, np.random.Generator], Mesh]] = {
    "basket_stack": _make_basket_stack,
    "trolley_row": _make_trolley_row,
    "bin": _make_bin,
    "plant": _make_plant,
    "boxes": _make_boxes_stack,
    "cage_trolley": _make_cage_trolley,
}


def make_mats(layout: StoreLayout) -> list[Mesh]:
    """Make the mat behind each door, ribbed, with a rubber edge."""
    mats = []
    for number, door in enumerate(layout.doors):
        instance = INSTANCE_STRUCTURE + MATS + number
        edge = Finish((30, 31, 33), MATERIAL["plastic"], -1, CLASS_ID["floor"], instance)
        pile = Finish((58, 60, 64), MATERIAL["matte"], -1, CLASS_ID["floor"], instance)
        rib = Finish((46, 48, 51), MATERIAL["matte"], -1, CLASS_ID["floor"], instance)
        x, half = float(door.point_m[0]), door.width_m / 2 - 0.08
        y0, y1 = 0.12, min(0.12 + _MAT_M, float(layout.size_m[1]) / 3)
        lines = np.arange(x - half + 0.06, x + half - 0.06, 0.06)
        mats += [
            make_boxes(
                (x - half, y0, 0.0), (x + half, y1, 0.006), edge, sides=("-x", "+x", "-y", "+y", "+z")
            ),
            make_boxes(
                (x - half + 0.04, y0 + 0.04, 0.006), (x + half - 0.04, y1 - 0.04, 0.007), pile, sides=("+z",)
            ),
            make_boxes(
                np.column_stack([lines, np.full(len(lines), y0 + 0.04), np.full(len(lines), 0.007)]),
                np.column_stack([lines + 0.03, np.full(len(lines), y1 - 0.04), np.full(len(lines), 0.0075)]),
                rib,
                sides=("+z",),
            ),
        ]
    return mats
